// Does every interaction of the report do what it says, by mouse and by keyboard, and nothing else?
//
// Most tests use one small figure of every kind in the frame of the real report (`fixture.mjs`); what is read out, copied
// and kept in the address is compared word for word.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { close, NARROW, onReport, open, reportAddress, reportText, violations, withPage, written } from "./browser.mjs";
import { everyKind, HOSTILE, KIND, pageWith } from "./fixture.mjs";

let address;

before(async () => {
  await open();
  address = written("kind.html", pageWith(reportText(), everyKind(KIND)));
});
after(close);

/** The fixture page; it must not complain and ask for nothing. */
const onFixture = (use, options = {}, at = address) => onReport(options, use, at);

/** Texts of the first column of a table. */
const names = (page, table) => page.locator(`${table} tbody tr:visible th`).allTextContents();

/** Catches what the page copies instead of using the system's clipboard. */
const CATCH_COPIES = () => {
  globalThis.copies = [];
  const clipboard = {
    writeText: async (text) => void globalThis.copies.push(text),
    write: async (items) => void globalThis.copies.push(await items[0].getType("image/png")),
  };
  Object.defineProperty(navigator, "clipboard", { value: clipboard, configurable: true });
};
const NO_CLIPBOARD = () => Object.defineProperty(navigator, "clipboard", { value: undefined, configurable: true });

const LIST = "#two-table-1";
const tools = (page, name, button) => page.getByRole("group", { name: `Copy ${name}`, exact: true }).getByRole(button === "#" ? "link" : "button", button === "#" ? {} : { name: `Copy as ${button}` });

// --- tables ------------------------------------------------------------------------------------------------------------

test("a column sorts by its exact figure, largest first, then smallest, then as written", () =>
  onFixture(async (page) => {
    const written = await names(page, LIST);
    const press = page.locator(`${LIST} th button`, { hasText: "Views" });
    const values = () => page.locator(`${LIST} tbody td:nth-child(2)`).evaluateAll((cells) => cells.map((cell) => Number(cell.dataset.value)));
    const sorted = (await values()).sort((left, right) => left - right);
    await press.click();
    assert.deepEqual(await values(), [...sorted].reverse());
    assert.equal(await page.locator(`${LIST} th[aria-sort]`).getAttribute("aria-sort"), "descending");
    await press.press("Enter");
    assert.deepEqual(await values(), sorted);
    await press.press("Enter");
    assert.deepEqual(await names(page, LIST), written);
    assert.equal(await page.locator(`${LIST} th[aria-sort]`).count(), 0);
    assert.equal(await page.locator(".toast").textContent(), "In the original order");
  }));

test("a column of rates sorts by the rate, names by the alphabet with numbers by size, and a total stays last", () =>
  onFixture(async (page) => {
    await page.locator(`${LIST} th button`, { hasText: "Bounced" }).click();
    const rates = await page
      .locator(`${LIST} tbody td:nth-child(3)`)
      .evaluateAll((cells) => cells.map((cell) => Number(cell.dataset.value) / Number(cell.dataset.base)));
    assert.deepEqual(rates, [...rates].sort((left, right) => right - left));
    await page.locator(`${LIST} th button`, { hasText: "Page" }).click();
    const sorted = await names(page, LIST);
    assert.ok(sorted.indexOf("Page 9") < sorted.indexOf("Page 10"), String(sorted));
    const segments = "#one-table-1";
    await page.locator(`${segments} th button`, { hasText: "Entered" }).click();
    await page.locator(`${segments} th button`, { hasText: "Entered" }).click();
    assert.deepEqual(await names(page, segments), ["Purchase", "Checkout", "Cart", "All"]);
  }));

test("the filter leaves rows with all words and says how many", () =>
  onFixture(async (page) => {
    await page.getByLabel("Filter rows").fill("ART");
    await page.getByText("2 of 40 rows").waitFor();
    assert.deepEqual(await names(page, LIST), ["Start", "Cart"]);
    await page.getByLabel("Filter rows").fill("art c");
    await page.getByText("1 of 40 rows").waitFor();
    assert.deepEqual(await names(page, LIST), ["Cart"]);
    await page.getByLabel("Filter rows").fill("");
    await page.waitForFunction(() => document.querySelectorAll("#two-table-1 tbody tr:not([hidden])").length === 40);
  }));

// --- marks -------------------------------------------------------------------------------------------------------------

test("a mark shows its tooltip on hover and focus, Escape closes it", () =>
  onFixture(async (page) => {
    const tip = page.getByRole("tooltip");
    assert.equal(await tip.count(), 0);
    await page.locator(".steps .bar").nth(1).hover();
    assert.equal(await tip.textContent(), "Search: reached 400");
    await page.keyboard.press("Escape");
    assert.equal(await tip.count(), 0);
    await page.locator(".steps .bar").nth(0).focus();
    assert.equal(await tip.textContent(), "Start: reached 1000");
    await page.keyboard.press("ArrowDown");
    assert.equal(await tip.textContent(), "Search: reached 400");
    await page.keyboard.press("End");
    assert.equal(await tip.textContent(), "Product: reached 90");
  }));

test("a heat map lights row and column, and arrow keys walk it", () =>
  onFixture(async (page) => {
    const cell = page.locator("#chart-heat tbody tr:nth-child(2) td:nth-child(4)");
    await cell.hover();
    assert.equal(await page.getByRole("tooltip").innerText(), "Search → Product\n12, 12.0 %\nn = 100");
    // Four cells and a header of the row, three more cells and the header of the column.
    assert.equal(await page.locator("#chart-heat .lit").count(), 9);
    await page.locator("#chart-heat td").first().focus();
    for (const key of ["ArrowDown", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
    assert.equal(await page.evaluate(() => document.activeElement.dataset.value), "12");
  }));

test("a node of a flow fades what it has no part in, stays chosen, and lets go with Escape", () =>
  onFixture(async (page) => {
    const lit = () => page.locator("#chart-flow .link.lit").count();
    const node = page.locator('#chart-flow [data-node="from-2"]');
    await node.hover();
    assert.equal(await lit(), 2);
    assert.ok(await page.locator("#chart-flow.chosen").count());
    await node.focus();
    await page.keyboard.press("Enter");
    assert.equal(await node.getAttribute("aria-pressed"), "true");
    await page.mouse.move(2, 2);
    assert.equal(await lit(), 2, "it stays");
    await page.waitForFunction(() => location.hash.includes("node-chart-flow=from-2"));
    await node.focus();
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("#chart-flow.chosen").count(), 0);
    await page.locator('#chart-flow [data-from="from-3"][data-to="to-0"]').focus();
    assert.equal(await lit(), 1);
  }));

test("the slider hides the smallest moves and says how many are left", () =>
  onFixture(async (page) => {
    const slider = page.getByLabel("Hide moves fewer than");
    await slider.focus();
    for (let step = 0; step < 3; step += 1) await page.keyboard.press("ArrowRight");
    // Moves are 10, 13, 17, 20, 24, 27, 31, 34; three are under 20.
    assert.equal(await slider.getAttribute("aria-valuetext"), "20: 5 of 8 shown");
    assert.equal(await page.locator("#chart-flow .link:not(.below)").count(), 5);
  }));

test("the crosshair of a trend reads the bucket by pointer and by arrow keys", () =>
  onFixture(async (page) => {
    const plot = page.getByRole("slider", { name: "Read By day" });
    await plot.scrollIntoViewIfNeeded();
    await page.waitForTimeout(200);
    const box = await plot.boundingBox();
    await page.mouse.move(box.x + box.width * 0.35, box.y + box.height / 2);
    assert.equal(await page.getByRole("tooltip").textContent(), "Day 4, Cart: 11");
    await page.mouse.move(2, 2);
    await plot.focus();
    for (const key of ["Home", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
    assert.equal(await plot.getAttribute("aria-valuetext"), "Day 3, Product: 74");
    assert.deepEqual([await plot.getAttribute("aria-valuenow"), await plot.getAttribute("aria-valuemax")], ["3", "10"]);
    assert.equal(await page.getByRole("tooltip").textContent(), "Day 3, Product: 74");
  }));

test("a funnel shows a segment's own figures under every step", () =>
  onFixture(async (page) => {
    await page.getByLabel("Compare with").selectOption({ label: "Checkout" });
    const beside = await page.locator(".beside").allInnerTexts();
    assert.deepEqual(
      beside.map((text) => text.replace(/\s+/g, " ").trim()),
      ["Checkout: Stopped after: Start 33.7 % of 300", "Checkout: Stopped after: Search 25.0 % of 200", "Checkout: Conversion 3.0 % of 300"],
    );
    assert.equal(await page.locator("tr.picked th").textContent(), "Checkout");
    await page.getByLabel("Compare with").selectOption({ label: "nobody" });
    assert.equal(await page.locator(".beside").count(), 0);
  }));

test("the path explorer opens, closes, names and isolates a branch", () =>
  onFixture(async (page) => {
    const tree = page.locator("#chart-paths .tree");
    await page.getByRole("button", { name: "Open all" }).click();
    assert.equal(await tree.locator("details[open]").count(), 3);
    await page.getByRole("button", { name: "Close all" }).click();
    assert.equal(await tree.locator("details[open]").count(), 0);
    await tree.locator("summary", { hasText: "Start" }).click();
    await tree.locator("summary", { hasText: "Search" }).press("Enter");
    const crumbs = page.getByRole("group", { name: "Chosen branch" });
    assert.deepEqual(await crumbs.getByRole("button").allTextContents(), ["All paths", "Start", "Search"]);
    await page.getByRole("button", { name: "Only this branch" }).click();
    assert.deepEqual((await tree.locator("bdi:visible").allTextContents()).sort(), ["Cart", "Product", "Search", "Start"]);
    await crumbs.getByRole("button", { name: "All paths" }).click();
    assert.ok(await tree.locator("summary", { hasText: "Purchase" }).isVisible());
  }));

// --- copies ------------------------------------------------------------------------------------------------------------

test("CSV holds exact figures, bases beside rates, and what the reader sorted", () =>
  onFixture(
    async (page) => {
      await tools(page, "Funnel", "CSV").last().click();
      assert.deepEqual((await page.evaluate(() => globalThis.copies))[0].split("\r\n"), [
        "segment,Entered,Stopped after: Start,Stopped after: Start / n,Stopped after: Search,Stopped after: Search / n,Conversion,Conversion / n",
        "Cart,300,100,300,50,200,9,300",
        "Checkout,299,101,300,50,200,9,300",
        "Purchase,298,102,300,50,200,9,300",
        "All,1000,600,1000,310,400,90,1000",
        "",
      ]);
      assert.equal(await page.locator(".toast").textContent(), "Copied: one-table-1.csv");
    },
    { init: CATCH_COPIES },
  ));

test("CSV of hostile names holds no formula", () =>
  onFixture(
    async (page) => {
      await tools(page, "Pages", "CSV").click();
      const lines = (await page.evaluate(() => globalThis.copies))[0].split("\r\n").slice(1);
      for (const line of lines) assert.ok(!/^"?[=+\-@\t]/.test(line), line);
      assert.ok(lines.some((line) => line.startsWith(`"'=HYPERLINK(""javascript:alert(1)"",""x"")"`)), "it is kept, as a text");
      assert.ok(lines.some((line) => line.startsWith("'-2+3,")));
      assert.ok(lines.some((line) => line.startsWith("__proto__,")));
    },
    { init: CATCH_COPIES },
    written("formulas.html", pageWith(reportText(), everyKind(HOSTILE))),
  ));

test("SVG looks the same outside: no class, no style, its own colours, patterns and words", () =>
  onFixture(
    async (page) => {
      for (const figure of ["Funnel", "Heat", "Flow", "Trend", "Paths"]) await tools(page, figure, "SVG").first().click();
      const copies = await page.evaluate(() => globalThis.copies);
      assert.equal(copies.length, 5);
      for (const copy of copies) {
        assert.match(copy, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
        for (const foreign of [" class=", " style=", "var(--", "foreignObject", "<script", " data-", "NaN"]) {
          assert.ok(!copy.includes(foreign), `${foreign} in ${copy.slice(0, 80)}`);
        }
      }
      assert.match(copies[1], />Search<\/text>/);
      // Links are translucent on the page, and so are their copies.
      assert.match(copies[2], /stroke="rgb\(\d+,\d+,\d+\)" [^>]*stroke-opacity="0\.\d+"|stroke-opacity="0\.\d+" [^>]*stroke="rgb\(/);
      assert.ok(copies.every((copy) => !copy.includes("Figures")), "what is folded away is left out");
      const alone = await page.evaluate(async (text) => {
        const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
        return { error: parsed.querySelector("parsererror") !== null, width: Number(parsed.documentElement.getAttribute("width")) };
      }, copies[1]);
      assert.ok(!alone.error && alone.width > 300);
    },
    { init: CATCH_COPIES },
  ));

test("PNG is drawn with two pixels for one and holds something", () =>
  onFixture(
    async (page) => {
      await tools(page, "Heat", "PNG").click();
      await page.waitForFunction(() => globalThis.copies.length === 1);
      const picture = await page.evaluate(async () => {
        const bitmap = await createImageBitmap(globalThis.copies[0]);
        const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
        context.drawImage(bitmap, 0, 0);
        const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
        const colours = new Set();
        for (let at = 0; at < data.length; at += 4) colours.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
        return { width: bitmap.width, colours: colours.size, box: document.querySelector("#chart-heat").getBoundingClientRect().width };
      });
      assert.ok(Math.abs(picture.width - 2 * (picture.box + 32)) < 8, JSON.stringify(picture));
      assert.ok(picture.colours > 20, "text and shades are drawn");
    },
    { init: CATCH_COPIES },
  ));

test("without a clipboard, and with Shift, a copy becomes a file", async () => {
  for (const [init, modifiers] of [[NO_CLIPBOARD, []], [CATCH_COPIES, ["Shift"]]]) {
    await onFixture(
      async (page) => {
        for (const format of ["CSV", "SVG", "PNG"]) {
          const [file] = await Promise.all([page.waitForEvent("download"), tools(page, "Heat", format).click({ modifiers })]);
          assert.equal(file.suggestedFilename(), `chart-heat.${format.toLowerCase()}`);
          const content = readFileSync(await file.path());
          assert.ok(content.length > 100);
          if (format === "CSV") assert.ok(content.toString().startsWith("\ufefffrom"), "spreadsheets see that it is UTF-8");
          if (format === "PNG") assert.equal(content.subarray(1, 4).toString(), "PNG");
        }
      },
      { init, acceptDownloads: true },
    );
  }
});

// --- the address -------------------------------------------------------------------------------------------------------

test("a link opens the page as it was", async () => {
  const link = await onFixture(
    async (page) => {
      await page.locator(`${LIST} th button`, { hasText: "Views" }).click();
      await page.getByLabel("Filter rows").fill("help");
      await page.getByLabel("Compare with").selectOption({ label: "Cart" });
      await page.locator("#chart-paths summary", { hasText: "Start" }).click();
      await page.getByLabel("Hide moves fewer than").fill("4");
      await tools(page, "Flow", "#").click();
      return (await page.evaluate(() => globalThis.copies)).at(-1);
    },
    { init: CATCH_COPIES },
  );
  assert.match(link, /#chart-flow&/);
  await onFixture(
    async (page) => {
      assert.equal(await page.locator(`${LIST} th[aria-sort=descending]`).textContent(), "Views");
      assert.equal(await page.getByLabel("Filter rows").inputValue(), "help");
      assert.equal(await page.locator(`${LIST} tbody tr:visible`).count(), 1);
      assert.equal(await page.locator(".beside").count(), 3);
      assert.equal(await page.locator("#chart-paths details[open]").count(), 1);
      assert.equal(await page.getByLabel("Hide moves fewer than").getAttribute("aria-valuetext"), "24: 4 of 8 shown");
      await page.waitForFunction(() => document.getElementById("chart-flow").getBoundingClientRect().top < innerHeight);
    },
    {},
    link,
  );
});

test("hostile addresses do nothing", async () => {
  const values = [
    ...HOSTILE.map((text) => encodeURIComponent(text)),
    "9".repeat(9_000),
    "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0",
    "-1",
    "1e400",
    "NaN",
    "%",
    "%E0%A4%A",
    "999d",
    "*,html",
    "constructor",
  ];
  const keys = ["sort-two-table-1", "find-two-table-1", "segment-chart-funnel-1", "node-chart-flow", "least-chart-flow", "branch-chart-paths", "__proto__", "constructor"];
  for (const value of values) {
    const hash = `#${value}&${keys.map((key) => `${key}=${value}`).join("&")}`;
    await onFixture(
      async (page) => {
        assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
        assert.equal(await page.locator("main h1").textContent(), "Fixture");
        assert.equal(await page.locator("main img, main script, main iframe").count(), 0);
      },
      {},
      address + hash,
    );
  }
});

// --- the page ----------------------------------------------------------------------------------------------------------

test("hostile names run nothing, whatever the reader does", () =>
  onFixture(
    async (page) => {
      await page.evaluate(() => document.querySelectorAll("details").forEach((fold) => (fold.open = true)));
      for (const mark of await page.locator(".mark:visible, #chart-heat td").all()) await mark.hover({ force: true });
      for (const option of [1, 2, 3]) await page.getByLabel("Compare with").selectOption({ index: option });
      for (const press of await page.locator(".sort:visible, .crumbs button, .tools button").all()) await press.click();
      for (const summary of await page.locator("#chart-paths summary").all()) await summary.click({ force: true });
      await page.getByLabel("Filter rows").last().fill(HOSTILE[0]);
      await page.waitForTimeout(300);
      assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
      assert.equal(await page.locator("main img, main script, main iframe, main object").count(), 0);
      assert.equal(await page.evaluate(() => [...document.querySelectorAll("*")].filter((one) => [...one.attributes].some((attribute) => attribute.name.startsWith("on"))).length), 0);
      for (const copy of await page.evaluate(() => globalThis.copies.filter((copy) => typeof copy === "string" && copy.startsWith("<svg")))) {
        assert.ok(!/<script|<img|\son\w+=/.test(copy.replaceAll(/>[^<]*</g, "><").replaceAll(/"[^"]*"/g, '""')), copy.slice(0, 200));
      }
    },
    { init: CATCH_COPIES },
    written("hostile.html", pageWith(reportText(), everyKind(HOSTILE))),
  ));

test("the report of a hostile log runs nothing, whatever the reader does", { skip: !process.env.REPORT_HOSTILE && "REPORT_HOSTILE names no page" }, () =>
  onReport(
    { init: CATCH_COPIES },
    async (page) => {
      assert.match(await page.title(), /<script>window\.hacked=1/);
      await page.evaluate(() => document.querySelectorAll("details").forEach((fold) => (fold.open = true)));
      // Every listener of the page, without waiting for the pointer to travel.
      const used = await page.evaluate(() => {
        const all = (selector) => [...document.querySelectorAll(selector)];
        const marks = all(".mark, [data-chart=heat] td");
        for (const mark of marks) for (const type of ["pointerover", "pointermove", "focusin"]) mark.dispatchEvent(new PointerEvent(type, { bubbles: true }));
        for (const choice of all("select")) {
          choice.selectedIndex = choice.options.length - 1;
          choice.dispatchEvent(new Event("change"));
        }
        for (const press of all(".sort, .tools button, .folds button, .tree summary")) press.click();
        return marks.length;
      });
      assert.ok(used > 50, `${used} marks`);
      await page.waitForTimeout(500);
      assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
      assert.equal(await page.locator("main img, main script, main iframe, main object").count(), 0);
      const copies = await page.evaluate(() => globalThis.copies.filter((copy) => typeof copy === "string" && !copy.startsWith("<svg")));
      assert.ok(copies.length > 5);
      for (const line of copies.flatMap((copy) => copy.split("\r\n"))) assert.ok(!/(^|,)"?[=+@\t]/.test(line), line);
    },
    pathToFileURL(process.env.REPORT_HOSTILE).href,
  ));

test("the policy blocks what a name could smuggle in", async () => {
  const smuggled = '<p id="x"></p><script>window.hacked=1</script><img src="http://127.0.0.1:9/x" onerror="window.hacked=1"><p style="position:fixed">x</p>';
  const { value, complaints } = await withPage(written("smuggled.html", pageWith(reportText(), smuggled)), {}, (page) =>
    page.evaluate(() => ({ hacked: globalThis.hacked, position: getComputedStyle(document.querySelector("p[style]")).position })),
  );
  assert.deepEqual(value, { hacked: undefined, position: "static" });
  assert.ok(complaints.length >= 3, "script, picture and style were refused");
});

test("colours go from automatic to light to dark, and are remembered", async () => {
  await onFixture(async (page) => {
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const automatic = await background();
    const press = page.getByRole("button", { name: /^Colours/ });
    await press.click();
    assert.equal(await background(), automatic);
    await press.click();
    assert.equal(await press.textContent(), "Colours: dark");
    const dark = await background();
    assert.notEqual(dark, automatic);
    await page.reload();
    assert.equal(await background(), dark);
  });
  const forbidden = () => Object.defineProperty(globalThis, "localStorage", { get: () => { throw new DOMException("no", "SecurityError"); } });
  await onFixture((page) => page.getByRole("button", { name: /^Colours/ }).click(), { init: forbidden });
});

test("the question mark shows the keys, Escape closes them", () =>
  onFixture(async (page) => {
    await page.keyboard.press("?");
    const help = page.getByRole("dialog", { name: "Keys" });
    assert.ok(await help.isVisible());
    assert.ok((await help.getByRole("term").count()) >= 7);
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press("Escape");
    assert.ok(!(await help.isVisible()));
    await page.getByLabel("Filter rows").press("?");
    assert.ok(!(await help.isVisible()), "not while typing");
  }));

test("the navigation marks the section that is read", () =>
  onReport({}, async (page) => {
    const current = () => page.locator("nav [aria-current]").getAttribute("href");
    for (const id of ["quality", "funnels"]) {
      await page.evaluate((to) => document.getElementById(to).scrollIntoView({ behavior: "instant" }), id);
      await page.waitForFunction((to) => document.querySelector("nav [aria-current]")?.hash === `#${to}`, id);
      assert.equal(await current(), `#${id}`);
    }
  }));

test("everything that can be pressed is reached by the Tab key and shows it", () =>
  onFixture(async (page) => {
    const wanted = await page.locator("a[href], button:enabled, input, select, summary, [tabindex='0']").locator("visible=true").count();
    const seen = new Set();
    for (let turn = 0; turn < wanted + 5; turn += 1) {
      await page.keyboard.press("Tab");
      const focus = await page.evaluate(() => {
        const element = document.activeElement;
        element.dataset.seen ??= String(document.querySelectorAll("[data-seen]").length);
        return { key: element.dataset.seen, outline: getComputedStyle(element).outlineStyle, body: element === document.body };
      });
      if (!focus.body) {
        assert.notEqual(focus.outline, "none");
        seen.add(focus.key);
      }
    }
    assert.ok(seen.size >= wanted, `${seen.size} of ${wanted}`);
  }));

test("paper shows no control, and folds open for it", () =>
  onFixture(async (page) => {
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator("[data-control]").locator("visible=true").count(), 0);
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    assert.equal(await page.locator("details:not([open])").count(), 0);
    await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
    assert.ok((await page.locator("details:not([open])").count()) > 3);
  }));

for (const [language, words] of [["sv", "Filtrera rader"], ["nb", "Filtrer rader"], ["de", "Zeilen filtern"], ["xx", "Filter rows"]]) {
  test(`the script speaks ${language}`, () =>
    onFixture((page) => page.getByLabel(words).waitFor(), {}, written(`${language}.html`, pageWith(reportText(), everyKind(KIND), language))));
}

for (const colorScheme of ["light", "dark"]) {
  test(`axe-core finds nothing wrong with every kind of figure in the ${colorScheme} scheme`, () =>
    onFixture(
      async (page) => {
        await page.evaluate(() => document.querySelectorAll("details").forEach((fold) => (fold.open = true)));
        await page.getByLabel("Compare with").selectOption({ index: 1 });
        await page.locator(".steps .bar").first().focus();
        assert.deepEqual(await violations(page), []);
      },
      { colorScheme, viewport: NARROW },
    ));
}

test("a page with tables of 5,000 rows opens in under two seconds and filters at once", () =>
  onReport(
    {},
    async (page) => {
      const open = () => page.evaluate(() => performance.getEntriesByType("navigation")[0].loadEventEnd);
      const times = [await open()];
      while (times.length < 3) {
        await page.reload();
        times.push(await open());
      }
      // The fastest: others may be slow for what else the machine does.
      assert.ok(Math.min(...times) < 2_000, `${times.map(Math.round)} ms`);
      await page.getByLabel("Filter rows").first().fill("Page 4999");
      await page.getByText("1 of 5,000 rows").first().waitFor({ timeout: 10_000 });
    },
    written("big.html", pageWith(reportText(), everyKind(KIND, 5_000).replace(/<section id="two".*/s, (two) => two + two.replaceAll(/id="[\w-]+"/g, "")))),
  ));

test("the report itself offers every control of its figures", () =>
  onReport({}, async (page) => {
    assert.ok((await page.locator(".tools").count()) >= 10);
    assert.ok((await page.locator(".sort").count()) >= 10);
    assert.equal(await page.locator(".tools:not([aria-label])").count(), 0);
    assert.equal(reportAddress(), page.url());
  }));
