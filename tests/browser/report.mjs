// Does the report read well in a real browser: offline, on a phone and a desk, without JavaScript, in both colour schemes?
//
// `browser.mjs` says which settings there are.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { close, MIDDLE, NARROW, open, reportAddress, screenshot, violations, WIDE, withPage } from "./browser.mjs";
import { readPage, readText, textWithPoorContrast } from "./page.mjs";

before(open);
after(close);

const withReport = (options, use) => withPage(reportAddress(), options, use);

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
  assert.deepEqual(requests.filter((url) => !url.startsWith("data:")), [reportAddress()]);
});

for (const viewport of [NARROW, MIDDLE, WIDE]) {
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

  for (const viewport of [NARROW, MIDDLE, WIDE]) {
    test(`the ${colorScheme} scheme renders at ${viewport.width} pixels`, async () => {
      const { value } = await withReport({ colorScheme, viewport }, async (page) => {
        await screenshot(page, `report-${colorScheme}-${viewport.width}`);
        return (await readPage(page)).background;
      });
      const isDark = Math.max(...value) < 128;
      assert.equal(isDark, colorScheme === "dark", `the page's background is rgb(${value})`);
    });

    test(`axe-core finds nothing in the ${colorScheme} scheme at ${viewport.width} pixels`, async () => {
      const { value } = await withReport({ colorScheme, viewport }, async (page) => {
        const folded = await violations(page);
        await page.evaluate(() => document.querySelectorAll("details").forEach((fold) => (fold.open = true)));
        return [...folded, ...(await violations(page))];
      });
      assert.deepEqual([...new Set(value)], []);
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

test("no table is cut on paper", async () => {
  // A4 between margins of one centimetre.
  const { value } = await withReport({ viewport: { width: 718, height: 1045 } }, async (page) => {
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    return page.evaluate(() =>
      [...document.querySelectorAll("table, svg, pre")]
        .filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
        .map((element) => `${element.closest("section")?.id}: ${element.textContent.trim().slice(0, 40)}: ${Math.round(element.getBoundingClientRect().right)}`),
    );
  });
  assert.deepEqual(value, []);
});
