#!/usr/bin/env python3
"""How fast is Kundresa beside other engines, and beside what the machine can do?

Makes logs, lets every engine do the same work, checks that all find the same figures, and only then times them: each run is a
process of its own, files are in the page cache, and engines take turns, so that other work on the machine hits all alike. Writes
`benches/runs/<date>-<machine>/result.json` (fixed by `benches/result.schema.json`) and `index.html` beside it.

What has been measured with the same settings and the same program is kept: a run that was stopped goes on where it was.
"""

import argparse
import datetime
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from harness import answers, logs, measure, page, result, works
from harness.works import Bench, Contender, Work

HERE = Path(__file__).resolve().parent


# Processes shorter than this run again, at most so many times, and the fastest counts: the rule of `peers/worker.py`.
SHORT_S, MOST = 3.0, 3


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def count(text: str) -> int:
    found = re.fullmatch(r"(\d+)([kKmM]?)", text)
    if not found:
        raise argparse.ArgumentTypeError(f"write a count such as 250000, 250k or 20M: {text}")
    return int(found[1]) * {"": 1, "k": 1_000, "m": 1_000_000}[found[2].lower()]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kundresa", required=True, type=lambda text: str(Path(text).resolve()), help="the program")
    parser.add_argument("--peers", default=sys.executable, metavar="PYTHON", help="the Python that has the peers, numpy and pyarrow")
    parser.add_argument("--events", type=count, default=20_000_000, help="events of the log [20M]")
    parser.add_argument("--large", type=count, help="events of a larger log for growth, memory and threads, for example 200M")
    parser.add_argument("--runs", type=int, default=5, help="runs of each [5]")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=min(2, len(os.sched_getaffinity(0))), help="threads of every engine [2]")
    parser.add_argument("--only", metavar="WORK[,WORK]", help=f"measure these anew, keep the others: {', '.join(works.WORKS)}")
    parser.add_argument("--again", action="store_true", help="measure everything anew")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="where logs and scratch files lie [%(default)s]")
    parser.add_argument("--out", type=Path, help="folder of the result [benches/runs/<date>-<machine>]")
    given = parser.parse_args()
    unknown = set((given.only or "").split(",")) - set(works.WORKS) - {""}
    if unknown:
        parser.error(f"no such work: {', '.join(sorted(unknown))}; works are {', '.join(works.WORKS)}")
    if given.runs < 1 or given.events < 10_000:
        parser.error("at least 1 run and 10k events")
    return given


def default_cache() -> Path:
    return Path(os.environ.get("KUNDRESA_CACHE") or Path.home() / ".cache" / "kundresa") / "bench"


def version_of(kundresa: str) -> str:
    """Version, commit of the checkout and hash of the program, so that kept works are of the same one."""
    version = subprocess.run([kundresa, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    git = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=HERE, capture_output=True, text=True)
    commit = git.stdout.strip() or "unknown"
    # Read in pieces: the peak memory of every run begins at that of this process.
    with open(kundresa, "rb") as program:
        digest = hashlib.sha256()
        while piece := program.read(1 << 20):
            digest.update(piece)
    return f"{version} ({commit}, program {digest.hexdigest()[:12]})"


def program_of(one: dict) -> str:
    """The hash of the program; commits come and go without another one."""
    return one["versions"]["kundresa"].rsplit("program ", 1)[-1].rstrip(")")


class Comparison:
    """One result, work by work."""

    def __init__(self, given: argparse.Namespace):
        self.given = given
        machine = measure.machine()
        date = datetime.date.today().isoformat()
        self.out = given.out or HERE / "runs" / f"{date}-{re.sub(r'[^A-Za-z0-9]+', '-', machine['name']).strip('-')}"
        self.out.mkdir(parents=True, exist_ok=True)
        given.cache.mkdir(parents=True, exist_ok=True)
        self.bench = Bench(given.kundresa, given.peers, given.threads, given.events, given.large, given.seed, given.cache.resolve())
        settings = {"events": given.events, "large": given.large, "seed": given.seed, "runs": given.runs, "threads": given.threads}
        fresh = {
            "schema_version": 1, "date": date, "machine": machine, "settings": settings, "logs": [], "works": [],
            "versions": {"kundresa": version_of(given.kundresa), "python": sys.version.split()[0]},
        }
        self.result = self.kept(fresh)

    def kept(self, fresh: dict) -> dict:
        """What is already there, if it was measured alike; `--only` takes its settings but for the number of runs."""
        path = self.out / "result.json"
        if not path.exists() or self.given.again:
            return fresh
        old = json.loads(path.read_text())
        alike = lambda one: ({**one["settings"], "runs": 0}, one["machine"], program_of(one))
        if alike(old) != alike(fresh):
            say(f"{path} was measured with other settings or another program: measuring everything anew")
            return fresh
        return old

    def run(self) -> bool:
        """Measures what is to be measured; whether everything agreed."""
        chosen = self.given.only.split(",") if self.given.only else list(works.WORKS)
        done = [] if self.given.only or self.given.again else [work["name"] for work in self.result["works"]]
        for name in chosen:
            if name in done:
                say(f"== {name}: measured before; --again or --only {name} measures it anew")
                continue
            started = time.monotonic()
            say(f"== {name}")
            self.keep(self.measured(name))
            say(f"   took {time.monotonic() - started:.0f} s")
        return not any(work["agreement"]["differences"] for work in self.result["works"])

    def keep(self, work: dict) -> None:
        others = [other for other in self.result["works"] if other["name"] != work["name"]]
        order = list(works.WORKS)
        self.result["works"] = sorted([*others, work], key=lambda one: order.index(one["name"]))
        result.write(self.result, self.out / "result.json")
        (self.out / "index.html").write_text(page.html(self.result))
        print(page.text(work), flush=True)

    # --- one work ---------------------------------------------------------------------------------------------------------

    def measured(self, name: str) -> dict:
        for log in works.needed_stores(name, self.bench):
            self.store(log)
        if name in ("funnel_on_store", "three_on_store"):
            self.own_tables()
        work = works.WORKS[name](self.bench)
        for contender in work.contenders:
            self.log(contender.log)
        found, skipped, runs = {}, {}, {}
        for contender in work.contenders:
            try:
                found[contender.name] = self.once(work, contender)[1]
            except (measure.Failed, Skipped) as problem:
                if contender.command[0] == self.bench.kundresa:
                    raise
                skipped[contender.name] = str(problem)
                say(f"   skipped {contender.name}: {problem}")
        agreement = agreed(work, found)
        for difference in agreement[1]:
            say(f"   DIFFERS: {difference}")
        if not agreement[1]:
            runs = self.timed(work, [one for one in work.contenders if one.name in found])
        return result.of_work(work, runs, skipped, agreement, self.facts(work))

    def timed(self, work: Work, contenders: list[Contender]) -> dict[str, list[measure.Run]]:
        """All runs; who begins changes from round to round."""
        runs = {contender.name: [] for contender in contenders}
        for number in range(self.given.runs):
            first = number % len(contenders)
            for contender in contenders[first:] + contenders[:first]:
                took = self.fastest(work, contender)
                runs[contender.name].append(took)
                seconds = took.wall_s if took.work_s is None else took.work_s
                say(f"   run {number + 1} of {self.given.runs}: {contender.name} {seconds:.3f} s")
        return runs

    def fastest(self, work: Work, contender: Contender) -> measure.Run:
        """Short work is done again at once, as peers do it in their own process: what ran before leaves caches cold."""
        fastest = None
        for _ in range(MOST):
            took, _ = self.once(work, contender, with_answer=False)
            if fastest is None or took.wall_s < fastest.wall_s:
                fastest = took
            if took.work_s is not None or took.wall_s >= SHORT_S:
                break
        return fastest

    def once(self, work: Work, contender: Contender, with_answer: bool = True) -> tuple[measure.Run, dict]:
        folder = self.given.cache.resolve() / "scratch" / work.name / contender.name
        folder.mkdir(parents=True, exist_ok=True)
        works.clean(contender, folder)
        command = [word.replace("{folder}", str(folder)) for word in contender.command]
        took, said = measure.run(command, folder, {"KUNDRESA_CONFIG": ""})
        if contender.engine in ("duckdb", "clickhouse", "polars") or command[0] == self.bench.python:
            self.heard(contender, took, json.loads(said.strip().splitlines()[-1]))
        answer = contender.answer(folder) if with_answer else {}
        works.clean(contender, folder) if not with_answer else None
        return took, answer

    def heard(self, contender: Contender, took: measure.Run, told: dict) -> None:
        if "skipped" in told:
            raise Skipped(told["skipped"])
        took.work_s = told["work_s"]
        package = {"clickhouse": "clickhouse (chdb)", "limit": "pyarrow"}.get(contender.engine, contender.engine)
        self.result["versions"].setdefault(package, told["version"])

    def facts(self, work: Work) -> dict:
        facts = {"load_average": measure.load_average() or 0.0}
        scratch = self.given.cache.resolve() / "scratch" / work.name
        if work.name == "limits":
            told = json.loads((scratch / "memory" / "stdout").read_text())
            facts |= {"memory_read_bytes_per_s": told["read_bytes_per_s"], "memory_copy_bytes_per_s": told["copy_bytes_per_s"]}
        if work.name == "memory":
            facts["spilled_bytes"] = json.loads((scratch / "load_limited" / "stdout").read_text())["spilled_bytes"]
        return facts

    # --- what works need ----------------------------------------------------------------------------------------------------

    def log(self, log: logs.Log) -> None:
        others = [other for other in self.result["logs"] if other["name"] != log.name]
        self.result["logs"] = sorted([*others, log.as_json()], key=lambda one: one["name"])

    def store(self, log: logs.Log) -> None:
        """A store of the log, by this program: once per program."""
        if log.name in self.bench.stores:
            return
        note = log.folder / "store.program"
        program = program_of(self.result)
        if not (note.exists() and note.read_text() == program and log.store.exists()):
            say(f"   loading {log.name} into a store")
            subprocess.run(["rm", "-rf", str(log.store)], check=True)
            measure.run([self.bench.kundresa, "load", str(log.parquet), "--into", str(log.store)], log.folder, {"KUNDRESA_CONFIG": ""})
            note.write_text(program)
        self.bench.stores[log.name] = log.store

    def own_tables(self) -> None:
        """The tables of peers in the order of actor and time, kept beside the log; without a peer there is none."""
        log = self.bench.log("parquet,parquet4")
        tables = [
            ("duckdb", log.folder / "duck.db", {"do": "own_table", "parquet": log.parquet}),
            ("clickhouse", log.folder / "clickhouse", {"do": "load", "parquet": log.parquet4}),
        ]
        for module, database, task in tables:
            note = log.folder / f"{module}.complete"
            if note.exists():
                continue
            say(f"   {module} loads its table of {log.name}")
            subprocess.run(["rm", "-rf", str(database)], check=True)
            maker = self.bench.peer(module, "", log, module, database=database, **task)
            try:
                _, said = measure.run(maker.command, log.folder)
            except measure.Failed as problem:
                say(f"   {module} can't load its table: {problem}")
                continue
            if "skipped" not in said:
                note.touch()


class Skipped(Exception):
    """A peer that is not there."""


def agreed(work: Work, found: dict[str, dict]) -> tuple[int, list[str]]:
    """How many figures contenders on the same log have in common, and which differ."""
    compared, differing = 0, []
    for log in {contender.log.name for contender in work.contenders}:
        of_log = {one.name: found[one.name] for one in work.contenders if one.log.name == log and one.name in found}
        figures, different = answers.differences(of_log)
        compared, differing = compared + figures, differing + different
    return compared, differing


def main() -> int:
    given = arguments()
    comparison = Comparison(given)
    agrees = comparison.run()
    say(f"result: {comparison.out / 'result.json'}\npage: {comparison.out / 'index.html'}")
    if not agrees:
        say("some engines do not agree: their times do not count")
    return 0 if agrees else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except measure.Failed as problem:
        sys.exit(f"error: {problem}")
    except KeyboardInterrupt:
        sys.exit("stopped; the same command goes on where it was")
