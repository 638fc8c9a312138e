// What does a page say to a reader? Functions that run in the page and return plain values.

/** Visible headings and the text of every table, row by row. */
export function readText(page) {
  return page.locator("body").evaluate((body) => {
    const text = (element) => element.textContent.replace(/\s+/g, " ").trim();
    const isVisible = (element) => element.checkVisibility();
    return {
      headings: [...body.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(isVisible).map(text),
      sections: [...body.querySelectorAll("section")].filter(isVisible).map((section) => section.id),
      rows: [...body.querySelectorAll("tr")].map((row) => [...row.cells].map(text).join(" | ")),
      pictures: [...body.querySelectorAll("svg")].filter(isVisible).length,
    };
  });
}

/** How the page is built. */
export function readPage(page) {
  return page.evaluate(() => {
    const text = (element) => (element?.textContent ?? "").replace(/\s+/g, " ").trim();
    const isVisible = (element) => element.checkVisibility();
    const hasName = (picture) =>
      picture.closest("[aria-hidden=true]") ||
      picture.getAttribute("aria-label") ||
      picture.getAttribute("aria-labelledby") ||
      picture.getAttribute("alt") ||
      text(picture.querySelector(":scope > title"));
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    const canvas = document.createElement("canvas").getContext("2d");
    canvas.fillStyle = "white";
    canvas.fillRect(0, 0, 1, 1);
    for (const element of [document.documentElement, document.body]) {
      canvas.fillStyle = getComputedStyle(element).backgroundColor;
      canvas.fillRect(0, 0, 1, 1);
    }
    return {
      language: document.documentElement.lang,
      title: document.title,
      background: [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)],
      headings: [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
        .filter(isVisible)
        .map((heading) => ({ level: Number(heading.tagName[1]), text: text(heading) })),
      tables: [...document.querySelectorAll("table")].map((table) => ({
        caption: text(table.caption),
        start: text(table).slice(0, 60),
        headers: table.querySelectorAll("th").length,
        unscoped: table.querySelectorAll("th:not([scope])").length,
      })),
      unnamedPictures: [...document.querySelectorAll("svg, img")]
        .filter((picture) => !picture.parentElement.closest("svg") && !hasName(picture))
        .map((picture) => picture.outerHTML.slice(0, 120)),
      repeatedIds: ids.filter((id, index) => ids.indexOf(id) !== index),
      deadLinks: [...document.querySelectorAll('a[href^="#"]')]
        .map((link) => decodeURIComponent(link.getAttribute("href").slice(1)))
        .filter((id) => id !== "" && !document.getElementById(id)),
    };
  });
}

/**
 * Visible text outside pictures whose contrast with its background is under 4.5 (3 for large text), by the WCAG formula.
 * Colours are read back from a canvas, so any CSS notation counts; translucent layers are painted over each other.
 */
export function textWithPoorContrast(page) {
  return page.evaluate(() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const paint = (colors) => {
      canvas.clearRect(0, 0, 1, 1);
      for (const color of ["white", ...colors]) {
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
      }
      return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
    };
    const luminance = (rgb) => {
      const [red, green, blue] = rgb
        .map((channel) => channel / 255)
        .map((channel) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const layersUnder = (element) => {
      const layers = [];
      for (let layer = element; layer; layer = layer.parentElement) layers.unshift(getComputedStyle(layer).backgroundColor);
      return layers;
    };
    const contrast = (element) => {
      const layers = layersUnder(element);
      const shades = [paint(layers), paint([...layers, getComputedStyle(element).color])].map(luminance);
      return (Math.max(...shades) + 0.05) / (Math.min(...shades) + 0.05);
    };
    const needed = (element) => {
      const style = getComputedStyle(element);
      const size = Number.parseFloat(style.fontSize);
      return size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    };
    const hasOwnText = (element) =>
      [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== "");
    return [...document.body.querySelectorAll("*")]
      .filter((element) => !element.closest("svg, script, style, noscript") && hasOwnText(element))
      .filter((element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
      .filter((element) => contrast(element) < needed(element))
      .map((element) => `${contrast(element).toFixed(2)}: ${element.textContent.trim().slice(0, 60)}`);
  });
}
