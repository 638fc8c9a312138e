"""Writes the samples of product analytics: made-up visits to a made-up shop, with the quirks of each format.

Run in this folder: `python3 product_analytics.py`. The same bytes come out every time.
"""

import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36"


def write(name, data):
    path = HERE / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())


def gz(text):
    return gzip.compress(text.encode(), mtime=0)


def lines(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def snowplow():
    source = (HERE / "../../crates/ingest/src/sources/snowplow.rs").read_text()
    block = source.split("COLUMNS: [&str; 131] = [")[1].split("];")[0]
    names = [word.strip().strip('"') for word in block.split(",") if word.strip()]
    vendor = "iglu:com.snowplowanalytics.snowplow"

    def context(*entities):
        data = [{"schema": f"{vendor}{schema}/jsonschema/1-0-0", "data": data} for schema, data in entities]
        return json.dumps({"schema": f"{vendor}/contexts/jsonschema/1-0-0", "data": data})

    def action(**data):
        inner = {"schema": f"{vendor}.ecommerce/snowplow_ecommerce_action/jsonschema/1-0-1", "data": data}
        return json.dumps({"schema": f"{vendor}/unstruct_event/jsonschema/1-0-0", "data": inner})

    page = ("/web_page", {"id": "0a1b2c3d-0000-4000-8000-00000000000a"})
    cup = (".ecommerce/product", {"id": "007", "name": "Cup", "price": 9.5, "quantity": 2, "currency": "SEK"})
    paid = (".ecommerce/transaction", {"transaction_id": "T-1", "revenue": 19.0, "currency": "SEK"})
    number = 0

    def row(time, event, **cells):
        nonlocal number
        number += 1
        stamp = f"2024-01-31 {time}"
        common = {
            "app_id": "shop", "platform": "web", "etl_tstamp": stamp, "collector_tstamp": stamp, "event": event,
            "dvce_created_tstamp": "2024-01-31 09:00:00.000", "dvce_sent_tstamp": "2024-01-31 09:00:01.000",
            "event_id": f"00000000-0000-4000-8000-{number:012}", "domain_userid": "d-1", "domain_sessionid": "s-1",
            "domain_sessionidx": "1", "useragent": AGENT, "page_url": "https://shop.example/cup?utm_source=news",
            "mkt_source": "news", "derived_tstamp": stamp, "event_name": event, "br_cookies": "1", "contexts": context(page),
        }
        common.update(cells)
        return "\t".join(common.get(name, "") for name in names) + "\n"

    rows = [
        row("10:00:00.123", "page_view", page_title='"Cups" and more'),
        row("10:00:10", "page_ping", pp_yoffset_max="300", derived_tstamp=""),
        row("10:00:20", "struct", event_name="event", se_category="form", se_action="newsletter", se_value="1.5"),
        row("10:01:00", "unstruct", event_name="snowplow_ecommerce_action", contexts=context(page, cup),
            unstruct_event=action(type="product_view")),
        row("10:02:00", "unstruct", event_name="snowplow_ecommerce_action", contexts=context(page, cup),
            unstruct_event=action(type="add_to_cart", total_value=19.0), user_id="0042"),
        row("10:03:00", "unstruct", event_name="snowplow_ecommerce_action", contexts=context(cup, paid),
            unstruct_event=action(type="transaction"), user_id="0042"),
    ]
    write("snowplow/events.tsv", "".join(rows))
    short = ["event_id", "collector_tstamp", "derived_tstamp", "event", "event_name", "se_action", "domain_userid",
             "domain_sessionid", "user_id", "page_url", "contexts_com_snowplowanalytics_snowplow_web_page_1_0_0"]
    table = [",".join(short)]
    for line in rows[:3]:
        cells = dict(zip(names, line.rstrip("\n").split("\t")))
        cells[short[-1]] = '"[{""id"":""0a1b2c3d""}]"'
        table.append(",".join(cells[name] for name in short))
    write("snowplow-warehouse/events.csv", "\n".join(table) + "\n")


def segment():
    page = {"url": "https://shop.example/cup", "path": "/cup", "title": "Cup", "referrer": "https://search.example/"}
    context = {"page": page, "campaign": {"source": "news", "medium": "email", "name": "jan"}, "userAgent": AGENT,
               "locale": "sv-SE", "library": {"name": "analytics.js"}}
    cups = [{"product_id": "007", "sku": "C", "name": "Cup", "price": 9.5, "quantity": 2, "category": "Kitchen"}]

    def call(kind, second, **more):
        return {"type": kind, "messageId": f"m-{second}", "anonymousId": "a-1", "context": context,
                "sentAt": f"2024-01-31T09:00:{second:02}.500Z", "receivedAt": f"2024-01-31T10:00:{second:02}.500Z",
                "originalTimestamp": f"2024-01-31T09:00:{second:02}.000Z", "properties": {}, **more}

    write("segment/calls.jsonl", lines([
        call("page", 0, timestamp="2024-01-31T10:00:00.000Z", properties={"path": "/cup"}),
        call("track", 10, event="Product Viewed", properties={"product_id": "007", "name": "Cup", "price": 9.5}),
        call("identify", 20, userId="0042", traits={"email": "kund@example.com"}, event=None),
        call("track", 30, event="Product Added", userId="0042", properties={"products": cups, "value": 19}),
        call("track", 40, event="Order Completed", userId="0042",
             properties={"order_id": "T-1", "revenue": 19.0, "total": 24.0, "currency": "SEK", "products": cups}),
    ]))


def amplitude():
    def event(kind, time, session, **more):
        return {"event_type": kind, "event_time": time, "client_event_time": time, "$insert_id": f"i-{time[17:]}",
                "uuid": f"u-{time[17:]}", "amplitude_id": 75805000264, "device_id": "dev-1", "user_id": None,
                "session_id": session, "event_properties": {}, "user_properties": {"utm_source": "news"},
                "country": "Sweden", "platform": "Web", "os_name": "Chrome", "device_type": "Linux", **more}

    first = lines([
        event("[Amplitude] Page Viewed", "2024-01-31 10:00:00.123456", 1706695200123,
              event_properties={"[Amplitude] Page URL": "https://shop.example/cup"}),
        event("Add to Cart", "2024-01-31 10:01:00.000000", 1706695200123, user_id="0042",
              event_properties={"sku": "007", "$revenue": 9.5}),
    ])
    second = lines([event("push received", "2024-01-31 11:30:00.5", -1, user_id="0042")])
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for hour, text in ((10, first), (11, second)):
            name = zipfile.ZipInfo(f"218028/218028_2024-01-31_{hour}#0.json.gz", (2024, 2, 1, 0, 0, 0))
            archive.writestr(name, gz(text))
    write("amplitude/export.zip", data.getvalue())


def mixpanel():
    def event(name, time, insert, **more):
        own = {"time": time, "distinct_id": "$device:d-1", "$device_id": "d-1", "$insert_id": insert,
               "mp_processing_time_ms": 1706698800000, "$os": "Linux", "$browser": "Chrome", "mp_country_code": "SE"}
        return {"event": name, "properties": {**own, **more}}

    url = "https://shop.example/cup?utm_source=news"
    write("mixpanel/export.jsonl", lines([
        event("$mp_web_page_view", 1706695200, "x1", **{"$current_url": url, "utm_source": "news"}),
        event("Signed up", 1706695260, "x2", distinct_id="0042", **{"$user_id": "0042"}),
        event("$identify", 1706695261, "x3", distinct_id="0042", **{"$user_id": "0042"}),
    ]))


def posthog():
    def event(name, time, **more):
        own = {"$device_id": "d-1", "$session_id": "s-1", "$current_url": "https://shop.example/cup", "$browser": "Chrome",
               "$referrer": "$direct", "$lib": "web", "$geoip_country_code": "SE"}
        return {"uuid": f"018d-{time}", "event": name, "distinct_id": more.pop("distinct_id", "d-1"), "person_id": "p-1",
                "timestamp": f"2024-01-31T10:00:{time}+00:00", "properties": {**own, **more},
                "person_properties": {"plan": "free"}, "elements_chain": ""}

    server = event("invoice_paid", "40.000000", distinct_id="0042", revenue=19.5)
    server["properties"] = {"revenue": 19.5, "$lib": "server"}
    write("posthog/events.jsonl", lines([
        event("$pageview", "00.123456"),
        event("$identify", "20.000000", distinct_id="0042"),
        event("add_to_cart", "30.000000", distinct_id="0042", sku="007"),
        server,
    ]))


def matomo():
    cups = [{"itemSKU": "007", "itemName": "Cup", "itemCategory": "Kitchen", "price": 9.5, "quantity": 2}]
    page = {"url": "https://shop.example/cup", "pageTitle": "Cup", "timeSpent": "20", "icon": None}
    bought = [
        {"type": "action", "timestamp": 1706695200, **page},
        {"type": "action", "timestamp": 1706695210, "productViewSku": "007", "productViewName": "Cup", **page},
        {"type": "event", "timestamp": 1706695220, "eventCategory": "form", "eventAction": "subscribe"},
        {"type": "ecommerceOrder", "timestamp": 1706695230, "orderId": "T-1", "revenue": "19", "itemDetails": cups},
    ]
    left = [{"type": "ecommerceAbandonedCart", "timestamp": 1706698800, "revenue": 19, "itemDetails": cups}]

    def visit(number, visitor, actions, **more):
        return {"idSite": "1", "idVisit": str(number), "visitorId": visitor, "serverTimestamp": 1706695200,
                "serverDate": "2024-01-31", "siteCurrency": "SEK", "countryCode": "se", "deviceType": "Desktop",
                "browserName": "Chrome", "operatingSystemName": "GNU/Linux", "actionDetails": actions, **more}

    write("matomo/visits.json", json.dumps([
        visit(11, "00a1b2c3d4e5f607", bought, userId="0042", referrerType="search", referrerName="Searcher",
              referrerUrl="https://search.example/"),
        visit(12, "10a1b2c3d4e5f607", left, referrerType="campaign", referrerName="jan", campaignSource="news"),
        visit(13, "20a1b2c3d4e5f607", []),
    ], indent=2) + "\n")


def adobe():
    names = ["hitid_high", "hitid_low", "hit_time_gmt", "date_time", "visid_high", "visid_low", "post_visid_high",
             "post_visid_low", "visit_num", "visit_start_time_gmt", "exclude_hit", "hit_source", "duplicate_purchase",
             "post_event_list", "post_product_list", "post_page_url", "post_pagename", "page_event", "post_currency",
             "post_purchaseid", "geo_country", "user_agent", "post_evar1", "zip"]

    def hit(number, **cells):
        own = {"hitid_high": "18446744073709551615", "hitid_low": str(number), "hit_time_gmt": str(1706695200 + number),
               "date_time": "2024-01-31 11:00:00", "post_visid_high": "11112222333344445555", "post_visid_low": "42",
               "visid_high": "1", "visid_low": "2", "visit_num": "3", "visit_start_time_gmt": "1706695200",
               "exclude_hit": "0", "hit_source": "1", "page_event": "0", "geo_country": "swe", "post_currency": "SEK",
               "post_page_url": "https://shop.example/cup", "user_agent": AGENT}
        own.update(cells)
        # The last field is lost where it is empty.
        return "\t".join(own.get(name, "") for name in names[:-1]) + "\n"

    first = [
        hit(1, post_pagename="Cups \\\t and\\\\more", post_event_list="100,200=1.5"),
        hit(2, post_event_list="2,100", post_product_list="Kitchen;007;;"),
        hit(3, post_event_list="12", post_product_list="Kitchen;007;2;;;evar1=a^,b,;C^;8;1;"),
        hit(4, page_event="10"),
    ]
    second = [
        hit(5, post_event_list="1:T-1,100", post_product_list="Kitchen;007;2;19.00,;008;1;5.50", post_purchaseid="T-1"),
        hit(6, post_event_list="1", duplicate_purchase="1", post_purchaseid="T-1"),
        hit(7, exclude_hit="1"),
        hit(8, hit_source="7"),
    ]
    write("adobe-data-feed/01-shop_2024-01-31.tsv.gz", gz("".join(first)))
    write("adobe-data-feed/02-shop_2024-01-31.tsv.gz", gz("".join(second)))
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, text in (("column_headers.tsv", "\t".join(names) + "\n"), ("event.tsv", "1\tPurchase\n2\tProduct View\n")):
            info = tarfile.TarInfo(name)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    write("adobe-data-feed/shop_2024-01-31-lookup_data.tar.gz", gzip.compress(data.getvalue(), mtime=0))
    write("adobe-data-feed/shop_2024-01-31.txt", "Datafeed-Manifest-Version: 1.0\nLookup-Files: 1\nData-Files: 2\nTotal-Records: 8\n")


def small():
    write("goatcounter/export.csv", "\n".join([
        "2Path,Title,Event,UserAgent,Browser,System,Session,Bot,Referrer,Referrer scheme,Screen size,Location,FirstVisit,Date",
        f'/cup,"Cup, blue",false,"{AGENT}",Chrome 120,Linux,3fa-1,0,https://search.example/,h,"1920,1080,1",SE,true,2024-01-31T10:00:00Z',
        f'click-buy,,true,"{AGENT}",Chrome 120,Linux,3fa-1,0,,,,SE,false,2024-01-31T10:00:20Z',
        "/robots,,false,Crawler/1.0,,,3fa-2,3,,,,US,true,2024-01-31T10:01:00Z",
    ]) + "\n")
    write("umami/website_event.csv", "\n".join([
        "website_id,session_id,visit_id,event_id,hostname,browser,os,device,country,url_path,url_query,utm_source,"
        "referrer_domain,referrer_path,page_title,event_type,event_name,distinct_id,created_at",
        "w-1,s-1,v-1,e-1,shop.example,chrome,Linux,desktop,SE,/cup,color=blue,news,search.example,/,Cup,1,,,2024-01-31 10:00:00",
        "w-1,s-1,v-1,e-2,shop.example,chrome,Linux,desktop,SE,/cup,,,,,Cup,2,add-to-cart,0042,2024-01-31 10:00:20",
    ]) + "\n")
    write("plausible/sessions_v2.csv", "\n".join([
        "session_id,sign,site_id,user_id,hostname,timestamp,start,is_bounce,entry_page,exit_page,pageviews,events,duration,"
        "referrer,referrer_source,country_code,screen_size,operating_system,browser,utm_source,entry_meta.key",
        "18446744073709551615,1,7,12345678901234567890,shop.example,2024-01-31 10:05:00,2024-01-31 10:00:00,0,/,/cart,4,5,300,"
        "search.example,Searcher,SE,Desktop,GNU/Linux,Chrome,,\"['author','category']\"",
        "18446744073709551614,1,7,9345678901234567890,shop.example,2024-01-31 11:00:00,2024-01-31 11:00:00,1,/cup,/cup,1,1,0,,,"
        "NO,Mobile,iOS,Safari,news,[]",
        "18446744073709551615,-1,7,12345678901234567890,shop.example,2024-01-31 10:01:00,2024-01-31 10:00:00,1,/,/,1,1,0,,,SE,"
        "Desktop,GNU/Linux,Chrome,,[]",
    ]) + "\n")


for make in (snowplow, segment, amplitude, mixpanel, posthog, matomo, adobe, small):
    make()
