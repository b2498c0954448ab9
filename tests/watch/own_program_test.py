"""leakrig watch -- COMMAND end to end: the programs of docs/your-program.md, leaking and clean, and what a program may do
to get away."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.rig import LEAKRIG, SOURCE, TemporaryDirectory, alive, leakrig, read_lines, start_leakrig, wait_for  # noqa: E402

PROGRAMS = SOURCE.resolve() / "docs" / "programs"
SHORT = ["--warmup", "2s", "--for", "12s", "--every", "3s"]
QUICK = ["--warmup", "0s", "--for", "3s", "--every", "1s", "--resolution", "100ms"]
# Ten requests a second, five seconds a run, with a summary as load generators write one.
LOAD = f"{sys.executable} {pathlib.Path(__file__).with_name('load.py')}"


def free_port():
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

    def test_all_that_it_writes_is_kept_where_that_is_asked_for(self):
        out = self.tmp / "run"
        done = leakrig("run", "task3-disable-keepalives", "--set", "/sampling/duration=4s", "--set", "/sampling/warmup=0s", "--set", "/sampling/every=1s",
                       "--set", "/sampling/resolution=200ms", "--out", out, "--keep-output", "--", "sh", "-c", "head -c 70000000 /dev/zero | tr '\\0' x; exec sleep 60")
        self.assertIn(done.returncode, (0, 4), done.stdout + done.stderr)
        self.assertEqual(next(out.glob("*.subject.log")).stat().st_size, 70_000_000)

    def test_its_tree_is_counted(self):
        script = "import threading, time\nwhile True:\n threading.Thread(target=threading.Event().wait, daemon=True).start()\n time.sleep(0.02)"
        done, out = self.run_in("task3-disable-keepalives", "sh", "-c", f"{sys.executable} -c '{script}'; true")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)

    def test_a_scenario_that_is_not_there(self):
        done, _ = self.run_in("no-such-scenario", "true")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no such scenario file", done.stderr)


# Keeps 160 KB every 20 ms.
KEEPING_JS = """const kept = [];
function remember() { kept.push(new Array(20000).fill({})); }
setInterval(remember, 20);
"""

# What py-spy writes, of the threads that there are.
PY_SPY = """#!/bin/sh
[ "$1 $2 $3" = "dump --nonblocking --pid" ] || exit 2
echo "Process $4: python3"
for task in /proc/$4/task/*; do
  printf 'Thread %s (idle): "Thread-%s (work)"\\n    wait (threading.py:320)\\n' "${task##*/}" "${task##*/}"
done
"""


class Runtimes(OwnProgram):
    """What a runtime's own tools say is asked for in a watch and in a run alike."""

    RUN = ["run", "task3-disable-keepalives", "--set", "/sampling/duration=8s", "--set", "/sampling/warmup=1s", "--set", "/sampling/every=2s", "--set",
           "/sampling/resolution=500ms", "--no-strict"]
    WATCH = ["watch", "--warmup", "1s", "--for", "8s", "--every", "2s", "--judge", "rss"]

    def grown(self, verb, command, **more):
        out = self.tmp / verb[0]
        done = leakrig(*verb, "--out", out, "--", *command, **more)
        rows = json.loads((out / "result.json").read_text())["variants"][0]["attribution"]
        return done, {row["name"]: row["growth"] for row in rows if row["growth"] > 0}

    @unittest.skipUnless(shutil.which("node"), "no Node here")
    def test_nodes_inspector_names_the_line_that_keeps(self):
        (self.tmp / "keeping.js").write_text(KEEPING_JS)
        for verb in (self.WATCH, self.RUN):
            done, grown = self.grown(verb, ["node", "--inspect=127.0.0.1:0", self.tmp / "keeping.js"])
            self.assertIn("live allocations by line", done.stderr)
            kept = [growth for name, growth in grown.items() if name.startswith("remember (keeping.js:2)")]
            self.assertTrue(kept and kept[0] > 1000, (verb[0], grown))

    def test_py_spy_names_the_function_that_threads_are_in(self):
        spy = self.tmp / "py-spy"
        spy.write_text(PY_SPY)
        spy.chmod(0o755)
        leak = "import threading, time\nwhile True:\n threading.Thread(target=threading.Event().wait, daemon=True).start()\n time.sleep(0.05)"
        for verb in (self.WATCH, self.RUN):
            done, grown = self.grown(verb, [sys.executable, "-c", leak], env=dict(os.environ, PATH=f"{self.tmp.name}:{os.environ['PATH']}"))
            self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
            self.assertGreater(grown.get("Thread-N (work) in wait (threading.py:320)", 0), 50, (verb[0], grown))

    @unittest.skipUnless(shutil.which("jcmd"), "no JDK here")
    def test_jcmd_counts_instances_by_class_in_a_run(self):
        subprocess.run(["javac", "-d", self.tmp.name, PROGRAMS / "Server.java"], check=True)
        done, _ = self.grown(self.RUN, ["java", "-cp", self.tmp.name, "Server", free_port()])
        self.assertIn("its instances by class are read with", done.stderr)


# Grows by 4 MB a second, and nothing else.
MEMORY = "import time\nkept = []\nwhile True:\n kept.append(bytearray(200_000))\n time.sleep(0.05)"

# Serves a metrics page whose gauge is gone after some seconds.
VANISHING = """
import http.server, sys, time
begun = time.monotonic()
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        gauge = b"queue 5\\n" if time.monotonic() - begun < float(sys.argv[2]) else b""
        body = gauge + b"other_total 4\\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *unused): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Page).serve_forever()
"""


class Evidence(OwnProgram):
    """What used to be green without evidence is a line that begins with '!', or exit code 3."""

    def first_lines(self, *args, command, code=0):
        done = self.watch(*args, "--no-strict", "--format", "console", command=command, code=code)
        head = done.stdout.split("\n\n")[0]
        return " ".join(head.split())

    def scenario(self, pprof):
        path = self.tmp / "probed.json"
        path.write_text(json.dumps({
            "name": "probed", "subject": {"command": ["sleep", "60"], "probes": {"pprof": pprof}}, "isolate": {"toggles": {"less": {"subject": {"command": ["sleep", "61"]}}}},
            "sampling": {"warmup": "1s", "duration": "4s", "every": "1s", "resolution": "250ms"}}))
        return path

    def test_a_subject_that_does_nothing(self):
        self.assertIn("! the subject did nothing", self.first_lines(*QUICK, command=["sleep", "60"]))
        self.watch(*QUICK, "--strict", command=["sleep", "60"], code=1)

    def test_children_that_are_not_counted(self):
        lines = self.first_lines(*QUICK, "--no-children", command=["sh", "-c", "sleep 60 & sleep 60"])
        self.assertIn("! 2 child processes were not counted", lines)
        self.assertNotIn("not counted", self.first_lines(*QUICK, command=["sh", "-c", "sleep 60 & sleep 60"]))

    def test_memory_that_grows_and_is_not_judged(self):
        lines = self.first_lines(*SHORT, command=[sys.executable, "-c", MEMORY])
        self.assertIn("! grew, and is not judged: resident memory", lines)
        self.watch(*SHORT, "--judge", "rss", command=[sys.executable, "-c", MEMORY], code=1)

    def test_a_metric_that_vanishes_half_way(self):
        port = free_port()
        page = ["--metrics", f"http://127.0.0.1:{port}/metrics", "--metric", "queue"]
        lines = self.first_lines("--warmup", "1s", "--for", "10s", "--every", "1s", *page, command=[sys.executable, "-c", VANISHING, port, "6"])
        self.assertIn("! queue were not read any more", lines)
        self.assertNotIn("goroutines", lines, "they were not asked for")

    def test_a_metric_that_there_is_not_names_those_that_there_are(self):
        port = free_port()
        page = ["--metrics", f"http://127.0.0.1:{port}/metrics", "--metric", "quue"]
        done = self.watch(*QUICK, *page, command=[sys.executable, "-c", VANISHING, port, "600"], code=3)
        self.assertIn('it has no number "quue"; it has: other_total, queue', done.stderr)

    def test_another_programs_pprof(self):
        with socket.socket() as foreign:
            foreign.bind(("127.0.0.1", 0))
            foreign.listen()
            pprof = f"http://127.0.0.1:{foreign.getsockname()[1]}"
            said = f"there listens another program, {pathlib.Path('/proc/self/comm').read_text().strip()} (process {os.getpid()})"
            self.assertIn(said, self.watch("--pprof", pprof, *QUICK, command=["sleep", "60"], code=3).stderr)
            for verb in ("run", "isolate"):
                done = leakrig(verb, self.scenario(pprof), "--out", self.tmp / verb)
                self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
                self.assertIn(said, done.stderr)

    def test_a_pprof_that_nobody_serves(self):
        done = leakrig("run", self.scenario("http://127.0.0.1:1"), "--out", self.tmp / "run")
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertIn("http://127.0.0.1:1, where nothing listens; the subject listens on no TCP port", done.stderr)

    def test_docker_that_is_never_asked(self):
        path = self.tmp / "deaf.json"
        path.write_text(json.dumps({"name": "deaf", "subject": {"command": ["sh", "-c", "echo cannot parse config; exec sleep 60", "sh", "{docker_host}"]},
                                    "sampling": {"warmup": "0s", "duration": "3s", "every": "1s", "resolution": "250ms"}}))
        done = leakrig("run", path, "--out", self.tmp / "run", "--no-strict", "--format", "console")
        head = " ".join(done.stdout.split("\n\n")[0].split())
        self.assertIn("! the subject was told where Docker is, and never asked it for anything; its last lines: cannot parse config", head)


# Asks Docker at a path that is built in.
BUILT_IN = """
import http.client, socket, sys, time
class Docker(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(sys.argv[1])
while True:
    docker = Docker("docker")
    docker.request("GET", "/containers/json")
    print(docker.getresponse().read().count(b'"Id"'), "containers", flush=True)
    docker.close()
    time.sleep(0.2)
"""


class BuiltInSocket(OwnProgram):
    """docker_socket_at: nobody but the program finds the fake Docker there."""

    def command(self, python):
        return ["--docker-socket-at", "/var/run/leakrig-test/docker.sock", "--set", "/sampling/duration=4s", "--set", "/sampling/warmup=0s", "--set",
                "/sampling/every=1s", "--set", "/sampling/resolution=250ms", "--no-strict", "--", python, "-u", "-c", BUILT_IN,
                "/var/run/leakrig-test/docker.sock"]

    def check(self, done, out):
        if "allows no mount namespace" in done.stderr:
            self.assertEqual(done.returncode, 3)
            self.skipTest("this kernel or container allows no mount namespace")
        log = next(out.glob("*.subject.log")).read_text()
        self.assertIn("8 containers", log, done.stdout + done.stderr)
        self.assertFalse(os.path.exists("/var/run/leakrig-test"))

    def test_is_found_by_the_program_alone(self):
        out = self.tmp / "run"
        self.check(leakrig("run", "task3-disable-keepalives", "--out", out, *self.command(sys.executable)), out)

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "needs root and setpriv to become somebody else")
    def test_is_found_by_the_program_of_an_ordinary_user(self):
        os.chmod(self.tmp.name, 0o777)
        rig = self.tmp / "leakrig"
        shutil.copy(SOURCE / LEAKRIG, rig)
        out = self.tmp / "run"
        done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", rig, "run", "task3-disable-keepalives",
                               "--out", out, *self.command("/usr/bin/python3")], capture_output=True, text=True, timeout=100, cwd=self.tmp.name)
        self.check(done, out)


class Ordinary(OwnProgram):
    """As an ordinary user without privileges, where nothing can be written, and twice at once."""

    def setUp(self):
        super().setUp()
        self.rig = self.tmp / "leakrig"
        shutil.copy(SOURCE / LEAKRIG, self.rig)
        os.chmod(self.tmp.name, 0o777)
        self.as_nobody = []
        if os.geteuid() == 0:
            if not shutil.which("setpriv"):
                self.skipTest("needs setpriv to become somebody else")
            self.as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", "--bounding-set=-all"]

    def run_as(self, *args, cwd):
        return subprocess.run([*self.as_nobody, self.rig, *map(str, args)], capture_output=True, text=True, timeout=100, cwd=cwd)

    def test_watches_its_own_program(self):
        leak = "import threading, time\nwhile True:\n threading.Thread(target=threading.Event().wait, daemon=True).start()\n time.sleep(0.05)"
        done = self.run_as("watch", *QUICK, "--", "/usr/bin/python3", "-c", leak, cwd=self.tmp.name)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)

    def test_in_a_directory_that_cannot_be_written(self):
        closed = self.tmp / "closed"
        closed.mkdir(0o555)
        done = self.run_as("watch", *QUICK, "--no-strict", "--", "sleep", "60", cwd=closed)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        done = self.run_as("run", "pull-request", cwd=closed)
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertIn("cannot make the run directory runs/pull-request-", done.stderr)
        self.assertIn("choose another place with --out", done.stderr)

    def test_two_that_start_at_once_keep_apart(self):
        short = ["--set", "/sampling/duration=30s", "--set", "/sampling/warmup=0s", "-q"]
        rigs = [subprocess.Popen([self.rig, "run", "pull-request", *short], cwd=self.tmp.name) for _ in range(3)]
        for rig in rigs:
            self.assertIn(rig.wait(timeout=100), (0, 1, 3, 4), "3: this machine is too slow for three")
        runs = list((self.tmp / "runs").iterdir())
        self.assertEqual(len(runs), 3)
        for run in runs:
            self.assertEqual(len({json.loads(line)["variant"] for line in (run / "samples.jsonl").read_text().splitlines()}),
                             len(json.loads((run / "result.json").read_text())["variants"]))


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
