// A funnel beside one of its segments: the segment's own figures, copied from the breakdown, under every step.
//
// Nothing is computed here. Each cell of the breakdown already holds its share, its n and its bar.

import { choose, own } from "./address";
import type { Figure } from "./figures";
import { columnsOf, bodyRows } from "./grid";
import { controls, make, textOf } from "./make";
import { say } from "./say";

/** The breakdown that stands beside a funnel's steps. */
function breakdownOf(element: HTMLElement): HTMLTableElement | null {
  return (element.closest("article, section") ?? element).querySelector<HTMLTableElement>("[data-segments] table");
}

/** Adds the choice of a segment above the steps. */
export function compareSegments({ element, id, bar }: Figure): void {
  const table = breakdownOf(element);
  const steps = [...element.querySelectorAll<HTMLElement>(".steps > li")];
  const rows = table ? bodyRows(table).filter((row) => !row.classList.contains("total")) : [];
  if (!table || steps.length < 2 || rows.length === 0) return;
  const columns = columnsOf(table).map((column) => column.words);
  const list = make("select", {}, make("option", { value: "" }, say("everyone")));
  rows.forEach((row, index) => list.append(make("option", { value: String(index) }, nameOf(row))));
  const show = (): void => {
    for (const old of element.querySelectorAll(".beside")) old.remove();
    for (const row of rows) row.classList.toggle("picked", row === rows[Number(list.value)] && list.value !== "");
    const row = list.value === "" ? undefined : rows[Number(list.value)];
    if (row) steps.forEach((step, index) => besideStep(step, row, columns, stepCell(index, steps.length)));
  };
  list.addEventListener("change", () => {
    show();
    choose(`segment-${id}`, list.value === "" ? null : textOf(list.selectedOptions[0]));
  });
  own(`segment-${id}`, (value) => {
    const index = rows.findIndex((row) => nameOf(row) === value);
    list.value = index < 0 ? "" : String(index);
    show();
  });
  const label = make("label", {}, make("span", {}, say("segment")), list);
  bar.append(controls("segment", label));
}

function nameOf(row: HTMLTableRowElement): string {
  return textOf(row.querySelector("th bdi") ?? row.querySelector("th"));
}

/** Columns are: segment, entered, stopped after each step but the last, conversion, median. */
function stepCell(step: number, steps: number): number {
  return step === steps - 1 ? steps + 1 : step + 2;
}

function besideStep(step: HTMLElement, row: HTMLTableRowElement, columns: readonly string[], index: number): void {
  const cell = row.cells[index];
  if (!cell) return;
  const bar = cell.querySelector("svg")?.cloneNode(true);
  const share = [...cell.childNodes].filter((child) => !(child instanceof Element && child.matches("svg, .gap-words")));
  const words = make("span", { class: "beside-figure" });
  for (const child of share) words.append(child.cloneNode(true), " ");
  const name = make("span", { class: "beside-name" }, `${nameOf(row)}: ${columns[index] ?? ""}`);
  step.querySelector(".step-bar")?.append(make("p", { class: "beside" }, name, words, ...(bar ? [bar] : [])));
}
