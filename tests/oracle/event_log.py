"""Which log do the peers read?

A seeded one, made to hurt: few actors with very many events, times of whole seconds (so ties), identical rows, gaps of
exactly the session timeout and one microsecond more or less, rows in random order, names with commas, quotes and
letters beyond ASCII, and ids that look like numbers.
"""

import numpy as np
import pyarrow as pa
import pyarrow.csv

SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 86_400 * SECOND
TIMEOUT = 30 * MINUTE
FIRST = 1_780_000_000 * SECOND
SPAN = 30 * DAY

EVENTS = ["page_view", "view_item", "add_to_cart", "begin_checkout", "purchase", "search", 'share, "now" på nätet']
EVENT_SHARES = [0.35, 0.27, 0.12, 0.09, 0.05, 0.09, 0.03]
DEVICES = ["desktop", "mobile", "tablet"]


def table(events: int, seed: int) -> pa.Table:
    """The log as a table: `event_time, user_id, event_name, page_path, device`, rows in random order."""
    random = np.random.default_rng(seed)
    user = _users(random, events)
    time = _times(random, user)
    code = random.choice(len(EVENTS), events, p=EVENT_SHARES)
    rows = random.permutation(events)
    user, time, code = user[rows], time[rows], code[rows]
    return pa.table({
        "event_time": _iso(time),
        "user_id": pa.array(_ids(events)).take(pa.array(user)),
        "event_name": pa.array(EVENTS).take(pa.array(code)),
        "page_path": pa.array([f"/p/{page}" for page in range(50)]).take(pa.array(code * 7 % 50)),
        "device": pa.array(DEVICES).take(pa.array(user % len(DEVICES))),
    })


def write_csv(log: pa.Table, path: str) -> None:
    pyarrow.csv.write_csv(log, path)


def _actors(events: int) -> int:
    return max(1, events // 16)


def _ids(events: int) -> list[str]:
    return [f"{number * 2654435761 % 2**31:010d}.{number % 7}" for number in range(_actors(events))]


def _users(random: np.random.Generator, events: int) -> np.ndarray:
    """Actor of each event, sorted. A third of all events belong to a hundredth of the actors."""
    actors = _actors(events)
    everyone = random.integers(0, actors, events)
    few = (actors * random.random(events) ** 6).astype(np.int64)
    return np.sort(np.where(random.random(events) < 0.5, everyone, few))


def _times(random: np.random.Generator, user: np.ndarray) -> np.ndarray:
    """Microseconds of each event, ascending within each actor."""
    events = len(user)
    per_actor = np.bincount(user)[user]
    away = TIMEOUT + random.exponential(SPAN / np.maximum(per_actor, 4), events) // SECOND * SECOND
    near = random.exponential(45 * SECOND, events) // SECOND * SECOND
    kinds = [near, away, np.zeros(events), TIMEOUT, TIMEOUT + 1, TIMEOUT - 1]
    kind = random.choice(len(kinds), events, p=[0.60, 0.15, 0.16, 0.03, 0.03, 0.03])
    gap = np.choose(kind, kinds).astype(np.int64)
    first = np.flatnonzero(np.diff(user, prepend=-1))
    gap[first] = random.integers(0, SPAN // SECOND, len(first)) * SECOND
    elapsed = np.cumsum(gap)
    before = np.repeat(elapsed[first] - gap[first], np.diff(np.append(first, events)))
    return FIRST + elapsed - before


def _iso(time: np.ndarray) -> pa.Array:
    texts = np.datetime_as_string(time.astype("datetime64[us]"), unit="us")
    return pa.array(np.char.add(texts, "Z"))
