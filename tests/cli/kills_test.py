"""Kills at random moments: nothing that the rig started is left running, and no file of the record is half written.

LEAKRIG_KILLS says how many for each verb (3; 20 in a soak)."""

import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.rig import LEAKRIG, SOURCE, TemporaryDirectory, wait_for  # noqa: E402

KILLS = int(os.environ.get("LEAKRIG_KILLS", "3"))
SHORT = ["--set", "/sampling/duration=2m", "--set", "/sampling/warmup=30s"]
# A tree with a daemon, which a kill of the process alone would leave.
DAEMON = "setsid sh -c 'setsid sleep 613 & sleep 613' & exec sleep 613"


def marked(mark):
    """The processes whose environment has the mark: everything that a rig started, whatever it has become."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and mark in (entry / "environ").read_bytes() and (entry / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
                found.append(int(entry.name))
        except OSError:
            continue
    return found


class Kills(unittest.TestCase):
    def setUp(self):
        self.tmp = TemporaryDirectory()
        self.addCleanup(self.tmp.cleanup)
        self.random = random.Random(self.id())

    def kill(self, number, sign, *args):
        mark = f"LEAKRIG_KILL_TEST={os.getpid()}-{self.id()}-{number}"
        name, value = mark.split("=")
        # A TMPDIR of its own: what is left in it is the rig's.
        place = self.tmp / f"t{number}"
        place.mkdir()
        rig = subprocess.Popen([SOURCE / LEAKRIG, *args], cwd=self.tmp.name, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env={**os.environ, name: value, "TMPDIR": str(place)})
        time.sleep(self.random.uniform(0.05, 4))
        self.assertNotIn(rig.poll(), (2, 3), f"{args} did not run at all")
        rig.send_signal(sign)
        rig.wait(timeout=60)
        wait_for(lambda: not marked(mark.encode()), seconds=15, what=f"the end of all that {args} started: {marked(mark.encode())}")
        wait_for(lambda: not list(place.iterdir()), seconds=15, what=f"an empty {place}: {list(place.iterdir())}")

    def check_files(self):
        for document in pathlib.Path(self.tmp.name).rglob("*.json"):
            json.loads(document.read_text())
        for page in pathlib.Path(self.tmp.name).rglob("report.html"):
            self.assertTrue(page.read_text().rstrip().endswith("</html>"))

    def verb(self, *args):
        for number in range(KILLS):
            self.kill(number, signal.SIGKILL if number % 3 else signal.SIGTERM, *args)
        self.check_files()

    def test_watch(self):
        self.verb("watch", "--", "sh", "-c", DAEMON)

    def test_run(self):
        self.verb("run", "task3-disable-keepalives", *SHORT)

    def test_run_with_two_jobs(self):
        self.verb("run", "max-conns-per-host", "--jobs", "2", *SHORT)

    def test_audit(self):
        self.verb("audit", "client-per-retry")

    def test_isolate(self):
        self.verb("isolate", "task3-disable-keepalives", *SHORT)


if __name__ == "__main__":
    unittest.main()
