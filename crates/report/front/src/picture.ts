// A figure as one SVG that looks the same outside of the page: drawings are copied with their computed look, tables and
// bars of HTML are drawn anew from where the browser put their boxes and words.

import { colour, copyLook } from "./paint";

const SVG = "http://www.w3.org/2000/svg";
const PADDING = 16;
const TITLE_HEIGHT = 36;

const canvas = document.createElement("canvas").getContext("2d");

class Drawing {
  readonly root = document.createElementNS(SVG, "svg");
  private readonly definitions = document.createElementNS(SVG, "defs");
  private readonly patterns = new Set<string>();
  private right = 0;
  private bottom = 0;

  constructor(
    private readonly left: number,
    private readonly top: number,
  ) {
    this.root.append(this.definitions);
  }

  private add(name: string, attributes: Readonly<Record<string, string | number>>, text?: string): SVGElement {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, rounded(value));
    if (text !== undefined) element.textContent = text;
    this.root.append(element);
    return element;
  }

  private place(box: DOMRect): { x: number; y: number; width: number; height: number } {
    this.right = Math.max(this.right, box.right - this.left);
    this.bottom = Math.max(this.bottom, box.bottom - this.top);
    return { x: box.left - this.left, y: box.top - this.top, width: box.width, height: box.height };
  }

  /** Everything visible in an element, in the order it is painted. */
  walk(element: Element): void {
    if (element.matches("[data-control], .unseen, .skip, details.figures") || !element.checkVisibility()) return;
    if (element instanceof SVGSVGElement) {
      this.copy(element);
      return;
    }
    this.box(element);
    for (const child of element.childNodes) {
      if (child instanceof Element) this.walk(child);
      else if (child instanceof Text) this.words(child);
    }
  }

  private box(element: Element): void {
    const style = getComputedStyle(element);
    const { paint, opacity } = colour(style.backgroundColor);
    const place = this.place(element.getBoundingClientRect());
    if (opacity !== "0") this.add("rect", { ...place, fill: paint, "fill-opacity": opacity });
    this.line(style, "top", place.x, place.y, place.width, 0);
    this.line(style, "bottom", place.x, place.y + place.height, place.width, 0);
    this.line(style, "left", place.x, place.y, 0, place.height);
    this.line(style, "right", place.x + place.width, place.y, 0, place.height);
  }

  private line(style: CSSStyleDeclaration, side: string, x: number, y: number, width: number, height: number): void {
    const thickness = Number.parseFloat(style.getPropertyValue(`border-${side}-width`));
    const { paint, opacity } = colour(style.getPropertyValue(`border-${side}-color`));
    if (!(thickness > 0) || style.getPropertyValue(`border-${side}-style`) === "none" || opacity === "0") return;
    this.add("path", {
      d: `M${rounded(x)} ${rounded(y)}l${rounded(width)} ${rounded(height)}`,
      stroke: paint,
      "stroke-width": thickness,
      "stroke-opacity": opacity,
    });
  }

  /** A text, line by line as it was broken. */
  private words(node: Text): void {
    const parent = node.parentElement;
    if (!parent || node.data.trim() === "") return;
    const style = getComputedStyle(parent);
    const isRight = style.textAlign === "right" || style.textAlign === "end";
    for (const { text, box } of linesOf(node)) {
      const { x, y, width, height } = this.place(box);
      this.add(
        "text",
        {
          x: isRight ? x + width : x,
          y: y + baseline(style, height),
          ...(isRight && { "text-anchor": "end" }),
          fill: colour(style.color).paint,
          "font-family": style.fontFamily.replaceAll('"', "'"),
          "font-size": style.fontSize,
          ...(style.fontWeight !== "400" && { "font-weight": style.fontWeight }),
          ...(style.fontStyle !== "normal" && { "font-style": style.fontStyle }),
        },
        text,
      );
    }
  }

  private copy(original: SVGSVGElement): void {
    const { x, y, width, height } = this.place(original.getBoundingClientRect());
    const copy = original.cloneNode(true) as SVGSVGElement;
    const style = getComputedStyle(original);
    const originals = [original, ...original.querySelectorAll("*")];
    const copies = [copy, ...copy.querySelectorAll("*")];
    originals.forEach((one, index) => {
      const twin = copies[index];
      if (!twin) return;
      const { display, visibility } = getComputedStyle(one);
      if (one !== original && (display === "none" || visibility === "hidden")) twin.remove();
      else copyLook(one, twin);
      this.definePattern(twin.getAttribute("fill"));
    });
    const { paint, opacity } = colour(style.backgroundColor);
    if (opacity !== "0") this.add("rect", { x, y, width, height, fill: paint, "fill-opacity": opacity });
    const padding = Number.parseFloat(style.paddingLeft) || 0;
    for (const [key, value] of Object.entries({ x: x + padding, y: y + padding, width: width - 2 * padding, height: height - 2 * padding })) {
      copy.setAttribute(key, rounded(value));
    }
    this.root.append(copy);
  }

  /** Patterns stand once in the page and are copied into the drawing that uses them. */
  private definePattern(fill: string | null): void {
    const id = /^url\(#([\w-]+)\)$/.exec(fill ?? "")?.[1];
    const pattern = id === undefined ? null : document.getElementById(id);
    if (!id || !pattern || this.patterns.has(id)) return;
    this.patterns.add(id);
    const copy = pattern.cloneNode(true) as Element;
    [...pattern.children].forEach((part, index) => copy.children[index] && copyLook(part, copy.children[index]));
    this.definitions.append(copy);
  }

  /** Sets the frame and a title once everything is drawn. */
  finish(name: string, style: CSSStyleDeclaration): SVGSVGElement {
    const [width, height] = [Math.ceil(this.right) + 2 * PADDING, Math.ceil(this.bottom) + 2 * PADDING + TITLE_HEIGHT];
    const group = document.createElementNS(SVG, "g");
    group.setAttribute("transform", `translate(${PADDING} ${PADDING + TITLE_HEIGHT})`);
    group.append(...[...this.root.childNodes].filter((child) => child !== this.definitions));
    this.root.setAttribute("xmlns", SVG);
    for (const [key, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) {
      this.root.setAttribute(key, String(value));
    }
    this.add("rect", { width, height, fill: colour(style.backgroundColor).paint });
    const font = { "font-family": style.fontFamily.replaceAll('"', "'"), "font-size": 17, "font-weight": 650 };
    this.add("text", { x: PADDING, y: PADDING + 17, fill: colour(style.color).paint, ...font }, name);
    this.root.append(group);
    return this.root;
  }
}

function rounded(value: string | number): string {
  return typeof value === "number" ? String(Math.round(value * 100) / 100) : value;
}

/** From the top of a line's box to its baseline. */
function baseline(style: CSSStyleDeclaration, height: number): number {
  if (!canvas) return height * 0.8;
  canvas.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = canvas.measureText("x");
  return ascent + (height - ascent - descent) / 2;
}

interface Line {
  text: string;
  box: DOMRect;
}

function linesOf(node: Text): Line[] {
  const range = document.createRange();
  const lines: Line[] = [];
  for (const match of node.data.matchAll(/\S+\s*/g)) {
    range.setStart(node, match.index);
    range.setEnd(node, match.index + match[0].trimEnd().length);
    const box = range.getBoundingClientRect();
    const last = lines.at(-1);
    if (last && Math.abs(last.box.top - box.top) < 2) {
      last.text += ` ${match[0].trimEnd()}`;
      last.box = new DOMRect(last.box.left, last.box.top, box.right - last.box.left, box.height);
    } else {
      lines.push({ text: match[0].trimEnd(), box });
    }
  }
  return lines;
}

/** The picture of what is visible in `element`, scrolled to its beginning. */
export function pictureOf(element: HTMLElement, name: string): SVGSVGElement {
  const scrolled = [element, ...element.querySelectorAll<HTMLElement>(".scroll")].map((box) => [box, box.scrollLeft, box.scrollTop] as const);
  for (const [box] of scrolled) box.scrollTo({ left: 0, top: 0, behavior: "instant" });
  const { left, top } = element.getBoundingClientRect();
  const drawing = new Drawing(left, top);
  drawing.walk(element);
  for (const [box, x, y] of scrolled) box.scrollTo({ left: x, top: y, behavior: "instant" });
  return drawing.finish(name, getComputedStyle(document.body));
}
