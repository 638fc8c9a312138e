"""How fast does Arrow alone decode GA4's JSON? The fields that matter, nothing is done with it: what a reader of JSON can hope for."""

import concurrent.futures
import glob

import worker


def schema():
    """The leaves that DuckDB is asked for too. Whole numbers are texts in this export, so they stay texts."""
    import pyarrow as pa

    text, number = pa.string(), pa.float64()
    of = lambda **fields: pa.struct([(name, kind) for name, kind in fields.items()])
    texts = lambda names: pa.struct([(name, text) for name in names.split()])
    value = of(string_value=text, int_value=text, float_value=number, double_value=number)
    campaign = texts("campaign_name source medium")
    return pa.schema([
        *((name, text) for name in "event_date event_timestamp event_name event_bundle_sequence_id user_id user_pseudo_id".split()),
        ("event_params", pa.list_(of(key=text, value=value))),
        ("privacy_info", texts("analytics_storage ads_storage uses_transient_token")),
        ("user_first_touch_timestamp", text),
        ("device", of(
            **dict.fromkeys("category mobile_brand_name mobile_model_name operating_system operating_system_version language".split(), text),
            web_info=texts("browser browser_version hostname"),
        )),
        ("geo", texts("city country continent region")),
        ("traffic_source", texts("name medium source")),
        ("ecommerce", of(transaction_id=text, purchase_revenue=number, total_item_quantity=text)),
        ("stream_id", text), ("platform", text),
        ("items", pa.list_(of(item_id=text, item_name=text, item_category=text, price=number, quantity=text))),
        *((name, text) for name in "batch_event_index batch_page_id batch_ordering_id".split()),
        ("session_traffic_source_last_click", of(
            manual_campaign=campaign, cross_channel_campaign=texts("campaign_name source medium default_channel_group"),
        )),
    ])


def decode(task):
    """All files of the folder, one after another in as many threads as are given; each is unpacked and decoded as a whole."""
    import pyarrow as pa
    import pyarrow.json as pj

    files = sorted(glob.glob(f"{task['folder']}/*.json.gz"))
    reading = pj.ReadOptions(use_threads=False, block_size=16 << 20)
    parsing = pj.ParseOptions(explicit_schema=schema(), unexpected_field_behavior="ignore")

    def rows(path):
        with pa.input_stream(path, compression="gzip") as stream:
            return pj.read_json(stream, read_options=reading, parse_options=parsing).num_rows

    def work():
        with concurrent.futures.ThreadPoolExecutor(task["threads"]) as pool:
            return {"events": sum(pool.map(rows, files))}

    return worker.timed(work, once=True)


if __name__ == "__main__":
    worker.main("pyarrow", {"decode": decode})
