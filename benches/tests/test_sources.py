"""Is every kind of export measured, and are large files what their samples are?"""

import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import sources
from harness import exports, result

BENCHES = Path(__file__).parent.parent


def written(export, size=30_000, seed=7):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        exports.write(export, path, size, seed)
        return path.read_bytes().decode()


class Exports(unittest.TestCase):
    def test_every_sample_is_measured_or_it_is_said_why_not(self):
        measured = {export.sample.split("/")[0] for export in exports.EXPORTS}
        folders = {path.name for path in exports.SAMPLES.iterdir() if path.is_dir()}
        self.assertEqual(folders - measured - set(exports.NOT_READ), set())

    def test_the_same_seed_gives_the_same_bytes_and_ids_and_times_differ(self):
        for export in exports.EXPORTS:
            with self.subTest(export.name):
                text = written(export)
                self.assertEqual(text, written(export))
                head, body, *_ = exports.parts_of(export)
                self.assertTrue(text.startswith(head))
                copies = exports.Copies(export, body, 7)
                self.assertNotEqual(copies.text(0, 0), copies.text(exports.VISITS, 3600))
                self.assertGreater(len(copies.pieces), 2, "nothing in it differs from copy to copy")

    def test_arrays_and_documents_are_whole(self):
        for export in exports.EXPORTS:
            if export.format == "json":
                self.assertIsInstance(json.loads(written(export)), list, export.name)
            if export.format == "xml":
                text = written(export)
                self.assertEqual(text.count("<log "), text.count("</log>"))

    def test_ids_of_one_person_stay_together_and_an_event_has_its_own(self):
        one = exports.Export("x", "x", "head\nu-10001,m-100001\nu-10001,m-100002\n", "csv", head=1)
        copies = exports.Copies(one, exports.parts_of(one)[1], 7)
        rows = [line.split(",") for copy in range(8) for line in copies.text(copy, 0).splitlines()]
        self.assertEqual((len({user for user, _ in rows}), len({event for _, event in rows})), (2, 16))


class Ratios(unittest.TestCase):
    def side(self, size, events, wall, rejected=0):
        return {"bytes": size, "events": events, "rejected": rejected, "rows": events + rejected, "wall_s": wall}

    def test_bytes_count_or_events_where_a_record_is_several(self):
        other = self.side(100, 10, 1.0)
        slim, wide = sources.ratios(self.side(100, 40, 4.0), other), sources.ratios(self.side(100, 1, 2.0), other)
        self.assertEqual((slim["by_bytes"], slim["by_events"], slim["ratio"], slim["is_met"]), (0.25, 1.0, 1.0, True))
        self.assertEqual((wide["by_bytes"], wide["by_events"], wide["ratio"], wide["is_met"]), (0.5, 0.05, 0.5, True))

    def test_what_rejects_much_or_is_slow_is_not_met(self):
        other = self.side(100, 10, 1.0)
        self.assertFalse(sources.ratios(self.side(100, 10, 1.0, rejected=5), other)["is_met"])
        self.assertFalse(sources.ratios(self.side(100, 10, 3.0), other)["is_met"])


class Runs(unittest.TestCase):
    def test_runs_that_are_checked_in_fit_the_schema(self):
        schema = json.loads(sources.SCHEMA.read_text())
        for path in (BENCHES / "runs").glob("*/sources.json"):
            self.assertEqual(list(result.violations(json.loads(path.read_text()), schema)), [], path)


if __name__ == "__main__":
    unittest.main()
