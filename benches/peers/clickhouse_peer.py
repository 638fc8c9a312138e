"""What ClickHouse is asked, as chdb: `windowFunnel` over a Parquet file and over a MergeTree in the order of actor and time."""

import json
import os

import worker

LEVELS = """
select level, count() from (
    select user_id, windowFunnel(86400000000)(toUInt64(toUnixTimestamp64Micro(event_time)),
        event_name = 'view_item', event_name = 'add_to_cart', event_name = 'begin_checkout', event_name = 'purchase') level
    from {log} group by user_id{settings})
group by level"""


def connect(task):
    from chdb import session

    return session.Session(task["database"]) if task.get("database") else session.Session()


def rows(connection, task, query):
    answer = connection.query(f"{query} settings max_threads = {task['threads']}", "JSONCompact")
    return json.loads(str(answer))["data"]


def file(task):
    path = task["parquet"]
    return f"file('{path}/*.parquet')" if os.path.isdir(path) else f"file('{path}')"


def funnel(task):
    """The funnel over `parquet`, or over the table in `database`; `in_order` aggregates in the order of the table."""
    connection = connect(task)
    log = "bench.log" if task.get("database") else file(task)
    settings = " settings optimize_aggregation_in_order = 1" if task.get("in_order") else ""

    def work():
        levels = {int(level): int(count) for level, count in rows(connection, task, LEVELS.format(log=log, settings=settings))}
        return {"funnel": [sum(count for level, count in levels.items() if level >= step) for step in (1, 2, 3, 4)]}

    return worker.timed(work)


def load(task):
    """Parquet → MergeTree in the order of actor and time, in one part."""
    connection = connect(task)
    connection.query("create database if not exists bench engine = Atomic")
    connection.query("drop table if exists bench.log sync")

    def work():
        connection.query(
            """create table bench.log (user_id String, event_time DateTime64(6, 'UTC'), event_name LowCardinality(String),
            value Nullable(Float64)) engine = MergeTree order by (user_id, event_time)"""
        )
        threads = f"max_threads = {task['threads']}, max_insert_threads = {task['threads']}"
        connection.query(f"insert into bench.log select user_id, event_time, event_name, value from {file(task)} settings {threads}")
        connection.query("optimize table bench.log final")
        return {"events": int(rows(connection, task, "select count() from bench.log")[0][0])}

    return worker.timed(work, once=True)


if __name__ == "__main__":
    worker.main("chdb", {"funnel": funnel, "load": load})
