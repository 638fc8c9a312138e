// The page is complete without this script. It adds what only a script can do, figure by figure, and reads every figure
// from the page itself. It makes no request and runs nothing that came with the data.

import { setUpAnnouncements } from "./announce";
import { followAddress } from "./address";
import { makeFilterable } from "./filter";
import { findFigures, placeBar, tablesOf, type Figure } from "./figures";
import { addFoldButtons } from "./folds";
import { compareSegments } from "./funnel";
import { readCells } from "./heat";
import { makeReachable } from "./marks";
import { addPageControls, followSections } from "./navigation";
import { explorePaths } from "./paths";
import { openForPrint } from "./print";
import { followFlow } from "./sankey";
import { makeSortable } from "./sort";
import { addToolbar } from "./toolbar";
import { setUpTooltip } from "./tooltip";
import { readBuckets } from "./trend";

/** What the kinds of figures have of their own. */
const KINDS: ReadonlyMap<string, (figure: Figure) => void> = new Map([
  ["funnel", compareSegments],
  ["heat", readCells],
  ["sankey", followFlow],
  ["trend", readBuckets],
  ["paths", explorePaths],
]);

function enhance(figure: Figure): void {
  tablesOf(figure).forEach((table, index) => {
    const id = `${figure.id}${index > 0 ? `-${index + 1}` : ""}`;
    if ("sortable" in table.dataset && figure.kind !== "heat") makeSortable(table, id);
    makeFilterable(table, id, figure.kind === "table" ? figure.bar : null);
  });
  makeReachable(figure);
  KINDS.get(figure.kind)?.(figure);
  if (figure.kind !== "paths") addFoldButtons(figure);
  addToolbar(figure);
  placeBar(figure);
}

setUpAnnouncements();
setUpTooltip();
findFigures().forEach(enhance);
addPageControls();
followSections();
openForPrint();
followAddress();
document.documentElement.classList.add("scripted");
