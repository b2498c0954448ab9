"""What the rig writes to: readers that go away, streams that are closed, disks that are full, files of others."""

import json
import os
import pathlib
import resource
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.rig import LEAKRIG, SOURCE, TemporaryDirectory, leakrig, read_lines  # noqa: E402

RUN = ["run", "pull-request", "--set", "/sampling/duration=30s", "--set", "/sampling/warmup=0s"]
WATCH = ["watch", "--warmup", "0s", "--for", "2s", "--every", "1s"]


class Output(unittest.TestCase):
    def setUp(self):
        self.tmp = TemporaryDirectory()
        self.addCleanup(self.tmp.cleanup)
        self.out = self.tmp / "run"

    def shell(self, script):
        return subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=SOURCE, timeout=120,
                              env={**os.environ, "RIG": str(pathlib.Path(SOURCE, LEAKRIG).resolve()), "OUT": str(self.out)})

    def check_complete(self):
        self.assertEqual({p.name for p in self.out.iterdir()} & {"result.json", "report.md", "report.html", "samples.jsonl"},
                         {"result.json", "report.md", "report.html", "samples.jsonl"})
        self.assertFalse(list(self.out.glob("*.partial")))

    def test_a_reader_of_one_line_ends_neither_the_run_nor_its_record(self):
        done = self.shell(f'"$RIG" {" ".join(RUN)} --out "$OUT" 2>&1 | head -1; exit ${{PIPESTATUS[0]}}')
        self.check_complete()
        expected = json.loads((self.out / "result.json").read_text())["passed"]
        self.assertEqual(done.returncode == 0, expected, done.stdout)
        self.assertIn(done.returncode, (0, 1, 4))

    def test_closed_streams_change_nothing(self):
        done = self.shell(f'"$RIG" {" ".join(WATCH)} --out "$OUT" -- sleep 60 <&- >&- 2>&-')
        self.assertEqual(done.returncode, 0)
        self.check_complete()

    def test_a_full_standard_output_is_said_and_exit_3(self):
        done = self.shell(f'"$RIG" {" ".join(WATCH)} --out "$OUT" --json -- sleep 60 > /dev/full')
        self.assertEqual(done.returncode, 3)
        self.assertIn("leakrig: cannot write to standard output: No space left on device", done.stderr)
        self.check_complete()

    def test_json_has_standard_output_to_itself(self):
        done = leakrig(*RUN, "--out", self.out, "--json")
        self.assertEqual(json.loads(done.stdout), json.loads((self.out / "result.json").read_text()))

    def test_a_record_that_cannot_be_written_ends_the_run_at_once(self):
        done = subprocess.run([LEAKRIG, "watch", "--warmup", "0s", "--for", "60s", "--resolution", "10ms", "--out", self.out, "--", "sleep", "90"],
                              capture_output=True, text=True, cwd=SOURCE, timeout=40,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000)))
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("the run record cannot be written: File too large", done.stderr)
        self.assertFalse(list(self.out.glob("*.partial")))
        self.assertTrue(read_lines(self.out / "samples.jsonl"), "what was taken is there")

    def test_quiet_says_why_it_failed_in_one_line(self):
        done = leakrig(*WATCH, "-q", "--", "sh", "-c", "sleep 2.5; exit 4")
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertIn("with exit code 4", done.stderr)

    def test_somebody_elses_files_are_not_replaced(self):
        self.out.mkdir()
        foreign = self.out / "result.json"
        foreign.write_text('{"mine": 1}')
        for verb in (RUN, [*WATCH, "--pid", str(os.getpid())]):
            done = leakrig(*verb, "--out", self.out, "-q")
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("holds a result.json", done.stderr)
        self.assertEqual(foreign.read_text(), '{"mine": 1}')

    def test_report_does_not_replace_them_either(self):
        self.assertEqual(leakrig(*WATCH, "-q", "--out", self.out, "--", "sleep", "60").returncode, 0)
        (self.out / "result.json").write_text('{"mine": 1}')
        done = leakrig("report", self.out)
        self.assertEqual(done.returncode, 2)
        self.assertEqual((self.out / "result.json").read_text(), '{"mine": 1}')

    def test_in_a_directory_that_cannot_be_written(self):
        if os.geteuid() == 0:
            self.skipTest("root writes everywhere")
        os.chmod(self.tmp.name, 0o500)
        done = subprocess.run([pathlib.Path(LEAKRIG).resolve(), *WATCH, "--", "sleep", "60"], capture_output=True, text=True, cwd=self.tmp.name)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
