"""What Polars is asked: sessions with carts in one query, and transitions, over a frame that is sorted before."""

import worker


def sorted_frame(task):
    import os

    import polars as pl

    path = f"{task['parquet']}/*.parquet" if os.path.isdir(task["parquet"]) else task["parquet"]
    return pl.read_parquet(path, columns=["user_id", "event_time", "event_name"]).sort("user_id", "event_time")


def ask(task):
    """Both queries; the frame is read and sorted before they are timed."""
    frame = sorted_frame(task)
    return worker.total(worker.timed(lambda: sessions_and_carts(frame)), worker.timed(lambda: transitions(frame)))


def sessions_and_carts(frame):
    import polars as pl

    gap = pl.col("event_time").diff() > pl.duration(minutes=30)
    begins = (gap | (pl.col("user_id") != pl.col("user_id").shift(1))).fill_null(True)
    row = (
        frame.lazy()
        .with_columns(session=begins.cum_sum())
        .group_by("session")
        .agg(cart=(pl.col("event_name") == "add_to_cart").any(), buy=(pl.col("event_name") == "purchase").any())
        .select(sessions=pl.len(), carts=pl.col("cart").sum(), left=(pl.col("cart") & ~pl.col("buy")).sum())
        .collect()
        .row(0)
    )
    return {"sessions": row[0], "carts": list(row[1:])}


def transitions(frame):
    import polars as pl

    rows = (
        frame.lazy()
        .with_columns(next=pl.col("event_name").shift(-1), actor=pl.col("user_id").shift(-1), then=pl.col("event_time").shift(-1))
        .filter((pl.col("actor") == pl.col("user_id")) & (pl.col("then") - pl.col("event_time") <= pl.duration(minutes=30)))
        .group_by("event_name", "next")
        .len()
        .collect()
        .rows()
    )
    return {"transitions": {f"{a} > {b}": count for a, b, count in rows}}


if __name__ == "__main__":
    worker.main("polars", {"ask": ask})
