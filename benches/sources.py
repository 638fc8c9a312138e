#!/usr/bin/env python3
"""How fast is each kind of export loaded, beside the generic reader of its format?

Makes a large file of every kind (`harness/exports.py`) and loads it into a store, once as what it is and once by the generic reader of its
format, in turns: each run is a process of its own, files are in the page cache. A kind must be recognised, and what it rejects is counted. Writes
`benches/runs/<date>-<machine>/sources.json` (fixed by `benches/sources.schema.json`), prints a table, and ends with 1 where a kind is slower
than half of its measure. docs/benchmarks.md says what the figures mean.
"""

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from compare import default_cache, say, version_of
from harness import exports, measure, result

HERE = Path(__file__).resolve().parent
SCHEMA = HERE / "sources.schema.json"
# Of the measure's speed, none is slower.
LEAST = 0.5
# Of all rows, so many may be rejected: more would be another log.
MOST_REJECTED = 0.02


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kundresa", required=True, type=lambda text: str(Path(text).resolve()), help="the program")
    parser.add_argument("--bytes", type=int, default=100_000_000, help="of each file [100000000]")
    parser.add_argument("--runs", type=int, default=3, help="of each kind and of its measure [3]")
    parser.add_argument("--threads", type=int, default=2, help="[2]")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", metavar="KIND[,KIND]", help="measure these anew, keep the others")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="where files lie while they are measured [%(default)s]")
    parser.add_argument("--out", type=Path, help="folder of the result [benches/runs/<date>-<machine>]")
    given = parser.parse_args()
    unknown = set((given.only or "").split(",")) - {export.name for export in exports.EXPORTS} - {""}
    if unknown:
        parser.error(f"no such kind: {', '.join(sorted(unknown))}")
    return given


class Loads:
    """Files that are loaded, and what that took."""

    def __init__(self, given: argparse.Namespace, folder: Path):
        self.given, self.folder = given, folder

    def made(self, export: exports.Export) -> Path:
        """The file, which is made unless it is there."""
        path = self.folder / export.name / export.file_name
        if not path.exists():
            path.parent.mkdir()
            exports.write(export, path, self.given.bytes, self.given.seed)
            said = subprocess.run([self.given.kundresa, "inspect", str(input_of(export, path)), "--format", "json"], capture_output=True, text=True)
            if said.returncode != 0:
                raise measure.Failed(f"{export.name} can't be inspected: {said.stderr.strip()}")
            kind = json.loads(said.stdout)["sources"][0]["kind"]
            if kind != export.kind:
                raise measure.Failed(f"{export.name} is taken for {kind}, not for {export.kind}")
        return path

    def loaded(self, source: Path, *more: str) -> tuple[measure.Run, dict]:
        store = self.folder / "store"
        threads = ["--threads", str(self.given.threads), "--format", "json"]
        run, said = measure.run([self.given.kundresa, "load", str(source), "--into", str(store), *threads, *more], self.folder)
        shutil.rmtree(store)
        return run, json.loads(said)

    def measured(self, export: exports.Export) -> dict:
        """An export and its measure, in turns."""
        path = self.made(export)
        if export.plain:
            measure_of, options = exports.plain_of(export, path, self.folder)
        else:
            measure_of, options = self.made(exports.generic_log(export.generic)), []
        given = [[input_of(export, path)], [measure_of, *options]]
        runs, said = ([], []), [None, None]
        for turn in range(self.given.runs):
            for side in (0, 1) if turn % 2 else (1, 0):
                run, said[side] = self.loaded(*given[side])
                runs[side].append(run)
        ours, other = (side_of(path, load, own) for path, load, own in zip((path, measure_of), said, runs))
        shutil.rmtree(path.parent)
        measure_name = "own_" + export.generic if export.plain else "log_" + export.generic
        return {"name": export.name, "kind": export.kind, "format": export.format, "measure": measure_name} | ratios(ours, other)


def input_of(export: exports.Export, path: Path) -> Path:
    """What is given to the program: the folder, where the file needs another."""
    return path.parent if export.beside else path


def side_of(path: Path, said: dict, runs: list[measure.Run]) -> dict:
    """One of the two."""
    wall = statistics.median(run.wall_s for run in runs)
    return {
        "bytes": path.stat().st_size, "events": said["events"], "rejected": said["rejected"], "rows": said["rows_in"],
        "wall_s": wall, "runs_s": [run.wall_s for run in runs],
        "processor_s": statistics.median(run.user_s + run.system_s for run in runs),
        "peak_bytes": max(run.peak_bytes for run in runs),
    }


def ratios(ours: dict, other: dict) -> dict:
    """How fast one is beside the other, by bytes, and by events where a record is several."""
    speed = lambda side, what: side[what] / side["wall_s"]
    by_bytes = speed(ours, "bytes") / speed(other, "bytes")
    by_events = speed(ours, "events") / speed(other, "events") if ours["events"] else 0.0
    ratio = max(by_bytes, by_events)
    rejected = ours["rejected"] / max(1, ours["rows"])
    is_met = ratio >= LEAST and rejected <= MOST_REJECTED and ours["events"] > 0
    return {"ours": ours, "other": other, "by_bytes": by_bytes, "by_events": by_events, "ratio": ratio, "is_met": is_met}


def line_of(work: dict) -> str:
    ours, other = work["ours"], work["other"]
    rate = lambda side, what: side[what] / side["wall_s"] / 1e6
    mark = "" if work["is_met"] else "  < TOO SLOW" if work["ratio"] < LEAST else "  < REJECTED"
    return (
        f"{work['name']:25} {work['measure']:15} {rate(ours, 'bytes'):7.1f} {rate(ours, 'events'):7.3f} {rate(other, 'bytes'):9.1f}"
        f" {rate(other, 'events'):7.3f} {work['by_bytes']:8.2f} {work['by_events']:8.2f} {work['ratio']:6.2f}{mark}"
    )


HEADER = f"{'kind':25} {'measure':15} {'MB/s':>7} {'Mev/s':>7} {'of it MB/s':>9} {'Mev/s':>6} {'by bytes':>8} {'by events':>8} {'ratio':>5}"


def main() -> int:
    given = arguments()
    machine = measure.machine()
    out = given.out or HERE / "runs" / f"{date.today().isoformat()}-{re.sub(r'[^A-Za-z0-9]+', '-', machine['name']).strip('-')}"
    out.mkdir(parents=True, exist_ok=True)
    given.cache.mkdir(parents=True, exist_ok=True)
    path = out / "sources.json"
    chosen = given.only.split(",") if given.only else [export.name for export in exports.EXPORTS]
    kept = json.loads(path.read_text())["sources"] if given.only and path.exists() else []
    settings = {"bytes": given.bytes, "runs": given.runs, "threads": given.threads, "seed": given.seed}
    found = {
        "schema_version": 1, "date": date.today().isoformat(), "machine": machine, "version": version_of(given.kundresa),
        "settings": settings, "load_average": measure.load_average(), "sources": [one for one in kept if one["name"] not in chosen],
    }
    print(HEADER)
    with tempfile.TemporaryDirectory(prefix="sources-", dir=given.cache) as folder:
        loads = Loads(given, Path(folder))
        for export in exports.EXPORTS:
            if export.name not in chosen:
                continue
            try:
                work = loads.measured(export)
            except measure.Failed as problem:
                say(f"error: {problem}")
                return 1
            print(line_of(work), flush=True)
            found["sources"].append(work)
            found["sources"].sort(key=lambda one: one["name"])
            result.write(found, path, SCHEMA)
    slow = [work["name"] for work in found["sources"] if not work["is_met"]]
    if slow:
        say(f"error: slower than {LEAST} of their measure, or too much rejected: {', '.join(slow)}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
