// Marks by keyboard: one stop of the Tab key per figure, arrow keys from mark to mark inside it.

import type { Figure } from "./figures";
import { textOf } from "./make";
import { tipOf } from "./tooltip";

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Lets marks be reached, and names them by what they stand for. */
export function makeReachable({ element, kind }: Figure): void {
  const marks = [...element.querySelectorAll<HTMLElement | SVGElement>(".mark[data-tip]")];
  if (kind === "trend" || kind === "heat" || marks.length === 0) return;
  // A picture has no parts for a screen reader, a group has.
  for (const svg of element.querySelectorAll("svg[role=img]:has(.mark)")) svg.setAttribute("role", "group");
  marks.forEach((mark, index) => nameMark(mark, index === 0));
  element.addEventListener("keydown", (event) => step(event, marks));
}

function nameMark(mark: HTMLElement | SVGElement, isFirst: boolean): void {
  mark.setAttribute("tabindex", isFirst ? "0" : "-1");
  if (mark.closest("table")) return;
  if (!mark.hasAttribute("role")) mark.setAttribute("role", mark.hasAttribute("data-node") ? "button" : "img");
  // The browser's own tooltip would cover ours.
  mark.querySelector(":scope > title")?.remove();
  // What can be read in the picture is its name; voice control finds it by that.
  if (textOf(mark) === "") mark.setAttribute("aria-label", tipOf(mark).replaceAll("\n", ", "));
}

function step(event: KeyboardEvent, all: readonly (HTMLElement | SVGElement)[]): void {
  const marks = all.filter((mark) => mark.checkVisibility());
  const at = marks.findIndex((mark) => mark === event.target);
  const to = target(event.key, at, marks.length);
  if (at < 0 || to === null) return;
  event.preventDefault();
  moveFocus(all, marks[to]);
}

function target(key: string, at: number, length: number): number | null {
  if (key === "Home") return 0;
  if (key === "End") return length - 1;
  const by = STEPS[key];
  return by === undefined ? null : Math.max(0, Math.min(length - 1, at + by));
}

/** Gives the one stop of the Tab key to another mark and goes there. */
export function moveFocus(all: readonly (HTMLElement | SVGElement)[], to: HTMLElement | SVGElement | undefined): void {
  if (!to) return;
  for (const mark of all) mark.setAttribute("tabindex", mark === to ? "0" : "-1");
  to.focus();
}
