"""leakrig audit end to end: each planted defect is found by its stimulus and by no unrelated one, and its clean twin is clean."""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.rig import SOURCE, TemporaryDirectory, leakrig  # noqa: E402

# What each defect scenario plants: the stimuli that must find it, and unrelated ones that must not. Those that leak by the
# clock are the twin's, "time".
TABLE = {
    "blocked-sender": (["time"], ["container-restarts"]),
    "body-not-drained": (["time"], ["sink-429"]),
    "client-per-retry": (["info-500"], ["logs-404", "container-restarts"]),
    "error-body-not-closed": (["time"], ["stream-breaks"]),
    "events-resubscribed": (["time"], ["sink-500"]),
    "heartbeat-not-stopped": (["container-stops"], ["logs-404", "sink-429"]),
    "listener-not-removed": (["time"], ["stream-ends"]),
    "loki-client-per-push": (["time"], ["container-paused"]),
    "map-entry-never-erased": (["container-stops"], ["stream-breaks"]),
    "pool-overflow": (["time"], ["container-paused"]),
    "position-file-not-closed": (["container-stops"], ["logs-404", "sink-429"]),
    "probe-socket-not-closed": (["time"], ["stream-breaks"]),
    "reopen-storm": (["streams-empty"], ["sink-429"]),
    "reopen-without-close": (["time"], ["sink-429"]),
    "stats-stream-per-poll": (["time"], ["sink-429"]),
    "stop-waits-for-line": (["time"], ["sink-429"]),
    "stream-outlives-container": (["stream-outlives-container"], ["stream-breaks", "logs-404"]),
    "transport-per-request": (["time"], ["stream-breaks"]),
    "worker-spawned-while-down": (["info-500"], ["logs-404", "container-restarts"]),
}
FOUND = {"leak", "does not recover"}


class Scratch(unittest.TestCase):
    def setUp(self):
        self.tmp = TemporaryDirectory()
        self.addCleanup(self.tmp.cleanup)

    def audit(self, *args, out="run"):
        done = leakrig("audit", *map(str, args), "--out", str(self.tmp / out), "--quiet", "--jobs", "2", timeout=170)
        result = self.tmp / out / "result.json"
        rows = json.loads(result.read_text())["stimuli"] if result.exists() else []
        return done, {row["stimulus"]: row for row in rows}


class AuditVerb(Scratch):
    def test_the_catalogue_is_listed(self):
        done = leakrig("audit", "--list")
        self.assertEqual(done.returncode, 0)
        self.assertIn("logs-404", done.stdout)

    def test_an_unknown_stimulus_is_a_wrong_command_line(self):
        done = leakrig("audit", "--only", "no-such")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--list", done.stderr)

    def test_containers_that_take_the_place_of_removed_ones_go_on(self):
        done, rows = self.audit("--only", "container-replaced")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(rows["container-replaced"]["verdict"], "clean", rows["container-replaced"])

    def test_a_program_that_asks_for_nothing_is_not_tried(self):
        done = leakrig("audit", "--only", "logs-404", "--wait", "1", "--out", str(self.tmp / "run"), "--format", "console", "--", "sleep", "1000")
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("the subject uses nothing that a stimulus touches", done.stdout.splitlines()[0])
        rows = {row["stimulus"]: row for row in json.loads((self.tmp / "run" / "result.json").read_text())["stimuli"]}
        self.assertEqual({name: row["verdict"] for name, row in rows.items()}, {"time": "not met", "logs-404": "not met"})

    def test_an_inspect_that_fails_is_met_by_the_collector(self):
        done, rows = self.audit("--only", "inspect-404")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(rows["inspect-404"]["verdict"], "clean", rows["inspect-404"])
        self.assertGreaterEqual(rows["inspect-404"]["occurrences"], 12)

    def test_every_report_is_made_and_made_again(self):
        done, _ = self.audit("--only", "logs-404", "--export", f"junit={self.tmp / 'audit.xml'}")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('name="logs-404"', (self.tmp / "audit.xml").read_text())
        again = leakrig("report", str(self.tmp / "run"), "--format", "console")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertTrue(again.stdout.startswith("CLEAN"), again.stdout)


class AuditDefects(Scratch):
    """One defect, named on the command line."""

    defect = ""

    def test_found_by_its_stimulus_and_by_no_other(self):
        finds, leaves = TABLE[self.defect]
        scenario = SOURCE / "scenarios" / "defects" / f"{self.defect}.json"
        only = [word for name in finds + leaves for word in ("--only", name)]
        done, rows = self.audit(scenario, *only)
        self.assertEqual(done.returncode, 1, done.stderr)
        for name in finds:
            self.assertIn(rows[name]["verdict"], FOUND, rows[name])
        for name in leaves + [name for name in rows if name not in finds]:
            self.assertNotIn(rows[name]["verdict"], FOUND, rows[name])

    def test_its_clean_twin_is_clean(self):
        finds, leaves = TABLE[self.defect]
        scenario = json.loads("\n".join(
            line for line in (SOURCE / "scenarios" / "defects" / f"{self.defect}.json").read_text().splitlines()
            if not line.lstrip().startswith("//")))
        scenario["reference"] = "clean"
        del scenario["$schema"]
        scenario.pop("expect", None)  # of the other reference
        file = self.tmp / "clean.json"
        file.write_text(json.dumps(scenario))
        done, rows = self.audit(file, *[word for name in finds + leaves for word in ("--only", name)])
        self.assertIn(done.returncode, (0, 4), done.stderr)
        for row in rows.values():
            self.assertNotIn(row["verdict"], FOUND, row)


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] == "AuditDefects":
        AuditDefects.defect = sys.argv.pop(2)
    unittest.main(verbosity=2)
