// Which header stands over which column of a table, with headers that span several rows or columns?

import { textOf } from "./make";

export interface Column {
  /** The lowest header cell over this column alone, which a reader may press. */
  readonly header: HTMLTableCellElement | null;
  /** Words of all headers over the column, from the top. */
  readonly words: string;
}

/** The columns of a table by its head; empty without one. */
export function columnsOf(table: HTMLTableElement): Column[] {
  const rows = [...(table.tHead?.rows ?? [])];
  const grid: HTMLTableCellElement[][] = rows.map(() => []);
  rows.forEach((row, top) => {
    let left = 0;
    for (const cell of row.cells) {
      while (grid[top]?.[left]) left += 1;
      for (let below = top; below < Math.min(rows.length, top + cell.rowSpan); below += 1) {
        for (let right = left; right < left + cell.colSpan; right += 1) (grid[below] ??= [])[right] = cell;
      }
    }
  });
  const width = Math.max(0, ...grid.map((row) => row.length));
  return Array.from({ length: width }, (_, column) => columnAt(grid, column));
}

function columnAt(grid: readonly HTMLTableCellElement[][], column: number): Column {
  const over = [...new Set(grid.map((row) => row[column]).filter((cell) => cell !== undefined))];
  const lowest = over.at(-1);
  return {
    header: lowest && lowest.colSpan === 1 ? lowest : null,
    words: over.map(headerWords).filter(Boolean).join(": "),
  };
}

/** What a header cell says, without the ends of a drawn axis and without controls. */
export function headerWords(cell: Element): string {
  return cell.classList.contains("axis") ? "" : textOf(cell);
}

/** The rows of a table that hold figures. */
export function bodyRows(table: HTMLTableElement): HTMLTableRowElement[] {
  return [...table.tBodies].flatMap((body) => [...body.rows]);
}
