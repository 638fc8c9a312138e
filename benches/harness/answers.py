"""Which figures did an engine find? Every engine's answer is a dictionary with some of these keys, so that they compare.

    funnel       actors that reach each of the four steps
    sessions     number of sessions
    transitions  `from > to` within sessions, with its count
    carts        sessions with something put into a cart, and those of them without a purchase
    events       events read or loaded
    bytes        hash of what was written, where it must be the same bytes
"""

import hashlib
import json
from pathlib import Path


def of_results(results: dict) -> dict:
    """Of one of Kundresa's results, whichever analysis it is of."""
    if "steps" in results and "conversion" in results:
        return {"funnel": [step["reached"] for step in results["steps"]]}
    if "session_view" in results:
        left = results["session_view"]["abandoned"]
        return {"carts": [left["denominator"], left["numerator"]]}
    if "transitions" in results:
        return {"transitions": transitions(results["transitions"])}
    return {"sessions": results["sessions"]}


def transitions(rows: list[dict]) -> dict:
    inner = [row for row in rows if row["from_kind"] == row["to_kind"] == "node"]
    return {f"{row['from']} > {row['to']}": row["count"] for row in inner}


def of_single(folder: Path) -> dict:
    return of_results(json.loads((folder / "answer.json").read_text())["results"])


def of_ask(folder: Path) -> dict:
    found = {}
    for results in json.loads((folder / "answer.json").read_text())["results"]:
        found |= of_results(results)
    return found


def of_report(folder: Path) -> dict:
    results = json.loads((folder / "report.json").read_text())["results"]
    left = results["carts"]["session_view"]["abandoned"]
    return {
        "funnel": [step["reached"] for step in results["funnels"][0]["steps"]],
        "sessions": results["sessions"]["sessions"],
        "carts": [left["denominator"], left["numerator"]],
        "transitions": transitions(results["event_transitions"]["transitions"]),
    }


def of_load(folder: Path) -> dict:
    return {"events": json.loads((folder / "stdout").read_text())["store"]["events"]}


def of_load_with_bytes(folder: Path) -> dict:
    """With the hash of all files of all runs; the manifest holds times."""
    digest = hashlib.sha256()
    for path in sorted((folder / "store" / "runs").rglob("*.parquet")):
        digest.update(str(path.relative_to(folder)).encode())
        with open(path, "rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
    return of_load(folder) | {"bytes": digest.hexdigest()}


def of_bench(folder: Path) -> dict:
    """Of `kundresa bench decode`."""
    return {"events": json.loads((folder / "stdout").read_text())["events"]}


def of_nothing(_: Path) -> dict:
    return {}


def differences(answers: dict[str, dict]) -> tuple[int, list[str]]:
    """How many figures were compared between any two engines, and what differs."""
    compared, differing, first = 0, [], {}
    for name, answer in answers.items():
        for key, found in answer.items():
            if key not in first:
                first[key] = (name, found)
                continue
            other, expected = first[key]
            compared += len(found) if isinstance(found, (list, dict)) else 1
            if found != expected:
                differing.append(f"{key}: {name} finds {shown(found, expected)}, {other} {shown(expected, found)}")
    return compared, differing


def shown(found, other) -> str:
    """A figure, of many only those that differ."""
    if isinstance(found, dict) and isinstance(other, dict):
        found = {key: value for key, value in found.items() if other.get(key) != value}
    text = json.dumps(found)
    return text if len(text) < 200 else text[:200] + "…"
