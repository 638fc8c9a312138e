"""Makes a log to compare engines with: no two events of an actor have the same time, so that no figure hangs on a tie.

Shapes:

    shop    sessions walk at random between ten kinds of events, over 30 days. Half of them are of actors drawn evenly, half of
            actors drawn with a heavy tail that is cut, so that one actor has about one in eighty of all events.
    giant   the same, and a quarter of all events are of one actor
    pairs   actors with exactly two events each, half as many as there are events
    parts   the shop in parts of 20 M events, each with actors and a file of its own; for logs beyond memory

The shop follows a public recipe step by step: of 20,000,000 events asked for with seed 7 it has 19,682,215, of 1,144,208
actors in 4,893,687 sessions, of whom 1,019,569 / 559,611 / 249,303 / 127,783 reach view_item, add_to_cart, begin_checkout and
purchase in that order within a day. Of events of one actor in the same millisecond each but the first is one microsecond later
than the one before, which changes none of these.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

DAYS_MS = 30 * 86400 * 1000
START_US = 1_790_000_000_000_000
NAMES = ["page_view", "view_item", "add_to_cart", "begin_checkout", "add_payment_info", "purchase", "search", "remove_from_cart", "review", "share"]
PURCHASE, ADD, REMOVE = 5, 2, 7
# Chances of the next event, per event; the last column is the end of the session.
CHANCES = np.array([
    [.30, .30, .02, .00, .00, .00, .10, .00, .005, .005, .27],
    [.15, .35, .15, .00, .00, .00, .08, .00, .005, .005, .26],
    [.10, .30, .10, .25, .00, .00, .02, .05, .0, .0, .18],
    [.05, .05, .00, .05, .55, .00, .00, .05, .0, .0, .25],
    [.02, .02, .00, .05, .05, .70, .00, .00, .0, .0, .16],
    [.20, .10, .00, .00, .00, .00, .02, .00, .05, .03, .60],
    [.10, .55, .02, .00, .00, .00, .15, .00, .0, .0, .18],
    [.15, .25, .05, .05, .00, .00, .05, .05, .0, .0, .40],
    [.20, .10, .00, .00, .00, .00, .00, .00, .05, .10, .55],
    [.20, .10, .00, .00, .00, .00, .00, .00, .0, .05, .65],
])
SOURCES = ["google", "newsletter", "facebook", "direct", "bing", "partner"]
DEVICES = ["mobile", "desktop", "tablet"]
PRODUCTS = 50_000
# Pages of events that are not about a product.
PAGES = {0: "/", 6: "/search", 2: "/cart", 7: "/cart", 3: "/checkout", 4: "/checkout/payment", 5: "/checkout/done"}
ROW_GROUP = 1_000_000
PART = 20_000_000
FOUR = ["user_id", "event_time", "event_name", "value"]


def shop(events, seed, giant=0.0, first_actor=0):
    """The shop as a table in order of time, and how many actors it may have."""
    rng = np.random.default_rng(seed)
    cumulated = CHANCES.cumsum(1)
    sessions = int(events / 4.0)
    actors = max(1, sessions // 4)
    actor = np.minimum((rng.pareto(1.2, sessions) * actors / 20).astype(np.int64), actors - 1)
    rng.shuffle(actor)
    actor = np.where(rng.random(sessions) < .5, rng.integers(0, actors, sessions), actor)
    start = rng.integers(0, DAYS_MS, sessions).astype(np.int64)
    kind = np.where(rng.random(sessions) < .7, 0, np.where(rng.random(sessions) < .7, 1, 6)).astype(np.int8)
    source = rng.integers(0, len(SOURCES), sessions).astype(np.int8)
    device = rng.integers(0, len(DEVICES), sessions).astype(np.int8)
    pieces, alive, time, made = [], np.arange(sessions), start.copy(), 0
    while len(alive) and made < events:
        pieces.append((actor[alive], kind[alive].copy(), time[alive].copy(), source[alive], device[alive]))
        made += len(alive)
        chance = rng.random(len(alive))
        following = (chance[:, None] > cumulated[kind[alive]]).sum(1)
        goes_on = following < len(NAMES)
        alive = alive[goes_on]
        kind[alive] = following[goes_on].astype(np.int8)
        time[alive] += rng.exponential(45000, len(alive)).astype(np.int64) + 1
    columns = [np.concatenate(column)[:events] for column in zip(*pieces)]
    del pieces, actor, start, kind, source, device, alive, time
    if giant:
        # Drawn apart, so that the shop itself stays as it is.
        columns[0][np.random.default_rng(seed + 1).random(len(columns[0])) < giant] = actors - 1
    return finished(columns, actors, rng, first_actor), actors


def pairs(events, seed):
    """Actors with two events each."""
    rng = np.random.default_rng(seed)
    actors = max(1, events // 2)
    first = rng.integers(0, DAYS_MS, actors).astype(np.int64)
    actor = np.tile(np.arange(actors, dtype=np.int64), 2)
    time = np.concatenate([first, first + rng.exponential(45000, actors).astype(np.int64) + 1])
    kind = np.concatenate([np.zeros(actors, np.int8), rng.integers(0, len(NAMES), actors).astype(np.int8)])
    source = np.tile(rng.integers(0, len(SOURCES), actors).astype(np.int8), 2)
    device = np.tile(rng.integers(0, len(DEVICES), actors).astype(np.int8), 2)
    return finished([actor, kind, time, source, device], actors, rng, 0), actors


def finished(columns, actors, rng, first_actor):
    """A table in order of time, with ids, pages and money."""
    order = np.argsort(columns[2], kind="stable")
    actor, kind, time, source, device = (column[order] for column in columns)
    del columns, order
    item = rng.integers(0, PRODUCTS, len(actor))
    has_value = (kind == PURCHASE) | (kind == ADD) | (kind == REMOVE)
    value = np.where(has_value, np.round(rng.gamma(2, 30, len(actor)), 2), np.nan)
    numbers = range(first_actor, first_actor + actors)
    ids = pa.array([f"{(number * 2654435761) % (2**31):010d}.{1700000000 + number % 90000000}" for number in numbers])
    special = sorted(set(PAGES.values()))
    pages = pa.array([f"/product/{number}" for number in range(PRODUCTS)] + special)
    for of, page in PAGES.items():
        item[kind == of] = PRODUCTS + special.index(page)
    micros = START_US + time * 1000 + ties(actor, time)
    return pa.table({
        "user_id": ids.take(pa.array(actor)),
        "event_time": pa.array(micros, pa.int64()).cast(pa.timestamp("us", tz="UTC")),
        "event_name": named(kind, NAMES),
        "page_path": pages.take(pa.array(item)),
        "source": named(source, SOURCES),
        "device": named(device, DEVICES),
        "value": pa.array(value, from_pandas=True),
    })


def named(codes, names):
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int8()), pa.array(names)).cast(pa.string())


def ties(actor, time):
    """How many events of the same actor and time come before each event."""
    key = actor * (1 << 33) + time
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    starts = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    place = np.arange(len(key))
    before = place - np.maximum.accumulate(np.where(starts, place, 0))
    assert before.max(initial=0) < 1000, "more events of one actor in a millisecond than it has microseconds"
    result = np.empty(len(key), np.int64)
    result[order] = before
    return result


def tables(shape, events, seed):
    """One table after another, with its number of possible actors."""
    if shape == "pairs":
        yield pairs(events, seed)
    elif shape == "parts":
        first = 0
        for part in range(max(1, round(events / PART))):
            table, actors = shop(PART, seed + part, first_actor=first)
            first += actors
            yield table, actors
    else:
        yield shop(events, seed, giant=0.25 if shape == "giant" else 0.0)


def write(table, form, path):
    if form == "csv":
        pc.write_csv(table, path)
    else:
        chosen = table.select(FOUR) if form == "parquet4" else table
        pq.write_table(chosen, path, compression="zstd", row_group_size=ROW_GROUP)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", choices=["shop", "giant", "pairs", "parts"], default="shop")
    parser.add_argument("--events", type=int, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--forms", default="parquet", help="of parquet, parquet4 and csv, joined by commas")
    parser.add_argument("--into", type=Path, required=True)
    arguments = parser.parse_args()
    endings = {"parquet": "log.parquet", "parquet4": "log4.parquet", "csv": "log.csv"}
    forms = arguments.forms.split(",")
    note = arguments.into / "log.json"
    facts = json.loads(note.read_text()) if note.exists() else {"forms": []}
    events = actors = 0
    for part, (table, _) in enumerate(tables(arguments.shape, arguments.events, arguments.seed)):
        events += table.num_rows
        actors += table["user_id"].combine_chunks().dictionary_encode().dictionary.__len__()
        for form in forms:
            path = arguments.into / endings[form]
            if arguments.shape == "parts":
                path.mkdir(exist_ok=True)
                path = path / f"part-{part + 1:03}{path.suffix}"
            write(table, form, path)
    facts |= {"shape": arguments.shape, "events": events, "actors": actors, "forms": sorted({*facts["forms"], *forms})}
    note.write_text(json.dumps(facts))
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
