// Does the report still look as it did? Each section, at three widths, light and dark, against a small picture of it.
//
// Pictures are a twelfth in size, so that a section that moved, grew, lost its colours or its bars is seen, and a pixel
// of a letter is not. `UPDATE_PICTURES=1` writes them anew: look at the full ones in SCREENSHOTS before committing.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { close, MIDDLE, NARROW, open, reportAddress, WIDE, withPage } from "./browser.mjs";

const FOLDER = join(import.meta.dirname, "pictures");
const IS_UPDATE = process.env.UPDATE_PICTURES === "1";
const SHRINK = 12;
/** A pixel differs if one of its colours does by more than this of 255. */
const MOST_DIFFERENCE = 40;
/** Share of pixels that may differ. */
const MOST_PIXELS = 0.01;

before(open);
after(close);

/**
 * Takes out what differs from run to run: times taken, the number of threads, the version, the folder it was written to; and keeps the navigation from
 * going along over the sections.
 */
async function settle(page) {
  await page.evaluate(() => document.getElementById("summary").scrollIntoView());
  await page.waitForFunction(() => document.querySelector("nav [aria-current]")?.hash === "#summary");
  await page.evaluate(() => {
    document.querySelector(".page > nav").style.position = "static";
    for (const figure of document.querySelectorAll("#inputs .facts dd")) figure.textContent = "–";
    document.querySelector("footer p")?.replaceChildren("–");
    for (const code of document.querySelectorAll("#settings pre")) {
      code.innerHTML = code.innerHTML.replace(/\S*report\.html/, "report.html");
    }
  });
}

/** A small picture as PNG in base64. */
const shrink = (page, png) =>
  page.evaluate(
    async ([data, by]) => {
      const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(image.width / by));
      canvas.height = Math.max(1, Math.round(image.height / by));
      const context = canvas.getContext("2d");
      context.imageSmoothingQuality = "high";
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
      // Sixteen steps are enough to compare, and make small files.
      for (let at = 0; at < pixels.data.length; at += 1) pixels.data[at] = Math.min(255, Math.round(pixels.data[at] / 16) * 16);
      context.putImageData(pixels, 0, 0);
      return canvas.toDataURL("image/png").split(",")[1];
    },
    [png.toString("base64"), SHRINK],
  );

/** Share of pixels that differ, or a sentence about the size. */
const difference = (page, one, other) =>
  page.evaluate(
    async ([data, most]) => {
      const read = async (png) => {
        const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
        const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
        context.drawImage(image, 0, 0);
        return context.getImageData(0, 0, image.width, image.height);
      };
      const [left, right] = await Promise.all(data.map(read));
      if (left.width !== right.width || Math.abs(left.height - right.height) > 1) {
        return `it was ${left.width} by ${left.height} and is ${right.width} by ${right.height}`;
      }
      let different = 0;
      const pixels = Math.min(left.data.length, right.data.length);
      for (let at = 0; at < pixels; at += 4) {
        different += Number([0, 1, 2].some((colour) => Math.abs(left.data[at + colour] - right.data[at + colour]) > most));
      }
      return different / (pixels / 4);
    },
    [[one, other], MOST_DIFFERENCE],
  );

async function compare(page, tool, folder, name, locator) {
  const png = await locator.screenshot();
  const path = join(FOLDER, folder, `${name}.png`);
  const small = await shrink(tool, png);
  if (process.env.SCREENSHOTS) {
    mkdirSync(join(process.env.SCREENSHOTS, folder), { recursive: true });
    writeFileSync(join(process.env.SCREENSHOTS, folder, `${name}.png`), png);
  }
  if (IS_UPDATE) {
    mkdirSync(join(FOLDER, folder), { recursive: true });
    writeFileSync(path, Buffer.from(small, "base64"));
    return [];
  }
  if (!existsSync(path)) return [`${name}: there is no picture to compare with`];
  const found = await difference(tool, readFileSync(path).toString("base64"), small);
  return typeof found === "number" && found <= MOST_PIXELS ? [] : [`${name}: ${typeof found === "number" ? `${(100 * found).toFixed(1)} % differ` : found}`];
}

for (const colorScheme of ["light", "dark"]) {
  for (const viewport of [NARROW, MIDDLE, WIDE]) {
    const folder = `${viewport.width}-${colorScheme}`;
    test(`the report looks as it did at ${viewport.width} pixels in the ${colorScheme} scheme`, async () => {
      if (IS_UPDATE) rmSync(join(FOLDER, folder), { recursive: true, force: true });
      const { value } = await withPage(reportAddress(), { viewport, colorScheme }, async (page) => {
        await settle(page);
        const tool = await page.context().newPage();
        const changed = await compare(page, tool, folder, "navigation", page.locator(".page > nav"));
        changed.push(...(await compare(page, tool, folder, "masthead", page.locator(".masthead"))));
        for (const section of await page.locator("main > section").all()) {
          changed.push(...(await compare(page, tool, folder, await section.getAttribute("id"), section)));
        }
        return changed;
      });
      assert.deepEqual(value, [], "if it should look so: UPDATE_PICTURES=1 scripts/test browser");
    });
  }
}
