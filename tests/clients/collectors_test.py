"""The example collectors on Docker's Go client and on docker-py, run by their shipped scenarios: verdicts, rates against
what the ledger counted, and the culprit's name. Fail, not skip, where a client is missing: scripts/setup installs them."""

import json
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.rig import SOURCE, TemporaryDirectory, leakrig, read_lines  # noqa: E402

FOLLOW = "GET /containers/{id}/logs?follow=1"


class Collector(unittest.TestCase):
    @classmethod
    def run_scenario(cls, name):
        cls.tmp = TemporaryDirectory()
        cls.addClassCleanup(cls.tmp.cleanup)
        cls.out = cls.tmp / "run"
        cls.done = leakrig("run", f"scenarios/{name}.json", "--jobs", 2, "--out", cls.out, "--format", "markdown", timeout=600)
        cls.result = json.loads((cls.out / "result.json").read_text()) if (cls.out / "result.json").exists() else None

    def variant(self, name):
        self.assertIsNotNone(self.result, self.done.stderr)
        return next(v for v in self.result["variants"] if v["name"] == name)

    def metric(self, variant, name):
        return self.variant(variant)["metrics"][name]

    def streams_a_minute(self, variant):
        """Opened between T+0 and the last reading, as the fake Docker counted them."""
        end = max(s["t_s"] for s in read_lines(self.out / "samples.jsonl") if s["variant"] == variant)
        opened = [e for e in read_lines(self.out / "ledger.jsonl") if e.get("variant") == variant
                  and e.get("event") == "request_opened" and e.get("endpoint") == FOLLOW and 0 < e["t_s"] <= end]
        return len(opened) / (end / 60)

    def check_expectations_held(self):
        self.assertEqual(self.done.returncode, 0, self.done.stderr + self.done.stdout)
        self.assertEqual(self.variant("closed")["delivery"]["lines_lost"], 0)

    def check_rate(self, metric, each):
        truth = each * self.streams_a_minute("leaking")
        self.assertGreater(truth, 100, "streams were replaced")
        self.assertAlmostEqual(self.metric("leaking", metric)["rate_per_min"] / truth, 1, delta=0.02)


class GoCollector(Collector):
    @classmethod
    def setUpClass(cls):
        cls.run_scenario("go-collector")

    def test_every_expectation_holds(self):
        self.check_expectations_held()

    def test_the_rate_is_three_goroutines_a_reopened_stream(self):
        self.check_rate("goroutines", 3)

    def test_the_first_row_names_the_function_that_opened_the_stream(self):
        first = self.variant("leaking")["attribution"][0]
        self.assertEqual(first["kind"], "goroutine")
        self.assertRegex(first["name"], r"^main\.\(\*follower\)\.readStream \(follower\.go:\d+\), "
                                        r"created by main\.\(\*follower\)\.openStream \(follower\.go:\d+\)$")
        self.assertAlmostEqual(first["share"], 1 / 3, delta=0.03)

    def test_the_sentence_of_both_sides_names_the_three_stacks_and_the_open_requests(self):
        sentence = next((line for line in self.done.stdout.splitlines() if "grow in step with" in line), "")
        for part in ["new goroutines", "readStream", "readLoop", "writeLoop", FOLLOW, "superseded"]:
            self.assertIn(part, sentence)
        side = next(s for s in self.variant("leaking")["two_sided"] if s["metric"] == "goroutines")
        self.assertEqual(len(side["groups"]), 3)
        self.assertAlmostEqual(side["explained"], side["growth"], delta=6)
        self.assertAlmostEqual(side["open_growth"], side["growth"] / 3, delta=3)


class GoPoolOverflow(Collector):
    @classmethod
    def setUpClass(cls):
        cls.run_scenario("go-pool-overflow")

    def test_every_expectation_holds(self):
        self.assertEqual(self.done.returncode, 0, self.done.stderr + self.done.stdout)

    def test_the_first_row_names_the_pools_function_and_its_caller(self):
        first = self.variant("overflow")["attribution"][0]
        self.assertEqual(first["kind"], "opener")
        self.assertRegex(first["name"], r"main\.\(\*pool\)\.get \(pool\.go:\d+\) <- main\.\(\*monitor\)\.inspect \(monitor\.go:\d+\)")

    def test_the_idle_connections_are_told_with_their_requests_and_period(self):
        evidence = self.variant("overflow")["connection_evidence"][0]
        group = evidence["groups"][0]
        self.assertEqual([use["endpoint"] for use in group["sequence"]], ["HEAD /_ping", "GET /containers/{id}/json"])
        self.assertEqual(group["state"], "idle")
        self.assertAlmostEqual(group["period"]["every_s"], 4, delta=0.4)
        self.assertEqual(group["period"]["containers"], 8)
        self.assertAlmostEqual(evidence["explained"], evidence["growth"], delta=6)
        self.assertIn("opened by main.", self.done.stdout)

    def test_the_twin_has_no_such_evidence(self):
        self.assertEqual(self.variant("closed")["connection_evidence"], [])


class GoPoolOverflowWithoutAllocations(Collector):
    """What is said where no heap profile is taken: what the connections carried, and no function."""

    @classmethod
    def setUpClass(cls):
        cls.tmp = TemporaryDirectory()
        cls.addClassCleanup(cls.tmp.cleanup)
        cls.out = cls.tmp / "run"
        cls.done = leakrig("run", "scenarios/go-pool-overflow.json", "--variant", "overflow", "--set",
                           "/subject/probes/allocations=false", "--out", cls.out, "--format", "markdown", timeout=600)
        cls.result = json.loads((cls.out / "result.json").read_text())

    def test_the_connections_lead_and_no_function_of_the_program_is_named(self):
        rows = self.variant("overflow")["attribution"]
        self.assertEqual(rows[0]["kind"], "connection")
        self.assertIn("HEAD /_ping, GET /containers/{id}/json: idle, every 4", rows[0]["name"])
        in_step = [r for r in rows if r["kind"] == "goroutine" and r["growth"] > 20]
        self.assertTrue(in_step)
        for row in in_step:
            self.assertNotIn("main.", row["name"])
        self.assertNotIn("opened by", self.done.stdout)


class GoVersions(unittest.TestCase):
    def test_debians_go_builds_it(self):
        with TemporaryDirectory() as tmp:
            done = subprocess.run(["/usr/bin/go", "build", "-buildvcs=false", "-o", f"{tmp}/collector", "."], text=True,
                                  capture_output=True, cwd=SOURCE / "tests/clients/go-collector", timeout=300)
            self.assertEqual(done.returncode, 0, done.stderr)


class PythonCollector(Collector):
    @classmethod
    def setUpClass(cls):
        cls.run_scenario("python-collector")

    def test_every_expectation_holds(self):
        self.check_expectations_held()

    def test_the_rate_is_a_thread_and_a_socket_a_reopened_stream(self):
        self.check_rate("threads", 1)
        self.check_rate("sockets", 1)

    def test_the_threads_are_joined_with_the_requests_that_stay_open(self):
        self.assertEqual(self.variant("leaking")["attribution"][0]["kind"], "thread")
        side = next(s for s in self.variant("leaking")["two_sided"] if s["metric"] == "threads")
        self.assertEqual(side["request"], FOLLOW)
        self.assertAlmostEqual(side["open_growth"], side["growth"], delta=3)


if __name__ == "__main__":
    unittest.main()
