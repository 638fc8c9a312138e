"""What does DuckDB find in the log?

Window functions over (actor, time, row of the file) for sessions and transitions. Funnels as a chain of as-of joins:
each match of step k takes over the latest start that a match of step k-1 at or before it has reached in time.
"""

import duckdb

from event_log import TIMEOUT


class DuckDb:
    name = f"DuckDB {duckdb.__version__}"

    def __init__(self, csv: str):
        self.connection = duckdb.connect()
        self.connection.execute("set threads = 2; set preserve_insertion_order = true")
        self.connection.execute(
            f"""create table log as
            select row_number() over () as row, user_id, epoch_us(event_time) as t, event_name as event
            from read_csv('{csv}', header = true, parallel = false, columns = {{
                'event_time': 'TIMESTAMPTZ', 'user_id': 'VARCHAR', 'event_name': 'VARCHAR',
                'page_path': 'VARCHAR', 'device': 'VARCHAR'}})"""
        )
        self.connection.execute(
            f"""create table event as
            select *, sum(is_start) over (order by user_id, t, row) as session from (
                select *, case when t - lag(t) over actor <= {TIMEOUT} then 0 else 1 end as is_start
                from log window actor as (partition by user_id order by t, row))"""
        )

    def row_check(self) -> int:
        """A sum that depends on which time stands in which row."""
        return self._one("select sum(row * (t // 1000000 % 1009))::bigint from log")[0]

    def sessions(self) -> dict[str, int]:
        names = ["sessions", "actors", "events"]
        counts = self._one("select count(distinct session), count(distinct user_id), count(*) from event")
        return dict(zip(names, counts)) | self._lengths(counts[0])

    def _lengths(self, sessions: int) -> dict[str, int]:
        self.connection.execute(
            "create or replace temp table length as select max(t) - min(t) as us, count(*) as n from event group by session"
        )
        ranked = "select us from length order by us limit 1 offset"
        return {
            "single_event": self._one("select count(*) from length where n = 1")[0],
            "p50": self._one(f"{ranked} {-(-sessions * 50 // 100) - 1}")[0],
            "p90": self._one(f"{ranked} {-(-sessions * 90 // 100) - 1}")[0],
            "max": self._one("select max(us) from length")[0],
        }

    def transitions(self) -> dict[tuple[str, str], int]:
        rows = self.connection.execute(
            """with pair as (
                select event, lag(event) over session as before, lead(event) over session as after
                from event window session as (partition by session order by t, row))
            select coalesce(before, 'start'), event, count(*) from pair group by all
            union all
            select event, 'exit', count(*) from pair where after is null group by all
            order by 3 desc, 1, 2"""
        ).fetchall()
        return {(before, after): count for before, after, count in rows}

    def funnel(self, steps: list[list[str]], window: int | None, unit: str) -> list[tuple[int, int]]:
        """Per level from 1: units whose best level it is, and how many of them may still go on."""
        key = {"actor": "user_id", "session": "session"}[unit]
        rows = dict((level, (units, open)) for level, units, open in self.connection.execute(
            f"with {self._chains(steps, window, key)} {self._levels(len(steps), window)}"
        ).fetchall())
        return [rows.get(level, (0, 0)) for level in range(1, len(steps) + 1)]

    def _chains(self, steps: list[list[str]], window: int | None, key: str) -> str:
        """One table per step: `key, t, start` of the chains that reach it."""
        chains = [f"chain1 as (select {key} as key, t, t as start from event where event in {_list(steps[0])})"]
        for level, names in enumerate(steps[1:], start=2):
            in_time = "" if window is None else f"where match.t <= chain.start + {window}"
            chains.append(
                f"""chain{level} as (select match.key, match.t, chain.start
                from (select {key} as key, t from event where event in {_list(names)}) as match
                asof join chain{level - 1} as chain on match.key = chain.key and match.t >= chain.t {in_time})"""
            )
        return ", ".join(chains)

    def _levels(self, steps: int, window: int | None) -> str:
        reached = " union all ".join(f"select key, {level} as level, start from chain{level}" for level in range(1, steps + 1))
        may_go_on = "true" if window is None else f"last_start + {window} > (select max(t) from event)"
        return f"""select level, count(*), count(*) filter (level < {steps} and {may_go_on}) from (
            select key, max(level) as level, max(start) filter (level = 1) as last_start from ({reached}) group by key)
            group by level"""

    def _one(self, query: str) -> tuple:
        return self.connection.execute(query).fetchone()


def _list(names: list[str]) -> str:
    return "(" + ", ".join("'" + name.replace("'", "''") + "'" for name in names) + ")"
