"""What DuckDB is asked. Over a Parquet file, or over a table of its own in the order of actor and time.

Sessions end after more than 30 minutes without an event. The funnel finds, for each event of a step, the latest start of a
chain before it (`asof join`), which is the optimum over all attempts, as `kundresa funnel` counts.
"""

import os

import worker

SESSIONS = """
select count(*) from (select user_id, sid from (
    select user_id, sum(new) over (partition by user_id order by event_time) sid from (
        select user_id, event_time,
            case when event_time - lag(event_time) over (partition by user_id order by event_time) > interval 30 minute then 1 else 0 end new
        from {log}))
    group by 1, 2)"""
FUNNEL = """
with s1 as (select user_id, event_time t from {log} where event_name = 'view_item'),
s2 as (select user_id, event_time t from {log} where event_name = 'add_to_cart'),
s3 as (select user_id, event_time t from {log} where event_name = 'begin_checkout'),
s4 as (select user_id, event_time t from {log} where event_name = 'purchase'),
a2 as (select s2.user_id, s2.t, s1.t st from s2 asof join s1 on s2.user_id = s1.user_id and s2.t >= s1.t where s2.t <= s1.t + interval 1 day),
a3 as (select s3.user_id, s3.t, a2.st from s3 asof join a2 on s3.user_id = a2.user_id and s3.t >= a2.t where s3.t <= a2.st + interval 1 day),
a4 as (select s4.user_id, s4.t, a3.st from s4 asof join a3 on s4.user_id = a3.user_id and s4.t >= a3.t where s4.t <= a3.st + interval 1 day)
select (select count(distinct user_id) from s1), (select count(distinct user_id) from a2),
    (select count(distinct user_id) from a3), (select count(distinct user_id) from a4)"""
TRANSITIONS = """
select e, nx, count(*) from (
    select event_name e, lead(event_name) over w nx, event_time t, lead(event_time) over w nt
    from {log} window w as (partition by user_id order by event_time))
where nx is not null and nt - t <= interval 30 minute group by all"""
CARTS = """
with s as (
    select user_id, event_name, sum(new) over (partition by user_id order by event_time) sid from (
        select user_id, event_time, event_name,
            case when event_time - lag(event_time) over (partition by user_id order by event_time) > interval 30 minute then 1 else 0 end new
        from {log}))
select count(*) filter (cart), count(*) filter (cart and not buy) from (
    select bool_or(event_name = 'add_to_cart') cart, bool_or(event_name = 'purchase') buy from s group by user_id, sid)"""

LEAVES = {
    "event_date": "VARCHAR", "event_timestamp": "BIGINT", "event_name": "VARCHAR",
    "event_params": "STRUCT(key VARCHAR, value STRUCT(string_value VARCHAR, int_value BIGINT, float_value DOUBLE, double_value DOUBLE))[]",
    "event_bundle_sequence_id": "BIGINT", "user_id": "VARCHAR", "user_pseudo_id": "VARCHAR",
    "privacy_info": "STRUCT(analytics_storage VARCHAR, ads_storage VARCHAR, uses_transient_token VARCHAR)",
    "user_first_touch_timestamp": "BIGINT",
    "device": "STRUCT(category VARCHAR, mobile_brand_name VARCHAR, mobile_model_name VARCHAR, operating_system VARCHAR, "
    "operating_system_version VARCHAR, language VARCHAR, web_info STRUCT(browser VARCHAR, browser_version VARCHAR, hostname VARCHAR))",
    "geo": "STRUCT(city VARCHAR, country VARCHAR, continent VARCHAR, region VARCHAR)",
    "traffic_source": "STRUCT(name VARCHAR, medium VARCHAR, source VARCHAR)",
    "ecommerce": "STRUCT(transaction_id VARCHAR, purchase_revenue DOUBLE, total_item_quantity BIGINT)",
    "stream_id": "VARCHAR", "platform": "VARCHAR",
    "items": "STRUCT(item_id VARCHAR, item_name VARCHAR, item_category VARCHAR, price DOUBLE, quantity BIGINT)[]",
    "batch_event_index": "BIGINT", "batch_page_id": "BIGINT", "batch_ordering_id": "BIGINT",
    "session_traffic_source_last_click": "STRUCT(manual_campaign STRUCT(campaign_name VARCHAR, source VARCHAR, medium VARCHAR), "
    "cross_channel_campaign STRUCT(campaign_name VARCHAR, source VARCHAR, medium VARCHAR, default_channel_group VARCHAR))",
}


def connect(task, database=":memory:", **options):
    import duckdb

    connection = duckdb.connect(database, **options)
    connection.execute(f"set threads = {task['threads']}")
    return connection


def ask(task):
    """The questions of `questions` over `parquet`, or over the table in `database`; their times are added up."""
    if task.get("database"):
        connection, log = connect(task, task["database"], read_only=True), "log"
    else:
        connection, log = connect(task), f"read_parquet('{parquet(task)}')"
    readers = {"sessions": sessions, "funnel": funnel, "transitions": transitions, "carts": carts}
    return worker.total(*(worker.timed(lambda q=q: readers[q](connection, log)) for q in task["questions"]))


def parquet(task):
    return f"{task['parquet']}/*.parquet" if os.path.isdir(task["parquet"]) else task["parquet"]


def sessions(connection, log):
    return {"sessions": connection.execute(SESSIONS.format(log=log)).fetchone()[0]}


def funnel(connection, log):
    return {"funnel": list(connection.execute(FUNNEL.format(log=log)).fetchone())}


def transitions(connection, log):
    rows = connection.execute(TRANSITIONS.format(log=log)).fetchall()
    return {"transitions": {f"{a} > {b}": count for a, b, count in rows}}


def carts(connection, log):
    return {"carts": list(connection.execute(CARTS.format(log=log)).fetchone())}


def own_table(task):
    """A table of its own in the order of actor and time, once, before anything is timed."""
    if os.path.exists(task["database"]):
        os.remove(task["database"])
    connection = connect(task, task["database"])
    return worker.timed(lambda: created(connection, parquet(task)), once=True)


def created(connection, path):
    columns = "user_id, event_time, event_name, page_path, source, device, value"
    connection.execute(f"create table log as select {columns} from read_parquet('{path}') order by user_id, event_time")
    return {"events": connection.execute("select count(*) from log").fetchone()[0]}


def load_csv(task):
    """CSV → table → Parquet in the order of actor and time."""
    connection = connect(task)

    def load():
        columns = "user_id, event_time, event_name, page_path, source, device, value"
        connection.execute(f"create table log as select {columns} from read_csv('{task['csv']}')")
        return written(connection, "log", task["into"])

    return worker.timed(load, once=True)


def load_parquet(task):
    """Parquet → Parquet in the order of actor and time, all columns."""
    connection = connect(task)
    return worker.timed(lambda: written(connection, f"read_parquet('{parquet(task)}')", task["into"]), once=True)


def written(connection, log, path):
    rows = connection.execute(f"copy (select * from {log} order by user_id, event_time) to '{path}' (format parquet, compression lz4)").fetchone()
    return {"events": rows[0]}


def read_json(task):
    """GA4 NDJSON → table with the leaves that Kundresa reads."""
    connection = connect(task)
    leaves = ", ".join(f"{name}: '{kind}'" for name, kind in LEAVES.items())

    def read():
        connection.execute(
            f"create table log as select * from read_json('{task['folder']}/*.json.gz', format = 'newline_delimited', columns = {{{leaves}}})"
        )
        return {"events": connection.execute("select count(*) from log").fetchone()[0]}

    return worker.timed(read, once=True)


def scan(task):
    """The columns of the store's Parquet files, every value looked at once."""
    connection = connect(task)
    known = {row[0] for row in connection.execute(f"describe select * from read_parquet('{task['files']}')").fetchall()}
    columns = [name for name in task["columns"] if name in known]
    shown = ", ".join(f"max(epoch_us({name}))" if name == "ts" else f"max({name})" for name in columns)
    query = f"select count(*), {shown} from read_parquet('{task['files']}')"
    return worker.timed(lambda: {"events": connection.execute(query).fetchone()[0]})


if __name__ == "__main__":
    worker.main("duckdb", {
        "ask": ask, "own_table": own_table, "load_csv": load_csv, "load_parquet": load_parquet, "read_json": read_json, "scan": scan,
    })
