"""Writes one small made-up log in every way in which people flatten the GA4 export, beside this script."""
import csv, json, os
from datetime import datetime, timezone

HERE = os.path.dirname(os.path.abspath(__file__))
PRODUCT = "https://shop.example/product/1001?utm_source=letter&utm_medium=email"


def event(us, name, user, bundle, page, params, items=(), ecommerce=None):
    pairs = [{"key": "page_location", "value": {"string_value": page}},
             {"key": "ga_session_id", "value": {"int_value": "1709550000"}}]
    pairs += [{"key": key, "value": {kind: value}} for key, kind, value in params]
    row = {"event_date": "20240304", "event_timestamp": str(us), "event_name": name, "event_params": pairs,
           "event_bundle_sequence_id": str(bundle), "user_pseudo_id": user,
           "device": {"category": "mobile", "language": "sv-se", "web_info": {"browser": "Safari"}},
           "geo": {"country": "Sweden", "city": "Umeå"}, "stream_id": "3206015529", "platform": "WEB",
           "items": list(items)}
    if ecommerce:
        row["ecommerce"] = ecommerce
    return row


def item(number, name, price, quantity):
    return {"item_id": number, "item_name": name, "price": price, "quantity": quantity}


TENT, MAT = item("1001", "Ridge 1 tent, \"green\"", 2990.0, "1"), item("1104", "Air mat", 1309.5, "2")
CASH = [("currency", "string_value", "SEK"), ("value", "double_value", 5609.0)]
EVENTS = [
    event(1709550000000001, "session_start", "11.22", 1, PRODUCT, []),
    event(1709550000000001, "page_view", "11.22", 1, PRODUCT, [("page_title", "string_value", "Tent,\nridge")]),
    event(1709550030000000, "view_item", "11.22", 2, PRODUCT, CASH[:1] + [("value", "double_value", 2990.0)], [TENT]),
    event(1709550090000000, "purchase", "11.22", 3, "https://shop.example/thanks", CASH, [TENT, MAT],
          {"purchase_revenue": 5609.0, "transaction_id": "T0001"}),
    event(1709550091000000, "scroll", "33.44", 1, "https://shop.example/", [("percent_scrolled", "int_value", "90")]),
]


def value(pair):
    return next(iter(pair["value"].values()))


def leaves(row, separator, path=""):
    for name, inner in row.items():
        name = path + separator + name if path else name
        if isinstance(inner, dict):
            yield from leaves(inner, separator, name)
        elif not isinstance(inner, list):
            yield name, inner


def paths(row, path=""):
    members = row.items() if isinstance(row, dict) else enumerate(row)
    for name, inner in members:
        name = f"{path}.{name}" if path else name
        if isinstance(inner, (dict, list)):
            yield from paths(inner, name)
        else:
            yield name, inner


def chosen(row, prefix=""):
    return {prefix + pair["key"]: value(pair) for pair in row["event_params"]}


def moment(us, end):
    return datetime.fromtimestamp(int(us) // 10**6, timezone.utc).strftime("%Y-%m-%d %H:%M:%S") + f".{int(us) % 10**6:06}{end}"


def nested(row):
    wrap = lambda name, cell: json.dumps({name: cell}, indent=2, ensure_ascii=False) if isinstance(cell, (dict, list)) else cell
    yield {name: wrap(name, cell) for name, cell in row.items()}


def params(row):
    for pair in row["event_params"]:
        inner = {f"event_params_value_{kind}": cell for kind, cell in pair["value"].items()}
        yield {**dict(leaves(row, "_")), "event_params_key": pair["key"], **inner}


def query(row):
    flat = dict(leaves(row, "_"))
    yield {"event_timestamp": moment(row["event_timestamp"], " UTC"), "user_pseudo_id": row["user_pseudo_id"],
           "event_name": row["event_name"], "session_id": "1709550000", "country": flat["geo_country"],
           "device_category": flat["device_category"], "transaction_id": flat.get("ecommerce_transaction_id", ""),
           **{name: cell for name, cell in chosen(row).items() if name != "ga_session_id"}}


def items(row):
    for one in row["items"] or [{}]:
        yield {**dict(leaves(row, "_")), **chosen(row), **one}


def fivetran(row):
    flat = dict(leaves(row, "_"))
    names = {"event_name": "name", "event_date": "date", "event_timestamp": "timestamp", "event_bundle_sequence_id": "bundle_sequence_id"}
    flat["event_date"] = "2024-03-04"
    flat["event_timestamp"] = moment(row["event_timestamp"], "")
    yield {**{names.get(name, name): cell for name, cell in flat.items()}, **chosen(row, "param_")}


def write(name, flatten):
    records = [record for row in EVENTS for record in flatten(row)]
    columns = list(dict.fromkeys(column for record in records for column in record))
    with open(os.path.join(HERE, name), "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)


with open(os.path.join(HERE, "console.json"), "w", encoding="utf-8") as file:
    json.dump(EVENTS, file, indent=2, ensure_ascii=False)
write("a_nested.csv", nested)
write("b_paths.csv", lambda row: [dict(paths(row))])
write("c_params.csv", params)
write("d_query.csv", query)
write("e_items.csv", items)
write("f_fivetran.csv", fivetran)
