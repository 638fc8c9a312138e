// The buttons of a figure: copy it as CSV, SVG or PNG, and a link to it.

import { announce } from "./announce";
import { addressOf } from "./address";
import { csvOf } from "./csv";
import { deliverPicture, deliverText } from "./deliver";
import { tablesOf, type Figure } from "./figures";
import { button, controls, make } from "./make";
import { pictureOf } from "./picture";
import { markupOf, pngOf } from "./raster";
import { say } from "./say";

/** Adds the buttons to a figure's bar. */
export function addToolbar(figure: Figure): void {
  const { bar, name } = figure;
  const copies = [
    ...(tablesOf(figure).length > 0 ? [copyButton("CSV", figure, copyCsv)] : []),
    copyButton("SVG", figure, copySvg),
    copyButton("PNG", figure, copyPng),
  ];
  const tools = controls("tools", ...copies, link(figure));
  tools.setAttribute("role", "group");
  tools.setAttribute("aria-label", say("tools", name));
  bar.append(tools);
}

type Copy = (figure: Figure, asFile: boolean) => Promise<void>;

function copyButton(format: string, figure: Figure, copy: Copy): HTMLButtonElement {
  return button(format, say("copyAs", format, figure.name), (event) => {
    copy(figure, event.shiftKey).catch(() => announce(say("failed")));
  });
}

const copyCsv: Copy = (figure, asFile) =>
  deliverText(csvOf(tablesOf(figure)), "text/csv", `${figure.id}.csv`, asFile);

const copySvg: Copy = (figure, asFile) =>
  deliverText(markupOf(pictureOf(figure.element, figure.name)), "image/svg+xml", `${figure.id}.svg`, asFile);

const copyPng: Copy = async (figure, asFile) =>
  deliverPicture(await pngOf(pictureOf(figure.element, figure.name)), `${figure.id}.png`, asFile);

/** A link to the figure as it is shown; following it copies its address as well. */
function link({ id, name }: Figure): HTMLAnchorElement {
  const made = make("a", { href: `#${id}`, class: "here", "aria-label": say("linkTo", name) }, "#");
  made.addEventListener("click", () => {
    made.href = addressOf(id);
    navigator.clipboard?.writeText(made.href).then(
      () => announce(say("copied", say("link"))),
      () => undefined,
    );
  });
  return made;
}
