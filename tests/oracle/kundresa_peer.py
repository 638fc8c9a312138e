"""What does Kundresa find in the log? Asked through its command line, without caps and with bots, as the peers know neither."""

import json
import subprocess


class Kundresa:
    def __init__(self, binary: str, csv: str, folder: str):
        self.binary, self.csv, self.folder = binary, csv, folder
        self.name = self._text(["--version"]).strip()

    def sessions(self) -> dict[str, int]:
        results = self._results("sessions")
        lengths = {quantile: results["duration_us"][quantile] for quantile in ["p50", "p90", "max"]}
        counts = {name: results[name] for name in ["sessions", "actors", "events"]}
        return counts | {"single_event": results["single_event"]["numerator"]} | lengths

    def transitions(self) -> dict[tuple[str, str], int]:
        found = self._results("transitions", options=["--of", "events"])["transitions"]
        return {(pair["from"], pair["to"]): pair["count"] for pair in found}

    def funnel(self, steps: list[list[str]], window: str, unit: str) -> list[tuple[int, int, int]]:
        """Per step: reached, stopped, open."""
        names = ["|".join(names) for names in steps]
        found = self._results("funnel", names, ["--window", window, "--unit", unit])["steps"]
        return [(step["reached"], step["stopped"], step["open"]) for step in found]

    def _results(self, command: str, operands: list[str] = (), options: list[str] = ()) -> dict:
        fixed = ["--format", "json", "--caps", "off", "--bots", "include"]
        return json.loads(self._text([command, self.csv, *operands, *options, *fixed]))["results"]

    def _text(self, arguments: list[str]) -> str:
        run = subprocess.run([self.binary, *arguments], cwd=self.folder, capture_output=True, text=True)
        if run.returncode:
            raise SystemExit(f"{self.binary} {' '.join(arguments)} failed with {run.returncode}:\n{run.stderr}")
        return run.stdout
