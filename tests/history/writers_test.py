"""A history that many processes write to, one of which is killed in the middle."""

import contextlib
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.collector_scenario import collector_scenario  # noqa: E402
from support.rig import LEAKRIG, TemporaryDirectory, leakrig, wait_for  # noqa: E402


class Writers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tmp = TemporaryDirectory()
        cls.addClassCleanup(cls.tmp.cleanup)
        (cls.tmp / "s.json").write_text(json.dumps(collector_scenario(False)))
        done = leakrig("run", cls.tmp / "s.json", "--out", cls.tmp / "run", "-q")
        assert done.returncode == 0, done.stderr

    def setUp(self):
        self.file = self.tmp / f"{self.id()}.db"

    def record(self, **environment):
        return subprocess.Popen([LEAKRIG, "report", str(self.tmp / "run"), "-q", "--history", str(self.file)],
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment})

    def finish(self, writer):
        _, said = writer.communicate(timeout=60)
        self.assertEqual(writer.returncode, 0, said)

    def listed(self):
        done = leakrig("history", self.file, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return {entry["scenario"]: entry["results"] for entry in json.loads(done.stdout)}

    def whole(self):
        with contextlib.closing(sqlite3.connect(self.file)) as connection, connection as database:
            return database.execute("PRAGMA integrity_check").fetchone()[0]

    def test_every_one_of_many_processes_is_there(self):
        writers = [self.record(GITHUB_SHA=f"{i:040x}", GITHUB_REF_NAME="main") for i in range(8)]
        for writer in writers:
            self.finish(writer)
        self.assertEqual(self.listed(), {"collector": 8})

    def test_a_killed_writer_loses_what_it_wrote_and_nothing_else(self):
        self.finish(self.record())
        # A writer in the middle of its transaction: it holds the lock and has written, but not to the end.
        killed = subprocess.Popen([sys.executable, "-c", """
import sqlite3, sys, time
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("PRAGMA cache_spill = 1")
database.execute("BEGIN IMMEDIATE")
for i in range(2000):
    database.execute("INSERT INTO results(recorded_at, scenario, commit_id, branch, environment, passed, exit_code, result) VALUES('', 'half', '', '', '', 0, 0, ?)", ("x" * 5000,))
print("written", flush=True)
time.sleep(60)
""", str(self.file)], stdout=subprocess.PIPE, text=True)
        self.addCleanup(killed.stdout.close)
        self.assertEqual(killed.stdout.readline(), "written\n")
        wait_for(lambda: pathlib.Path(str(self.file) + "-journal").exists(), what="a journal")
        waiting = self.record()
        killed.send_signal(signal.SIGKILL)
        killed.wait(10)
        self.finish(waiting)
        self.assertEqual(self.listed(), {"collector": 2})
        self.assertEqual(self.whole(), "ok")

    def test_the_commit_where_the_rate_changed_is_named(self):
        self.finish(self.record(GITHUB_SHA="a" * 40, GITHUB_REF_NAME="main"))
        with contextlib.closing(sqlite3.connect(self.file)) as connection, connection as database:  # the same result again, with other commits and rates
            for i, rate in enumerate([0.1, 0.2, 0.0, 32.1, 32.0, 31.9]):
                database.execute("INSERT INTO results SELECT NULL, recorded_at, scenario, ?, branch, environment, 0, 1, result, ?, 0 FROM results WHERE id = 1",
                                 (f"{i + 1:07x}" + "b" * 33, 2_000_000_000 + i))
                database.execute("INSERT INTO measurements SELECT ?, variant, metric, unit, judged, ?, ?, ?, tolerance_per_min, verdict, 0.1 FROM measurements "
                                 "WHERE run = 1 AND metric = 'threads'", (i + 2, rate, rate - .2, rate + .2))
        shown = leakrig("history", self.file, "collector", "--metric", "threads", "--html", self.tmp / "history.html")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertRegex(shown.stdout, r"---- changed at 0000004 \(main, 2033-05-18\): 0\.1 to 32\.0/min, p < 0\.001")
        series, = json.loads(leakrig("history", self.file, "collector", "--metric", "threads", "--json").stdout)["series"]
        self.assertEqual([c["commit"][:7] for c in series["changes"]], ["0000004"])
        page = (self.tmp / "history.html").read_text()
        self.assertIn("changed at 0000004", page)
        self.assertLess(len(page), 1_000_000)

    def test_what_cannot_be_used_is_said_before_a_run(self):
        foreign = self.tmp / "foreign.db"
        with contextlib.closing(sqlite3.connect(foreign)) as connection, connection as database:
            database.execute("CREATE TABLE theirs(x)")
        done = leakrig("run", self.tmp / "s.json", "--out", self.tmp / "not-started", "--history", foreign)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("not a history of leakrig", done.stderr)
        self.assertFalse((self.tmp / "not-started").exists())
        self.assertEqual(leakrig("history", self.tmp / "none.db").returncode, 2)
        self.finish(self.record())
        self.assertEqual(leakrig("history", self.file, "no-such-scenario").returncode, 2)


if __name__ == "__main__":
    unittest.main()
