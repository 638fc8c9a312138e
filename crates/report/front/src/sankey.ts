// Flows between nodes: hover or focus shows what belongs together, Enter or a click keeps it, a slider hides small moves.

import { select, selectAll, type Selection } from "d3-selection";
import { choose, own } from "./address";
import type { Figure } from "./figures";
import { controls, make } from "./make";
import { count, say } from "./say";

const FEWEST_LINKS = 6;

type Marks = Selection<Element, unknown, Element, unknown>;

class Flow {
  private readonly links: Marks;
  private readonly nodes: Marks;
  private kept: string | null = null;

  constructor(
    private readonly element: HTMLElement,
    private readonly id: string,
    private readonly bar: HTMLElement,
  ) {
    this.links = select<Element, unknown>(element).selectAll<Element, unknown>("[data-from][data-to]") as unknown as Marks;
    this.nodes = select<Element, unknown>(element).selectAll<Element, unknown>("[data-node]") as unknown as Marks;
  }

  setUp(): void {
    const { element } = this;
    element.addEventListener("pointerover", ({ target }) => this.light(target));
    element.addEventListener("pointerleave", () => this.light(null));
    element.addEventListener("focusin", ({ target }) => this.light(target));
    element.addEventListener("focusout", () => this.light(null));
    element.addEventListener("click", ({ target }) => this.keep(target));
    element.addEventListener("keydown", (event) => this.key(event));
    this.nodes.attr("aria-pressed", "false");
    own(`node-${this.id}`, (value) => this.setKept(value));
    this.addSlider();
  }

  /** What belongs to a mark stays, everything else fades. */
  private light(target: EventTarget | null): void {
    const mark = target instanceof Element ? target.closest("[data-node], [data-from][data-to]") : null;
    if (mark?.hasAttribute("data-node")) this.lightNode(mark.getAttribute("data-node"));
    else if (mark) this.show((from, to) => from === mark.getAttribute("data-from") && to === mark.getAttribute("data-to"));
    else this.lightNode(this.kept);
  }

  private lightNode(name: string | null): void {
    if (name === null) this.element.classList.remove("chosen");
    else this.show((from, to) => from === name || to === name, name);
  }

  private show(belongs: (from: string | null, to: string | null) => boolean, node: string | null = null): void {
    const names = new Set([node]);
    this.links.classed("lit", function () {
      const [from, to] = [this.getAttribute("data-from"), this.getAttribute("data-to")];
      const isLit = belongs(from, to) && !this.classList.contains("below");
      if (isLit) names.add(from).add(to);
      return isLit;
    });
    this.nodes.classed("lit", function () {
      return names.has(this.getAttribute("data-node"));
    });
    this.element.classList.add("chosen");
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape") this.setKept(null);
    if ((event.key === "Enter" || event.key === " ") && this.keep(event.target)) event.preventDefault();
  }

  private keep(target: EventTarget | null): boolean {
    const node = target instanceof Element ? target.closest("[data-node]") : null;
    if (!node) return false;
    const name = node.getAttribute("data-node");
    this.setKept(this.kept === name ? null : name);
    return true;
  }

  private setKept(name: string | null): void {
    const isNode = this.nodes.nodes().some((node) => node.getAttribute("data-node") === name);
    this.kept = isNode ? name : null;
    const kept = this.kept;
    this.nodes.attr("aria-pressed", function () {
      return String(this.getAttribute("data-node") === kept);
    });
    this.lightNode(kept);
    choose(`node-${this.id}`, kept);
  }

  /** Its places are the counts there are, so each step hides something. */
  private addSlider(): void {
    const valueOf = (link: Element): number => Number(link.getAttribute("data-value") ?? 0);
    const values = [...new Set(this.links.nodes().map(valueOf))].sort((left, right) => left - right);
    if (this.links.size() < FEWEST_LINKS || values.length < 3) return;
    const slider = make("input", { type: "range", min: "0", max: String(values.length - 1), value: "0", step: "1" });
    const shown = make("output", { "aria-live": "polite" });
    const apply = (): void => {
      const least = values[Number(slider.value)] ?? 0;
      this.links.classed("below", function () {
        return valueOf(this) < least;
      });
      selectAll(this.element.querySelectorAll("[data-label-of]")).classed("below", function () {
        return Number((this as Element).getAttribute("data-label-of")) < least;
      });
      const left = this.links.nodes().filter((link) => valueOf(link) >= least).length;
      const words = say("linksShown", count(least), count(left), count(this.links.size()));
      shown.textContent = words;
      slider.setAttribute("aria-valuetext", words);
    };
    slider.addEventListener("input", () => {
      apply();
      choose(`least-${this.id}`, slider.value === "0" ? null : String(values[Number(slider.value)]));
    });
    own(`least-${this.id}`, (value) => {
      const place = values.findIndex((one) => one >= Number(value));
      if (place < 0) return;
      slider.value = String(place);
      apply();
    });
    const label = make("label", {}, make("span", {}, say("smallestLink")), slider);
    this.bar.append(controls("slider", label, shown));
    apply();
  }
}

/** Makes a flow of nodes and links answer to the reader. */
export function followFlow({ element, id, bar }: Figure): void {
  new Flow(element, id, bar).setUp();
}
