// Short messages: shown for a moment, and read out by screen readers.

import { make } from "./make";

const SHOWN_MS = 2500;

const box = make("div", { class: "toast", role: "status", "aria-live": "polite", "data-control": "" });
let timer = 0;

export function setUpAnnouncements(): void {
  (document.querySelector("main") ?? document.body).append(box);
}

/** Says something to everybody. */
export function announce(words: string): void {
  box.textContent = words;
  box.classList.add("shown");
  window.clearTimeout(timer);
  timer = window.setTimeout(() => box.classList.remove("shown"), SHOWN_MS);
}

/** Says something to screen readers only, for what others see happen. */
export function murmur(words: string): void {
  box.classList.remove("shown");
  box.textContent = words;
}
