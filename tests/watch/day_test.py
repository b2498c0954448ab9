"""A watch that goes on for days: what is known so far, over HTTP and on SIGHUP, while it goes on."""
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.rig import TemporaryDirectory, leakrig, start_leakrig, wait_for  # noqa: E402

STILL = "import time; print('ready', flush=True); time.sleep(600)"


class Day(unittest.TestCase):
    def setUp(self):
        self.tmp = TemporaryDirectory()
        self.addCleanup(self.tmp.cleanup)
        self.subject = subprocess.Popen([sys.executable, "-c", STILL], stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.subject.wait)
        self.addCleanup(self.subject.kill)
        self.addCleanup(self.subject.stdout.close)
        self.assertEqual(self.subject.stdout.readline(), "ready\n")

    def watch(self, *more):
        process = start_leakrig("watch", "--pid", self.subject.pid, "--every", "1s", "--resolution", "100ms", *more)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def test_prometheus_is_answered_while_it_goes_on(self):
        process = self.watch("--listen", "127.0.0.1:0", "-q")
        url = re.fullmatch(r"metrics: (http://127\.0\.0\.1:\d+/metrics)\n", process.stderr.readline()).group(1)

        def answer():
            try:
                with urllib.request.urlopen(url, timeout=10) as got:
                    return got.headers["Content-Type"], got.read().decode()
            except urllib.error.HTTPError as none_yet:
                self.assertEqual(none_yet.code, 503)
                return None
        kind, text = wait_for(answer, 60, "an answer")
        self.assertTrue(kind.startswith("application/openmetrics-text"), kind)
        self.assertTrue(text.endswith("# EOF\n"))
        self.assertRegex(text, r'leakrig_count_at_end\{scenario="[^"]*",variant="watched",metric="threads"\} 1\n')
        self.assertRegex(text, r'leakrig_verdict\{[^}]*metric="threads",verdict="leak"\} 0\n')
        with self.assertRaises(urllib.error.HTTPError) as nothing:
            urllib.request.urlopen(url.replace("/metrics", "/other"), timeout=10)
        self.assertEqual(nothing.exception.code, 404)
        nothing.exception.close()
        self.assertIsNone(process.poll())

    def test_a_hangup_makes_the_report_so_far_and_ends_nothing(self):
        out = self.tmp / "day"
        process = self.watch("--out", out, "-q")
        report = out / "report.md"
        # It listens for signals before it samples; before its first row, a hangup has nothing to tell.
        wait_for(lambda: (out / "samples.jsonl").exists() and (out / "samples.jsonl").stat().st_size > 0, 60, "a sample")

        def reported():
            process.send_signal(signal.SIGHUP)
            time.sleep(0.2)
            return report.exists()
        wait_for(reported, 60, "the report so far")
        first = report.read_text()
        self.assertNotIn("killed", first)
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), 130)

    def test_what_cannot_be_listened_on_is_refused(self):
        for address, why in (("9477", "HOST:PORT"), ("127.0.0.1:x", "no port"), ("127.0.0.1:70000", "no port")):
            done = leakrig("watch", "--pid", os.getpid(), "--for", "1s", "--listen", address)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(why, done.stderr)


if __name__ == "__main__":
    unittest.main()
