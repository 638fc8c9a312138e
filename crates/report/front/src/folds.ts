// Figures with parts that fold: open all of them, or close them.

import type { Figure } from "./figures";
import { button, controls } from "./make";
import { say } from "./say";

const FEWEST = 2;

/** The folds of a figure that hold something other than its table. */
export function foldsOf(element: Element): HTMLDetailsElement[] {
  return [...element.querySelectorAll<HTMLDetailsElement>("details:not(.figures)")];
}

/** Adds the two buttons where there are several folds; returns the box they are in. */
export function addFoldButtons({ element, bar }: Figure): HTMLElement | null {
  const folds = foldsOf(element);
  if (folds.length < FEWEST) return null;
  const setAll = (open: boolean) => () => {
    for (const fold of folds) fold.open = open;
  };
  const box = controls("folds", button(say("openAll"), null, setAll(true)), button(say("closeAll"), null, setAll(false)));
  bar.append(box);
  return box;
}
