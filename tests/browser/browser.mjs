// One browser for all tests, and a page of it together with everything it complained about or asked for.
//
// REPORT_HTML      the page to open
// REPORT_HOSTILE   the report of a log by `hostile-log.mjs`
// SCREENSHOTS      folder that gets pictures; none are taken without it
// CHROMIUM         the browser, /usr/bin/chromium unless said
// BROWSER_MODULES  folder whose node_modules holds playwright-core and axe-core, this one unless said

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const modules = resolve(process.env.BROWSER_MODULES ?? import.meta.dirname);
const require = createRequire(join(modules, "browser.mjs"));
const { chromium } = require("playwright-core");
// Under MPL-2.0, and part of these tests only; nothing of it ships.
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--font-render-hinting=none",
  "--disable-lcd-text",
];

export const NARROW = { width: 360, height: 740 };
export const MIDDLE = { width: 768, height: 1024 };
export const WIDE = { width: 1280, height: 800 };

const work = mkdtempSync(join(tmpdir(), "kundresa-browser-"));
let browser;

/** Starts the browser; call `close` when done. */
export async function open() {
  assert.ok(process.env.REPORT_HTML, "REPORT_HTML names the page to open");
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: FLAGS,
  });
}

export async function close() {
  await browser?.close();
  rmSync(work, { recursive: true, force: true });
}

/** The page as the command wrote it. */
export function reportText() {
  return readFileSync(process.env.REPORT_HTML, "utf8");
}

export function reportAddress() {
  return pathToFileURL(resolve(process.env.REPORT_HTML)).href;
}

/** Writes a page for this run; returns its address. */
export function written(name, text) {
  const path = join(work, name);
  writeFileSync(path, text);
  return pathToFileURL(path).href;
}

/**
 * Opens an address, hands the page to `use`, and returns what `use` returns as `value` beside everything the page
 * complained about, asked for, and every dialog it opened.
 */
export async function withPage(address, options, use) {
  const context = await browser.newContext({ viewport: WIDE, reducedMotion: "reduce", ...options });
  const seen = { complaints: [], requests: [], dialogs: [] };
  try {
    if (options.init) await context.addInitScript(options.init);
    const page = await context.newPage();
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) seen.complaints.push(message.text());
    });
    page.on("pageerror", (error) => seen.complaints.push(String(error)));
    page.on("request", (request) => seen.requests.push(request.url()));
    page.on("dialog", (dialog) => {
      seen.dialogs.push(dialog.message());
      dialog.dismiss().catch(() => undefined);
    });
    await page.goto(address, { waitUntil: "load" });
    return { ...seen, value: await use(page) };
  } finally {
    await context.close();
  }
}

/** As `withPage` on the report, and the page must not complain or ask for anything. */
export async function onReport(options, use, address = reportAddress()) {
  const { value, ...seen } = await withPage(address, options, use);
  assert.deepEqual(seen.complaints, []);
  assert.deepEqual(seen.dialogs, []);
  assert.deepEqual(seen.requests.filter((url) => !/^(data|blob):/.test(url) && !url.startsWith(address.split("#")[0])), []);
  return value;
}

/** What axe-core finds wrong, one line per place. */
export async function violations(page) {
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary?.split("\n")[1] ?? ""}`));
}

/** A picture of the whole page where pictures are wanted. */
export async function screenshot(page, name) {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
