"""A drain: growth that is gone once the fleet has stopped is a backlog, and what stays is a leak."""

import json
import pathlib
import sys
import textwrap
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.rig import TemporaryDirectory, leakrig  # noqa: E402

# Starts four threads a second, which wait. The backlog's are let go when no container runs any more.
SUBJECT = textwrap.dedent("""
    import http.client, json, socket, sys, threading, time
    lets_go = sys.argv[2] == "backlog"
    over = threading.Event()
    def running():
        link = http.client.HTTPConnection("docker")
        link.sock = socket.socket(socket.AF_UNIX)
        link.sock.connect(sys.argv[1])
        link.request("GET", "/containers/json")
        containers = json.loads(link.getresponse().read())
        link.close()
        return len(containers)
    print("ready", flush=True)
    while True:
        if running() == 0:
            if lets_go:
                over.set()
        else:
            threading.Thread(target=over.wait, daemon=True).start()
        time.sleep(0.25)
""")


def scenario(subject, verdict):
    return {
        "name": subject,
        "sampling": {"warmup": "2s", "duration": "8s", "every": "2s", "resolution": "100ms", "time_scale": 1, "drain": "2s"},
        "fleet": {"containers": 3, "logs": {"lines_per_s": 0}},
        "subject": {"command": [sys.executable, "-c", SUBJECT, "{docker_socket}", subject], "ready": {"line": "ready"}},
        "expect": {"default": {"threads": verdict}},
    }


class Drain(unittest.TestCase):
    def setUp(self):
        self.tmp = TemporaryDirectory()
        self.addCleanup(self.tmp.cleanup)

    def threads_of(self, document):
        path = self.tmp / "scenario.json"
        path.write_text(json.dumps(document))
        done = leakrig("run", path, "--out", self.tmp / "out")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        result = json.loads((self.tmp / "out" / "result.json").read_text())
        variant = result["variants"][0]
        self.assertEqual(variant["outcome"], "completed")
        return variant["metrics"]["threads"], done.stdout

    def test_a_backlog_is_gone_once_the_fleet_has_stopped(self):
        threads, report = self.threads_of(scenario("backlog", "stable"))
        self.assertEqual(threads["drain"]["verdict"], "drained")
        self.assertGreater(threads["ci"][0], 2)
        self.assertIn("a backlog, not a leak", report)

    def test_a_leak_stays(self):
        threads, report = self.threads_of(scenario("leak", "leak"))
        self.assertEqual(threads["drain"]["verdict"], "retained")
        self.assertIn("with the fleet stopped", report)

    def test_forgotten_streams_of_stopped_containers_stay(self):
        document = scenario("streams", "leak")
        document["sampling"] = {"warmup": "30s", "duration": "2m", "every": "30s", "resolution": "1s", "time_scale": 60, "drain": "30s"}
        document["fleet"]["logs"]["lines_per_s"] = 1
        document["subject"] = {"collector": {"container_monitor": {"reopen_every": "10s", "close_on_reopen": False}}}
        threads, _ = self.threads_of(document)
        self.assertEqual(threads["drain"]["verdict"], "retained")

    def test_a_drain_too_short_to_tell_is_refused(self):
        document = scenario("backlog", "stable")
        document["sampling"]["drain"] = "500ms"
        path = self.tmp / "scenario.json"
        path.write_text(json.dumps(document))
        done = leakrig("validate", path)
        self.assertEqual(done.returncode, 2)
        self.assertIn("/sampling/drain", done.stderr + done.stdout)


if __name__ == "__main__":
    unittest.main()
