"""leakrig watch -- COMMAND end to end: the programs of docs/your-program.md, leaking and clean, and what a program may do
to get away."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.rig import SOURCE, TemporaryDirectory, alive, leakrig, read_lines, start_leakrig, wait_for  # noqa: E402

PROGRAMS = SOURCE.resolve() / "docs" / "programs"
SHORT = ["--warmup", "2s", "--for", "12s", "--every", "3s"]
QUICK = ["--warmup", "0s", "--for", "3s", "--every", "1s", "--resolution", "100ms"]
# Ten requests a second, five seconds a run, with a summary as load generators write one.
LOAD = f"{sys.executable} {pathlib.Path(__file__).with_name('load.py')}"


def free_port():
    import socket
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return str(s.getsockname()[1])


class OwnProgram(unittest.TestCase):
    def setUp(self):
        self.tmp = TemporaryDirectory()
        self.addCleanup(self.tmp.cleanup)

    def watch(self, *args, command, code=None):
        done = leakrig("watch", *args, "--", *command)
        if code is not None:
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done


class Twins(OwnProgram):
    """The leaking twin is exit 1 and what leaks is named; the clean one is exit 0, within a minute each."""

    def twins(self, command, metric, named):
        out = self.tmp / "leaking"
        began = time.monotonic()
        done = self.watch("--load", LOAD, "--per", "requests", "--out", out, *SHORT, command=[*command, free_port(), "leak"], code=1)
        self.assertLess(time.monotonic() - began, 60)
        result = json.loads((out / "result.json").read_text())["variants"][0]
        self.assertEqual(result["metrics"][metric]["verdict"], "leak")
        grown = [row for row in result["attribution"] if row["growth"] > 50]
        self.assertTrue(any(named in row["name"] for row in grown), grown)
        self.assertIn("Per 1,000 requests", done.stdout)
        self.assertIn("the load ran", done.stderr)
        self.assertIn("requests: ", done.stderr)
        # One in a hundred requests would be six a minute.
        self.watch("--load", LOAD, "--tolerance", "6", *SHORT, command=[*command, free_port()], code=0)

    def test_go(self):
        program = self.tmp / "server"
        subprocess.run(["go", "build", "-o", program, PROGRAMS / "server.go"], check=True)
        self.twins([program], "goroutines", "server.go")

    def test_python(self):
        self.twins([sys.executable, PROGRAMS / "server.py"], "threads", "python")

    def test_node(self):
        self.twins(["node", PROGRAMS / "server.js"], "fds", "server.js")

    def test_java(self):
        subprocess.run(["javac", "-d", self.tmp.name, PROGRAMS / "Server.java"], check=True)
        self.twins(["java", "-cp", self.tmp.name, "Server"], "threads", "session")

    def test_cpp(self):
        program = self.tmp / "server"
        subprocess.run(["g++", "-std=c++17", "-O1", "-o", program, PROGRAMS / "server.cpp"], check=True)
        self.twins([program], "sockets", "tcp")

    @unittest.skipUnless(shutil.which("rustc"), "no Rust here")
    def test_rust(self):
        program = self.tmp / "server"
        subprocess.run(["rustc", "-O", "-o", program, PROGRAMS / "server.rs"], check=True, capture_output=True)
        self.twins([program], "sockets", "tcp")


# A child that gets away as a daemon does, and then leaks threads.
DAEMON = """
import os, sys, threading, time
if os.fork(): time.sleep(300)
os.setsid()
if os.fork(): os._exit(0)
open(sys.argv[1], "w").write(str(os.getpid()))
never = threading.Event()
while True:
    threading.Thread(target=never.wait, daemon=True).start()
    time.sleep(0.1)
"""


class Trees(OwnProgram):
    def daemon(self):
        pid = int((self.tmp / "pid").read_text())
        return pid

    def command(self):
        return [sys.executable, "-c", DAEMON, self.tmp / "pid"]

    def test_a_leak_in_a_daemon_counts_and_the_daemon_is_ended(self):
        self.watch(*QUICK, command=self.command(), code=1)
        self.assertFalse(alive(self.daemon()))

    def test_without_children_it_does_not_count(self):
        self.watch("--no-children", *QUICK, command=self.command(), code=0)
        self.assertFalse(alive(self.daemon()))

    def test_killing_the_rig_and_its_guardian_leaves_nothing(self):
        rig = start_leakrig("watch", "--for", "60s", "--", *map(str, self.command()))
        wait_for(lambda: (self.tmp / "pid").exists() and (self.tmp / "pid").read_text(), what="the daemon")
        for child in subprocess.run(["pgrep", "-P", str(rig.pid), "leakrig-guard"], capture_output=True, text=True).stdout.split():
            os.kill(int(child), signal.SIGKILL)
        rig.kill()
        rig.communicate()
        wait_for(lambda: not alive(self.daemon()), what="the daemon's end")

    def test_a_shell_around_the_program_is_no_hiding_place(self):
        script = "import threading, time\nwhile True:\n threading.Thread(target=threading.Event().wait, daemon=True).start()\n time.sleep(0.1)"
        self.watch(*QUICK, command=["sh", "-c", f"{sys.executable} -c '{script}'; true"], code=1)


class InScenario(OwnProgram):
    """leakrig run SCENARIO -- COMMAND: a shipped fleet, the user's program."""

    def run_in(self, name, *command):
        out = self.tmp / "run"
        done = leakrig("run", name, "--set", "/sampling/duration=4s", "--set", "/sampling/warmup=0s", "--set", "/sampling/every=1s",
                       "--set", "/sampling/resolution=200ms", "--out", out, "--", *command)
        return done, out

    def test_the_program_finds_the_daemon_and_the_sink(self):
        done, out = self.run_in("task3-disable-keepalives", "sh", "-c", 'echo "$DOCKER_HOST $LOKI_URL $1"; exec sleep 60', "sh", "{loki_url}")
        self.assertIn(done.returncode, (0, 4), done.stdout + done.stderr)
        docker, loki, argument = next(out.glob("*.subject.log")).read_text().split()
        self.assertTrue(docker.startswith("unix:///"), docker)
        self.assertTrue(loki.startswith("http://127.0.0.1:"), loki)
        self.assertEqual(argument, loki)

    def test_its_tree_is_counted(self):
        script = "import threading, time\nwhile True:\n threading.Thread(target=threading.Event().wait, daemon=True).start()\n time.sleep(0.02)"
        done, out = self.run_in("task3-disable-keepalives", "sh", "-c", f"{sys.executable} -c '{script}'; true")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)

    def test_a_scenario_that_is_not_there(self):
        done, _ = self.run_in("no-such-scenario", "true")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no such scenario file", done.stderr)


class CannotWatch(OwnProgram):
    def check(self, code, said, *args, command):
        done = self.watch(*args, *QUICK, command=command, code=code)
        self.assertIn(said, done.stderr + done.stdout)
        return done

    def test_a_program_that_is_not_there(self):
        self.check(3, "cannot start ./no-such-server: No such file or directory", command=["./no-such-server"])

    def test_one_that_ends_at_once_is_quoted(self):
        done = self.check(3, "ended before it could be watched, with exit code 7", command=["sh", "-c", "echo no licence; exit 7"])
        self.assertEqual((done.stdout + done.stderr).count("no licence"), 1)

    def test_a_load_that_does_not_run(self):
        self.check(3, "no-such-load", "--load", "no-such-load", command=["sleep", "60"])

    def test_nothing_that_counts(self):
        self.check(2, "--per requests", "--per", "requests", command=["sleep", "60"])

    def test_both_a_pid_and_a_program(self):
        self.check(2, "choose one", "--pid", "1", command=["sleep", "60"])

    def test_load_without_a_program(self):
        done = leakrig("watch", "--pid", os.getpid(), "--load", "true")
        self.assertEqual(done.returncode, 2)
        self.assertIn("need a program to start", done.stderr)

    def test_empty_and_dashed_arguments_reach_the_program(self):
        out = self.tmp / "run"
        self.watch("--out", out, *QUICK, command=["sh", "-c", 'echo "[$1][$2][$3]"; exec sleep 60', "sh", "", "--out", "--"], code=0)
        self.assertEqual((out / "watched.subject.log").read_text(), "[][--out][--]\n")
        self.assertTrue(read_lines(out / "samples.jsonl"))


if __name__ == "__main__":
    unittest.main()
