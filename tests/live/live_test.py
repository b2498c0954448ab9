"""The live view over a socket: what it sends, and that a browser that does not read, leaves or comes in numbers changes nothing."""

import http.client
import json
import pathlib
import re
import socket
import sys
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.collector_scenario import collector_scenario  # noqa: E402
from support.rig import TemporaryDirectory, leakrig, start_leakrig  # noqa: E402


class Live(unittest.TestCase):
    def setUp(self):
        self.tmp = TemporaryDirectory()
        self.addCleanup(self.tmp.cleanup)
        self.scenario = self.tmp / "scenario.json"
        self.scenario.write_text(json.dumps(collector_scenario(True, expect={"default": {"threads": "leak"}})))

    def start(self):
        run = start_leakrig("run", self.scenario, "--set", "/sampling/duration=5m", "--out", self.tmp / "out", "-q", "--live", "127.0.0.1:0")
        self.addCleanup(run.stdout.close)
        self.addCleanup(run.stderr.close)
        self.addCleanup(run.kill)
        url = re.fullmatch(r"live: (http://127\.0\.0\.1:\d+/)\n", run.stderr.readline()).group(1)
        return run, urllib.parse.urlsplit(url).netloc

    def get(self, address, path):
        connection = http.client.HTTPConnection(address, timeout=30)
        self.addCleanup(connection.close)
        connection.request("GET", path)
        return connection.getresponse()

    def result(self):
        return json.loads((self.tmp / "out" / "result.json").read_text())

    def test_sends_the_page_then_readings_then_the_final_page_and_the_end(self):
        run, address = self.start()
        page = self.get(address, "/")
        self.assertEqual(page.status, 200)
        html = page.read().decode()
        self.assertIn("connect-src 'self'", html)
        events = self.get(address, "/events")
        self.assertEqual(events.headers["Content-Type"], "text/event-stream")
        blocks = [b for b in events.read().decode().split("\n\n") if b.startswith("event: ")]
        kinds = [b.split("\n")[0][7:] for b in blocks]
        self.assertEqual((kinds[0], kinds[-1]), ("page", "end"))
        self.assertIn("samples", kinds)
        pages = [json.loads(b.split("\ndata: ", 1)[1]) for b in blocks if b.startswith("event: page")]
        self.assertEqual(run.wait(60), 0)
        result = self.result()["variants"][0]
        last = pages[-1]["variants"][0]
        self.assertEqual(last["verdict"], "leak")
        self.assertAlmostEqual(last["metrics"][0]["rate"], result["metrics"]["threads"]["rate_per_min"], places=2)
        self.assertTrue(all(p["live"] for p in pages))
        for said in [html, *map(json.dumps, pages)]:
            self.assertNotIn("killed", said, "what still runs is not unfinished")

    def test_is_not_disturbed_by_browsers_that_do_not_read_or_go_away(self):
        run, address = self.start()
        host, port = address.split(":")
        stalled = []
        for i in range(20):  # more than are served
            s = socket.create_connection((host, int(port)), timeout=10)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            s.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            if i % 4 == 0:
                s.close()
            else:
                stalled.append(s)
        garbage = socket.create_connection((host, int(port)), timeout=10)
        garbage.sendall(b"\x00\xff" * 5000)
        garbage.close()
        self.assertEqual(run.wait(60), 0, "the run did not end")
        for s in stalled:
            s.close()
        # A run that waited for one of them would have missed every reading from then on.
        sampling = self.result()["variants"][0]["sampling"]
        self.assertLess(sampling["missed"], sampling["slots"] / 2)

    def test_answers_nobody_who_means_another_host(self):
        run, address = self.start()
        for path in ("/", "/events"):
            connection = http.client.HTTPConnection(address, timeout=30)
            self.addCleanup(connection.close)
            connection.request("GET", path, headers={"Host": "rebound.example.org"})
            self.assertEqual(connection.getresponse().status, 403, path)
        self.assertEqual(self.get(address, "/").status, 200)
        run.kill()

    def test_serves_loopback_only(self):
        for address in ["0.0.0.0:0", "example.org:80", "127.0.0.1", "127.0.0.1:99999", ""]:
            done = leakrig("run", self.scenario, "--out", self.tmp / "no", "--live=" + address) if address else None
            if done:
                self.assertEqual(done.returncode, 2, (address, done.stderr))
        self.assertFalse((self.tmp / "no").exists())


if __name__ == "__main__":
    unittest.main()
