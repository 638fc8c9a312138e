"""What did the works give? Medians, ratios and whether the promises are kept, in the form of `result.schema.json`."""

import json
import math
import statistics
from pathlib import Path

from . import logs
from .measure import Run
from .works import Contender, Target, Work

SCHEMA = Path(__file__).parent.parent / "result.schema.json"


def spread(values: list[float]) -> dict:
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def seconds(contender: Contender, runs: list[Run]) -> list[float]:
    """What counts: of us and of limits whole processes, of peers what they say their work took, which is less."""
    return [run.wall_s if run.work_s is None else run.work_s for run in runs]


def of_contender(contender: Contender, runs: list[Run]) -> dict:
    times = spread(seconds(contender, runs))
    read = logs.size(contender.reads) if contender.reads and contender.reads.exists() else None
    return {
        "name": contender.name,
        "engine": contender.engine,
        "what": contender.what,
        "log": contender.log.name,
        "events": contender.log.events,
        "runs": [run.as_json() for run in runs],
        "seconds": times,
        "cpu_seconds": spread([run.user_s + run.system_s for run in runs]),
        "peak_bytes": max(run.peak_bytes for run in runs),
        "events_per_s": contender.log.events / times["median"],
        "bytes": read,
        "bytes_per_s": read / times["median"] if read else None,
    }


def of_target(target: Target, measured: dict[str, dict]) -> dict:
    """The ratio of a target; null where a contender is missing."""
    shown = {
        "name": target.name, "kind": target.kind, "of": target.of, "against": target.against,
        "must": target.must, "stretch": target.stretch, "value": None, "is_met": None, "is_stretch_met": None,
    }
    ours, others = measured.get(target.of), [measured[name] for name in target.against if name in measured]
    if ours is None or (target.against and not others):
        return shown
    value = ratio(target.kind, ours, others)
    keeps = (lambda bound: value >= bound) if target.kind == "faster" else (lambda bound: value <= bound)
    shown |= {"value": value, "is_met": keeps(target.must)}
    if target.stretch is not None:
        shown["is_stretch_met"] = keeps(target.stretch)
    return shown


def ratio(kind: str, ours: dict, others: list[dict]) -> float:
    if kind == "peak":
        return ours["peak_bytes"]
    best = min(others, key=lambda other: other["seconds"]["median"])
    time, other_time = ours["seconds"]["median"], best["seconds"]["median"]
    match kind:
        case "faster":
            return other_time / time
        case "at_most":
            return time / other_time
        case "per_decade":
            return (time / other_time) ** (1 / math.log10(ours["events"] / best["events"]))
        case "per_event":
            return (time / ours["events"]) / (other_time / best["events"])
    raise ValueError(f"no such kind of target: {kind}")


def of_work(work: Work, runs: dict[str, list[Run]], skipped: dict[str, str], agreement: tuple[int, list[str]], facts: dict) -> dict:
    compared, differing = agreement
    measured = {one.name: of_contender(one, runs[one.name]) for one in work.contenders if runs.get(one.name)}
    return {
        "name": work.name,
        "title": work.title,
        "agreement": {"figures": compared, "differences": differing},
        "contenders": list(measured.values()),
        "skipped": [{"name": name, "why": why} for name, why in skipped.items()],
        "targets": [of_target(target, measured) for target in work.targets],
        "facts": facts,
    }


def write(result: dict, path: Path, schema: Path = SCHEMA) -> None:
    """Writes the result where the schema allows it, whole or not at all."""
    problems = list(violations(result, json.loads(schema.read_text())))
    if problems:
        raise ValueError(f"the result does not fit {schema.name}: {problems[0]}")
    part = path.with_suffix(".part")
    part.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    part.replace(path)


KINDS = {
    "object": dict, "array": list, "string": str, "boolean": bool, "null": type(None), "integer": int, "number": (int, float),
}


def violations(value, schema: dict, root: dict | None = None, at: str = "result"):
    """Where `value` does not fit: the keywords that our schema uses, nothing else."""
    root = root or schema
    if "$ref" in schema:
        yield from violations(value, root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root, at)
        return
    kinds = schema.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if kinds and not any(isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool)) for kind in kinds):
        yield f"{at} is no {' or '.join(kinds)}: {value!r}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at} is none of {schema['enum']}: {value!r}"
    if "minimum" in schema and isinstance(value, (int, float)) and value < schema["minimum"]:
        yield f"{at} is less than {schema['minimum']}: {value!r}"
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        yield from (f"{at} has no {name}" for name in schema.get("required", []) if name not in value)
        for name, inner in value.items():
            if name in properties:
                yield from violations(inner, properties[name], root, f"{at}.{name}")
            elif schema.get("additionalProperties") is False:
                yield f"{at} has an unknown {name}"
            elif isinstance(schema.get("additionalProperties"), dict):
                yield from violations(inner, schema["additionalProperties"], root, f"{at}.{name}")
    if isinstance(value, list) and "items" in schema:
        for index, inner in enumerate(value):
            yield from violations(inner, schema["items"], root, f"{at}[{index}]")
