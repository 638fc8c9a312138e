"""What does DuckDB find in a store, through the views that lie in its folder?"""

import os

import duckdb


class DuckDbStore:
    name = f"DuckDB {duckdb.__version__}"

    def __init__(self, store: str):
        self.connection = duckdb.connect()
        self.connection.execute("set threads = 2")
        self.connection.execute("set variable kundresa_store = $1", [store])
        with open(os.path.join(store, "views.sql"), encoding="utf-8") as file:
            self.connection.execute(file.read())

    def events(self) -> dict[str, int]:
        return dict(self._rows("select event, count(*) from events group by event"))

    def actors(self) -> dict[str, int]:
        ((listed, found),) = self._rows(
            """select (select count(*) from actors), count(distinct (actor_class, actor))
            from events where actor is not null"""
        )
        if listed != found:
            raise SystemExit(f"view actors lists {listed} actors, events have {found}")
        return {"actors": listed}

    def purchases(self) -> dict[str, int]:
        figures = {}
        for currency, purchases, value in self._rows(
            """select currency, count(*), coalesce(sum(value), 0) from events
            where event = 'purchase' and not is_bot and not is_repeated_order group by currency"""
        ):
            figures[f"{currency} purchases"] = purchases
            figures[f"{currency} micro-units"] = int(value.scaleb(6))
        return figures

    def quality(self) -> dict[str, int]:
        ((repeated, unidentified),) = self._rows(
            "select count(*) filter (is_repeated_order), count(*) filter (actor is null) from events"
        )
        return {"repeated_orders": repeated, "unidentified": unidentified}

    def _rows(self, query: str) -> list[tuple]:
        return self.connection.execute(query).fetchall()
