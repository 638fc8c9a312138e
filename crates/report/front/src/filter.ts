// Long tables: a field that leaves the rows with all words typed, and says how many they are.

import { choose, own } from "./address";
import { bodyRows } from "./grid";
import { controls, make, textOf } from "./make";
import { count, say } from "./say";

const LONG_TABLE = 12;
const TYPING_MS = 80;

/** Adds the field to `bar`, or right above the table's box. */
export function makeFilterable(table: HTMLTableElement, id: string, bar: HTMLElement | null): void {
  const rows = bodyRows(table).filter((row) => !row.classList.contains("total"));
  if (!table.tHead || !("filter" in table.dataset || rows.length > LONG_TABLE)) return;
  const field = make("input", { type: "search", autocomplete: "off", spellcheck: "false" });
  const shown = make("output", { "aria-live": "polite" });
  const label = make("label", {}, make("span", {}, say("filterRows")), field);
  const box = controls("find", label, shown);
  if (bar) bar.append(box);
  else (table.closest(".scroll") ?? table).before(box);

  // The words of 5,000 rows are read when somebody types, not when the page opens.
  let words: string[] | null = null;
  const apply = (): void => {
    words ??= rows.map((row) => [...row.cells].map(textOf).join(" ").toLowerCase());
    const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    rows.forEach((row, index) => {
      row.hidden = !wanted.every((word) => words?.[index]?.includes(word));
      left += Number(!row.hidden);
    });
    shown.textContent = wanted.length > 0 ? say("rowsShown", count(left), count(rows.length)) : "";
  };
  let timer = 0;
  field.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(apply, TYPING_MS);
    choose(`find-${id}`, field.value.trim() || null);
  });
  own(`find-${id}`, (value) => {
    field.value = value;
    apply();
  });
}
