"""Do DuckDB and Polars read in a store's folder what Kundresa prints of it?

Loads the sample shop, exports one of its days again with other rows and loads once more, so that the store has several
runs and rows that do not count any more. Then compares events by name, actors, purchases and their value by currency,
repeated orders and events without an actor: from `kundresa store show`, from DuckDB through `views.sql`, and from Polars
by the recipe of docs/store-format.md. Exits 1 if any figure differs.
"""

import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile

from comparison import Comparison
from duckdb_store import DuckDbStore
from kundresa_store import KundresaStore
from polars_store import PolarsStore

AGAIN = "events_20240310.json.gz"


def _load(binary: str, folder: str) -> None:
    run = subprocess.run([binary, "load", "shop", "--into", "shop.store"], cwd=folder, capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(f"load failed with {run.returncode}:\n{run.stderr}")


def _export_again(path: str) -> None:
    """Every third row is gone, so that rows of the export before do not count any more."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    rows = [row for number, row in enumerate(rows) if number % 3]
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _check_deleted(store: str) -> None:
    """The figures say little unless some rows do not count."""
    with open(os.path.join(store, "manifest.json"), encoding="utf-8") as file:
        runs = json.load(file)["runs"]
    deleted = sum(run["deleted"] for run in runs)
    if len(runs) < 2 or deleted == 0:
        raise SystemExit(f"the store has {len(runs)} runs and {deleted} rows that do not count: too plain to compare")


def _compare(folder: str, binary: str) -> Comparison:
    store = os.path.join(folder, "shop.store")
    engines = [KundresaStore(binary, store), DuckDbStore(store), PolarsStore(store)]
    comparison = Comparison()
    for what in ["events", "actors", "purchases", "quality"]:
        comparison.compare(what, {engine.name: getattr(engine, what)() for engine in engines})
    return comparison


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kundresa", required=True, help="the binary")
    parser.add_argument("--sample", required=True, help="folder of the sample shop")
    arguments = parser.parse_args()
    binary = os.path.abspath(arguments.kundresa)
    with tempfile.TemporaryDirectory(prefix="kundresa-oracle-") as folder:
        shutil.copytree(arguments.sample, os.path.join(folder, "shop"))
        _load(binary, folder)
        first = _compare(folder, binary)
        _export_again(os.path.join(folder, "shop", AGAIN))
        _load(binary, folder)
        _check_deleted(os.path.join(folder, "shop.store"))
        second = _compare(folder, binary)
    figures, differences = first.figures + second.figures, first.differences + second.differences
    print(f"{figures} figures compared, {differences} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
