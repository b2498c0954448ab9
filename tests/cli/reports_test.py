"""Reports as files and for continuous integration: exports, JUnit by its schema, GitHub, and a recorded baseline."""

import csv
import json
import os
import pathlib
import subprocess
import sys
import unittest
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.collector_scenario import collector_scenario  # noqa: E402
from support.rig import SOURCE, TemporaryDirectory, leakrig  # noqa: E402


class Runs(unittest.TestCase):
    """A leaking and a clean run, made once."""

    @classmethod
    def setUpClass(cls):
        cls.tmp = TemporaryDirectory()
        cls.addClassCleanup(cls.tmp.cleanup)
        for name, leaking in [("clean", False), ("leaking", True)]:
            (cls.tmp / f"{name}.json").write_text(json.dumps(collector_scenario(leaking)))
            done = leakrig("run", cls.tmp / f"{name}.json", "--out", cls.tmp / name, "-q")
            assert done.returncode == (1 if leaking else 0), done.stderr

    def exported(self, *formats, run="leaking"):
        options = [part for f in formats for part in ("--export", f"{f}={self.tmp / ('out.' + f)}")]
        done = leakrig("report", self.tmp / run, "-q", *options)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        return [(self.tmp / ("out." + f)).read_text() for f in formats]


class Exports(Runs):
    def test_a_run_directory_holds_the_page_too(self):
        page = (self.tmp / "leaking" / "report.html").read_text()
        self.assertTrue(page.startswith("<!doctype html>"))
        self.assertLess(len(page.encode()), 2_000_000)
        self.assertNotIn("http://", page.replace("http://www.w3.org", "").replace("http://127.0.0.1", ""))

    def test_junit_keeps_to_its_schema_and_fails_what_leaks(self):
        for run, failing in [("leaking", {"threads", "sockets", "fds"}), ("clean", set())]:
            text, = self.exported("junit", run=run)
            checked = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", SOURCE / "tests/report/junit.xsd", self.tmp / "out.junit"],
                                     capture_output=True, text=True)
            self.assertEqual(checked.returncode, 0, checked.stderr)
            cases = list(ElementTree.fromstring(text).iter("testcase"))
            self.assertEqual({c.get("name") for c in cases if c.find("failure") is not None}, failing)
            for case in cases:
                for problem in case.findall("failure"):
                    self.assertRegex(problem.get("message"), r"\d/min \(95 % \S+ to ")

    def test_csv_is_read_by_a_csv_reader(self):
        self.exported("csv")
        with open(self.tmp / "out.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row["metric"] for row in rows], ["threads", "sockets", "fds", "rss_bytes"])
        self.assertGreater(float(rows[0]["ci_low"]), 80)

    def test_github_gets_annotations_and_a_summary_within_its_limits(self):
        summary = self.tmp / "summary.md"
        summary.write_text("x" * (1024 * 1024 - 700) + "\n")
        done = leakrig("report", self.tmp / "leaking", "--github", "-q", env={**os.environ, "GITHUB_STEP_SUMMARY": str(summary)})
        lines = done.stdout.splitlines()
        self.assertTrue(1 <= len(lines) <= 10 and all(line.startswith("::error ") for line in lines), done.stdout)
        self.assertLessEqual(summary.stat().st_size, 1024 * 1024)
        self.assertIn("**leak**", summary.read_text()[-700:])

    def test_what_cannot_be_written_is_said_before_or_at_once(self):
        self.assertEqual(leakrig("report", self.tmp / "clean", "--export", "yaml=x").returncode, 2)
        self.assertEqual(leakrig("report", self.tmp / "clean", "--export", "junit").returncode, 2)
        self.assertEqual(leakrig("report", self.tmp / "clean", "-q", "--export", "junit=/no/such/folder/x").returncode, 3)


class Baseline(Runs):
    def setUp(self):
        self.file = self.tmp / "baselines" / "collector.json"
        done = leakrig("baseline", "accept", self.tmp / "clean", "--to", self.file)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_same_again_passes_and_the_leak_fails_and_says_what(self):
        same = leakrig("run", self.tmp / "clean.json", "--out", self.tmp / "same", "--baseline", self.file)
        self.assertEqual(same.returncode, 0, same.stdout + same.stderr)
        self.assertIn("Nothing is worse than the recorded baseline", same.stdout)
        worse = leakrig("report", self.tmp / "leaking", "--baseline", self.file)
        self.assertEqual(worse.returncode, 1, worse.stderr)
        self.assertRegex(worse.stdout, r"`default` is \*\*worse\*\* than the recorded baseline: threads leak \d+\.\d/min, recorded stable")
        self.assertIn("group thread readLoop", worse.stdout)
        junit = self.tmp / "worse.xml"
        leakrig("report", self.tmp / "leaking", "--baseline", self.file, "-q", "--export", f"junit={junit}")
        failed = {c.get("name") for c in ElementTree.parse(junit).iter("testcase") if c.find("failure") is not None}
        self.assertLessEqual({"baseline: threads", "baseline: group thread writeLoop"}, failed)

    def test_accepting_a_known_leak_makes_it_no_failure(self):
        done = leakrig("baseline", "accept", self.tmp / "leaking", "--to", self.file)
        self.assertIn("UPDATED", done.stdout)
        self.assertRegex(done.stdout, r"default threads: stable .* -> leak ")
        self.assertEqual(leakrig("report", self.tmp / "leaking", "--baseline", self.file, "-q").returncode, 0)

    def test_what_is_not_comparable_is_refused_before_anything_starts(self):
        out = self.tmp / "refused"
        done = leakrig("run", self.tmp / "clean.json", "--set", "/fleet/containers=5", "--out", out, "--baseline", self.file)
        self.assertEqual(done.returncode, 2)
        self.assertIn("/fleet/containers was 4 and is 5", done.stderr)
        self.assertFalse(out.exists())
        garbage = self.tmp / "garbage.json"
        for text in ["", "[]", "{}", '{"schema":"leakrig/result/1","variants":3,"scenario":"collector","conditions":{}}']:
            garbage.write_text(text)
            done = leakrig("report", self.tmp / "clean", "--baseline", garbage, "-q")
            self.assertEqual(done.returncode, 2, (text, done.stderr))

    def test_the_file_is_short_enough_to_review(self):
        self.assertLess(self.file.stat().st_size, 8000)


if __name__ == "__main__":
    unittest.main()
