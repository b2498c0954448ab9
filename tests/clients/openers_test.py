"""Who opened what stays: each way to make a Docker client in tests/clients/go-openers, leaking and clean, with every
allocation sampled. The first row names the function that made the client and its caller, never the one that asks by it;
the clean twin names nobody."""

import json
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.rig import SOURCE, TemporaryDirectory, leakrig  # noqa: E402

PROGRAM = SOURCE / "tests/clients/go-openers"
# The maker and its caller. `by-hand` makes no client: it dials.
OPENERS = {
    "literal": (r"main\.newLiteralClient", r"main\.literal\.func1"),
    "interface": (r"example\.com/leakrig/go-openers/factory\.New", r"main\.checkByInspector"),
    "generic": (r"main\.newLiteralClient", r"main\.generic\.func1\.1"),
    "closure": (r"main\.asker", r"main\.closure\.func1"),
    "clone": (r"main\.clonedTransport", r"main\.clone\.func1"),
    "embedded": (r"main\.newAPI", r"main\.embedded\.func1"),
    "lazy": (r"main\.\(\*service\)\.client", r"main\.\(\*service\)\.check"),
    "round-tripper": (r"main\.\(\*fresh\)\.RoundTrip", r"main\.get"),
    "logging": (r"main\.newLoggedTransport", r"main\.logging\.func1"),
    "by-channel": (r"main\.makeClients", None),
    "docker": (r"main\.sdkOf", r"main\.docker\.func1"),
    "docker-own": (r"main\.sdkOnOwnTransport", r"main\.dockerOwn\.func1"),
    "by-hand": (r"main\.dialByHand", r"main\.byHand\.func1"),
}


def scenario(binary):
    variants = {}
    for shape in OPENERS:
        for name, options in (("leaking", ["-leak"]), ("clean", [])):
            variants[f"{shape}.{name}"] = {"subject": {"command": [
                binary, "-shape", shape, "-docker", "{docker_socket}", "-pprof", "127.0.0.1:{port:pprof}", *options]}}
    return {"name": "openers", "sampling": {"warmup": "2s", "duration": "9s", "every": "3s", "resolution": "250ms", "time_scale": 1},
            "fleet": {"containers": 8, "logs": {"lines_per_s": 0.1}}, "analysis": {"tolerance_per_min": 10},
            "subject": {"command": [binary], "ready": {"line": "ready"},
                        "probes": {"pprof": "http://127.0.0.1:{port:pprof}", "allocations": True}},
            "variants": variants, "reference": "literal.leaking"}


class Openers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tmp = TemporaryDirectory()
        cls.addClassCleanup(cls.tmp.cleanup)
        binary = str(cls.tmp / "openers")
        subprocess.run(["go", "build", "-buildvcs=false", "-o", binary, "."], cwd=PROGRAM, check=True, timeout=400)
        (cls.tmp / "openers.json").write_text(json.dumps(scenario(binary)))
        cls.done = leakrig("run", cls.tmp / "openers.json", "--jobs", 8, "--quiet", "--out", cls.tmp / "run", timeout=300)
        cls.variants = {v["name"]: v for v in json.loads((cls.tmp / "run/result.json").read_text())["variants"]}

    def test_the_first_row_names_the_maker_and_its_caller(self):
        for shape, (maker, caller) in OPENERS.items():
            with self.subTest(shape):
                first = self.variants[f"{shape}.leaking"]["attribution"][0]
                self.assertEqual(first["kind"], "opener")
                place = r" \(\w+\.go:\d+\)"
                self.assertRegex(first["name"], rf"^{maker}{place}" + (rf" <- {caller}{place}" if caller else "$"))
                evidence = self.variants[f"{shape}.leaking"]["connection_evidence"][0]["groups"][0]
                self.assertEqual(evidence["state"], "idle")

    def test_clean_twins_name_nobody_and_leave_nothing(self):
        for shape in OPENERS:
            with self.subTest(shape):
                clean = self.variants[f"{shape}.clean"]
                self.assertEqual(clean["connection_evidence"], [])
                self.assertNotIn("opener", [row["kind"] for row in clean["attribution"]])


if __name__ == "__main__":
    unittest.main()
