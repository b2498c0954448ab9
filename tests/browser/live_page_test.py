"""The live view in Chromium while a run goes on."""

import json
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from browser.chromium import Browser  # noqa: E402
from support.collector_scenario import collector_scenario  # noqa: E402
from support.rig import TemporaryDirectory, start_leakrig  # noqa: E402


class LivePage(unittest.TestCase):
    def test_the_lines_grow_and_the_verdict_comes_without_a_reload(self):
        tmp = TemporaryDirectory()
        self.addCleanup(tmp.cleanup)
        scenario = tmp / "scenario.json"
        scenario.write_text(json.dumps(collector_scenario(True, variants={"first": {}, "second": {}})))
        browser = Browser()
        self.addCleanup(browser.close)
        run = start_leakrig("run", scenario, "--set", "/sampling/duration=6m", "--out", tmp / "out", "-q", "--live", "127.0.0.1:0")
        self.addCleanup(run.stdout.close)
        self.addCleanup(run.stderr.close)
        self.addCleanup(run.kill)
        browser.open(re.fullmatch(r"live: (\S+)\n", run.stderr.readline()).group(1))
        browser.run("window.sameDocument = true")
        points = "return Chart.getChart('chart')?.data.datasets[0]?.data.length ?? 0"
        browser.wait(lambda: browser.run(points) > 5)
        before = browser.run(points)
        browser.wait(lambda: browser.run(points) > before)
        self.assertEqual(browser.run("return document.getElementById('live-state').textContent"), "live")
        browser.wait(lambda: browser.run("return document.getElementById('live-state').textContent") == "the run has ended", 60)
        self.assertEqual(browser.run("return [...document.querySelectorAll('#variants-table .pill.leak')].length"), 2)
        self.assertTrue(browser.run("return window.sameDocument"))
        self.assertGreater(browser.run("return document.querySelectorAll('#orphans-chart .orphan').length"), 20)
        self.assertEqual(run.wait(30), 1)
        self.assertEqual([c for c in browser.complaints()], [])


if __name__ == "__main__":
    unittest.main()
