"""How long does a process run, from its start to its end, and how much memory does it take?

`wait4` tells the processor time and the peak memory of exactly that process. The peak of a process starts at that of the one
that starts it, so this one stays small: it holds no log and imports no engine.
"""

import os
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass
class Run:
    """One process: seconds from its start to its end, processor seconds, and the peak of its memory."""

    wall_s: float
    user_s: float
    system_s: float
    peak_bytes: int
    # What the process itself says its work took, without start, import and connection; peers say it.
    work_s: float | None = None

    def as_json(self) -> dict:
        return asdict(self)


class Failed(Exception):
    """A process that did not end well, with the last of what it said."""


def run(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> tuple[Run, str]:
    """Runs `command` in `folder`; gives what it took and what it printed."""
    out, err = folder / "stdout", folder / "stderr"
    with open(out, "wb") as stdout, open(err, "wb") as stderr:
        started = time.perf_counter()
        environment = os.environ | (environment or {})
        try:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, cwd=folder, env=environment)
        except OSError as problem:
            raise Failed(f"can't start {command[0]}: {problem.strerror}") from problem
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        said = err.read_text(errors="replace").strip().splitlines()[-4:]
        raise Failed(f"{' '.join(command[:4])} … ended with {process.returncode}: {' | '.join(said)}")
    # Kilobytes on Linux.
    took = Run(wall, usage.ru_utime, usage.ru_stime, usage.ru_maxrss * 1024)
    return took, out.read_text(errors="replace")


def machine() -> dict:
    """What the figures were measured on."""
    import platform

    def first(path: str, start: str) -> str | None:
        try:
            lines = Path(path).read_text().splitlines()
        except OSError:
            return None
        return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(start)), None)

    memory = first("/proc/meminfo", "MemTotal")
    return {
        "name": platform.node(),
        "cpu": first("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_bytes": int(memory.split()[0]) * 1024 if memory else None,
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
    }


def load_average() -> float | None:
    """Processes that wanted to run lately: figures of a busy machine are no figures."""
    try:
        return os.getloadavg()[0]
    except OSError:
        return None
