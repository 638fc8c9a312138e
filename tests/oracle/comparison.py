"""Are figures that several engines found the same?"""

SHOWN = 10


class Comparison:
    """Counts figures and prints each difference."""

    def __init__(self):
        self.figures = 0
        self.differences = 0

    def compare(self, what: str, found: dict[str, dict]) -> None:
        """`found` maps the name of each engine to its figures; the first is the reference."""
        (reference, expected), *others = found.items()
        wrong = [line for name, figures in others for line in _differences(reference, expected, name, figures)]
        self.figures += len(expected)
        self.differences += len(wrong)
        name, first = next(iter(expected.items()))
        print(f"{'differ' if wrong else 'equal '}  {what}: {len(expected)} figures, for example {_label(name)}: {first:,}")
        for line in wrong[:SHOWN]:
            print(f"        {line}")
        if len(wrong) > SHOWN:
            print(f"        and {len(wrong) - SHOWN} more")


def _label(name: str | tuple[str, str]) -> str:
    return name if isinstance(name, str) else " → ".join(name)


def _differences(reference: str, expected: dict, name: str, found: dict) -> list[str]:
    keys = sorted(expected.keys() | found.keys(), key=str)
    return [
        f"{_label(key)}: {reference} {expected.get(key)}, {name} {found.get(key)}"
        for key in keys
        if expected.get(key) != found.get(key)
    ]
