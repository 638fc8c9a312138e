"""What does ClickHouse find in the log?

Another road than DuckDB's on purpose: each actor's events as one sorted array, cut into sessions by `arraySplit`.
Funnels by `windowFunnel` in its default mode, which agrees with ours as long as no event satisfies two steps.
"""

import json

import chdb
from chdb import session

from event_log import TIMEOUT

# ClickHouse wants a number as its window; no log spans this many microseconds.
NO_WINDOW = 10**18


class ClickHouse:
    name = f"ClickHouse {chdb.engine_version}"

    def __init__(self, csv: str):
        self.session = session.Session()
        self._run("create database peer engine = Atomic")
        self._run("create table peer.log (row UInt64, user_id String, t Int64, event String) engine = MergeTree order by (user_id, t, row)")
        self._run(
            f"""insert into peer.log
            select rowNumberInAllBlocks() + 1, user_id, toUnixTimestamp64Micro(event_time), event_name
            from file('{csv}', 'CSVWithNames',
                'event_time DateTime64(6, ''UTC''), user_id String, event_name String, page_path String, device String')
            settings max_threads = 1, max_insert_threads = 1, input_format_parallel_parsing = 0,
                date_time_input_format = 'best_effort'"""
        )
        self._run("create table peer.session (user_id String, event Array(Tuple(t Int64, row UInt64, name String))) engine = MergeTree order by user_id")
        self._run(
            f"""insert into peer.session
            select user_id, arrayJoin(arraySplit((e, gap) -> gap > {TIMEOUT}, events, arrayDifference(events.1))) from (
                select user_id, arraySort(groupArray((t, row, event))) as events from peer.log group by user_id)"""
        )

    def row_check(self) -> int:
        """A sum that depends on which time stands in which row."""
        return self._rows("select sum(row * (intDiv(t, 1000000) % 1009)) as s from peer.log")[0]["s"]

    def sessions(self) -> dict[str, int]:
        found = self._rows(
            """select count() as sessions, uniqExact(user_id) as actors, sum(length(event)) as events,
                countIf(length(event) = 1) as single_event,
                arraySort(groupArray(event.1[-1] - event.1[1])) as us,
                us[toUInt64(ceil(sessions * 50 / 100))] as p50, us[toUInt64(ceil(sessions * 90 / 100))] as p90, us[-1] as max
            from peer.session"""
        )[0]
        del found["us"]
        return found

    def transitions(self) -> dict[tuple[str, str], int]:
        rows = self._rows(
            """select arrayJoin(arrayZip(arrayPushFront(event.3, 'start'), arrayPushBack(event.3, 'exit'))) as pair,
                pair.1 as before, pair.2 as after, count() as n
            from peer.session group by pair"""
        )
        return {(row["before"], row["after"]): row["n"] for row in rows}

    def funnel(self, steps: list[list[str]], window: int | None, unit: str) -> list[tuple[int, int]]:
        """Per level from 1: units whose best level it is, and how many of them may still go on."""
        conditions = [f"name in {_list(names)}" for names in steps]
        may_go_on = "1" if window is None else f"last_start + {window} > (select max(t) from peer.log)"
        key = {"actor": "user_id", "session": "(user_id, session)"}[unit]
        rows = self._rows(
            f"""select level, count() as units, countIf(level < {len(steps)} and {may_go_on}) as open from (
                select windowFunnel({window or NO_WINDOW})(toUInt64(t), {', '.join(conditions)}) as level,
                    maxIf(t, {conditions[0]}) as last_start
                from (select user_id, event[1].2 as session, arrayJoin(event) as e, e.1 as t, e.3 as name from peer.session)
                group by {key})
            where level > 0 group by level"""
        )
        by_level = {row["level"]: (row["units"], row["open"]) for row in rows}
        return [by_level.get(level, (0, 0)) for level in range(1, len(steps) + 1)]

    def _run(self, query: str) -> None:
        self.session.query(query)

    def _rows(self, query: str) -> list[dict]:
        settings = "settings max_threads = 2, output_format_json_quote_64bit_integers = 0"
        text = str(self.session.query(f"{query} {settings}", "JSONEachRow"))
        return [json.loads(line) for line in text.splitlines()]


def _list(names: list[str]) -> str:
    return "(" + ", ".join("'" + name.replace("\\", "\\\\").replace("'", "\\'") + "'" for name in names) + ")"
