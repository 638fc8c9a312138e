"""Which logs are measured, and where do they lie?

Logs are made by `peers/make_log.py` and kept in the cache, so that a second run finds them. Files of one log:

    log.parquet     seven columns, zstd, row groups of 1,000,000 rows (a folder of such files from 40 M events on)
    log4.parquet    the four columns that ClickHouse loads: user_id, event_time, event_name, value
    log.csv         the seven columns as text
    log.json        shape, events, actors
    ga4/            the shop of `kundresa generate --as ga4-json`, another log
"""

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from . import measure

MAKER = Path(__file__).parent.parent / "peers" / "make_log.py"
# What its files are made of; another number makes them anew.
VERSION = 1


@dataclass
class Log:
    """A log on disk."""

    name: str
    shape: str
    asked: int
    events: int
    actors: int
    folder: Path

    @property
    def parquet(self) -> Path:
        return self.folder / "log.parquet"

    @property
    def parquet4(self) -> Path:
        return self.folder / "log4.parquet"

    @property
    def csv(self) -> Path:
        return self.folder / "log.csv"

    @property
    def store(self) -> Path:
        return self.folder / "store"

    def as_json(self) -> dict:
        files = {path.name: size(path) for path in (self.parquet, self.parquet4, self.csv, self.folder / "ga4") if path.exists()}
        return {"name": self.name, "shape": self.shape, "events": self.events, "actors": self.actors, "bytes": files}


def size(path: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    if path.is_dir():
        return sum(entry.stat().st_size for entry in path.rglob("*") if entry.is_file())
    return path.stat().st_size


def short(events: int) -> str:
    for unit, name in ((1_000_000, "m"), (1_000, "k")):
        if events >= unit and events % unit == 0:
            return f"{events // unit}{name}"
    return str(events)


def made(shape: str, events: int, seed: int, cache: Path, python: str, forms: str) -> Log:
    """The log, made unless it is there. `forms` are `parquet`, `parquet4` and `csv`, joined by commas."""
    name = f"{shape}-{short(events)}"
    folder = cache / f"{name}-seed{seed}-v{VERSION}"
    note = folder / "log.json"
    facts = json.loads(note.read_text()) if note.exists() else {"forms": []}
    missing = [form for form in forms.split(",") if form not in facts["forms"]]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        print(f"making the log {name}: {', '.join(missing)}", file=sys.stderr, flush=True)
        command = [python, "-B", str(MAKER), "--shape", shape, "--events", str(events), "--seed", str(seed)]
        measure.run([*command, "--forms", ",".join(missing), "--into", str(folder)], folder)
        facts = json.loads(note.read_text())
    return Log(name, shape, events, facts["events"], facts["actors"], folder)


def made_ga4(events: int, seed: int, cache: Path, kundresa: str) -> Log:
    """The shop of `kundresa generate` as a GA4 export, made unless it is there."""
    name = f"ga4-{short(events)}"
    folder = cache / f"{name}-seed{seed}-v{VERSION}"
    note = folder / "log.json"
    if not note.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        print(f"making the log {name}", file=sys.stderr, flush=True)
        command = [kundresa, "generate", "--as", "ga4-json", "--events", str(events), "--seed", str(seed)]
        _, said = measure.run([*command, "--out", str(folder / "ga4")], folder)
        truth = json.loads(said)
        note.write_text(json.dumps({"events": truth["rows"]["events"], "actors": truth["actors"]}))
    facts = json.loads(note.read_text())
    return Log(name, "ga4", events, facts["events"], facts["actors"], folder)
