"""Which exports are read for their speed, and how do large ones come from small samples?

The samples of `sample_data/sources` are repeated: what tells people, sessions, events and pages apart, and every time, differs from
copy to copy, so that a long file has many actors, many pages and a month. The same seed gives the same bytes. Lines that are there to
be rejected are left out. What ids occur once in a sample are an event's, and new in every copy; others are a person's, and four
copies have them. A header, and lines before it, come once.
"""

import csv
import gzip
import hashlib
import io
import json
import re
import tarfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "sample_data" / "sources"

DAYS = 28
PAGES = 2000
# Copies that one person is in.
VISITS = 4


@dataclass(frozen=True)
class Export:
    """A kind of export: where its sample is, and what of it is not as everywhere."""

    name: str
    # Kind that must be recognised.
    kind: str
    # In `sample_data/sources`, or the text itself.
    sample: str
    # What the generic reader of its format reads: csv, ndjson or json (one array); `lines` and `xml` have none.
    format: str
    # Lines before the first record.
    head: int = 0
    # Lines that hold this are left out; of a document, what it matches.
    without: str = ""
    # Further ids.
    ids: str = ""
    # Times that look like nothing else.
    seconds: str = ""
    # What is inside the brackets, for one array or one document.
    around: tuple[str, str] = ("", "")
    # How the generic reader reads it: columns of time (and its format), actor and event; without any, it reads a log of its own.
    plain: tuple[str, str, str, str] | None = None
    # A file that must lie beside it, and the archive that has it.
    beside: tuple[str, str] | None = None

    @property
    def generic(self) -> str:
        """The format whose generic reader is the measure. Lines of logs are written as a table for it; XML is one document,
        as one array is."""
        return {"lines": "csv", "xml": "json"}.get(self.format, self.format)

    @property
    def file_name(self) -> str:
        if "\n" in self.sample:
            return f"{self.name}.{'csv' if self.format == 'csv' else 'jsonl'}"
        return Path(self.sample).name.removesuffix(".gz")


ARRAY = ("[", "]")

SHOPIFY_ROWS = """id,name,email,customer_id,created_at,cancelled_at,closed_at,financial_status,fulfillment_status,currency,total_price,cart_token,referring_site,landing_site_base_url,test
450001,#1001,ada@example.com,700001,2024-04-01 10:06:50,,2024-04-03 09:00:00,paid,fulfilled,EUR,61.36,c0ffee0001,https://search.example/,/collections/mugs,false
450002,#1002,bo@example.com,700002,2024-04-01 11:00:00,2024-04-01 12:00:00,,refunded,,EUR,25.00,c0ffee0002,,/,false
"""

EXPORTS = (
    Export("access_log", "access-log", "access-log/combined.log", "lines", without=r"\\x16|cut in two",
           plain=("time", "%d/%b/%Y:%H:%M:%S %z", "c1", "")),
    Export("access_table", "access-table", "access-table/requests.tsv", "csv", head=1, without="surplus", seconds=r"\b8045\d{5}\b",
           plain=("time", "epoch_s", "host", "method")),
    Export("access_json", "access-json", "access-json/nginx.jsonl", "ndjson", without=r'"request":""',
           plain=("time_local", "%d/%b/%Y:%H:%M:%S %z", "remote_addr", "status")),
    Export("w3c_log_iis", "w3c-log", "w3c-log/iis.log", "lines", head=4, without=r"^\s*#|^\s*$|07:10:0",
           plain=("time", "iso", "c6", "")),
    Export("w3c_log_cloudfront", "w3c-log", "w3c-log/cloudfront.log", "lines", head=2,
           plain=("time", "iso", "c4", "")),
    Export("alb", "alb", "alb/alb.log", "lines", without="something else",
           plain=("time", "iso", "c3", "")),
    Export("snowplow", "snowplow", "snowplow/events.tsv", "csv",
           plain=("collector_tstamp", "iso", "domain_userid", "event")),
    Export("snowplow_warehouse", "snowplow-warehouse", "snowplow-warehouse/events.csv", "csv", head=1,
           plain=("collector_tstamp", "iso", "domain_userid", "event")),
    Export("adobe", "adobe-data-feed", "adobe-data-feed/01-shop_2024-01-31.tsv.gz", "csv", ids=r"(?m)^\d+\t\d+",
           beside=("column_headers.tsv", "adobe-data-feed/shop_2024-01-31-lookup_data.tar.gz"),
           plain=("hit_time_gmt", "epoch_s", "post_visid_low", "")),
    Export("matomo", "matomo", "matomo/visits.json", "json", around=ARRAY,
           plain=("serverTimestamp", "epoch_s", "visitorId", "")),
    Export("segment", "segment", "segment/calls.jsonl", "ndjson",
           plain=("sentAt", "iso", "anonymousId", "type")),
    Export("mixpanel", "mixpanel", "mixpanel/export.jsonl", "ndjson", ids=r"(?<=insert_id\": \")x\d+",
           plain=("properties.time", "epoch_s", "properties.distinct_id", "event")),
    Export("posthog", "posthog", "posthog/events.jsonl", "ndjson", ids=r"018d-[\d.]+",
           plain=("timestamp", "iso", "distinct_id", "event")),
    Export("goatcounter", "goatcounter", "goatcounter/export.csv", "csv", head=1, ids=r"\b3f[a-z]-\d+",
           plain=("Date", "iso", "Session", "")),
    Export("umami", "umami", "umami/website_event.csv", "csv", head=1,
           plain=("created_at", "iso", "session_id", "")),
    Export("plausible", "plausible", "plausible/sessions_v2.csv", "csv", head=1, without=",-1,",
           plain=("timestamp", "iso", "user_id", "")),
    Export("ga4_csv_nested", "ga4", "ga4_csv/a_nested.csv", "csv", head=1, ids=r"\b\d\d\.\d\d\b",
           plain=("event_timestamp", "epoch_us", "user_pseudo_id", "event_name")),
    Export("ga4_csv_paths", "ga4", "ga4_csv/b_paths.csv", "csv", head=1, ids=r"\b\d\d\.\d\d\b",
           plain=("event_timestamp", "epoch_us", "user_pseudo_id", "event_name")),
    Export("ga4_csv_params", "ga4", "ga4_csv/c_params.csv", "csv", head=1, ids=r"\b\d\d\.\d\d\b",
           plain=("event_timestamp", "epoch_us", "user_pseudo_id", "event_name")),
    Export("ga4_csv_query", "ga4", "ga4_csv/d_query.csv", "csv", head=1, ids=r"\b\d\d\.\d\d\b|T\d{4}",
           plain=("event_timestamp", "iso", "user_pseudo_id", "event_name")),
    Export("ga4_csv_items", "ga4", "ga4_csv/e_items.csv", "csv", head=1, ids=r"\b\d\d\.\d\d\b|T\d{4}",
           plain=("event_timestamp", "epoch_us", "user_pseudo_id", "event_name")),
    Export("ga4_csv_fivetran", "ga4", "ga4_csv/f_fivetran.csv", "csv", head=1, ids=r"\b\d\d\.\d\d\b|T\d{4}",
           plain=("timestamp", "iso", "user_pseudo_id", "name")),
    Export("ga4_console", "ga4", "ga4_csv/console.json", "json", around=ARRAY, ids=r"\b\d\d\.\d\d\b|T\d{4}",
           plain=("event_timestamp", "epoch_us", "user_pseudo_id", "event_name")),
    Export("universal_analytics", "universal-analytics", "universal_analytics/ga_sessions_20170801.json", "ndjson",
           plain=("visitStartTime", "epoch_s", "fullVisitorId", "")),
    Export("universal_analytics_csv", "universal-analytics-csv", "universal_analytics/sessions.csv", "csv", head=1,
           plain=("visitStartTime", "epoch_s", "fullVisitorId", "")),
    Export("otto", "otto", "otto/sessions.jsonl", "ndjson", without=r'"events":\[\]', ids=r"(?<=\"session\":)\d+"),
    Export("rees46", "rees46", "rees46/2024-05.csv", "csv", head=1,
           plain=("event_time", "iso", "user_id", "event_type")),
    Export("retailrocket", "retailrocket", "retailrocket/events.csv", "csv", head=1,
           plain=("timestamp", "epoch_ms", "visitorid", "event")),
    Export("diginetica", "diginetica", "diginetica/train-item-views.csv", "csv", head=1, ids=r"(?m)^\d+(?=;)",
           plain=("eventdate", "iso", "session_id", "")),
    Export("yoochoose_clicks", "yoochoose-clicks", "yoochoose/prepared.tsv", "csv", head=1, ids=r"(?m)^\d+(?=\t)", seconds=r"\b139\d{7}\b",
           plain=("Time", "epoch_s", "SessionId", "")),
    Export("contentsquare", "contentsquare-pageviews", "contentsquare/pageviews.csv", "csv", head=1, without="never", ids=r"-?\b[53]066\d{15}",
           plain=("view_time", "iso", "user_id", "")),
    Export("shopify_orders", "shopify-orders", "shopify/orders_export.csv", "csv", head=1, ids=r"#\d{4}",
           plain=("Created at", "iso", "Email", "")),
    Export("shopify_checkouts", "shopify-checkouts", "shopify/abandoned_checkout.csv", "csv", head=1, without=",true$", ids=r"\b[97]00\d\b|c0ffee\d\d|\b70\d\b",
           plain=("created_at", "iso", "email", "")),
    Export("shopify_order_rows", "shopify-order-rows", SHOPIFY_ROWS, "csv", head=1, ids=r"#\d{4}",
           plain=("created_at", "iso", "email", "")),
    Export("woocommerce", "woocommerce", "woocommerce/orders.csv", "csv", head=1, ids=r"\b47\d\d\b|(?<=,)1[78](?=,)",
           plain=("date_created", "iso", "billing_email", "")),
    Export("hubspot_contacts", "hubspot-contacts", "hubspot/contacts.csv", "csv", head=1, ids=r"(?m)^\d+(?=,)",
           plain=("Create Date", "iso", "Record ID", "")),
    Export("hubspot_deals", "hubspot-deals", "hubspot/deals.csv", "csv", head=1, ids=r"(?m)^\d+(?=,)|\b5\d(?=[;,])",
           plain=("Create Date", "iso", "Record ID", "")),
    Export("hubspot_history", "hubspot-history", "hubspot/contact_property_history.csv", "csv", head=1, ids=r"(?m)^\d+(?=,)",
           plain=("timestamp", "iso", "contact_id", "name")),
    Export("hubspot_emails", "hubspot-emails", "hubspot/email_events.csv", "csv", head=1,
           plain=("created", "iso", "recipient", "type")),
    Export("salesforce", "salesforce", "salesforce/opportunity.csv", "csv", head=1, without="Spoons", ids=r"\b0[01][0-9A-Za-z]{13,16}\b",
           plain=("CreatedDate", "iso", "AccountId", "StageName")),
    Export("salesforce_history", "salesforce-history", "salesforce/opportunity_field_history.csv", "csv", head=1, ids=r"\b0[01][0-9A-Za-z]{13,16}\b",
           plain=("CreatedDate", "iso", "OpportunityId", "Field")),
    Export("pipedrive", "pipedrive", "pipedrive/deals.csv", "csv", head=1, ids=r"(?m)^\d+(?=,)|(?<=,)\d(?=,[A-Z])",
           plain=("Deal - Deal created", "iso", "Deal - ID", "")),
    Export("hotjar_responses", "hotjar-responses", "hotjar/survey_responses.csv", "csv", head=2, ids=r"(?m)^\d+(?=,)",
           plain=("Date Submitted", "iso", "User", "")),
    Export("hotjar_recordings", "hotjar-recordings", "hotjar/recordings.csv", "csv", head=1,
           plain=("Date", "iso", "User ID", "")),
    Export("clarity", "clarity", "clarity/recordings.csv", "csv", head=6, ids=r"\b[us]\d\w{3,4}\b",
           plain=("Date", "%m/%d/%Y", "Clarity user ID", "")),
    Export("xes", "xes", "xes/orders.xes", "xml", around=("<trace", "</log>"),
           without=r"<event/>|(?s:<event>(?:(?!</event>|<date).)*</event>)", ids=r"case \d+"),
)

# What nothing else is compared with: pages of figures, and kinds whose form another export above has.
NOT_READ = {
    "ga4_ui": "reference tables, no events",
    "crm-snapshots": "`kundresa snapshots` makes a log of them",
    "avro": "is read as lines of JSON, by one thread a file",
    "ga4_avro": "is read as lines of JSON, by one thread a file, and then as GA4's NDJSON",
    "amplitude": "comes as an archive of compressed files, read by one thread each; its JSON is Mixpanel's and Segment's in other names",
}

# What generic readers read: a shop's log of seven columns, as `peers/make_log.py` writes it.
LOG = tuple(
    ("u-10001", f"2024-03-04 08:{minute:02}:{second:02}.{minute:03}000", event, page, source, device, value)
    for minute, second, event, page, source, device, value in (
        (0, 1, "page_view", "https://shop.example/start", "newsletter", "desktop", ""),
        (0, 45, "view_item_list", "https://shop.example/list", "newsletter", "desktop", ""),
        (1, 12, "view_item", "https://shop.example/product", "newsletter", "desktop", "19.90"),
        (2, 30, "add_to_cart", "https://shop.example/product", "newsletter", "desktop", "19.90"),
        (4, 2, "page_view", "https://shop.example/about", "newsletter", "desktop", ""),
        (6, 59, "begin_checkout", "https://shop.example/checkout", "newsletter", "desktop", "19.90"),
        (9, 5, "purchase", "https://shop.example/thanks", "newsletter", "desktop", "24.80"),
    )
)
NAMES = ("user_id", "event_time", "event_name", "page_url", "source", "device", "value")


TOKEN = re.compile(r'\[([^\]]*)\]|"((?:[^"\\]|\\.)*)"|(\S+)')


def as_table(lines: str) -> str:
    """The lines of a log as a table: its fields in columns of no name, and its time."""
    rows = []
    for line in lines.splitlines():
        cells = line.split("\t") if "\t" in line else ["".join(part or "" for part in found) for found in TOKEN.findall(line)]
        if re.fullmatch(r"\d{4}-\d\d-\d\d", cells[0]):
            cells = [f"{cells[0]}T{cells[1]}Z", "", *cells[2:]]
        time = next(cell for cell in cells if re.match(r"\d\d/[A-Z][a-z]{2}/\d{4}:|\d{4}-\d\d-\d\dT", cell))
        rows.append([time, *(cell for cell in cells if cell != time)])
    width = max(len(row) for row in rows)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["time", *(f"c{place}" for place in range(1, width))])
    writer.writerows([*row, *[""] * (width - len(row))] for row in rows)
    return out.getvalue()


def plain_of(export: Export, path: Path, folder: Path) -> tuple[Path, list[str]]:
    """What the generic reader is given in place of an export that lies at `path`: a file, and options."""
    time, form, actor, event = export.plain
    if export.format == "lines":
        text = path.read_text(encoding="utf-8")
        path = folder / "plain.csv"
        path.write_text(as_table("\n".join(line for line in text.splitlines() if not line.startswith("#"))), encoding="utf-8")
    kind = "delimited" if export.generic == "csv" else "ndjson"
    columns = f"user_id = {json.dumps(actor)}" + (f", event = {json.dumps(event)}" if event else "")
    config = ["[[sources]]", f'kind = "{kind}"', f"time = {{ column = {json.dumps(time)}, format = {json.dumps(form)} }}"]
    config += [f"columns = {{ {columns} }}"] + ([] if event else ['event = "row"'])
    names = names_of(export, path)
    config += [f"header = {json.dumps(names)}", 'delimiter = "\\t"'] if names else []
    (folder / "plain.toml").write_text("\n".join(config) + "\n")
    return path, ["--config", str(folder / "plain.toml")]


def names_of(export: Export, path: Path) -> list[str]:
    """Names of the columns of a text that has no header."""
    if export.beside:
        return (path.parent / export.beside[0]).read_text().strip("\n").split("\t")
    if export.format != "csv" or export.head:
        return []
    names = [f"column{place}" for place in range(131)]
    names[3], names[5], names[15] = "collector_tstamp", "event", "domain_userid"
    return names


def generic_log(kind: str) -> Export:
    """The log that the generic reader of a format reads."""
    if kind == "csv":
        text = "".join(",".join(row) + "\n" for row in (NAMES, *LOG))
        return Export("generic_csv", "delimited", text, "csv", head=1)
    object_of = lambda row: "{" + ",".join(f'"{name}":"{cell}"' for name, cell in zip(NAMES, row) if cell) + "}"
    between, around = (",\n", ARRAY) if kind == "json" else ("\n", ("", ""))
    text = around[0] + between.join(object_of(row) for row in LOG) + around[1] + "\n"
    return Export(f"generic_{kind}", "ndjson", text, kind, around=around)


TIMES = (
    (r"\d{4}-\d\d-\d\d[T \t]\d\d:\d\d:\d\d", "%Y-%m-%d{}%H:%M:%S"),
    (r"\d{4}-\d\d-\d\d[T \t]\d\d:\d\d", "%Y-%m-%d{}%H:%M"),
    (r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d", "%d/%b/%Y:%H:%M:%S"),
    (r'\d\d/\d\d/\d{4}","\d\d:\d\d [AP]M', '%m/%d/%Y","%I:%M %p'),
)
EPOCH = r"(?<![\w.-])1[3-7]\d{8}(?:\d{3}|\d{6})?(?!\d)"
URL = r"//[\w.:-]+/[A-Za-z][A-Za-z_-]*|(?:GET|POST|HEAD) /[a-z][a-z-]*(?=[ ?/;])|(?<=[,\t \"])/[a-z][a-z-]+(?=[/,\t ?\"])"
VERSION = r"(?<=Chrome/)\d+|(?<=Firefox/)\d+|(?<=Version/)\d+"
ADDRESS = r"(?<![\w./])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w.])"
ID = (
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|(?<![\w./%-])(?=[a-f]*\d)[0-9a-f]{8,}(?![\w.])"
    r"|(?<![\w./:-])\d{5,}(?![\w.:])"
    r"|(?<![\w/.-])[a-zA-Z]{1,4}-\d+(?:\.\d+)?(?!\w)"
    r"|(?<![\w.])00\d{2,}(?!\w)"
    r"|\b[a-z]+(?=@example)"
)


def number(*parts) -> int:
    """A number that hangs on nothing but the parts."""
    return int.from_bytes(hashlib.blake2b("|".join(map(str, parts)).encode(), digest_size=16).digest(), "big")


def other_id(text: str, salt: int) -> str:
    """Another id of the same form: digits stay digits, and the first of them stays."""
    found, digits, out = number(text, salt), 0, []
    for character in text:
        if character.isdigit():
            digits += 1
            out.append(character if digits == 1 else "0123456789"[found % 10])
            found //= 10
        elif character in "abcdef" and digits:
            out.append("abcdef"[found % 6])
            found //= 6
        else:
            out.append(character)
    # Too few digits for many people, or none.
    return "".join(out) if digits > 5 else "".join(out) + str(found % 10**7)


class Copies:
    """The copies of a text, each with ids, times and pages of its own."""

    def __init__(self, export: Export, text: str, seed: int):
        self.seed = seed
        kinds = {"seconds": export.seconds or "(?!)", "own": export.ids or "(?!)", "url": URL, "address": ADDRESS}
        kinds |= {f"time{place}": pattern for place, (pattern, _) in enumerate(TIMES)}
        kinds |= {"epoch": EPOCH, "version": VERSION, "id": ID}
        # Flags may stand at the beginning only.
        pattern = re.compile("|".join(f"(?P<{name}>{what.removeprefix('(?m)')})" for name, what in kinds.items()), re.MULTILINE)
        found = list(pattern.finditer(text))
        texts = [match.group() for match in found]
        self.pieces, at = [], 0
        for match in found:
            self.pieces.append(text[at : match.start()])
            self.pieces.append(self.varied(match.lastgroup, match.group(), texts.count(match.group()) == 1))
            at = match.end()
        self.pieces.append(text[at:])

    def varied(self, kind: str, text: str, is_once: bool):
        """What becomes of a part of the text in copy `copy`, which is `shift` seconds later."""
        if kind.startswith("time"):
            pattern = TIMES[int(kind[4:])][1]
            pattern = pattern.format(text[10]) if "{}" in pattern else pattern
            time = datetime.strptime(text, pattern)
            return lambda copy, shift: (time + timedelta(seconds=shift)).strftime(pattern)
        if kind in ("epoch", "seconds"):
            scale = 10 ** max(0, len(text) - 10)
            return lambda copy, shift: str(int(text) + shift * scale)
        if kind == "url":
            return lambda copy, shift: f"{text}-{int(PAGES * (number(self.seed, text, copy) % 1000 / 1000) ** 3)}"
        if kind == "version":
            return lambda copy, shift: str(90 + number(self.seed, text, copy // VISITS) % 50)
        if kind == "address":
            return lambda copy, shift: "10." + ".".join(str(byte) for byte in (number(self.seed, text, copy // VISITS) % (1 << 24)).to_bytes(3, "big"))
        visits = 1 if is_once else VISITS
        return lambda copy, shift: other_id(text, self.seed + copy // visits)

    def text(self, copy: int, shift: int) -> str:
        return "".join(piece if isinstance(piece, str) else piece(copy, shift) for piece in self.pieces)


def parts_of(export: Export) -> tuple[str, str, str, str]:
    """What comes before the copies, one copy, what comes between two, and what comes behind."""
    if "\n" in export.sample:
        text = export.sample
    else:
        path = SAMPLES / export.sample
        text = (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode()
    if export.around == ARRAY:
        return "[\n", text.strip()[1:-1].strip(), ",\n", "\n]\n"
    if export.around[0]:
        start, end = text.index(export.around[0]), text.rindex(export.around[1])
        return text[:start], re.sub(export.without or "(?!)", "", text[start:end]), "", text[end:]
    lines = text.splitlines(keepends=True)
    body = [line for line in lines[export.head :] if not (export.without and re.search(export.without, line))]
    return "".join(lines[: export.head]), "".join(body).rstrip("\n") + "\n", "", ""


def write(export: Export, path: Path, size: int, seed: int) -> None:
    """Writes an export of about that many bytes, or of more where its head alone is longer, and what must lie beside it."""
    if export.beside:
        with tarfile.open(SAMPLES / export.beside[1]) as archive:
            (path.parent / export.beside[0]).write_bytes(archive.extractfile(export.beside[0]).read())
    head, body, between, foot = parts_of(export)
    copies = Copies(export, body, seed)
    count = max(1, (size - len(head)) // len(copies.text(0, 0).encode()))
    with open(path, "w", encoding="utf-8", newline="") as out:
        out.write(head)
        for copy in range(count):
            out.write((between if copy else "") + copies.text(copy, copy * DAYS * 86_400 // count))
        out.write(foot)
