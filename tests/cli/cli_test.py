"""The command line end to end: exit codes, what is left behind, and a planted leak with its clean twin."""

import json
import os
import pathlib
import signal
import socket
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.rig import SOURCE, TemporaryDirectory, alive, leakrig, read_lines, start_leakrig, wait_for  # noqa: E402

LEAKING = {
    "name": "planted",
    "sampling": {"warmup": "30s", "duration": "4m", "every": "1m", "resolution": "2s", "time_scale": 60},
    "fleet": {"containers": 4, "logs": {"lines_per_s": 1}},
    "subject": {"collector": {"container_monitor": {"reopen_every": "10s", "close_on_reopen": False}, "background_threads": 4}},
    "variants": {"leaking": {}, "clean": {"subject": {"collector": {"container_monitor": {"close_on_reopen": True}}}}},
    "expect": {"leaking": {"threads": "leak", "sockets": "leak"}, "clean": {"threads": "stable", "sockets": "stable"}},
}


class Scratch(unittest.TestCase):
    def setUp(self):
        self.tmp = TemporaryDirectory()
        self.addCleanup(self.tmp.cleanup)

    def scenario(self, document, name="scenario.json"):
        path = self.tmp / name
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        return path

    def result(self, out):
        return json.loads((pathlib.Path(out) / "result.json").read_text())

    def runtime_directories(self, pid):
        """The rig's own directories in /tmp, told from others' by the socket that `pid` holds."""
        unix = pathlib.Path("/proc/net/unix").read_text()
        inodes = set()
        for fd in os.listdir(f"/proc/{pid}/fd"):
            try:
                target = os.readlink(f"/proc/{pid}/fd/{fd}")
            except FileNotFoundError:
                continue
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
        rows = (line.split() for line in unix.splitlines()[1:])
        return {pathlib.Path(row[7]).parent for row in rows if len(row) > 7 and row[6] in inodes and row[7].startswith("/tmp/")}


class Usage(Scratch):
    def test_every_verb_has_help_with_an_example(self):
        for verb in ["run", "watch", "report", "validate", "list", "fake-docker"]:
            done = leakrig(verb, "--help")
            self.assertEqual(done.returncode, 0, verb)
            self.assertIn("Example:", done.stdout, verb)

    def test_a_wrong_command_line_is_exit_2(self):
        for args in [[], ["rnu"], ["run"], ["run", "x.json", "--jobs", "0"], ["run", "x.json", "--replicates", "51"], ["fake-docker"], ["report", "/no/such/run"],
                     ["run", "task5-isolation", "--set", "nonsense"], ["run", "task5-isolation", "--format", "yaml"],
                     ["run", "task5-isolation", "--variant", "nope"], ["run", "task5-isolation", "--time-scale", "-1"]]:
            done = leakrig(*args)
            self.assertEqual(done.returncode, 2, (args, done.stderr))
            self.assertNotEqual(done.stderr.strip(), "", args)


    def test_what_was_not_expected_is_told_as_it_was_written(self):
        done = leakrig("watch", "--wd", "/x", "--", "true")
        self.assertEqual(done.returncode, 2)
        self.assertIn("The following arguments were not expected: --wd /x", done.stderr)

    def test_isolate_refuses_before_it_runs_where_there_is_nothing_to_switch(self):
        path = self.scenario({"name": "own", "subject": {"command": ["sleep", "60"]}})
        done = leakrig("isolate", path, "--out", self.tmp / "run")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("there is nothing to switch", done.stderr)
        self.assertFalse((self.tmp / "run").exists())


class Descriptors(Scratch):
    def test_a_rig_that_runs_out_of_them_fails_and_says_so_first(self):
        def few():
            import resource
            resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
        done = leakrig("run", "task3-disable-keepalives", "--variant", "keepalives-on", "--out", self.tmp / "run", "--format", "console", preexec_fn=few)
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertTrue(done.stdout.startswith("FAILED  the rig had no descriptors left and turned"), done.stdout[:400])


class Validate(Scratch):
    def check(self, document, *said):
        path = self.scenario(document)
        for verb in ["validate", "run"]:
            done = leakrig(verb, path, *(["--out", self.tmp / "out"] if verb == "run" else []))
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
            for part in [str(path), *said]:
                self.assertIn(part, done.stderr)
        self.assertFalse((self.tmp / "out").exists(), "something was started")

    def test_an_invalid_scenario_is_one_message_and_nothing_starts(self):
        self.check({**LEAKING, "flet": {}}, "/flet", 'did you mean "fleet"')
        self.check({**LEAKING, "fleet": {"containers": "8"}}, "/fleet/containers", "an integer from 0 to 20000")
        self.check({**LEAKING, "fleet": {"containers": 10**9}}, "/fleet/containers", "from 0 to 20000")
        self.check({**LEAKING, "sampling": {"duration": "-5m"}}, "/sampling/duration", "a duration such as")
        self.check("{ not json", ":1:4: not JSON")
        self.check({**LEAKING, "variants": {"leaking": {"fleet": {"x": 1}}, "clean": {}}}, "/variants/leaking/fleet/x")

    def test_the_shipped_scenarios_are_valid(self):
        files = [f for f in (SOURCE / "scenarios").glob("*.json") if f.name != "scenario.schema.json"]
        done = leakrig("validate", "--json", *files)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertTrue(all(entry["valid"] for entry in json.loads(done.stdout)))


class ListScenarios(Scratch):
    def test_names_what_can_be_run(self):
        names = {entry["name"] for entry in json.loads(leakrig("list", "--json").stdout)}
        self.assertLessEqual({"task3-disable-keepalives", "task5-isolation", "max-conns-per-host"}, names)
        self.assertIn("task5-isolation", leakrig("list").stdout)


class PlantedLeakAndCleanTwin(Scratch):
    def test_the_leak_is_flagged_and_its_twin_passes(self):
        out = self.tmp / "out"
        done = leakrig("run", self.scenario(LEAKING), "--out", out, "--jobs", "2")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("| T+4 |", done.stdout)
        result = self.result(out)
        leaking, clean = result["variants"]
        # 4 containers, a reopening each 10 s: 24 streams a minute stay, with two threads and one socket each.
        self.assertAlmostEqual(leaking["metrics"]["threads"]["rate_per_min"], 48, delta=2)
        self.assertAlmostEqual(leaking["metrics"]["sockets"]["rate_per_min"], 24, delta=1.5)
        growing = {row["name"]: row["growth"] for row in leaking["attribution"] if row["kind"] == "thread"}
        self.assertAlmostEqual(growing["readLoop"], 96, delta=2)
        self.assertAlmostEqual(growing["writeLoop"], 96, delta=2)
        self.assertIn("/logs?follow=1", leaking["orphans"][0]["request"])
        self.assertEqual(clean["verdict"], "stable")
        self.assertEqual(clean["orphans"][0]["count"] if clean["orphans"] else 0, 0)
        for variant in result["variants"]:
            self.assertEqual(variant["delivery"]["lines_lost"], 0)
            self.assertGreater(variant["delivery"]["lines_written"], 900)

        # The report can be made again from the record alone, and the resolved scenario is one.
        (out / "report.md").unlink()
        again = leakrig("report", out, "--json")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(json.loads(again.stdout), result)
        self.assertTrue((out / "report.md").exists())
        self.assertEqual(leakrig("validate", out / "scenario.json").returncode, 0)
        # A run is never overwritten.
        self.assertEqual(leakrig("run", self.scenario(LEAKING), "--out", out).returncode, 2)

    def test_a_leak_where_none_is_expected_is_exit_1(self):
        document = {k: v for k, v in LEAKING.items() if k not in ("expect", "variants")}
        done = leakrig("run", self.scenario(document), "--out", self.tmp / "out", "--quiet")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(done.stdout, "")


class Replicates(Scratch):
    def test_are_run_interleaved_and_combined(self):
        out = self.tmp / "out"
        done = leakrig("run", self.scenario({**LEAKING, "replicates": 2}), "--out", out)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        ledger = read_lines(out / "ledger.jsonl")
        begun = [(line["variant"], line.get("replicate", 1)) for line in ledger if line["event"] == "variant_begin"]
        self.assertEqual(begun, [("leaking", 1), ("clean", 1), ("clean", 2), ("leaking", 2)])
        self.assertFalse([line for line in read_lines(out / "samples.jsonl") if line.get("replicate") == 1])
        leaking, clean = self.result(out)["variants"]
        threads = leaking["metrics"]["threads"]
        self.assertEqual([r["verdict"] for r in threads["replicates"]], ["leak", "leak"])
        self.assertAlmostEqual(threads["rate_per_min"], sum(r["rate_per_min"] for r in threads["replicates"]) / 2, delta=1)
        self.assertEqual(clean["metrics"]["threads"]["verdict"], "stable")
        self.assertGreater(leaking["delivery"]["lines_written"], 1800)
        self.assertIn("| Threads, replicate 2 |", done.stdout)
        self.assertTrue((out / "leaking.2.subject.log").exists())


class StopWhenSure(Scratch):
    def test_ends_the_leaking_one_early_and_the_clean_one_never(self):
        out = self.tmp / "out"
        done = leakrig("run", self.scenario(LEAKING), "--stop-when-sure", "--out", out, "--jobs", "2")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        leaking, clean = self.result(out)["variants"]
        self.assertEqual((leaking["outcome"], leaking["verdict"]), ("completed", "leak"))
        self.assertRegex(leaking["detail"], r"^stopped early at T\+\d+s: sure$")
        self.assertLessEqual(leaking["minutes"], 2)
        self.assertEqual(leaking["delivery"]["lines_lost"], 0)
        self.assertNotIn("detail", clean)
        self.assertAlmostEqual(clean["minutes"], 4, delta=0.1)
        self.assertEqual(clean["verdict"], "stable")
        self.assertIn("stopped early at T+", done.stdout)

    def test_leaves_what_must_be_compared_to_its_end(self):
        expect = {"leaking": {"threads": "leak"}, "clean": {"threads": "stable", "versus_reference": "improved"}}
        done = leakrig("run", self.scenario({**LEAKING, "expect": expect}), "--stop-when-sure", "--out", self.tmp / "out", "--jobs", "2")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for variant in self.result(self.tmp / "out")["variants"]:
            self.assertNotIn("detail", variant)
            self.assertAlmostEqual(variant["minutes"], 4, delta=0.1)


class Controls(Scratch):
    def test_hold_and_are_reported_by_themselves(self):
        out = self.tmp / "out"
        done = leakrig("run", self.scenario(LEAKING), "--controls", "--out", out, "--jobs", "2")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        result = self.result(out)
        self.assertEqual([v["name"] for v in result["variants"]], ["leaking", "clean"])
        again, planted = result["controls"]
        self.assertEqual(again["control"]["actual"], "identical")
        self.assertEqual(planted["control"]["actual"], "leak")
        # The tolerance is 2/min: the leak is 3/min, of threads named for it, and of nothing else.
        self.assertAlmostEqual(planted["metrics"]["threads"]["rate_per_min"], 3, delta=0.2)
        self.assertEqual(planted["metrics"]["sockets"]["verdict"], "stable")
        self.assertEqual([(row["kind"], row["name"]) for row in planted["attribution"] if row["growth"] > 1 and row["kind"] != "thread_wait"],
                         [("thread", "planted")])
        self.assertIn("## Controls", done.stdout)
        self.assertEqual(leakrig("validate", out / "scenario.json").returncode, 0)

    def test_a_baseline_that_does_not_repeat_itself_is_exit_3(self):
        # It leaves 4 threads a second only when it finds no trace of an earlier run.
        leaks_once = "import os,sys,threading,time\nfirst=not os.path.exists(sys.argv[1]); open(sys.argv[1],'w')\nwhile 1:\n  time.sleep(.25)\n  if first: threading.Thread(target=time.sleep,args=(99,),daemon=True).start()\n"
        document = {
            "name": "once",
            "sampling": {"warmup": "1s", "duration": "6s", "every": "1s", "resolution": "100ms", "time_scale": 1},
            "subject": {"command": ["python3", "-c", leaks_once, str(self.tmp / "trace")]},
            "expect": {"default": {"threads": "leak"}},
        }
        done = leakrig("run", self.scenario(document), "--controls", "--out", self.tmp / "out")
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        controls = self.result(self.tmp / "out")["controls"]
        self.assertEqual([(c["name"], c["control"]["held"]) for c in controls], [("control: same again", False)])
        self.assertIn("a control failed", done.stdout)


class Task3(Scratch):
    def test_keep_alives_make_no_difference(self):
        done = leakrig("run", "task3-disable-keepalives", "--out", self.tmp / "out", "--jobs", "2", "--replicates", "2")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        result = self.result(self.tmp / "out")
        for variant in result["variants"]:
            threads = variant["metrics"]["threads"]
            self.assertEqual(threads["verdict"], "leak")
            self.assertTrue(30 <= threads["rate_per_min"] <= 34, threads)
            self.assertEqual([row["minute"] for row in threads["table"]], [0, 1, 2, 3, 4, 5])
            self.assertTrue(110 <= threads["baseline"] <= 140, threads)
        verdicts = {c["metric"]: c["verdict"] for c in result["comparisons"]}
        self.assertEqual(verdicts["threads"], "identical")


class Task5(Scratch):
    def test_without_the_monitor_it_is_flat_at_48(self):
        done = leakrig("run", "task5-isolation", "--out", self.tmp / "out")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        threads = self.result(self.tmp / "out")["variants"][0]["metrics"]["threads"]
        self.assertEqual((threads["baseline"], threads["total_growth"], threads["verdict"]), (48, 0, "stable"))


class MaxConnsPerHost(Scratch):
    def test_the_cap_stops_the_growth_and_the_collection(self):
        # Idle connections come and go by a few threads; three runs tell "identical" from that on a busy machine too.
        done = leakrig("run", "max-conns-per-host", "--out", self.tmp / "out", "--jobs", "4", "--replicates", "3")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        variants = {v["name"]: v for v in self.result(self.tmp / "out")["variants"]}
        self.assertEqual(variants["cap-50-five-clients"]["metrics"]["threads"]["verdict"], "leak")
        for capped in ("cap-50-one-client", "cap-50-five-clients-20min"):
            self.assertEqual(variants[capped]["verdict"], "capped")
            self.assertGreater(variants[capped]["delivery"]["lines_lost"], 1000)
        self.assertIn("log lines were lost", done.stdout)


class Interrupted(Scratch):
    def test_sigint_leaves_a_partial_report_and_nothing_else(self):
        out = self.tmp / "out"
        rig = start_leakrig("run", "task3-disable-keepalives", "--out", out)
        self.addCleanup(rig.kill)
        wait_for(lambda: len(read_lines(out / "samples.jsonl")) > 40, what="sampling")
        subject = next(line["subject_pid"] for line in read_lines(out / "ledger.jsonl") if line["event"] == "variant_begin")
        directories = self.runtime_directories(rig.pid)
        self.assertTrue(directories)
        rig.send_signal(signal.SIGINT)
        stdout, stderr = rig.communicate(timeout=20)
        self.assertEqual(rig.returncode, 130, stderr)
        self.assertIn("partial report", stdout)
        self.assertFalse(alive(subject))
        self.assertFalse([d for d in directories if d.exists()])
        self.assertEqual(self.result(out)["variants"][0]["outcome"], "interrupted")


class KilledRig(Scratch):
    def test_sigkill_takes_the_subject_and_the_socket_along(self):
        out = self.tmp / "out"
        rig = start_leakrig("run", "task3-disable-keepalives", "--out", out)
        self.addCleanup(rig.kill)
        wait_for(lambda: len(read_lines(out / "samples.jsonl")) > 40, what="sampling")
        subject = next(line["subject_pid"] for line in read_lines(out / "ledger.jsonl") if line["event"] == "variant_begin")
        directories = self.runtime_directories(rig.pid)
        self.assertTrue(directories)
        taken = len(read_lines(out / "samples.jsonl"))
        rig.kill()
        rig.communicate()
        wait_for(lambda: not alive(subject), what="the subject's end")
        wait_for(lambda: not any(d.exists() for d in directories), what="the socket's removal")
        report = leakrig("report", out, "--json")
        self.assertEqual(report.returncode, 0, report.stderr)
        first = json.loads(report.stdout)["variants"][0]
        self.assertEqual(first["outcome"], "unfinished")
        self.assertGreaterEqual(first["sampling"]["slots"], taken)


class SubjectFails(Scratch):
    def run_command(self, command, **subject):
        document = {
            "name": "command",
            "sampling": {"warmup": "1s", "duration": "4s", "every": "1s", "resolution": "100ms", "time_scale": 1},
            "subject": {"command": command, **subject},
        }
        done = leakrig("run", self.scenario(document), "--out", self.tmp / "out")
        return done, self.result(self.tmp / "out")["variants"][0]

    def test_a_crash_is_reported_as_exit_3(self):
        done, variant = self.run_command(["/bin/sh", "-c", "sleep 2; kill -SEGV $$"])
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertEqual(variant["outcome"], "died")
        self.assertIn("signal 11", variant["detail"])
        self.assertGreater(variant["sampling"]["slots"], 5)

    def test_a_program_that_is_not_there(self):
        done, variant = self.run_command(["/no/such/program"])
        self.assertEqual(done.returncode, 3)
        self.assertEqual(variant["outcome"], "rig_failed")
        self.assertIn("/no/such/program", done.stdout)

    def test_one_that_never_gets_ready(self):
        done, variant = self.run_command(["/bin/sleep", "600"], ready={"line": "here", "timeout": "300ms"})
        self.assertEqual(done.returncode, 3)
        self.assertEqual(variant["outcome"], "never_ready")

    def test_a_quiet_program_is_stable(self):
        done, variant = self.run_command(["/bin/sleep", "600"])
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(variant["metrics"]["threads"]["verdict"], "stable")


class FakeDockerVerb(Scratch):
    def test_says_ready_serves_and_ends_cleanly(self):
        path = self.tmp / "docker.sock"
        daemon = start_leakrig("fake-docker", "--socket", path, "--containers", "2")
        self.addCleanup(daemon.communicate)
        self.addCleanup(daemon.kill)
        self.assertEqual(daemon.stdout.readline(), f"ready unix://{path}\n")
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))
            client.sendall(b"GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n")
            answer = b"".join(iter(lambda: client.recv(4096), b""))
        self.assertTrue(answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"OK"), answer)
        taken = leakrig("fake-docker", "--socket", path)
        self.assertEqual(taken.returncode, 3, taken.stderr)
        self.assertIn(str(path), taken.stderr)
        daemon.send_signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(timeout=10), 0)
        self.assertFalse(path.exists())


if __name__ == "__main__":
    unittest.main(verbosity=1)
