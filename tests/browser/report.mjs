// Does the report read well in a real browser: offline, on a phone and a desk, without JavaScript, in both colour schemes?
//
// REPORT_HTML      the page to open
// SCREENSHOTS      folder that gets one picture per width and scheme; none are taken without it
// CHROMIUM         the browser, /usr/bin/chromium unless said
// BROWSER_MODULES  folder whose node_modules holds playwright-core, this one unless said

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { readPage, readText, textWithPoorContrast } from "./page.mjs";

const modules = process.env.BROWSER_MODULES ?? import.meta.dirname;
const { chromium } = createRequire(join(resolve(modules), "report.mjs"))("playwright-core");

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const NARROW = { width: 360, height: 740 };
const WIDE = { width: 1280, height: 800 };

let browser;
let address;

before(async () => {
  assert.ok(process.env.REPORT_HTML, "REPORT_HTML names the page to open");
  address = pathToFileURL(resolve(process.env.REPORT_HTML)).href;
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: FLAGS,
  });
});

after(() => browser?.close());

/** Opens the report, hands the page to `use`, and returns what `use` returns beside everything the page complained about. */
async function withReport(options, use) {
  const context = await browser.newContext({ viewport: WIDE, ...options });
  const seen = { complaints: [], requests: [] };
  try {
    const page = await context.newPage();
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) seen.complaints.push(message.text());
    });
    page.on("pageerror", (error) => seen.complaints.push(String(error)));
    page.on("request", (request) => seen.requests.push(request.url()));
    await page.goto(address, { waitUntil: "load" });
    return { ...seen, value: await use(page) };
  } finally {
    await context.close();
  }
}

async function screenshot(page, name) {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/** Everything a reader may do: scroll through, open what folds, hover and focus. */
async function wander(page) {
  await page.evaluate(() => document.querySelectorAll("details").forEach((fold) => (fold.open = true)));
  for (let turn = 0; turn < 20; turn += 1) await page.keyboard.press("Tab");
  await page.mouse.move(200, 300);
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await page.waitForTimeout(100);
}

test("the page opens and is used without a console message", async () => {
  const { complaints } = await withReport({}, wander);
  assert.deepEqual(complaints, []);
});

test("the page asks for nothing but itself", async () => {
  const { requests } = await withReport({}, wander);
  assert.deepEqual(requests.filter((url) => !url.startsWith("data:")), [address]);
});

for (const viewport of [NARROW, WIDE]) {
  test(`nothing sticks out at ${viewport.width} pixels`, async () => {
    const { value } = await withReport({ viewport }, async (page) => {
      await wander(page);
      return page.evaluate(() => ({ page: document.documentElement.scrollWidth, window: window.innerWidth }));
    });
    assert.ok(value.page <= value.window, `the page is ${value.page} wide in a window of ${value.window}`);
  });
}

test("without JavaScript the same sections say the same", async () => {
  const { value: withScript } = await withReport({ javaScriptEnabled: true }, readText);
  const { value: withoutScript } = await withReport({ javaScriptEnabled: false }, readText);
  assert.ok(withoutScript.headings.length > 1, "the page has sections");
  assert.deepEqual(withoutScript, withScript);
});

test("headings come in order, under one title", async () => {
  const { value } = await withReport({}, readPage);
  assert.equal(value.headings.filter((heading) => heading.level === 1).length, 1, "one h1");
  assert.equal(value.headings[0].level, 1, "the h1 comes first");
  value.headings.slice(1).forEach((heading, index) => {
    const previous = value.headings[index];
    assert.ok(heading.level <= previous.level + 1, `“${heading.text}” skips a level after “${previous.text}”`);
    assert.notEqual(heading.text, "", "every heading has a text");
  });
});

test("every table has a caption and headed columns", async () => {
  const { value } = await withReport({}, readPage);
  assert.ok(value.tables.length > 0, "the page has tables");
  for (const table of value.tables) {
    assert.notEqual(table.caption, "", `a table without a caption begins with “${table.start}”`);
    assert.ok(table.headers > 0, `“${table.caption}” has no header cell`);
    assert.equal(table.unscoped, 0, `“${table.caption}” has header cells without a scope`);
  }
});

test("the page says its language, its title, and what its pictures show", async () => {
  const { value } = await withReport({}, readPage);
  assert.notEqual(value.language, "");
  assert.notEqual(value.title, "");
  assert.deepEqual(value.unnamedPictures, []);
});

test("ids are unique and links inside the page lead somewhere", async () => {
  const { value } = await withReport({}, readPage);
  assert.deepEqual(value.repeatedIds, []);
  assert.deepEqual(value.deadLinks, []);
});

for (const colorScheme of ["light", "dark"]) {
  test(`text stands out in the ${colorScheme} scheme`, async () => {
    const { value } = await withReport({ colorScheme }, textWithPoorContrast);
    assert.deepEqual(value, []);
  });

  for (const viewport of [NARROW, WIDE]) {
    test(`the ${colorScheme} scheme renders at ${viewport.width} pixels`, async () => {
      const { value } = await withReport({ colorScheme, viewport }, async (page) => {
        await screenshot(page, `report-${colorScheme}-${viewport.width}`);
        return (await readPage(page)).background;
      });
      const isDark = Math.max(...value) < 128;
      assert.equal(isDark, colorScheme === "dark", `the page's background is rgb(${value})`);
    });
  }
}

test("the page prints with all its sections", async () => {
  const { value } = await withReport({}, async (page) => {
    const onScreen = await readPage(page);
    await page.emulateMedia({ media: "print" });
    return { onScreen, onPaper: await readPage(page), sheets: await page.pdf({ format: "A4" }) };
  });
  assert.deepEqual(value.onPaper.headings, value.onScreen.headings);
  assert.ok(value.sheets.length > 0);
});
