"""How is a result shown? As a table in a terminal, and as one page that opens offline: no script, light and dark."""

import html as escape
import math

ENGINES = {"kundresa": "Kundresa", "duckdb": "DuckDB", "clickhouse": "ClickHouse", "polars": "Polars", "limit": "bare work"}
# What a target says, with its value and bound.
SENTENCES = {
    "faster": ("{}× as fast", "at least {}×"),
    "at_most": ("{}× the time", "at most {}×"),
    "per_decade": ("{}× per ten times the events", "at most {}×"),
    "per_event": ("{}× the time per event", "at most {}×"),
    "peak": ("{}", "at most {}"),
}


def seconds(value: float) -> str:
    if value < 0.9995:
        return f"{value * 1000:.0f} ms" if value >= 0.0095 else f"{value * 1000:.1f} ms"
    return f"{value:.2f} s" if value < 99.95 else f"{value:.0f} s"


def size(value: float | None) -> str:
    if value is None:
        return "–"
    for unit, name in ((1 << 30, "GiB"), (1 << 20, "MiB")):
        if value >= unit:
            return f"{value / unit:.2f} {name}" if unit > 1 << 20 else f"{value / unit:.0f} {name}"
    return f"{value / 1024:.0f} KiB"


def rate(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return f"{value / 1e9:.2f} G{unit}/s" if value >= 1e9 else f"{value / 1e6:.1f} M{unit}/s"


def number(value: float) -> str:
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def bound(target: dict, value: float) -> str:
    return size(value) if target["kind"] == "peak" else number(value)


def verdict(target: dict) -> str:
    if target["is_met"] is None:
        return "not measured"
    if not target["is_met"]:
        return "missed"
    return "met, with the stretch" if target["is_stretch_met"] else "met"


def sentence(target: dict) -> str:
    says, asks = SENTENCES[target["kind"]]
    value = "–" if target["value"] is None else says.format(bound(target, target["value"]))
    stretch = "" if target["stretch"] is None else f" (stretch {bound(target, target['stretch'])})"
    return f"{value}, asked {asks.format(bound(target, target['must']))}{stretch}"


def cells(one: dict) -> list[str]:
    times = one["seconds"]
    return [
        f"{ENGINES[one['engine']]}: {one['what']}",
        one["log"],
        seconds(times["median"]),
        f"{seconds(times['min'])} to {seconds(times['max'])}",
        seconds(one["cpu_seconds"]["median"]),
        rate(one["events_per_s"], " events"),
        rate(one["bytes_per_s"], "B"),
        size(one["peak_bytes"]),
    ]


HEAD = ["who and how", "log", "median", "fastest to slowest", "CPU", "events", "bytes", "peak memory"]


def text(work: dict) -> str:
    """One work for a terminal."""
    rows = [HEAD, *(cells(one) for one in work["contenders"])]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = [work["title"], agreement(work)]
    for row in rows:
        aligned = [cell.ljust(width) if index < 2 else cell.rjust(width) for index, (cell, width) in enumerate(zip(row, widths))]
        lines.append("  " + "  ".join(aligned).rstrip())
    lines += [f"  skipped: {one['name']}: {one['why']}" for one in work["skipped"]]
    lines += [f"  [{verdict(target)}] {target['name']}: {sentence(target)}" for target in work["targets"]]
    return "\n".join(lines) + "\n"


def agreement(work: dict) -> str:
    found = work["agreement"]
    if found["differences"]:
        return "  the engines do not agree, so nothing was timed: " + "; ".join(found["differences"])
    count = max((len(one["runs"]) for one in work["contenders"]), default=0)
    runs = "1 run" if count == 1 else f"median of {count} runs"
    if not found["figures"]:
        return f"  nobody to compare figures with; {runs}"
    figures = "1 figure" if found["figures"] == 1 else f"{found['figures']} figures"
    return f"  {figures} compared before anything was timed, all equal; {runs}"


# --- the page -------------------------------------------------------------------------------------------------------------

STYLE = """
:root{color-scheme:light dark;--ground:#fff;--ink:#1d2327;--dim:#5c6670;--line:#d9dee3;--own:#0b6e8f;--peer:#b9c3cc;--limit:#d8b46a;--good:#217a3c;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--ground:#14181b;--ink:#e6eaed;--dim:#9aa5ae;--line:#323a41;--own:#4fb7d8;--peer:#56626c;--limit:#9c7d38;--good:#6cc587;--bad:#f2857d}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:68rem;padding:1.5rem 1rem 4rem;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;margin:0 0 .3rem}h2{font-size:1.15rem;margin:2.6rem 0 .3rem}p{margin:.3rem 0 .8rem;max-width:48rem}.dim{color:var(--dim)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13.5px;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:.28rem .6rem;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child,td:first-child{text-align:left;padding-left:0;white-space:normal;min-width:15rem}th{color:var(--dim);font-weight:500}
td.left,th.left{text-align:left}.met{color:var(--good)}.missed{color:var(--bad)}svg{display:block;max-width:100%;height:auto;margin:.6rem 0}
svg text{font:12.5px system-ui,sans-serif;fill:var(--ink)}svg .dim{fill:var(--dim)}svg .grid{stroke:var(--line)}
.kundresa{fill:var(--own);stroke:var(--own)}.peer{fill:var(--peer);stroke:var(--peer)}.limit{fill:var(--limit);stroke:var(--limit)}
.line{fill:none;stroke-width:2}.ideal{fill:none;stroke:var(--dim);stroke-dasharray:3 4}.good{fill:var(--good)}.bad{fill:var(--bad)}
"""


def html(result: dict) -> str:
    """The whole result as a page."""
    machine, versions, settings = result["machine"], result["versions"], result["settings"]
    targets = [target for work in result["works"] for target in work["targets"]]
    met = sum(1 for target in targets if target["is_met"])
    peers = ", ".join(f"{name} {version}" for name, version in versions.items())
    memory = "" if machine["memory_bytes"] is None else f", {size(machine['memory_bytes'])} memory"
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>Kundresa benchmarks, {result['date']}</title><style>{STYLE}</style></head><body><main>",
        f"<h1>Kundresa beside other engines</h1><p class='dim'>{result['date']}, {e(machine['cpu'])}, {machine['cores']} cores{memory}, ",
        f"{e(machine['system'])}. {e(peers)}. Seed {settings['seed']}, {settings['threads']} threads, medians of up to {settings['runs']} runs. ",
        "Kundresa and bare work are timed as whole processes, of other engines only their work counts, warm. All figures of one ",
        "work are of one run in which engines took turns.</p>",
        f"<h2>Promises</h2><p>{met} of {len(targets)} kept.</p>",
        promises(result["works"]),
        *(one_work(work) for work in result["works"]),
        "<h2>Logs</h2>", table(["log", "shape", "events", "actors", "files"], [log_row(log) for log in result["logs"]]),
        "</main></body></html>\n",
    ]
    return "".join(parts)


def e(value) -> str:
    return escape.escape(str(value), quote=True)


def table(head: list[str], rows: list[list[str]], left: tuple[int, ...] = ()) -> str:
    def row(cells: list[str], tag: str) -> str:
        marked = (f'<{tag}{" class=left" if index in left else ""}>{cell}</{tag}>' for index, cell in enumerate(cells))
        return f"<tr>{''.join(marked)}</tr>"

    return f"<div class='scroll'><table><thead>{row(head, 'th')}</thead><tbody>{''.join(row(cells, 'td') for cells in rows)}</tbody></table></div>"


def log_row(log: dict) -> list[str]:
    files = ", ".join(f"{e(name)} {size(of)}" for name, of in log["bytes"].items())
    return [e(log["name"]), log["shape"], f"{log['events']:,}", f"{log['actors']:,}", files]


def promises(works: list[dict]) -> str:
    rows, margins = [], []
    for work in works:
        for target in work["targets"]:
            kind = {True: "met", False: "missed", None: "dim"}[target["is_met"]]
            name = f"{work['title']}: {target['name']}"
            rows.append([e(name), e(sentence(target)), f"<span class='{kind}'>{verdict(target)}</span>"])
            if target["value"]:
                margin = target["value"] / target["must"] if target["kind"] == "faster" else target["must"] / target["value"]
                margins.append((f"{work['name'].replace('_', ' ')}: {target['name']}", margin))
    return margin_plot(margins) + table(["promise", "measured", ""], rows, (1, 2))


def margin_plot(margins: list[tuple[str, float]]) -> str:
    """How far each ratio is from its bound, on a scale of powers of two."""
    if not margins:
        return ""
    width, label, height = 1040, 520, 20 * len(margins) + 40
    reach = max(1.0, *(abs(math.log2(margin)) for _, margin in margins))
    half = (width - label - 130) / 2
    middle = label + half + 65
    x = lambda margin: middle + math.log2(margin) / reach * half
    parts = [svg(width, height, "How far each measured ratio is from what was asked; right of the line it is better")]
    every = max(1, math.ceil(reach / 4))
    for power in range(-int(reach) // every * every, int(reach) + 1, every):
        if abs(power) > reach:
            continue
        at = x(2.0**power)
        parts.append(f"<line class='grid' x1='{at:.1f}' x2='{at:.1f}' y1='4' y2='{height - 28}'/>")
        parts.append(f"<text class='dim' x='{at:.1f}' y='{height - 12}' text-anchor='middle'>{number(2.0**power)}×</text>")
    for index, (name, margin) in enumerate(margins):
        y, at = 20 * index + 6, x(margin)
        low, kind = min(at, middle), "good" if margin >= 1 else "bad"
        parts.append(f"<text x='{label}' y='{y + 12}' text-anchor='end'>{e(shorten(name, 78))}</text>")
        parts.append(f"<rect class='{kind}' x='{low:.1f}' y='{y + 2}' width='{max(1, abs(at - middle)):.1f}' height='13'/>")
        anchor, offset = ("start", 4) if margin >= 1 else ("end", -4)
        parts.append(f"<text class='dim' x='{at + offset:.1f}' y='{y + 12}' text-anchor='{anchor}'>{number(margin)}×</text>")
    return "".join(parts) + "</svg><p class='dim'>1× is what was asked for; further right is better.</p>"


def svg(width: int, height: int, title: str) -> str:
    return f"<svg viewBox='0 0 {width} {height}' width='{width}' height='{height}' role='img' aria-label='{e(title)}'><title>{e(title)}</title>"


def shorten(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def one_work(work: dict) -> str:
    plot = growth_plot(work) if any(target["kind"] == "per_decade" for target in work["targets"]) else time_plot(work)
    rows = [[e(cell) for cell in cells(one)] for one in work["contenders"]]
    skipped = "".join(f"<p class='dim'>Left out: {e(one['name'])}: {e(one['why'])}</p>" for one in work["skipped"])
    facts = "".join(f"<p class='dim'>{e(fact)}</p>" for fact in facts_of(work))
    return f"<h2>{e(work['title'])}</h2><p class='dim'>{e(agreement(work).strip())}.</p>{plot}{table(HEAD, rows, (1,))}{skipped}{facts}"


def facts_of(work: dict) -> list[str]:
    facts = work["facts"]
    shown = []
    if "memory_read_bytes_per_s" in facts:
        read, copied = (rate(facts[f"memory_{what}_bytes_per_s"], "B") for what in ("read", "copy"))
        shown.append(f"Memory: {read} read, {copied} read and written in a copy.")
    if "spilled_bytes" in facts:
        shown.append(f"Spilled to disk with little memory: {size(facts['spilled_bytes'])}.")
    if facts.get("load_average", 0) > 3:
        shown.append(f"The machine was busy: load average {facts['load_average']:.1f} at the end.")
    return shown


def time_plot(work: dict) -> str:
    """Medians as bars, with the spread as a line across their end."""
    ones = work["contenders"]
    if not ones:
        return ""
    width, label, row = 1040, 430, 26
    height = row * len(ones) + 30
    most = max(one["seconds"]["max"] for one in ones)
    several = len({one["log"] for one in ones}) > 1
    room = width - label - 90
    x = lambda value: label + value / most * room
    parts = [svg(width, height, f"{work['title']}: seconds, median with fastest and slowest; shorter is better")]
    for tick in ticks(most):
        at = x(tick)
        parts.append(f"<line class='grid' x1='{at:.1f}' x2='{at:.1f}' y1='2' y2='{height - 26}'/>")
        parts.append(f"<text class='dim' x='{at:.1f}' y='{height - 10}' text-anchor='middle'>{seconds(tick) if tick else '0'}</text>")
    for index, one in enumerate(ones):
        y, times = row * index + 4, one["seconds"]
        kind = {"kundresa": "kundresa", "limit": "limit"}.get(one["engine"], "peer")
        name = f"{ENGINES[one['engine']]}: {one['what']}" + (f", {one['log']}" if several else "")
        parts.append(f"<text x='{label - 8}' y='{y + 14}' text-anchor='end'>{e(shorten(name, 66))}</text>")
        parts.append(f"<rect class='{kind}' x='{label}' y='{y + 3}' width='{max(1, x(times['median']) - label):.1f}' height='15'/>")
        middle = y + 10.5
        parts.append(f"<line class='ideal' style='stroke-dasharray:none;stroke:var(--ink)' x1='{x(times['min']):.1f}' x2='{x(times['max']):.1f}' y1='{middle}' y2='{middle}'/>")
        parts.append(f"<text class='dim' x='{x(times['max']) + 6:.1f}' y='{y + 14}'>{seconds(times['median'])}</text>")
    return "".join(parts) + "</svg>"


def ticks(most: float) -> list[float]:
    step = 10 ** math.floor(math.log10(most))
    step = next(step * part for part in (0.2, 0.5, 1, 2) if most / (step * part) <= 6)
    return [step * index for index in range(int(most / step) + 1)]


def growth_plot(work: dict) -> str:
    """Time against events on scales of powers of ten; the dashed lines grow as the events do."""
    series: dict[str, list[tuple[int, dict]]] = {}
    for one in work["contenders"]:
        series.setdefault(one["name"].rsplit("_", 1)[0], []).append((one["events"], one["seconds"]))
    events = [count for points in series.values() for count, _ in points]
    times = [time for points in series.values() for _, spread in points for time in (spread["min"], spread["max"])]
    if not events:
        return ""
    width, height, left, bottom = 760, 380, 80, 50
    low_x, high_x = math.log10(min(events)) - 0.1, math.log10(max(events)) + 0.25
    low_y, high_y = math.floor(math.log10(min(times)) * 2) / 2, math.ceil(math.log10(max(times)) * 2) / 2
    x = lambda count: left + (math.log10(count) - low_x) / (high_x - low_x) * (width - left - 90)
    y = lambda time: height - bottom - (math.log10(time) - low_y) / (high_y - low_y) * (height - bottom - 20)
    parts = [svg(width, height, "Seconds against events of the log, both on scales of powers of ten")]
    for power in range(math.ceil(low_y), math.floor(high_y) + 1):
        at = y(10.0**power)
        parts.append(f"<line class='grid' x1='{left}' x2='{width - 90}' y1='{at:.1f}' y2='{at:.1f}'/><text class='dim' x='{left - 8}' y='{at + 4:.1f}' text-anchor='end'>{seconds(10.0**power)}</text>")
    for count in sorted(set(events)):
        at = x(count)
        parts.append(f"<line class='grid' x1='{at:.1f}' x2='{at:.1f}' y1='20' y2='{height - bottom}'/><text class='dim' x='{at:.1f}' y='{height - bottom + 18}' text-anchor='middle'>{count / 1e6:.3g} M</text>")
    parts.append(f"<text class='dim' x='{(left + width - 90) / 2}' y='{height - 10}' text-anchor='middle'>events</text>")
    for kind, (name, points) in zip(("kundresa", "limit", "peer"), series.items()):
        points.sort(key=lambda point: point[0])
        first, last = points[0], points[-1]
        ideal = first[1]["median"] * last[0] / first[0]
        parts.append(f"<line class='ideal' x1='{x(first[0]):.1f}' y1='{y(first[1]['median']):.1f}' x2='{x(last[0]):.1f}' y2='{max(8, y(ideal)):.1f}'/>")
        way = " ".join(f"{x(count):.1f},{y(spread['median']):.1f}" for count, spread in points)
        parts.append(f"<polyline class='line {kind}' style='fill:none' points='{way}'/>")
        for count, spread in points:
            parts.append(f"<line class='{kind}' x1='{x(count):.1f}' x2='{x(count):.1f}' y1='{y(spread['min']):.1f}' y2='{y(spread['max']):.1f}'/><circle class='{kind}' cx='{x(count):.1f}' cy='{y(spread['median']):.1f}' r='4'/>")
        parts.append(f"<text x='{x(last[0]) + 10:.1f}' y='{y(last[1]['median']) + 4:.1f}'>{e(name)} {seconds(last[1]['median'])}</text>")
    return "".join(parts) + "</svg><p class='dim'>Dashed: time that grows as the events do.</p>"
