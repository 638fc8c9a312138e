// Elements the script adds. Text is always set as text, so nothing from the data is ever read as markup.

export type Attributes = Readonly<Record<string, string>>;

/** A new element with attributes and, as its text or children, the rest. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A push button. */
export function button(words: string, label: string | null, press: (event: MouseEvent) => void): HTMLButtonElement {
  const made = make("button", { type: "button" }, words);
  if (label !== null) made.setAttribute("aria-label", label);
  made.addEventListener("click", press);
  return made;
}

/** A box of controls: hidden on paper and left out of copied pictures. */
export function controls(name: string, ...children: readonly (Node | string)[]): HTMLDivElement {
  return make("div", { class: `controls ${name}`, "data-control": "" }, ...children);
}

/** What an element says, with single spaces. */
export function textOf(element: Element | null | undefined): string {
  return (element?.textContent ?? "").replace(/\s+/g, " ").trim();
}
