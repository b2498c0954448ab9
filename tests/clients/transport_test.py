"""The built-in transport behaves as Go's: the same programs on Docker's Go client and as the collector, against the fake
Docker. For each stream opened or poll made, goroutines and sockets there and threads and sockets here grow by the same
whole numbers. Fails, not skips, without Go: scripts/setup --clients installs it."""

import json
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.rig import SOURCE, TemporaryDirectory, leakrig, read_lines  # noqa: E402

FOLLOW = "GET /containers/{id}/logs?follow=1"
LIST = "GET /containers/json"
EVERY_MS = 800
CONTAINERS = 8
PROGRAMS = {"drop-follow": FOLLOW, "close-follow": FOLLOW, "client-per-poll": LIST, "one-client": LIST}
LIMITS = [0, 4, 50]
# 80 opens before T+0 fill the largest limit.
SAMPLING = {"warmup": "8s", "duration": "6s", "every": "3s", "resolution": "250ms", "time_scale": 1}
FLEET = {"containers": CONTAINERS, "logs": {"lines_per_s": 0.1}}


def variants():
    for program in PROGRAMS:
        for keep_alives in (True, False):
            for limit in LIMITS:
                yield f"{program}.{'keepalives' if keep_alives else 'no-keepalives'}.{limit}", program, keep_alives, limit


def go_scenario(binary):
    scenario = {"name": "go", "sampling": SAMPLING, "fleet": FLEET, "variants": {},
                "subject": {"command": [binary], "env": {"DOCKER_HOST": "{docker_host}"}, "ready": {"line": "ready"}}}
    for port, (name, program, keep_alives, limit) in enumerate(variants(), start=17100):
        # A poll a container's interval divided by eight: as many polls as opens.
        every = EVERY_MS if PROGRAMS[program] == FOLLOW else EVERY_MS // CONTAINERS
        scenario["variants"][name] = {"subject": {
            "command": [binary, "-program", program, f"-every={every}ms", f"-keepalives={str(keep_alives).lower()}",
                        "-max-conns", str(limit), "-pprof", f"127.0.0.1:{port}"],
            "probes": {"pprof": f"http://127.0.0.1:{port}"}}}
    return scenario


def collector_scenario():
    scenario = {"name": "collector", "sampling": SAMPLING, "fleet": FLEET, "variants": {},
                "subject": {"collector": {"background_threads": 0, "loki": {"enabled": False}}}}
    for name, program, keep_alives, limit in variants():
        transport = {"disable_keep_alives": not keep_alives, "max_conns_per_host": limit, "idle_conn_timeout": "0s"}
        collector = {"docker": {"clients": 1, "transport": transport, "health_check_every": "1h"}}
        if PROGRAMS[program] == FOLLOW:
            collector["container_monitor"] = {"reopen_every": f"{EVERY_MS}ms", "discover_every": "1h",
                                              "close_on_reopen": program == "close-follow"}
        else:
            collector["container_monitor"] = {"enabled": False}
            collector["defects"] = {"transport_per_request": {"planted": program == "client-per-poll",
                                                              "every": f"{EVERY_MS // CONTAINERS}ms"}}
        scenario["variants"][name] = {"subject": {"collector": collector}}
    return scenario


class Transport(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tmp = TemporaryDirectory()
        cls.addClassCleanup(cls.tmp.cleanup)
        binary = cls.tmp / "programs"
        subprocess.run(["go", "build", "-buildvcs=false", "-o", binary, "."], check=True, timeout=500,
                       cwd=pathlib.Path(SOURCE) / "tests/clients/go-programs")
        cls.go = cls.measure(go_scenario(str(binary)), "goroutines")
        cls.collector = cls.measure(collector_scenario(), "threads")

    @classmethod
    def measure(cls, scenario, flows):
        """Variant -> growth from T+0 for each stream opened or poll made, (flows, sockets), and how many there were."""
        file = cls.tmp / f"{scenario['name']}.json"
        file.write_text(json.dumps(scenario))
        out = cls.tmp / scenario["name"]
        done = leakrig("run", file, "--jobs", 12, "--out", out, "--quiet", timeout=300)
        result = json.loads((out / "result.json").read_text())
        if any(v["outcome"] != "completed" for v in result["variants"]):
            raise AssertionError(done.stderr + json.dumps([(v["name"], v["outcome"], v.get("detail")) for v in result["variants"]]))
        samples, ledger = read_lines(out / "samples.jsonl"), read_lines(out / "ledger.jsonl")
        measured = {}
        for name, program, _, _ in variants():
            mine = [s for s in samples if s["variant"] == name and s["t_s"] >= 0 and flows in s]
            first, last = mine[0], mine[-1]
            events = sum(1 for e in ledger if e.get("variant") == name and e.get("event") == "request_opened"
                         and e.get("endpoint") == PROGRAMS[program] and first["t_s"] < e["t_s"] <= last["t_s"])
            growth = [last[flows] - first[flows], last["sockets"] - first["sockets"]]
            measured[name] = {"events": events, "growth": growth,
                              "each": [g / events if events else float(g) for g in growth]}
        return measured

    def test_each_open_or_poll_leaves_the_same_whole_numbers(self):
        for name, program, keep_alives, limit in variants():
            with self.subTest(name):
                here, there = self.collector[name], self.go[name]
                for a, b, what in zip(here["each"], there["each"], ("threads and goroutines", "sockets")):
                    self.assertAlmostEqual(a, round(a), delta=0.12, msg=f"{what}: {here}")
                    self.assertEqual(round(a), round(b), f"{what}: {here} against {there}")

    def test_the_leaks_are_those_of_the_table(self):
        """So that equal does not mean equally nothing."""
        for measured in (self.go, self.collector):
            for name, program, keep_alives, limit in variants():
                leaks = (program == "drop-follow" and limit == 0) or (program == "client-per-poll" and keep_alives)
                expected = [2, 1] if leaks else [0, 0]
                with self.subTest(name):
                    self.assertEqual([round(x) for x in measured[name]["each"]], expected, measured[name])
                    if leaks:
                        self.assertGreater(measured[name]["events"], 40)


if __name__ == "__main__":
    unittest.main()
