// Lines over time: a crosshair that reads one bucket, with the pointer or the arrow keys.

import { bisectCenter } from "d3-array";
import { pointer } from "d3-selection";
import type { Figure } from "./figures";
import { say } from "./say";
import { hideTip, showTip, tipOf } from "./tooltip";

const SVG = "http://www.w3.org/2000/svg";
/** Marks this close to each other, in units of the drawing, stand for one bucket. */
const SAME_BUCKET = 0.75;

interface Bucket {
  readonly x: number;
  readonly marks: SVGGraphicsElement[];
}

function bucketsOf(svg: SVGSVGElement): Bucket[] {
  const placed = [...svg.querySelectorAll<SVGGraphicsElement>(".mark[data-tip]")].map((mark) => {
    const { x, width } = mark.getBBox();
    return { x: x + width / 2, mark };
  });
  placed.sort((left, right) => left.x - right.x);
  const buckets: Bucket[] = [];
  for (const { x, mark } of placed) {
    const last = buckets.at(-1);
    if (last && x - last.x < SAME_BUCKET) last.marks.push(mark);
    else buckets.push({ x, marks: [mark] });
  }
  return buckets;
}

class Crosshair {
  private readonly line = document.createElementNS(SVG, "line");
  private measured: Bucket[] | null = null;
  private at = -1;

  constructor(private readonly svg: SVGSVGElement) {}

  setUp(name: string): void {
    const { svg, line } = this;
    line.setAttribute("class", "crosshair");
    svg.append(line);
    svg.setAttribute("tabindex", "0");
    svg.setAttribute("role", "slider");
    svg.removeAttribute("aria-labelledby");
    svg.setAttribute("aria-label", say("reader", svg.getAttribute("aria-label") ?? name));
    svg.setAttribute("aria-valuemin", "1");
    svg.setAttribute("aria-valuemax", String(svg.querySelectorAll(".mark[data-tip]").length));
    svg.setAttribute("aria-valuenow", "1");
    svg.setAttribute("aria-valuetext", tipOf(svg.querySelector(".mark[data-tip]") ?? svg));
    for (const title of svg.querySelectorAll(".mark > title")) title.remove();
    svg.addEventListener("pointermove", (event) => this.read(this.nearest(pointer(event, svg)[0])));
    svg.addEventListener("pointerleave", () => this.leave());
    svg.addEventListener("focus", () => this.read(this.at < 0 ? this.buckets().length - 1 : this.at));
    svg.addEventListener("blur", () => this.leave());
    svg.addEventListener("keydown", (event) => this.key(event));
    // Lengths in per cent mean other places after a change of width.
    new ResizeObserver(() => (this.measured = null)).observe(svg);
  }

  private buckets(): Bucket[] {
    if (!this.measured) {
      this.measured = bucketsOf(this.svg);
      this.svg.setAttribute("aria-valuemax", String(this.measured.length));
    }
    return this.measured;
  }

  private nearest(x: number): number {
    return bisectCenter(this.buckets().map((bucket) => bucket.x), x);
  }

  private key(event: KeyboardEvent): void {
    const last = this.buckets().length - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: this.at + 1,
      ArrowUp: this.at + 1,
      ArrowLeft: this.at - 1,
      ArrowDown: this.at - 1,
      PageUp: this.at + 7,
      PageDown: this.at - 7,
      Home: 0,
      End: last,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.read(Math.max(0, Math.min(last, to)));
  }

  private read(index: number): void {
    const bucket = this.buckets()[index];
    if (!bucket) return;
    this.at = index;
    const { line, svg } = this;
    for (const [name, value] of Object.entries({ x1: bucket.x, x2: bucket.x, y1: 0, y2: "100%" })) {
      line.setAttribute(name, String(value));
    }
    svg.classList.add("reading");
    for (const lit of svg.querySelectorAll(".mark.lit")) lit.classList.remove("lit");
    for (const mark of bucket.marks) mark.classList.add("lit");
    const words = bucket.marks.map(tipOf).join("\n");
    svg.setAttribute("aria-valuenow", String(index + 1));
    svg.setAttribute("aria-valuetext", words.replaceAll("\n", ", "));
    showTip(svg, words, () => over(svg, bucket.marks));
  }

  private leave(): void {
    this.svg.classList.remove("reading");
    hideTip();
  }
}

/** The whole height of the drawing at a bucket, so that the tooltip stands above and never under the pointer. */
function over(svg: SVGSVGElement, marks: readonly SVGGraphicsElement[]): DOMRect {
  const [drawing, mark] = [svg.getBoundingClientRect(), marks[0]?.getBoundingClientRect() ?? new DOMRect()];
  return new DOMRect(mark.left, drawing.top, mark.width, drawing.height);
}

/** Adds a crosshair to every drawing of a figure that has marks. */
export function readBuckets({ element, name }: Figure): void {
  for (const svg of element.querySelectorAll<SVGSVGElement>("svg:has(.mark[data-tip])")) new Crosshair(svg).setUp(name);
}
