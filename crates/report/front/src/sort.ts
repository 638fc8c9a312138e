// Tables sorted by a column: a button in each header, three states (largest first, smallest first, as written).
//
// A cell sorts by the exact figure in `data-value`, by the rate where it shows one, and by its words otherwise. What is
// undefined or hidden comes last in both directions; a total stays where it is.

import { ascending, descending } from "d3-array";
import { murmur } from "./announce";
import { choose, own } from "./address";
import { bodyRows, columnsOf, headerWords, type Column } from "./grid";
import { make, textOf } from "./make";
import { compareNames, say } from "./say";

const FEWEST_ROWS = 3;

type Direction = "ascending" | "descending";
type Key = number | string | null;

/** What a cell sorts by. */
export function keyOf(cell: Element | undefined): Key {
  if (!(cell instanceof HTMLElement)) return null;
  const { value, base } = cell.dataset;
  if (value === undefined) return cell.classList.contains("n") ? null : textOf(cell);
  if (base === undefined || !showsRate(cell)) return Number(value);
  return Number(base) === 0 ? null : Number(value) / Number(base);
}

/** Whether the large figure of a cell is a rate; the small one below it is the other. */
function showsRate(cell: HTMLElement): boolean {
  const small = textOf(cell.querySelector("small"));
  return textOf(cell).slice(0, small ? -small.length : undefined).includes("%");
}

function compare(left: Key, right: Key, direction: Direction): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  if (typeof left === "string" || typeof right === "string") {
    const order = compareNames(String(left), String(right));
    return direction === "ascending" ? order : -order;
  }
  return direction === "ascending" ? ascending(left, right) : descending(left, right);
}

class SortedTable {
  private readonly written: HTMLTableRowElement[];
  private readonly columns: Column[];

  constructor(
    private readonly table: HTMLTableElement,
    private readonly id: string,
  ) {
    this.written = bodyRows(table);
    this.columns = columnsOf(table);
  }

  addButtons(): void {
    this.columns.forEach((column, index) => this.addButton(column, index));
    own(`sort-${this.id}`, (value) => this.restore(value));
  }

  private addButton(column: Column, index: number): void {
    const { header } = column;
    if (!header || headerWords(header) === "") return;
    const press = make("button", { type: "button", class: "sort" }, ...header.childNodes);
    press.addEventListener("click", () => this.press(index, header));
    header.append(press);
  }

  private press(index: number, header: HTMLTableCellElement): void {
    const firstRow = this.written.find((row) => !isTotal(row));
    const first: Direction = typeof keyOf(firstRow?.cells[index]) === "string" ? "ascending" : "descending";
    const second: Direction = first === "ascending" ? "descending" : "ascending";
    const now = header.getAttribute("aria-sort");
    const next = now === null ? first : now === first ? second : null;
    this.show(index, next);
    choose(`sort-${this.id}`, next && `${index}${next[0]}`);
    const words = this.columns[index]?.words ?? "";
    murmur(next ? say("sorted", words, say(next === "ascending" ? "rising" : "falling")) : say("asWritten"));
  }

  private restore(value: string): void {
    const [, index, direction] = /^(\d{1,3})([ad])$/.exec(value) ?? [];
    if (index === undefined || !this.columns[Number(index)]?.header) return;
    this.show(Number(index), direction === "a" ? "ascending" : "descending");
  }

  private show(index: number, direction: Direction | null): void {
    for (const { header } of this.columns) header?.removeAttribute("aria-sort");
    if (direction) this.columns[index]?.header?.setAttribute("aria-sort", direction);
    this.place(direction ? this.ordered(index, direction) : this.written);
  }

  private ordered(index: number, direction: Direction): HTMLTableRowElement[] {
    const keyed = this.written.filter((row) => !isTotal(row)).map((row) => ({ row, key: keyOf(row.cells[index]) }));
    keyed.sort((left, right) => compare(left.key, right.key, direction));
    return [...keyed.map(({ row }) => row), ...this.written.filter(isTotal)];
  }

  private place(rows: readonly HTMLTableRowElement[]): void {
    const body = this.table.tBodies[0];
    const fragment = document.createDocumentFragment();
    fragment.append(...rows);
    body?.append(fragment);
  }
}

function isTotal(row: HTMLTableRowElement): boolean {
  return row.classList.contains("total");
}

/** Makes a table sortable if it has a head, one body and enough rows. */
export function makeSortable(table: HTMLTableElement, id: string): void {
  if (!table.tHead || table.tBodies.length !== 1 || bodyRows(table).length < FEWEST_ROWS) return;
  new SortedTable(table, id).addButtons();
}
