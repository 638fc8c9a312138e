// What on the page is a figure of its own, what is it called, and by which id is it reached?
//
// A figure is a `figure.chart` with its tables, or a table outside of one. Names and ids come from the page's structure,
// never from data, so a link made today opens tomorrow's report at the same place.

import { controls, textOf } from "./make";

export interface Figure {
  readonly element: HTMLElement;
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  /** Where its controls go: right above it. */
  readonly bar: HTMLElement;
}

/** All figures in the order of the page. */
export function findFigures(): Figure[] {
  const figures: Figure[] = [];
  let heading = "";
  let section = "";
  let tables = 0;
  for (const element of document.querySelectorAll<HTMLElement>("main :is(section, h2, h3, h4, figure.chart, .scroll)")) {
    if (element.localName === "section") {
      section = element.id;
      tables = 0;
    } else if (/^h\d$/.test(element.localName)) {
      heading = textOf(element);
    } else if (element.localName === "figure") {
      figures.push(figure(element, heading, element.dataset["chart"] ?? ""));
    } else if (element.querySelector(":scope > table") && !element.closest("figure.chart")) {
      tables += 1;
      element.id ||= `${section}-table-${tables}`;
      figures.push(figure(element, heading, "table"));
    }
  }
  return figures.filter((figure) => figure.id !== "");
}

function figure(element: HTMLElement, name: string, kind: string): Figure {
  return { element, id: element.id, name, kind, bar: controls("above") };
}

/** Puts the bar above its figure; on the line of a heading where it stands right below one and holds nothing else. */
export function placeBar({ element, bar }: Figure): void {
  const box = element.parentElement?.matches(".narrow") ? element.parentElement : element;
  box.before(bar);
  if (bar.childElementCount === 1 && bar.previousElementSibling?.matches("h3, h4")) bar.classList.add("lifted");
}

/** The tables of a figure, the figure itself included. */
export function tablesOf(figure: Figure): HTMLTableElement[] {
  return [...figure.element.querySelectorAll("table")];
}
