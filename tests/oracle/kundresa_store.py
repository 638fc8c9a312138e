"""What does Kundresa print of a store?"""

import json
import subprocess
from decimal import Decimal


class KundresaStore:
    def __init__(self, binary: str, store: str):
        self.name = "Kundresa"
        run = subprocess.run([binary, "store", "show", store, "--format", "json"], capture_output=True, text=True)
        if run.returncode:
            raise SystemExit(f"store show failed with {run.returncode}:\n{run.stderr}")
        self.shown = json.loads(run.stdout)

    def events(self) -> dict[str, int]:
        return self.shown["events_by_name"]

    def actors(self) -> dict[str, int]:
        return {"actors": self.shown["totals"]["actors"]}

    def purchases(self) -> dict[str, int]:
        """Purchases and their value in micro-units by currency, without bots and repeated orders."""
        figures = {}
        for row in self.shown["purchases"]:
            figures[f"{row['currency']} purchases"] = row["purchases"]
            figures[f"{row['currency']} micro-units"] = int(Decimal(row["value"] or 0).scaleb(6))
        return figures

    def quality(self) -> dict[str, int]:
        return {name: self.shown["totals"][name] for name in ["repeated_orders", "unidentified"]}
