// How an element looks, as SVG attributes that mean the same outside of this page and without its style sheet.

const PROPERTIES = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linejoin",
  "stroke-linecap",
  "opacity",
  "paint-order",
] as const;
const FONT = ["font-family", "font-size", "font-weight", "font-style", "text-anchor", "dominant-baseline"] as const;

/** Defaults of SVG, which need no attribute. */
const DEFAULTS: Readonly<Record<string, string>> = {
  stroke: "none",
  "stroke-width": "1px",
  "stroke-dasharray": "none",
  "stroke-linejoin": "miter",
  "stroke-linecap": "butt",
  opacity: "1",
  "paint-order": "normal",
  "font-weight": "400",
  "font-style": "normal",
  "text-anchor": "start",
  "dominant-baseline": "auto",
};

/** A colour as CSS computes it, split into what every SVG reader knows. */
export function colour(computed: string): { readonly paint: string; readonly opacity: string } {
  const [, red, green, blue, alpha = "1"] =
    /^rgba?\(([\d.]+),? ([\d.]+),? ([\d.]+)(?:(?:, | \/ )([\d.]+))?\)$/.exec(computed) ?? [];
  if (red === undefined) return { paint: computed.replaceAll('"', ""), opacity: "1" };
  return { paint: `rgb(${red},${green},${blue})`, opacity: alpha };
}

/** Writes the computed look of `original` on its copy. */
export function copyLook(original: Element, copy: Element): void {
  const style = getComputedStyle(original);
  const isText = /^(text|tspan)$/.test(original.localName);
  for (const property of isText ? [...PROPERTIES, ...FONT] : PROPERTIES) {
    setLook(copy, property, style);
  }
  for (const name of ["class", "id", "role", "tabindex", "style"]) copy.removeAttribute(name);
  for (const { name } of [...copy.attributes]) if (/^(aria-|data-|on)/.test(name)) copy.removeAttribute(name);
}

function setLook(copy: Element, property: string, style: CSSStyleDeclaration): void {
  const value = style.getPropertyValue(property);
  if (value === "" || value === DEFAULTS[property]) {
    copy.removeAttribute(property);
  } else if (property === "fill" || property === "stroke") {
    const { paint, opacity } = colour(value);
    copy.setAttribute(property, paint);
    // A translucent colour may be thinned once more.
    copy.setAttribute(`${property}-opacity`, String(Number(opacity) * Number(style.getPropertyValue(`${property}-opacity`) || 1)));
  } else {
    copy.setAttribute(property, value.replaceAll('"', "'"));
  }
}
