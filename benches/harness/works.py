"""What is measured: works, each with engines that do the same, and the ratios that are promised.

To add a peer to a work, add a `Contender` to its list; to add a work, write a function that gives a `Work` and name it in
`WORKS`. Contenders whose answers have a key in common must agree on it before any time counts.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import answers, logs
from .logs import Log

STEPS = "view_item add_to_cart begin_checkout purchase"
FUNNEL = f"funnel {STEPS} --window 1d"
THREE = ["sessions", "transitions --of events", "carts"]
# Peers cut sessions at gaps alone and know no bots.
LIKE_PEERS = ["--caps", "off", "--bots", "include"]
PEERS = Path(__file__).parent.parent / "peers"
REPORT = Path(__file__).parent.parent / "report.toml"


@dataclass
class Contender:
    """Who does the work, and how. `{folder}` in the command is a folder of its own."""

    name: str
    engine: str
    what: str
    log: Log
    command: list[str]
    answer: Callable[[Path], dict]
    # What the work reads from disk, for bytes per second.
    reads: Path | None = None
    # What is removed before each run, inside its folder.
    writes: list[str] = field(default_factory=list)


@dataclass
class Target:
    """A promise: `of` against the fastest of `against`.

    faster      so many times faster than they
    at_most     at most so many times their time
    per_decade  time grows at most so much for ten times the events
    per_event   at most so many times their time per event
    peak        at most so many bytes of memory; `against` is empty
    """

    name: str
    kind: str
    of: str
    against: list[str]
    must: float
    stretch: float | None = None


@dataclass
class Work:
    name: str
    title: str
    contenders: list[Contender]
    targets: list[Target]


@dataclass
class Bench:
    """Everything that works are made of."""

    kundresa: str
    python: str
    threads: int
    events: int
    large: int | None
    seed: int
    cache: Path
    stores: dict[str, Path] = field(default_factory=dict)

    def log(self, forms: str, shape: str = "shop", events: int | None = None) -> Log:
        events = events or self.events
        shape = "parts" if shape == "shop" and events >= 40_000_000 else shape
        return logs.made(shape, events, self.seed, self.cache, self.python, forms)

    def ask(self, name: str, what: str, log: Log, source: Path, questions: list[str], *more: str) -> Contender:
        command = [self.kundresa, "ask", str(source), *questions, *LIKE_PEERS, *self.threads_of(more), "--format", "json", "--out", "{folder}/answer.json"]
        return Contender(name, "kundresa", what, log, command, answers.of_ask, source)

    def report(self, name: str, what: str, log: Log, source: Path, *more: str) -> Contender:
        command = [self.kundresa, "report", str(source), "--config", str(REPORT), "--by", "device", *LIKE_PEERS]
        command += [*self.threads_of(more), "--out", "{folder}/report.html"]
        return Contender(name, "kundresa", what, log, command, answers.of_report, source)

    def load(self, name: str, what: str, log: Log, source: Path, *more: str, with_bytes: bool = False) -> Contender:
        command = [self.kundresa, "load", str(source), "--into", "{folder}/store", "--format", "json", *self.threads_of(more)]
        answer = answers.of_load_with_bytes if with_bytes else answers.of_load
        return Contender(name, "kundresa", what, log, command, answer, source, ["store"])

    def threads_of(self, more: tuple[str, ...]) -> list[str]:
        return [*more] if "--threads" in more else ["--threads", str(self.threads), *more]

    def peer(self, name: str, what: str, log: Log, module: str, reads: Path | None = None, writes: list[str] = (), **task) -> Contender:
        task = json.dumps({"threads": self.threads} | {key: str(value) if isinstance(value, Path) else value for key, value in task.items()})
        command = [self.python, "-B", str(PEERS / f"{module}_peer.py"), task]
        return Contender(name, "limit" if module == "arrow" else module, what, log, command, of_peer, reads, list(writes))

    def decode(self, name: str, what: str, log: Log, store: Path, *asked: str) -> Contender:
        command = [self.kundresa, "bench", "decode", str(store), *asked, "--format", "json", "--threads", str(self.threads)]
        return Contender(name, "limit", what, log, command, answers.of_bench, store)


def of_peer(folder: Path) -> dict:
    return json.loads((folder / "stdout").read_text()).get("answer", {})


def funnel_on_store(bench: Bench) -> Work:
    log = bench.log("parquet,parquet4")
    store, table, database = bench.stores[log.name], log.folder / "duck.db", log.folder / "clickhouse"
    command = [bench.kundresa, "funnel", str(store), *STEPS.split(), "--window", "1d", *LIKE_PEERS, "--threads", str(bench.threads)]
    command += ["--format", "json", "--out", "{folder}/answer.json"]
    return Work("funnel_on_store", "Funnel of four steps on a store", [
        Contender("kundresa", "kundresa", "funnel on the store", log, command, answers.of_single, store),
        bench.peer("clickhouse_table", "windowFunnel on a MergeTree in order of actor and time", log, "clickhouse", do="funnel", database=database),
        bench.peer("clickhouse_table_in_order", "the same, optimize_aggregation_in_order", log, "clickhouse", do="funnel", database=database, in_order=True),
        bench.peer("clickhouse_parquet", "windowFunnel on the Parquet file", log, "clickhouse", log.parquet, do="funnel", parquet=log.parquet),
        bench.peer("duckdb_parquet", "asof joins on the Parquet file", log, "duckdb", log.parquet, do="ask", questions=["funnel"], parquet=log.parquet),
        bench.peer("duckdb_table", "asof joins on its table in order of actor and time", log, "duckdb", do="ask", questions=["funnel"], database=table),
    ], [
        Target("faster than ClickHouse on its sorted table", "faster", "kundresa", ["clickhouse_table", "clickhouse_table_in_order"], 6, 8),
        Target("faster than ClickHouse on Parquet", "faster", "kundresa", ["clickhouse_parquet"], 15, 20),
        Target("faster than DuckDB on Parquet", "faster", "kundresa", ["duckdb_parquet"], 30, 40),
    ])


def three_on_store(bench: Bench) -> Work:
    log = bench.log("parquet,parquet4")
    questions = ["sessions", "transitions", "carts"]
    return Work("three_on_store", "Sessions, transitions and carts in one pass on a store", [
        bench.ask("kundresa", "one pass on the store", log, bench.stores[log.name], THREE),
        bench.peer("duckdb_parquet", "three queries on the Parquet file", log, "duckdb", log.parquet, do="ask", questions=questions, parquet=log.parquet),
        bench.peer("duckdb_table", "three queries on its table in order of actor and time", log, "duckdb", do="ask", questions=questions, database=log.folder / "duck.db"),
        bench.peer("polars", "two queries on its sorted frame", log, "polars", do="ask", parquet=log.parquet),
    ], [
        Target("faster than DuckDB on Parquet", "faster", "kundresa", ["duckdb_parquet"], 150),
        Target("faster than DuckDB on its ordered table", "faster", "kundresa", ["duckdb_table"], 25),
        Target("faster than Polars on its sorted frame", "faster", "kundresa", ["polars"], 4),
    ])


def report_on_store(bench: Bench) -> Work:
    log = bench.log("parquet,parquet4")
    store = bench.stores[log.name]
    columns = ["ts", "flags", "event_code", "page_code", "device_code", "channel_code", "value"]
    files = f"{store}/runs/*/events.parquet"
    return Work("report_on_store", "The nightly report on a store, against bare decoding of its columns", [
        bench.report("report", "HTML and JSON written", log, store),
        bench.report("report_without_paths", "the same without paths", log, store, "--leave-out", "paths"),
        bench.decode("decode", "our reader, every value added up", log, store, "--report"),
        bench.peer("duckdb_scan", "DuckDB, the largest value of the same columns of the same files", log, "duckdb", store, do="scan", files=files, columns=columns),
    ], [
        Target("report without paths over bare decoding", "at_most", "report_without_paths", ["decode"], 2.5, 2),
        Target("report over bare decoding", "at_most", "report", ["decode"], 4, 3),
        Target("our bare decoding over DuckDB's", "at_most", "decode", ["duckdb_scan"], 1),
    ])


def four_on_parquet(bench: Bench) -> Work:
    log = bench.log("parquet,parquet4")
    questions = ["sessions", "funnel", "transitions", "carts"]
    return Work("four_on_parquet", "Sessions, funnel, transitions and carts on raw Parquet, without a store", [
        bench.ask("kundresa", "all four in one run", log, log.parquet, [*THREE, FUNNEL]),
        bench.peer("clickhouse_funnel", "windowFunnel alone", log, "clickhouse", log.parquet, do="funnel", parquet=log.parquet),
        bench.peer("duckdb", "all four, one query each", log, "duckdb", log.parquet, do="ask", questions=questions, parquet=log.parquet),
    ], [Target("all four over ClickHouse's funnel alone", "at_most", "kundresa", ["clickhouse_funnel"], 1, 0.5)])


def load_csv(bench: Bench) -> Work:
    log = bench.log("csv,parquet")
    return Work("load_csv", "CSV into a store", [
        bench.load("kundresa", "CSV into a store", log, log.csv),
        bench.peer("duckdb", "CSV into a table, written as Parquet in order of actor and time", log, "duckdb", log.csv, ["ordered.parquet"], do="load_csv", csv=log.csv, into="ordered.parquet"),
    ], [Target("of DuckDB's time", "at_most", "kundresa", ["duckdb"], 0.25, 0.2)])


def load_ga4(bench: Bench) -> Work:
    log = logs.made_ga4(max(20_000, bench.events // 20), bench.seed, bench.cache, bench.kundresa)
    folder = log.folder / "ga4"
    return Work("load_ga4", "GA4 NDJSON (gzip) into a store", [
        bench.load("kundresa", "NDJSON into a store", log, folder),
        bench.peer("duckdb", "read_json of the same leaves into a table", log, "duckdb", folder, do="read_json", folder=folder),
        bench.peer("arrow_json", "Arrow decodes the same leaves, nothing else", log, "arrow", folder, do="decode", folder=folder),
    ], [
        Target("faster than DuckDB's read_json", "faster", "kundresa", ["duckdb"], 3),
        Target("of the speed of a bare Arrow JSON decode", "faster", "kundresa", ["arrow_json"], 0.7),
    ])


def load_parquet(bench: Bench) -> Work:
    log = bench.log("parquet,parquet4")
    return Work("load_parquet", "Parquet into a store", [
        bench.load("kundresa_7", "all seven columns", log, log.parquet),
        bench.load("kundresa_4", "four columns", log, log.parquet4),
        bench.peer("clickhouse_4", "four columns into a MergeTree, optimized", log, "clickhouse", log.parquet4, ["clickhouse"], do="load", database="clickhouse", parquet=log.parquet4),
        bench.peer("duckdb_7", "all seven written in order of actor and time", log, "duckdb", log.parquet, ["ordered.parquet"], do="load_parquet", parquet=log.parquet, into="ordered.parquet"),
    ], [
        Target("four columns, of ClickHouse's time", "at_most", "kundresa_4", ["clickhouse_4"], 0.25),
        Target("seven columns, of DuckDB's time", "at_most", "kundresa_7", ["duckdb_7"], 1 / 3),
    ])


def memory(bench: Bench) -> Work:
    events = bench.large or bench.events
    log = bench.log("parquet", events=events)
    limit = max(256 << 20, (2 << 30) * events // 200_000_000)
    return Work("memory", "Little memory: a load that spills, a report over its store", [
        bench.load("load", "memory enough", log, log.parquet, with_bytes=True),
        bench.load("load_limited", f"--memory {limit >> 20}MiB", log, log.parquet, "--memory", f"{limit >> 20}MiB", with_bytes=True),
        bench.report("report", "the report over that store", log, bench.stores[log.name]),
    ], [
        Target("peak of the limited load", "peak", "load_limited", [], limit * 1.25),
        Target("peak of the report", "peak", "report", [], 1 << 30),
    ])


def threads(bench: Bench) -> Work:
    log = bench.log("parquet", events=bench.large or bench.events)
    store = bench.stores[log.name]
    must = 1.8 if log.events > 100_000_000 else 1.6
    return Work("threads", "The report on one thread and on two", [
        bench.report("two", "two threads", log, store, "--threads", "2"),
        bench.report("one", "one thread", log, store, "--threads", "1"),
    ], [Target("faster on two threads", "faster", "two", ["one"], must)])


def growth(bench: Bench) -> Work:
    sizes = [bench.events // 10, bench.events, *([bench.large] if bench.large else [])]
    contenders, targets = [], []
    for before, size in zip([None, *sizes], sizes):
        log, short = bench.log("parquet", events=size), logs.short(size)
        contenders.append(bench.load(f"load_{short}", "Parquet into a store", log, log.parquet))
        contenders.append(bench.report(f"report_{short}", "report on that store", log, bench.stores[log.name]))
        if before:
            smaller = logs.short(before)
            # Beyond 100 M events a load spills on a usual machine.
            load_at_most = 15 if size > 100_000_000 else 12
            targets.append(Target(f"load, {smaller} to {short}", "per_decade", f"load_{short}", [f"load_{smaller}"], load_at_most))
            targets.append(Target(f"report, {smaller} to {short}", "per_decade", f"report_{short}", [f"report_{smaller}"], 11))
    return Work("growth", "Time against events", contenders, targets)


def shapes(bench: Bench) -> Work:
    contenders, targets = [], []
    for shape in ("shop", "giant", "pairs"):
        log = bench.log("parquet", shape)
        contenders.append(bench.load(f"load_{shape}", "Parquet into a store", log, log.parquet))
        contenders.append(bench.report(f"report_{shape}", "report on that store", log, bench.stores[log.name]))
    for shape, what, at_most in (("giant", "a quarter of the events are one actor's", (1.5, 1.5)), ("pairs", "actors of two events", (3, 2))):
        targets.append(Target(f"load, {what}", "per_event", f"load_{shape}", ["load_shop"], at_most[0]))
        targets.append(Target(f"report, {what}", "per_event", f"report_{shape}", ["report_shop"], at_most[1]))
    return Work("shapes", "Logs of another shape, time per event", contenders, targets)


def limits(bench: Bench) -> Work:
    log = bench.log("csv,parquet")
    store = bench.stores[log.name]

    def machine(name: str, what: str, reads: Path | None, *words: str) -> Contender:
        return Contender(name, "limit", what, log, [bench.kundresa, "bench", *words, "--format", "json"], answers.of_nothing, reads)

    return Work("limits", "What this machine can do at best", [
        machine("read_csv", "the CSV file from beginning to end", log.csv, "read", str(log.csv), "--rounds", "1"),
        machine("read_parquet", "the Parquet file from beginning to end", log.parquet, "read", str(log.parquet), "--rounds", "1"),
        machine("read_store", "all files of the store from beginning to end", store, "read", str(store), "--rounds", "1"),
        bench.decode("decode_funnel", "our reader, the columns of the funnel", log, store, "--ask", FUNNEL),
        bench.decode("decode_three", "our reader, the columns of sessions, transitions and carts", log, store, *(word for question in THREE for word in ("--ask", question))),
        machine("memory", "512 MiB read, and copied", None, "memory", "--rounds", "5", "--threads", str(bench.threads)),
    ], [])


WORKS = {
    work.__name__: work
    for work in (limits, funnel_on_store, three_on_store, report_on_store, four_on_parquet, load_csv, load_parquet, load_ga4, memory, threads, growth, shapes)
}


def needed_stores(name: str, bench: Bench) -> list[Log]:
    """Logs whose stores the work asks."""
    large = bench.large or bench.events
    if name in ("memory", "threads"):
        return [bench.log("parquet", events=large)]
    if name == "growth":
        sizes = [bench.events // 10, bench.events, *([bench.large] if bench.large else [])]
        return [bench.log("parquet", events=size) for size in sizes]
    if name == "shapes":
        return [bench.log("parquet", shape) for shape in ("shop", "giant", "pairs")]
    return [] if name.startswith("load") or name == "four_on_parquet" else [bench.log("parquet")]


def clean(contender: Contender, folder: Path) -> None:
    """Removes what an earlier run wrote."""
    for name in contender.writes:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
