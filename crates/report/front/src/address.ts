// What the reader chose, kept in the address: `#chart-flow&least-chart-flow=20`. So a link opens the page as it was.
//
// Whoever makes a link chooses what is in it. Values are therefore short texts that their owner looks up among what the
// page holds; a value that fits nothing does nothing.

const LONGEST_ADDRESS = 4_000;
const LONGEST_VALUE = 200;
const WRITE_AFTER_MS = 150;

type Restore = (value: string) => void;

const chosen = new Map<string, string>();
const owners = new Map<string, Restore>();
let anchor = "";
let timer = 0;

function read(): void {
  const [first = "", ...rest] = location.hash.slice(1, LONGEST_ADDRESS).split("&");
  anchor = decoded(first);
  for (const [key, value] of new URLSearchParams(rest.join("&"))) {
    if (owners.has(key) && value.length <= LONGEST_VALUE) chosen.set(key, value);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** The part behind `#` that opens `id` with everything chosen so far. */
export function addressOf(id: string): string {
  const rest = new URLSearchParams([...chosen]).toString();
  return `#${encodeURIComponent(id)}${rest && `&${rest}`}`;
}

function write(): void {
  try {
    history.replaceState(null, "", addressOf(anchor) === "#" ? location.pathname : addressOf(anchor));
  } catch {
    // Some browsers refuse this for files or when called too often; the page works on, only its address is older.
  }
}

/** Remembers a choice; `null` forgets it. */
export function choose(key: string, value: string | null): void {
  if (value === null || value.length > LONGEST_VALUE) chosen.delete(key);
  else chosen.set(key, value);
  window.clearTimeout(timer);
  timer = window.setTimeout(write, WRITE_AFTER_MS);
}

/** Says who restores the choice `key` when the page opens with it. */
export function own(key: string, restore: Restore): void {
  owners.set(key, restore);
}

function restore(): void {
  read();
  for (const [key, value] of chosen) owners.get(key)?.(value);
  if (location.hash.includes("&")) document.getElementById(anchor)?.scrollIntoView();
}

/** Restores what the address says, now and whenever it changes. Comes after every `own`. */
export function followAddress(): void {
  restore();
  window.addEventListener("hashchange", () => {
    const isBare = !location.hash.includes("&");
    restore();
    if (isBare && chosen.size > 0) write();
  });
}
