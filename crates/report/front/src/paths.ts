// The path explorer: choose a branch, see where it lies, and leave everything else out.
//
// A branch is named in the address by its place among its neighbours, level by level: `0.2.1`.

import { choose, own } from "./address";
import type { Figure } from "./figures";
import { addFoldButtons } from "./folds";
import { button, make, textOf } from "./make";
import { say } from "./say";

type Fold = HTMLDetailsElement;

class Explorer {
  private readonly crumbs = make("div", { class: "crumbs", role: "group", "aria-label": say("branch") });
  private readonly only = button(say("onlyBranch"), null, () => this.setOnly(!this.isOnly));
  private isOnly = false;
  private chosen: Fold | null = null;

  constructor(
    private readonly element: HTMLElement,
    private readonly id: string,
  ) {}

  setUp(box: HTMLElement): void {
    this.only.setAttribute("aria-pressed", "false");
    box.append(this.only, this.crumbs);
    this.element.addEventListener("click", ({ target }) => {
      const fold = target instanceof Element ? target.closest("summary")?.parentElement : null;
      if (fold instanceof HTMLDetailsElement && !fold.matches(".figures")) this.set(fold);
    });
    own(`branch-${this.id}`, (value) => this.restore(value));
    this.set(null);
  }

  private set(fold: Fold | null): void {
    this.chosen = fold;
    const way = fold ? wayTo(fold, this.element) : [];
    const all = button(say("allPaths"), null, () => {
      this.setOnly(false);
      this.set(null);
    });
    const steps = way.map((one) => {
      const step = button(nameOf(one), null, () => this.set(one));
      if (one === fold) step.setAttribute("aria-current", "true");
      return step;
    });
    this.crumbs.replaceChildren(all, ...steps);
    this.only.disabled = fold === null;
    choose(`branch-${this.id}`, fold && way.map((one) => neighbours(one, this.element).indexOf(one)).join("."));
    this.show();
  }

  private setOnly(isOnly: boolean): void {
    this.isOnly = isOnly;
    this.only.setAttribute("aria-pressed", String(isOnly));
    this.show();
  }

  /** Leaves the way to the chosen branch and what is below it, or everything. */
  private show(): void {
    for (const aside of this.element.querySelectorAll(".aside-branch")) aside.classList.remove("aside-branch");
    if (!this.isOnly || !this.chosen) return;
    for (const step of wayTo(this.chosen, this.element)) {
      const item = step.closest("li") ?? step;
      for (const other of item.parentElement?.children ?? []) {
        if (other !== item && !other.matches("summary, .controls")) other.classList.add("aside-branch");
      }
    }
  }

  private restore(value: string): void {
    if (!/^\d{1,3}(\.\d{1,3}){0,40}$/.test(value)) return;
    let fold: Fold | null = null;
    for (const place of value.split(".").map(Number)) {
      const next: Fold | undefined = childFolds(fold ?? this.element)[place];
      if (!next) return;
      next.open = true;
      fold = next;
    }
    this.set(fold);
  }
}

/** The folds right below `parent`. */
function childFolds(parent: Element): Fold[] {
  const folds = [...parent.querySelectorAll<Fold>("details:not(.figures)")];
  return folds.filter((fold) => (fold.parentElement?.closest("details, figure") ?? null) === parent);
}

function neighbours(fold: Fold, figure: Element): Fold[] {
  return childFolds(fold.parentElement?.closest("details") ?? figure);
}

/** From the outermost fold to this one. */
function wayTo(fold: Fold, figure: Element): Fold[] {
  const above = fold.parentElement?.closest("details") ?? null;
  return above && figure.contains(above) ? [...wayTo(above, figure), fold] : [fold];
}

function nameOf(fold: Fold): string {
  const summary = fold.querySelector("summary");
  return textOf(summary?.querySelector("bdi") ?? summary);
}

/** Makes a tree of folds explorable. */
export function explorePaths(figure: Figure): void {
  const box = addFoldButtons(figure);
  if (box) new Explorer(figure.element, figure.id).setUp(box);
}
