// One tooltip for the whole page: what a mark stands for, in words that came with the page.
//
// It can be hovered itself, stays until the reader moves on, and Escape closes it. It is set as text, whatever is in it.

import { make } from "./make";

const LEAVE_MS = 120;
const GAP = 10;

const tip = make("div", { class: "tip", role: "tooltip", id: "tip", "data-control": "", hidden: "" });
let timer = 0;
let owner: Element | null = null;
let place: () => DOMRect = () => new DOMRect();

export function setUpTooltip(): void {
  (document.querySelector("main") ?? document.body).append(tip);
  document.addEventListener("pointerover", ({ target }) => over(target));
  document.addEventListener("focusin", ({ target }) => {
    const mark = markOf(target);
    if (mark && mark === target) showTip(mark, tipOf(mark), () => mark.getBoundingClientRect());
    else hideTip();
  });
  document.addEventListener("focusout", hideTip);
  document.addEventListener("scroll", follow, { capture: true, passive: true });
  document.addEventListener("keydown", ({ key }) => key === "Escape" && hideTip());
}

function over(target: EventTarget | null): void {
  if (target instanceof Node && tip.contains(target)) {
    window.clearTimeout(timer);
    return;
  }
  const mark = markOf(target);
  if (mark) showTip(mark, tipOf(mark), () => mark.getBoundingClientRect());
  else if (owner) leaveSoon();
}

/** The mark around a place of the page. */
export function markOf(target: EventTarget | null): Element | null {
  return target instanceof Element ? target.closest(".mark[data-tip]") : null;
}

/** What a mark stands for. */
export function tipOf(mark: Element): string {
  return mark.getAttribute("data-tip") ?? "";
}

/** Going to a mark may scroll to it; its tooltip goes along as long as the reader is there. */
function follow(): void {
  if (owner && (owner === document.activeElement || owner.matches(":hover"))) putTip();
  else if (owner) hideTip();
}

/** Shows `words` above a box of the window, or below it where there is no room. */
export function showTip(of: Element, words: string, where: () => DOMRect): void {
  window.clearTimeout(timer);
  owner = of;
  place = where;
  tip.replaceChildren(...words.split("\n").map((line) => make("div", {}, line)));
  tip.hidden = false;
  putTip();
}

function putTip(): void {
  const box = place();
  const { width, height } = tip.getBoundingClientRect();
  const middle = box.left + Math.min(box.width, window.innerWidth) / 2;
  const left = Math.max(GAP, Math.min(middle - width / 2, window.innerWidth - width - GAP));
  const above = box.top - height - GAP;
  const top = above > 0 ? above : Math.min(box.bottom + GAP, window.innerHeight - height - GAP);
  tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
}

function leaveSoon(): void {
  window.clearTimeout(timer);
  timer = window.setTimeout(hideTip, LEAVE_MS);
}

export function hideTip(): void {
  window.clearTimeout(timer);
  tip.hidden = true;
  owner = null;
}
