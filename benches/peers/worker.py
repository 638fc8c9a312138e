"""How a peer does one task in a process of its own and says what it took.

A task is a JSON object in the first argument: `do` names what to do, the rest is its input. The process prints one JSON object:

    {"work_s": 1.23, "answer": {…}, "version": "…"}     or     {"skipped": "why"}

`work_s` leaves out the start of Python, the import and the connection, and what was done before as preparation. Short work is
done again, and the fastest counts: the peer is given what a warm server would give.
"""

import json
import sys
import time

# Work shorter than this is done again, at most so many times.
SHORT_S, MOST = 3.0, 3


def timed(work, once=False):
    """Seconds of the fastest of a few runs of `work`, and what the last gave."""
    fastest, answer = None, None
    for _ in range(1 if once else MOST):
        started = time.perf_counter()
        answer = work()
        seconds = time.perf_counter() - started
        fastest = seconds if fastest is None else min(fastest, seconds)
        if seconds >= SHORT_S:
            break
    return fastest, answer


def main(package, tasks):
    """Does the task that the first argument names. `package` is what it needs, `tasks` what it can do."""
    task = json.loads(sys.argv[1])
    try:
        module = __import__(package)
    except ImportError as error:
        print(json.dumps({"skipped": f"{package} is not installed ({error}); scripts/bench installs it"}))
        return
    seconds, answer = tasks[task["do"]](task)
    version = getattr(module, "engine_version", None) or module.__version__
    print(json.dumps({"work_s": seconds, "answer": answer, "version": str(version)}))


def total(*parts):
    """Seconds of all parts, and their answers in one."""
    answer = {}
    for _, part in parts:
        answer |= part
    return sum(seconds for seconds, _ in parts), answer
