"""Do DuckDB, ClickHouse and Kundresa find the same figures in the same log?

Compares sessions (counts and lengths), event transitions and funnels, every number exactly. Prints what was compared;
exits 1 if any figure differs. Without --kundresa it compares the two peers with each other.
"""

import argparse
import os
import sys
import tempfile
from itertools import accumulate

import numpy as np
import pyarrow.compute as pc

import event_log
from clickhouse_peer import ClickHouse
from comparison import Comparison
from duckdb_peer import DuckDb
from event_log import DAY, MINUTE
from kundresa_peer import Kundresa

SHOP = [["view_item"], ["add_to_cart"], ["begin_checkout"], ["purchase"]]
# Steps are disjoint; the windows lie on gaps that the log has, to the second and to the microsecond.
FUNNELS = [
    ("shop within 1 d", SHOP, "1d", DAY, "actor"),
    ("shop within 30 min", SHOP, "30m", 30 * MINUTE, "actor"),
    ("shop without a window", SHOP, "none", None, "actor"),
    ("shop within 5 min of one session", SHOP, "5m", 5 * MINUTE, "session"),
    ("any look, cart, purchase within 60 s", [["view_item", "search"], ["add_to_cart"], ["purchase"]], "60s", MINUTE, "actor"),
    ("purchase, look again within 7 d", [["purchase"], ["page_view", "view_item"]], "7d", 7 * DAY, "actor"),
]


def _levels_to_steps(levels: list[tuple[int, int]], with_open: bool) -> dict[str, int]:
    """Figures per step from the units, and open units, whose best level it is."""
    reached = list(accumulate(units for units, _ in reversed(levels)))[::-1]
    figures = {f"reached {step}": count for step, count in enumerate(reached, start=1)}
    if with_open:
        for step, (units, may_go_on) in enumerate(levels[:-1], start=1):
            figures |= {f"open {step}": may_go_on, f"stopped {step}": units - may_go_on}
    return figures


def _step_figures(steps: list[tuple[int, int, int]], with_open: bool) -> dict[str, int]:
    figures = {f"reached {step}": reached for step, (reached, _, _) in enumerate(steps, start=1)}
    if with_open:
        for step, (_, stopped, may_go_on) in enumerate(steps[:-1], start=1):
            figures |= {f"open {step}": may_go_on, f"stopped {step}": stopped}
    return figures


def _check_rows(log, peers: list) -> None:
    """Equal times are ordered by row, so every engine must have numbered the rows of the file alike."""
    times = pc.utf8_rtrim(log["event_time"], "Z").to_numpy()
    seconds = times.astype("datetime64[s]").astype(np.int64)
    expected = int((np.arange(1, len(seconds) + 1) * (seconds % 1009)).sum())
    for peer in peers:
        if peer.row_check() != expected:
            raise SystemExit(f"{peer.name} did not read the rows in the order of the file")


def _compare_all(peers: list, kundresa: Kundresa | None) -> Comparison:
    engines = peers + ([kundresa] if kundresa else [])
    comparison = Comparison()
    comparison.compare("sessions", {engine.name: engine.sessions() for engine in engines})
    comparison.compare("event transitions", {engine.name: engine.transitions() for engine in engines})
    for what, steps, written, window, unit in FUNNELS:
        with_open = unit == "actor"
        found = {peer.name: _levels_to_steps(peer.funnel(steps, window, unit), with_open) for peer in peers}
        if kundresa:
            found[kundresa.name] = _step_figures(kundresa.funnel(steps, written, unit), with_open)
        comparison.compare(f"funnel, {what}", found)
    return comparison


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kundresa", help="the binary; without it the peers are compared with each other")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kundresa-oracle-") as folder:
        csv = os.path.join(folder, "events.csv")
        log = event_log.table(arguments.events, arguments.seed)
        event_log.write_csv(log, csv)
        peers = [DuckDb(csv), ClickHouse(csv)]
        kundresa = arguments.kundresa and Kundresa(os.path.abspath(arguments.kundresa), csv, folder)
        _check_rows(log, peers)
        names = [engine.name for engine in peers + ([kundresa] if kundresa else [])]
        print(f"{arguments.events:,} events, seed {arguments.seed}: {', '.join(names)}")
        comparison = _compare_all(peers, kundresa)
    print(f"{comparison.figures} figures compared, {comparison.differences} differences")
    return 1 if comparison.differences else 0


if __name__ == "__main__":
    sys.exit(main())
