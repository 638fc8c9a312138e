#!/usr/bin/env python3
"""Does any command need more instructions than before?

Times on a shared machine say little; numbers of instructions are nearly the same every time. Runs commands of the program over a
small generated log, on one thread, under valgrind, and compares with `benches/instructions.json`. Counts depend on compiler and
processor family, so they are compared only where both are the noted ones. UPDATE_INSTRUCTIONS=1 writes them anew.
"""

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

NOTED = Path(__file__).with_name("instructions.json")
# More or fewer than this share is told; more fails.
TOLERANCE = 0.02
# A row of GA4 has twenty times the bytes of one of CSV.
GA4_EVENTS = "2k"
FUNNEL = ["funnel", "{store}", "view_item", "add_to_cart", "begin_checkout", "purchase", "--window", "1d"]
# Name of the work and its command; `{store}` is that of `{csv}`.
WORKS = {
    "start": ["--version"],
    "load CSV": ["load", "{csv}", "--into", "{new}"],
    "load GA4 Parquet": ["load", "{parquet}", "--into", "{new}"],
    "load GA4 JSON": ["load", "{json}", "--into", "{new}"],
    "sessions of CSV": ["sessions", "{csv}"],
    "decode a store": ["bench", "decode", "{store}", "--report"],
    "sessions": ["sessions", "{store}"],
    "funnel": FUNNEL,
    "funnel by device": [*FUNNEL, "--by", "device"],
    "transitions": ["transitions", "{store}"],
    "transitions of events": ["transitions", "{store}", "--of", "events"],
    "phases": ["phases", "{store}"],
    "carts": ["carts", "{store}"],
    "paths": ["paths", "{store}"],
    "overview": ["overview", "{store}"],
    "sessions, transitions and carts": ["ask", "{store}", "sessions", "transitions --of events", "carts"],
    "report": ["report", "{store}", "--out", "{new}.html"],
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kundresa", required=True, type=lambda text: str(Path(text).resolve()), help="the program, built for release")
    parser.add_argument("--events", default="20k", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    update = os.environ.get("UPDATE_INSTRUCTIONS") == "1"
    here = {"rustc": rustc(), "target": f"{platform.machine()}-{platform.system().lower()}"}
    noted = json.loads(NOTED.read_text()) if NOTED.exists() else {}
    if not update and {key: noted.get(key) for key in here} != here:
        was = ", ".join(str(noted.get(key)) for key in here)
        print(f"skipped: counts were noted with {was}, this is {', '.join(here.values())}")
        return 0
    if not shutil.which("valgrind"):
        print("skipped: there is no valgrind (Debian: apt-get install valgrind)")
        return 0
    counts = counted(arguments.kundresa, arguments.events)
    if update:
        NOTED.write_text(json.dumps(here | {"events": arguments.events, "counts": counts}, indent=1) + "\n")
        print(f"{len(counts)} counts written to {NOTED.name}")
        return 0
    return compared(noted["counts"], counts)


def rustc() -> str:
    return subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]


def counted(kundresa: str, events: str) -> dict[str, int]:
    with tempfile.TemporaryDirectory(prefix="kundresa-instructions-") as folder:
        places = prepared(kundresa, events, Path(folder))
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            counts = pool.map(lambda work: count(kundresa, *work, places), enumerate(WORKS.values()))
            return dict(zip(WORKS, counts))


def prepared(kundresa: str, events: str, folder: Path) -> dict[str, str]:
    """The log in every form."""
    run = lambda *words: subprocess.run([kundresa, *words], cwd=folder, check=True, capture_output=True, env=environment())
    for form, size in (("csv", events), ("ga4-parquet", GA4_EVENTS), ("ga4-json", GA4_EVENTS)):
        run("generate", "--events", size, "--seed", "7", "--as", form, "--out", form)
    run("load", "csv/events.csv", "--into", "store")
    return {"csv": "csv/events.csv", "parquet": "ga4-parquet", "json": "ga4-json", "store": "store", "folder": str(folder)}


def environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return kept | {"LC_ALL": "C.UTF-8", "KUNDRESA_CONFIG": ""}


def count(kundresa: str, number: int, words: list[str], places: dict[str, str]) -> int:
    """Instructions of one command, all of its threads."""
    line = [word.format(new=f"new-{number}", **places) for word in words]
    threads = ["--threads", "1"] if len(line) > 1 else []
    command = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", kundresa, *line, *threads]
    done = subprocess.run(command, cwd=places["folder"], capture_output=True, text=True, env=environment())
    found = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
    if done.returncode != 0 or not found:
        raise SystemExit(f"error: {' '.join(line)} failed under valgrind: {done.stderr.strip().splitlines()[-1:]}")
    return int(found[1].replace(",", ""))


def compared(noted: dict[str, int], counts: dict[str, int]) -> int:
    """Prints every count beside the noted one; 1 if any grew."""
    grew = 0
    for name in noted | counts:
        before, now = noted.get(name), counts.get(name)
        if before is None or now is None:
            print(f"{name:34} {'is new' if before is None else 'is gone'}: UPDATE_INSTRUCTIONS=1 notes it")
            grew += 1
            continue
        change = now / before - 1
        remark = "" if abs(change) <= TOLERANCE else "  GREW" if change > 0 else "  fell: UPDATE_INSTRUCTIONS=1 notes it"
        grew += change > TOLERANCE
        print(f"{name:34} {now:>14,} {change:+7.2%}{remark}")
    if grew:
        print(f"error: {grew} of {len(counts)} grew by more than {TOLERANCE:.0%}; where that is meant, UPDATE_INSTRUCTIONS=1 scripts/test instructions notes it")
    return 1 if grew else 0


if __name__ == "__main__":
    sys.exit(main())
