"""Does the bench count right? Ratios, agreement, the schema, and the runs that are checked in."""

import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from harness import answers, measure, page, result
from harness.logs import Log
from harness.measure import Run
from harness.works import Contender, Target, Work

BENCHES = Path(__file__).parent.parent
LOG = Log("shop-10", "shop", 10, 10, 3, Path("."))
BIG = Log("shop-1000", "shop", 1000, 1000, 30, Path("."))


def contender(name, engine="kundresa", log=LOG):
    return Contender(name, engine, "some work", log, [], answers.of_nothing)


def run(seconds, work=None, peak=1 << 20):
    return Run(seconds, seconds / 2, 0.0, peak, work)


class Ratios(unittest.TestCase):
    def value(self, kind, must, ours, others, **more):
        measured = {"ours": result.of_contender(contender("ours", **more), ours)}
        for name, runs in others.items():
            measured[name] = result.of_contender(contender(name, "duckdb"), runs)
        return result.of_target(Target("x", kind, "ours", list(others), must), measured)

    def test_the_fastest_of_the_others_counts_and_peers_by_their_work(self):
        found = self.value("faster", 2, [run(1), run(2), run(9)], {"slow": [run(50)], "quick": [run(9, work=6.0)]})
        # Our median is 2 s, the quick one's work 6 s.
        self.assertEqual((found["value"], found["is_met"]), (3.0, True))

    def test_at_most_is_met_at_its_bound(self):
        found = self.value("at_most", 0.5, [run(2)], {"other": [run(4)]})
        self.assertEqual((found["value"], found["is_met"], found["is_stretch_met"]), (0.5, True, None))

    def test_growth_is_taken_for_ten_times_the_events(self):
        # A hundred times the events in 144 times the time: twelve times a decade.
        found = self.value("per_decade", 11, [run(144)], {"small": [run(1)]}, log=BIG)
        self.assertAlmostEqual(found["value"], 12)
        self.assertFalse(found["is_met"])

    def test_time_is_divided_by_events(self):
        found = self.value("per_event", 2, [run(200)], {"small": [run(1)]}, log=BIG)
        self.assertEqual((found["value"], found["is_met"]), (2.0, True))

    def test_a_peak_has_nobody_beside_it(self):
        found = self.value("peak", 3 << 20, [run(1, peak=2 << 20), run(1, peak=4 << 20)], {})
        self.assertEqual((found["value"], found["is_met"]), (4 << 20, False))

    def test_without_the_peer_there_is_no_ratio(self):
        target = Target("x", "faster", "ours", ["absent"], 2)
        found = result.of_target(target, {"ours": result.of_contender(contender("ours"), [run(1)])})
        self.assertEqual((found["value"], found["is_met"]), (None, None))


class Agreement(unittest.TestCase):
    def test_figures_in_common_are_compared_one_by_one(self):
        found = {"a": {"sessions": 3, "funnel": [5, 4]}, "b": {"sessions": 3}, "c": {"funnel": [5, 4], "events": 9}}
        self.assertEqual(answers.differences(found), (3, []))

    def test_what_differs_is_named_with_both_figures(self):
        found = {"a": {"transitions": {"x > y": 1, "y > x": 2}}, "b": {"transitions": {"x > y": 1, "y > x": 3}}}
        compared, differing = answers.differences(found)
        self.assertEqual(compared, 2)
        self.assertEqual(differing, ['transitions: b finds {"y > x": 3}, a {"y > x": 2}'])


class Results(unittest.TestCase):
    schema = json.loads(result.SCHEMA.read_text())

    def whole(self):
        work = Work("w", "A work", [contender("ours"), contender("peer", "duckdb")], [Target("t", "faster", "ours", ["peer"], 2, 3)])
        runs = {"ours": [run(1)], "peer": [run(9, work=4.0)]}
        return {
            "schema_version": 1, "date": "2026-01-01", "logs": [LOG.as_json()], "versions": {"kundresa": "0"},
            "machine": measure.machine(), "settings": {"events": 10, "large": None, "seed": 7, "runs": 1, "threads": 2},
            "works": [result.of_work(work, runs, {"other": "not <installed>"}, (3, []), {"load_average": 0.5})],
        }

    def test_a_result_fits_the_schema_and_makes_a_page(self):
        whole = self.whole()
        with tempfile.TemporaryDirectory() as folder:
            result.write(whole, Path(folder) / "result.json")
        shown = page.html(whole)
        self.assertIn("4× as fast, asked at least 2×", shown)
        self.assertIn("not &lt;installed&gt;", shown)
        self.assertNotIn("<script", shown)
        self.assertIn("[met, with the stretch] t", page.text(whole["works"][0]))

    def test_what_does_not_fit_is_refused(self):
        for change, problem in [
            (lambda whole: whole.pop("logs"), "has no logs"),
            (lambda whole: whole.update(more=1), "has an unknown more"),
            (lambda whole: whole["settings"].update(runs="5"), "settings.runs is no integer"),
            (lambda whole: whole["works"][0]["targets"][0].update(kind="best"), "is none of"),
            (lambda whole: whole["settings"].update(threads=0), "is less than 1"),
            (lambda whole: whole["works"][0]["contenders"][0]["seconds"].update(median=True), "is no number"),
        ]:
            whole = self.whole()
            change(whole)
            with self.subTest(problem):
                self.assertIn(problem, " ".join(result.violations(whole, self.schema)))

    def test_runs_that_are_checked_in_fit_the_schema(self):
        for path in BENCHES.glob("runs/*/result.json"):
            with self.subTest(path.parent.name):
                self.assertEqual(list(result.violations(json.loads(path.read_text()), self.schema)), [])
                self.assertTrue(path.with_name("index.html").exists())


class Processes(unittest.TestCase):
    def test_a_process_is_timed_and_heard(self):
        with tempfile.TemporaryDirectory() as folder:
            took, said = measure.run([sys.executable, "-c", "x = bytearray(50 << 20); print(len(x))"], Path(folder))
        self.assertEqual(said.strip(), str(50 << 20))
        self.assertGreater(took.peak_bytes, 50 << 20)
        self.assertGreater(took.wall_s, 0)

    def test_a_failure_says_what_the_process_said(self):
        with tempfile.TemporaryDirectory() as folder, self.assertRaisesRegex(measure.Failed, "ended with 3: oh no"):
            measure.run([sys.executable, "-c", "import sys; print('oh no', file=sys.stderr); sys.exit(3)"], Path(folder))


if __name__ == "__main__":
    unittest.main()
