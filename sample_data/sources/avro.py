"""Writes the samples of Avro: a shop's day as BigQuery extracts it, in two shards, with its rows as JSON for the tests, and flat rows.

Run in this folder with fastavro and cramjam installed: `python3 avro.py`. The same bytes come out every time.
"""

import io
import json
from pathlib import Path

import fastavro

HERE = Path(__file__).parent
TWIN = HERE / "../../crates/ingest/tests/vendors/ga4_avro.ndjson"


def null_or(schema):
    return ["null", schema]


def record(name, namespace, **fields):
    members = [{"name": field, "type": schema} for field, schema in fields.items()]
    return {"type": "record", "name": name, "namespace": namespace, "fields": members}


def members(names, schema="string"):
    return {name: null_or(schema) for name in names.split()}


def repeated(schema):
    return {"type": "array", "items": schema}


def pairs(name):
    """A repeated record of keys and values."""
    value = record(
        "Value", f"root.{name.lower()}", **members("string_value"), **members("int_value", "long"),
        **members("float_value double_value", "double"),
    )
    return repeated(record(name, "root", key=null_or("string"), value=null_or(value)))


SCHEMA = record(
    "Root", None,
    **members("event_date"), **members("event_timestamp", "long"), **members("event_name"),
    event_params=pairs("Event_params"),
    **members("event_bundle_sequence_id", "long"), **members("user_id user_pseudo_id"),
    user_properties=pairs("User_properties"),
    device=null_or(record(
        "Device", "root", **members("category operating_system language"),
        web_info=null_or(record("Web_info", "root.device", **members("browser hostname"))),
    )),
    geo=null_or(record("Geo", "root", **members("country region city"))),
    **members("stream_id platform"),
    ecommerce=null_or(record("Ecommerce", "root", **members("purchase_revenue", "double"), **members("transaction_id"))),
    items=repeated(record(
        "Items", "root", **members("item_id item_name item_category"), **members("price", "double"),
        **members("quantity", "long"),
    )),
    **members("is_active_user", "boolean"),
)
SCHEMA.pop("namespace")


def param(key, value):
    kinds = {str: "string_value", int: "int_value", float: "double_value"}
    return {"key": key, "value": {kinds[type(value)]: value}}


def event(number, second, name, params=(), **more):
    common = [param("ga_session_id", 1709500000), param("page_location", f"https://shop.example/p/{number}?a=1&b=\"é\"")]
    row = {
        "event_date": "20240304", "event_timestamp": 1709500000000000 + second * 1000000 + 7, "event_name": name,
        "event_params": common + [param(key, value) for key, value in params],
        "user_pseudo_id": "1234567890.1709400000", "user_properties": [],
        "device": {"category": "mobile", "operating_system": "iOS", "web_info": {"browser": "Safari", "hostname": "shop.example"}},
        "geo": {"country": "Sweden", "city": "Malmö"}, "stream_id": "42", "platform": "WEB", "items": [],
    }
    return {**row, **more}


CUP = {"item_id": "007", "item_name": "Cup \"big\"", "item_category": "Kitchen", "price": 9.5, "quantity": 2}
ROWS = [
    event(1, 0, "session_start", event_bundle_sequence_id=9007199254740993),
    event(1, 0, "page_view", [("page_title", "Cups, and\nmore"), ("value", 10.0)]),
    event(2, 30, "view_item", [("value", 9.5), ("ratio", 0.1), ("tiny", 1e-7)], items=[CUP]),
    # Without consent there is no visitor, and the records are null.
    {**event(3, 45, "page_view"), "user_pseudo_id": None, "device": None, "geo": None},
    event(4, 60, "purchase", [("currency", "SEK")], user_id="0042", items=[CUP, {"item_id": "008"}],
          ecommerce={"purchase_revenue": 19.0, "transaction_id": "T-1"}, is_active_user=True,
          user_properties=[param("tier", "gold"), param("visits", -3)]),
    event(5, 90, "scroll", [("percent_scrolled", 90), ("big", 9223372036854775807)], is_active_user=False),
]


def avro(name, schema, rows, codec):
    out = io.BytesIO()
    fastavro.writer(out, fastavro.parse_schema(schema), rows, codec=codec, sync_marker=b"kundresa-samples", sync_interval=300)
    path = HERE / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(out.getvalue())


def bigquery(value):
    """A value as BigQuery writes it as JSON: 64-bit numbers are text, and what is null is left out."""
    if isinstance(value, dict):
        return {name: bigquery(member) for name, member in value.items() if member is not None}
    if isinstance(value, list):
        return [bigquery(member) for member in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


avro("ga4_avro/events_20240304-000000000000.avro", SCHEMA, ROWS[:4], "deflate")
avro("ga4_avro/events_20240304-000000000001.avro", SCHEMA, ROWS[4:], "snappy")
TWIN.write_text("".join(json.dumps(bigquery(row), ensure_ascii=False) + "\n" for row in ROWS))

FLAT = record(
    "Event", None, user_id="string", event={"type": "enum", "name": "Name", "symbols": ["view", "buy"]},
    ts={"type": "long", "logicalType": "timestamp-micros"}, page=null_or("string"), amount=null_or("double"),
    tags=repeated("string"),
)
FLAT.pop("namespace")
FLAT_ROWS = [
    {"user_id": f"00{number % 2}", "event": ["view", "buy"][number == 4], "ts": 1709500000000000 + number * 60000000,
     "page": f"/p/{number}" if number else None, "amount": 12.5 if number == 4 else None, "tags": ["a", "b"][:number]}
    for number in range(5)
]
avro("avro/events.avro", FLAT, FLAT_ROWS, "null")
