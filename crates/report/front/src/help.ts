// Which keys does the page know? `?` shows them.

import { button, make } from "./make";
import { say } from "./say";

function list(): HTMLDListElement {
  const keys: readonly (readonly [string, string])[] = [
    ["?", say("keyHelp")],
    ["Tab", say("keyTab")],
    [say("arrowKeys"), say("keyArrows")],
    ["Home, End", say("keyEnds")],
    ["Enter", say("keyEnter")],
    ["Shift + Enter", say("keyShift")],
    ["Esc", say("keyEscape")],
  ];
  return make("dl", {}, ...keys.map(([key, words]) => make("div", {}, make("dt", {}, make("kbd", {}, key)), make("dd", {}, words))));
}

/** The button that opens the list; the key does the same. */
export function helpButton(): HTMLButtonElement {
  const title = make("h2", { id: "keys-title" }, say("keys"));
  const close = button(say("close"), null, () => dialog.close());
  const dialog = make("dialog", { class: "help", "aria-labelledby": "keys-title", "data-control": "" }, title, list(), close);
  document.body.append(dialog);
  const open = (): void => {
    if (!dialog.open) dialog.showModal();
  };
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target instanceof Element && event.target.matches("input, select, textarea");
    if (event.key === "?" && !isTyping) open();
  });
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  const press = button("?", say("keys"), open);
  press.classList.add("keys");
  return press;
}
