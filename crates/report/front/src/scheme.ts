// Light, dark, or what the system says. Remembered where the browser lets a page remember anything.

import { button } from "./make";
import { say } from "./say";

const SCHEMES = ["auto", "light", "dark"] as const;
const KEY = "kundresa-scheme";

type Scheme = (typeof SCHEMES)[number];

function remembered(): Scheme {
  try {
    return SCHEMES.find((scheme) => scheme === localStorage.getItem(KEY)) ?? "auto";
  } catch {
    return "auto";
  }
}

function remember(scheme: Scheme): void {
  try {
    localStorage.setItem(KEY, scheme);
  } catch {
    // Then it lasts until the page is closed.
  }
}

function apply(scheme: Scheme): void {
  if (scheme === "auto") delete document.documentElement.dataset["scheme"];
  else document.documentElement.dataset["scheme"] = scheme;
}

/** The button that goes through the three. */
export function schemeButton(): HTMLButtonElement {
  let scheme = remembered();
  const press = button(say("scheme", say(scheme)), null, () => {
    scheme = SCHEMES[(SCHEMES.indexOf(scheme) + 1) % SCHEMES.length] ?? "auto";
    apply(scheme);
    remember(scheme);
    press.textContent = say("scheme", say(scheme));
  });
  press.classList.add("scheme");
  apply(scheme);
  return press;
}
