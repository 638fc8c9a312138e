// The tables of a figure as CSV (RFC 4180) with exact figures: what a cell shows rounded, `data-value` holds exactly.
//
// A column of rates becomes two, the part and what it is a part of. Names come from the data: one that a spreadsheet
// would run as a formula gets an apostrophe in front.

import { bodyRows, columnsOf } from "./grid";
import { textOf } from "./make";

const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** One field, quoted where it has to be. */
export function field(text: string): string {
  const harmless = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Rows of one table; shown in the order and choice the reader made. */
function rowsOf(table: HTMLTableElement): string[][] {
  const rows = bodyRows(table).filter((row) => !row.hidden);
  const columns = columnsOf(table);
  const width = Math.max(columns.length, ...rows.map((row) => row.cells.length));
  const kinds = Array.from({ length: width }, (_, column) => kindOf(rows, column));
  const head = kinds.flatMap((kind, column) => headOf(columns[column]?.words ?? "", kind));
  const body = rows.map((row) => kinds.flatMap((kind, column) => fieldsOf(row.cells[column], kind)));
  return columns.length > 0 ? [head, ...body] : body;
}

interface Kind {
  readonly isDrawing: boolean;
  readonly hasBase: boolean;
  readonly unit: string;
}

function kindOf(rows: readonly HTMLTableRowElement[], column: number): Kind {
  const cells = rows.map((row) => row.cells[column]).filter((cell) => cell !== undefined);
  return {
    isDrawing: cells.length > 0 && cells.every((cell) => cell.classList.contains("plot")),
    hasBase: cells.some((cell) => cell.dataset["base"] !== undefined),
    unit: cells.find((cell) => cell.dataset["unit"])?.dataset["unit"] ?? "",
  };
}

function headOf(words: string, { isDrawing, hasBase, unit }: Kind): string[] {
  if (isDrawing) return [];
  const named = unit ? `${words} (${unit})` : words;
  return hasBase ? [named, `${named} / n`] : [named];
}

function fieldsOf(cell: HTMLTableCellElement | undefined, { isDrawing, hasBase }: Kind): string[] {
  if (isDrawing) return [];
  const value = cell?.dataset["value"] ?? wordsOf(cell);
  return hasBase ? [value, cell?.dataset["base"] ?? ""] : [value];
}

/** A cell's words; small print below a name is apart from it. */
function wordsOf(cell: HTMLTableCellElement | undefined): string {
  const small = textOf(cell?.querySelector("small"));
  const words = textOf(cell);
  return small && words.endsWith(small) ? `${words.slice(0, -small.length).trim()} (${small})` : words;
}

/** All tables, one below the other with an empty line between. */
export function csvOf(tables: readonly HTMLTableElement[]): string {
  return tables.map((table) => rowsOf(table).map((row) => row.map(field).join(",")).join("\r\n")).join("\r\n\r\n") + "\r\n";
}
