"""What does Polars find in a store? From the folder alone, by the recipe of docs/store-format.md, without `views.sql`.

Checks on the way that rows lie in the order that the format promises.
"""

import json
import os
import re

import polars as pl
import xxhash

# Text columns that the figures need; a run may lack some, and each run may store them as codes or as texts.
TEXTS = ["event", "source_name", "currency", "order_id"]
SEQUENCE = ["sequence_0", "sequence_1", "sequence_2"]
ROW = {
    "actor": pl.String, "actor_class": pl.UInt8, "ts": pl.Datetime("us", "UTC"), "flags": pl.UInt8, "value": pl.Int64,
    "input": pl.UInt32, "row": pl.UInt64, "position": pl.UInt32,
} | dict.fromkeys(SEQUENCE, pl.Int64)
DAY_PRECISION, BOT = 2, 8


class PolarsStore:
    name = f"Polars {pl.__version__}"

    def __init__(self, store: str):
        manifest = _json(store, "manifest.json")
        if manifest["format"] != 1:
            raise SystemExit(f"the store has format {manifest['format']}, this reader knows format 1")
        runs = [_run(os.path.join(store, "runs", f"{run['id']:06}"), run["deleted_file"]) for run in manifest["runs"]]
        self.rows = _with_repeated_orders(pl.concat(runs), manifest)

    def events(self) -> dict[str, int]:
        return dict(self.rows.group_by("event").len().iter_rows())

    def actors(self) -> dict[str, int]:
        identified = self.rows.filter(pl.col("actor").is_not_null())
        return {"actors": identified.select(pl.struct("actor_class", "actor").n_unique()).item()}

    def purchases(self) -> dict[str, int]:
        counted = self.rows.filter(pl.col("event") == "purchase", ~_has(BOT), ~pl.col("is_repeated_order"))
        figures = {}
        for currency, purchases, micros in counted.group_by("currency").agg(pl.len(), pl.sum("value")).iter_rows():
            figures[f"{currency} purchases"] = purchases
            figures[f"{currency} micro-units"] = micros
        return figures

    def quality(self) -> dict[str, int]:
        repeated = self.rows.select(pl.col("is_repeated_order").sum()).item()
        return {"repeated_orders": repeated, "unidentified": self.rows.select(pl.col("actor").is_null().sum()).item()}


def _run(folder: str, deleted_file: str | None) -> pl.DataFrame:
    """The rows of one run that count, texts decoded."""
    facts = _json(folder, "run.json")
    files = ["events.parquet"] + (["unidentified.parquet"] if facts["unidentified_rows"] else [])
    parts = [pl.read_parquet(os.path.join(folder, file)) for file in files]
    _check_order(parts[0], os.path.join(folder, "actors.parquet"))
    rows = pl.concat([_columns(part, facts) for part in parts]).with_row_index("ordinal")
    texts = pl.read_parquet(os.path.join(folder, "texts.parquet"))
    for column in TEXTS:
        rows = _decoded(rows, column, texts)
    if deleted_file:
        deleted = pl.read_parquet(os.path.join(folder, deleted_file)).select(pl.col("row").cast(pl.UInt32))
        rows = rows.join(deleted, left_on="ordinal", right_on="row", how="anti", maintain_order="left")
    return rows.drop("ordinal")


def _columns(part: pl.DataFrame, facts: dict) -> pl.DataFrame:
    """The columns that the figures need, missing ones as nulls: `event_code` or `event`, and so on."""
    here = set(part.columns)
    fixed = [(pl.col(name) if name in here else pl.lit(None)).cast(kind).alias(name) for name, kind in ROW.items()]
    coded = {column["name"] for column in facts["coded"]}
    texts = []
    for column in TEXTS:
        if column in coded:
            texts.append(pl.col(f"{column}_code").alias(column))
        else:
            texts.append((pl.col(column) if column in facts["wide"] else pl.lit(None)).cast(pl.String).alias(column))
    return part.select(fixed + texts)


def _decoded(rows: pl.DataFrame, column: str, texts: pl.DataFrame) -> pl.DataFrame:
    if rows.schema[column] != pl.UInt32:
        return rows
    values = texts.filter(pl.col("column") == column).select("code", pl.col("value").cast(pl.String))
    joined = rows.join(values, left_on=column, right_on="code", how="left", maintain_order="left")
    return joined.with_columns(pl.col("value_right").alias(column)).drop("value_right")


def _check_order(events: pl.DataFrame, actors_file: str) -> None:
    """Actors by (key, class, id), each with as many rows as `actors.parquet` says, rising times within."""
    actors = pl.read_parquet(actors_file)
    keys = [xxhash.xxh64_intdigest(bytes([kind]) + id.encode()) for kind, id in actors.select("class", "id").iter_rows()]
    order = list(zip(keys, actors["class"], (id.encode() for id in actors["id"])))
    if keys != actors["key"].to_list() or any(a >= b for a, b in zip(order, order[1:])):
        raise SystemExit(f"{actors_file}: actors are not in the order of their keys")
    expected = actors.select(pl.col("id").cast(pl.String).repeat_by("rows").explode()).to_series()
    if not expected.equals(events["actor"].cast(pl.String), check_names=False):
        raise SystemExit(f"{actors_file}: actors do not have the rows that they should")
    times = events.select("actor_class", pl.col("actor").cast(pl.String), "ts").with_columns(pl.col("ts").shift().alias("last"))
    same = (pl.col("actor") == pl.col("actor").shift()) & (pl.col("actor_class") == pl.col("actor_class").shift())
    if not times.filter(same & (pl.col("ts") < pl.col("last"))).is_empty():
        raise SystemExit(f"{actors_file}: events of an actor are not in the order of time")


def _with_repeated_orders(rows: pl.DataFrame, manifest: dict) -> pl.DataFrame:
    """Of an actor's purchases with one order id, all but the first in total order, bots' and people's apart."""
    ranked = rows.join(_input_ranks(manifest), on="input", how="left").with_row_index("place")
    orders = ranked.filter(pl.col("event") == "purchase", pl.col("order_id").is_not_null(), pl.col("actor").is_not_null())
    total_order = [pl.col("ts"), _has(DAY_PRECISION), pl.col("source_name"), *map(pl.col, SEQUENCE), pl.col("rank"),
                   pl.col("row"), pl.col("position").fill_null(0)]
    by_order = ["actor_class", "actor", "order_id", "is_bot"]
    in_order = orders.with_columns(_has(BOT).alias("is_bot")).sort(total_order, nulls_last=False)
    first = in_order.unique(by_order, keep="first", maintain_order=True)
    repeated = orders.join(first.select("place"), on="place", how="anti")["place"]
    return ranked.with_columns(pl.col("place").is_in(repeated.implode()).alias("is_repeated_order"))


def _input_ranks(manifest: dict) -> pl.DataFrame:
    """Place of each input among those of its source, in natural order; 0 where the order of rows means nothing."""
    ordered = {source["name"] for source in manifest["sources"] if source["has_row_order"]}
    names = sorted(manifest["inputs"], key=lambda known: _natural(known["name"]))
    rank = {known["id"]: place if known["source"] in ordered else 0 for place, known in enumerate(names)}
    return pl.DataFrame({"input": list(rank), "rank": list(rank.values())}, schema={"input": pl.UInt32, "rank": pl.UInt32})


def _natural(name: str) -> list:
    """Runs of digits by value, the rest by bytes."""
    parts = re.findall(rb"[0-9]+|[^0-9]", name.encode())
    # A digit run is compared with another by value, with anything else by its first byte.
    return [(part[0] if not part.isdigit() else 48, int(part) if part.isdigit() else 0) for part in parts] + [(-1, name)]


def _has(bit: int) -> pl.Expr:
    return (pl.col("flags") & bit) != 0


def _json(folder: str, name: str) -> dict:
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return json.load(file)
