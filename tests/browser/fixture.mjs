// Pages with one small figure of every kind, in the frame, style sheet, script and policy of a real report.
//
// Names are the caller's, escaped as the report escapes them, so the same page serves kind and hostile names.

/** Names that try to run as markup, script, style, formula or terminal code. */
export const HOSTILE = [
  "<img src=x onerror=window.hacked=1>",
  "</script><script>window.hacked=1</script>",
  "<svg onload=window.hacked=1><title>x</title></svg>",
  "\" onmouseover=\"window.hacked=1\" x=\"",
  "' autofocus onfocus='window.hacked=1",
  "javascript:window.hacked=1",
  "=HYPERLINK(\"javascript:alert(1)\",\"x\")",
  "+1+cmd|' /C calc'!A0",
  "-2+3",
  "@SUM(1,1)",
  "\tTAB",
  "${window.hacked=1}{{constructor.constructor('window.hacked=1')()}}",
  "\u001b[31mred\u001b[0m\u0007",
  "&lt;b&gt;&amp;#60;script&amp;#62;",
  "]]><!--<script>window.hacked=1",
  "__proto__",
];

export const KIND = ["Start", "Search", "Product", "Cart", "Checkout", "Purchase", "Help", "Account"];

const escaped = (text) =>
  String(text).replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`).replace(/[\u0000-\u0008\u000e-\u001f]/g, "\ufffd");

/** The report's frame around other content. */
export function pageWith(report, content, language = "en") {
  const [start, end] = [report.indexOf('<main id="main">'), report.indexOf("</main>")];
  if (start < 0 || end < 0) throw new Error("the report has no main part");
  const links = '<ul><li><a href="#one">One</a></li><li><a href="#two">Two</a></li></ul>';
  const head = report.slice(0, start).replace(/<html lang="\w+">/, `<html lang="${language}">`).replace(/<ul>.*<\/ul>/s, links);
  return `${head}<main id="main"><h1>Fixture</h1>${content}${report.slice(end)}`;
}

const scroll = (table) => `<div class="scroll" tabindex="0" role="group" aria-label="Table, scrolls sideways">${table}</div>`;

const table = (attributes, caption, head, rows) =>
  scroll(
    `<table ${attributes}><caption><div>${caption}</div></caption><thead>${head}</thead><tbody>${rows.join("")}</tbody></table>`,
  );

const heads = (...words) => `<tr>${words.map((word, index) => `<th ${index ? 'class="n" ' : ""}scope="col">${escaped(word)}</th>`).join("")}</tr>`;
const name = (text) => `<th scope="row"><bdi>${escaped(text)}</bdi></th>`;
const cell = (value) => `<td class="n" data-value="${value}">${value.toLocaleString("en")}</td>`;
const rate = (part, base) =>
  `<td class="n" data-value="${part}" data-base="${base}">${base ? `${((100 * part) / base).toFixed(1)} %` : "–"}<small>of ${base}</small>` +
  `<svg class="mini" aria-hidden="true"><rect class="went" width="${base ? (100 * part) / base : 0}%" height="100%"></rect></svg></td>`;

function funnel(names) {
  const reached = [1000, 400, 90];
  const steps = reached.map((count, index) => {
    const tip = escaped(`${names[index]}: reached ${count}`);
    return `<li><div class="step-name"><strong><bdi>${escaped(names[index])}</bdi></strong></div><div class="step-bar">
      <svg class="bar mark" role="img" aria-label="${tip}" data-tip="${tip}"><rect class="went" width="${count / 10}%" height="100%"></rect></svg></div></li>`;
  });
  const rows = names.slice(3, 6).map((one, index) => `<tr>${name(one)}${cell(300 - index)}${rate(100 + index, 300)}${rate(50, 200)}${rate(9, 300)}</tr>`);
  const total = `<tr class="total"><th scope="row">All</th>${cell(1000)}${rate(600, 1000)}${rate(310, 400)}${rate(90, 1000)}</tr>`;
  const head =
    '<tr><th rowspan="2" scope="col">segment</th><th class="n" rowspan="2" scope="col">Entered</th><th class="n group" colspan="2" scope="colgroup">Stopped after</th><th class="n" rowspan="2" scope="col">Conversion</th></tr>' +
    `<tr>${names.slice(0, 2).map((one) => `<th class="n" scope="col"><bdi>${escaped(one)}</bdi></th>`).join("")}</tr>`;
  return `<article class="funnel"><h3>Funnel</h3><figure class="chart" id="chart-funnel-1" data-chart="funnel"><ol class="steps">${steps.join("")}</ol>
    <details class="figures"><summary>Figures</summary>${table("data-sortable", "Steps", heads("Step", "Reached"), reached.map((count, index) => `<tr>${name(names[index])}${cell(count)}</tr>`))}</details></figure>
    <div data-segments>${table("data-sortable", "Segments", head, [...rows, total])}</div></article>`;
}

function heat(names) {
  const some = names.slice(0, 4);
  const row = (one, from) =>
    `<tr class="heat"><th scope="row"><bdi>${escaped(one)}</bdi><small>n = 100</small></th>${some
      .map((_, to) => `<td class="n shade-${(from + to) % 10}" data-value="${10 * from + to}">${10 * from + to}<small>${10 * from + to}.0 %</small></td>`)
      .join("")}</tr>`;
  return `<h3>Heat</h3><figure class="chart matrix" id="chart-heat" data-chart="heat">${table("data-sortable", "Heat", heads("from ↓ to →", ...some), some.map(row))}</figure>`;
}

function sankey(names) {
  const some = names.slice(0, 4);
  const nodes = some.flatMap((one, index) =>
    ["from", "to"].map(
      (side) =>
        `<g class="node mark" data-node="${side}-${index}" data-tip="${escaped(one)}: ${side}"><rect x="${side === "from" ? 100 : 500}" y="${index * 60}" width="10" height="40"></rect><text x="${side === "from" ? 20 : 520}" y="${index * 60 + 20}">${escaped(one)}</text></g>`,
    ),
  );
  const links = some.flatMap((from, row) =>
    some.slice(0, 2).map((to, column) => {
      const value = 10 + 7 * row + 3 * column;
      return `<path class="link mark" fill="none" stroke-width="6" d="M110 ${row * 60 + 20}C300 ${row * 60 + 20} 300 ${column * 60 + 20} 500 ${column * 60 + 20}" data-from="from-${row}" data-to="to-${column}" data-value="${value}" data-tip="${escaped(`${from} → ${to}: ${value}`)}"><title>${escaped(`${from} → ${to}`)}</title></path>`;
    }),
  );
  const rows = some.map((one, index) => `<tr>${name(one)}${cell(index + 10)}</tr>`);
  return `<h3>Flow</h3><figure class="chart" id="chart-flow" data-chart="sankey"><div class="scroll" tabindex="0" role="group" aria-label="Picture"><svg class="sankey" role="img" aria-label="Moves" viewBox="0 0 640 260"><g class="links">${links.join("")}</g><g class="nodes">${nodes.join("")}</g></svg></div>
    <details class="figures"><summary>Figures</summary>${table("data-sortable", "Moves", heads("From", "Moves"), rows)}</details></figure>`;
}

function trend(names) {
  const days = Array.from({ length: 10 }, (_, day) => day);
  const marks = days.map((day) => {
    const value = (day * 37) % 100;
    return `<rect class="mark column" data-tip="${escaped(`Day ${day + 1}, ${names[day % names.length]}: ${value}`)}" data-value="${value}" x="${day * 10 + 1}%" width="8%" y="${100 - value}%" height="${value}%"></rect>`;
  });
  const rows = days.map((day) => `<tr><th scope="row">Day ${day + 1}</th>${cell((day * 37) % 100)}</tr>`);
  return `<h3>Trend</h3><figure class="chart" id="chart-trend" data-chart="trend"><div class="plot-box"><svg class="columns-plot" role="img" aria-label="By day">${marks.join("")}</svg></div>
    <details class="figures"><summary>Figures</summary>${table("data-sortable", "Days", heads("Day", "Count"), rows)}</details></figure>`;
}

function paths(names) {
  const leaf = (one, count) => `<li><div class="leaf"><span class="step-of"><bdi>${escaped(one)}</bdi></span><span class="n">${count}</span></div></li>`;
  const branch = (one, count, inside) =>
    `<li><details><summary><span class="step-of"><bdi>${escaped(one)}</bdi></span><span class="n">${count}</span></summary><ul>${inside}</ul></details></li>`;
  const tree =
    branch(names[0], 60, branch(names[1], 40, leaf(names[2], 30) + leaf(names[3], 10)) + leaf(names[4], 20)) +
    branch(names[5], 40, leaf(names[6], 25) + leaf(names[7], 15));
  return `<h3>Paths</h3><figure class="chart" id="chart-paths" data-chart="paths"><ul class="tree">${tree}</ul>
    <details class="figures"><summary>Figures</summary>${table("data-sortable", "Ways", heads("Way", "Paths"), names.map((one, index) => `<tr>${name(one)}${cell(index)}</tr>`))}</details></figure>`;
}

function list(names, rows) {
  const row = (_, index) =>
    `<tr>${name(index < names.length ? names[index] : `Page ${index}`)}${cell((index * 7919) % 1009)}${rate(index % 50, 50 + (index % 7))}</tr>`;
  return `<h3>Pages</h3>${table("data-sortable data-filter", "Pages", heads("Page", "Views", "Bounced"), Array.from({ length: rows }, row))}`;
}

/** One figure of every kind and a long table. */
export function everyKind(names, rows = 40) {
  return `<section id="one" aria-labelledby="one-title"><h2 id="one-title">One</h2>${funnel(names)}${heat(names)}${sankey(names)}</section>
    <section id="two" aria-labelledby="two-title"><h2 id="two-title">Two</h2>${trend(names)}${paths(names)}${list(names, rows)}</section>`;
}
