// Heat maps: the row and the column of a cell light up, and its tooltip says the cell in full.

import { columnsOf, bodyRows } from "./grid";
import type { Figure } from "./figures";
import { textOf } from "./make";
import { moveFocus } from "./marks";
import { hideTip, showTip } from "./tooltip";

const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  Home: [0, -999],
  End: [0, 999],
};

/** Makes the tables of a heat map readable cell by cell. */
export function readCells({ element }: Figure): void {
  for (const table of element.querySelectorAll("table")) readTable(table);
}

function readTable(table: HTMLTableElement): void {
  const columns = columnsOf(table);
  const rows = bodyRows(table).map((row) => [...row.querySelectorAll("td")]);
  const cells = rows.flat();
  cells.forEach((cell, index) => cell.setAttribute("tabindex", index === 0 ? "0" : "-1"));
  const light = (target: EventTarget | null): void => {
    const cell = target instanceof Element ? target.closest("td") : null;
    for (const lit of table.querySelectorAll(".lit")) lit.classList.remove("lit");
    if (!cell) return;
    columns[cell.cellIndex]?.header?.classList.add("lit");
    for (const one of bodyRows(table)) one.cells[cell.cellIndex]?.classList.add("lit");
    for (const one of cell.parentElement?.children ?? []) one.classList.add("lit");
    showTip(cell, sentence(cell, columns[cell.cellIndex]?.words ?? ""), () => cell.getBoundingClientRect());
  };
  table.addEventListener("pointerover", (event) => light(event.target));
  table.addEventListener("pointerleave", () => light(null));
  table.addEventListener("focusin", (event) => light(event.target));
  table.addEventListener("focusout", () => light(null));
  table.addEventListener("keydown", (event) => {
    const row = rows.findIndex((one) => one.some((cell) => cell === event.target));
    const move = MOVES[event.key];
    if (event.key === "Escape") hideTip();
    if (row < 0 || !move) return;
    event.preventDefault();
    const column = rows[row]?.findIndex((cell) => cell === event.target) ?? 0;
    const next = rows[clamp(row + move[0], rows.length)];
    moveFocus(cells, next?.[clamp(column + move[1], next.length)]);
  });
}

function clamp(index: number, length: number): number {
  return Math.max(0, Math.min(length - 1, index));
}

/** `Discovery → Intent: 123, 4.5 %` and the row's n. */
function sentence(cell: HTMLTableCellElement, column: string): string {
  const head = cell.parentElement?.querySelector("th");
  const row = textOf(head?.querySelector("bdi") ?? head);
  const share = textOf(cell.querySelector("small"));
  const figure = cell.querySelector(".unseen") ? "0" : textOf(cell);
  const number = share && figure.endsWith(share) ? figure.slice(0, -share.length).trim() : figure;
  const base = textOf(head?.querySelector("small"));
  return [`${row} → ${column}`, [number, share].filter(Boolean).join(", "), base].filter(Boolean).join("\n");
}
