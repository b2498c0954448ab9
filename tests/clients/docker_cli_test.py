"""The docker CLI, as a person uses it, against `leakrig fake-docker`: output and exit status."""

import json
import os
import pathlib
import re
import select
import shutil
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.rig import TemporaryDirectory, start_leakrig, wait_for  # noqa: E402

DOCKER = os.environ.get("DOCKER_CLI") or shutil.which("docker")
LINE = re.compile(r"^web-1 seq=(\d+) due=(\d+\.\d{9}) ")


class DockerTest(unittest.TestCase):
    """A daemon with web-1, api-2, worker-3 and db-4, each writing ten lines a second and with twenty behind it."""

    def setUp(self):
        if DOCKER is None:
            self.fail("no docker CLI: scripts/setup installs Debian's docker.io")
        self.tmp = TemporaryDirectory()
        self.addCleanup(self.tmp.cleanup)
        path = self.tmp / "docker.sock"
        self.daemon = start_leakrig("fake-docker", "--socket", path, "--containers", "4", "--lines-per-s", "10", "--history", "20")
        self.addCleanup(self.daemon.communicate)
        self.addCleanup(self.daemon.kill)
        self.assertIn("ready", self.daemon.stdout.readline())
        # Nothing of the user's own configuration or context.
        self.env = {"PATH": os.environ["PATH"], "DOCKER_HOST": f"unix://{path}", "DOCKER_CONFIG": self.tmp.name}

    def docker(self, *args, ok=True, timeout=20):
        done = subprocess.run([DOCKER, *args], capture_output=True, text=True, timeout=timeout, env=self.env)
        if ok:
            self.assertEqual(done.returncode, 0, (args, done.stdout, done.stderr))
        return done

    def lines_of(self, *args, **kwargs):
        return self.docker(*args, **kwargs).stdout.splitlines()

    def start(self, *args):
        process = subprocess.Popen([DOCKER, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.env)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process


class Listing(DockerTest):
    def test_ps(self):
        self.assertEqual(len(self.lines_of("ps", "-a")), 5)
        names = self.lines_of("ps", "--format", "{{.Names}}")
        self.assertEqual(sorted(names), ["api-2", "db-4", "web-1", "worker-3"])
        self.assertTrue(all(len(i) == 64 for i in self.lines_of("ps", "-q", "--no-trunc")))

    def test_ps_filters(self):
        self.docker("stop", "web-1")
        self.assertEqual(self.lines_of("ps", "--filter", "name=web", "--format", "{{.Names}}"), [])
        self.assertEqual(self.lines_of("ps", "-a", "--filter", "name=web", "--format", "{{.Names}}"), ["web-1"])
        self.assertEqual(self.lines_of("ps", "-a", "--filter", "status=exited", "--format", "{{.Names}}"), ["web-1"])
        self.assertEqual(len(self.lines_of("ps", "-aq", "--filter", "status=running")), 3)
        self.assertEqual(len(self.lines_of("ps", "-a", "--last", "1", "--format", "{{.Names}}")), 1)

    def test_inspect(self):
        inspected = json.loads(self.docker("inspect", "web-1").stdout)[0]
        self.assertEqual(inspected["Name"], "/web-1")
        self.assertEqual(inspected["State"]["Status"], "running")
        by_prefix = self.docker("inspect", "-f", "{{.Name}}", inspected["Id"][:12]).stdout.strip()
        self.assertEqual(by_prefix, "/web-1")
        missing = self.docker("inspect", "--type", "container", "nope", ok=False)
        self.assertEqual(missing.returncode, 1)
        self.assertIn("No such container", missing.stderr)


class Logs(DockerTest):
    def sequences(self, lines):
        return [int(LINE.match(line).group(1)) for line in lines]

    def test_history_is_whole_and_in_order(self):
        sequences = self.sequences(self.lines_of("logs", "web-1"))
        self.assertGreaterEqual(len(sequences), 20)
        self.assertEqual(sequences, list(range(len(sequences))))

    def test_tail_since_and_timestamps(self):
        self.assertEqual(len(self.lines_of("logs", "--tail", "3", "web-1")), 3)
        self.assertEqual(self.lines_of("logs", "--tail", "0", "web-1"), [])
        stamped = self.lines_of("logs", "--timestamps", "--tail", "5", "web-1")
        stamps = [line.split(" ")[0] for line in stamped]
        self.assertTrue(all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", s) for s in stamps), stamps)
        since = self.lines_of("logs", "--timestamps", "--since", stamps[2], "--until", stamps[4], "web-1")
        self.assertEqual(since, stamped[2:])

    def test_follow_is_paced_and_ends_when_the_container_stops(self):
        follower = self.start("logs", "-f", "--tail", "0", "web-1")
        first = self.sequences([follower.stdout.readline() for _ in range(5)])
        self.assertEqual(first, list(range(first[0], first[0] + 5)))
        self.docker("stop", "web-1")
        rest, _ = follower.communicate(timeout=10)
        self.assertEqual(follower.returncode, 0)
        sequences = first + self.sequences(rest.splitlines())
        self.assertEqual(sequences, list(range(first[0], first[0] + len(sequences))))
        # Followed once stopped: the history, then the end at once.
        self.assertGreater(len(self.lines_of("logs", "-f", "web-1")), 20)

    def test_of_nothing(self):
        missing = self.docker("logs", "nope", ok=False)
        self.assertEqual(missing.returncode, 1)
        self.assertIn("No such container: nope", missing.stderr)


class Events(DockerTest):
    def test_a_stop_and_a_start_are_seen_live_and_replayed(self):
        begin = str(int(time.time()) - 1)
        live = self.start("events", "--filter", "container=web-1", "--format", "{{.Action}}")
        # The CLI prints nothing when it has subscribed: a container is restarted until it has seen that.
        seen = []

        def restarted():
            self.docker("restart", "web-1")
            while select.select([live.stdout.fileno()], [], [], 0.1)[0]:
                seen.extend(os.read(live.stdout.fileno(), 65536).decode().split())
            return "start" in seen

        wait_for(restarted, what="a live event")
        self.assertIn("die", seen)
        replayed = self.lines_of("events", "--since", begin, "--until", str(int(time.time()) + 1), "--format", "{{.Actor.Attributes.name}} {{.Action}}")
        self.assertIn("web-1 start", replayed)
        self.assertIn("web-1 restart", replayed)
        self.assertEqual(self.lines_of("events", "--since", begin, "--until", begin), [])


class Lifecycle(DockerTest):
    def status(self, name):
        return self.docker("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", name).stdout.strip()

    def test_stop_start_restart_kill(self):
        self.assertEqual(self.lines_of("stop", "web-1"), ["web-1"])
        self.assertTrue(self.status("web-1").startswith("exited"))
        self.docker("stop", "web-1")  # already stopped: 304, no error
        self.assertEqual(self.lines_of("start", "web-1"), ["web-1"])
        self.assertEqual(self.status("web-1"), "running 0")
        self.docker("start", "web-1")
        self.docker("restart", "api-2")
        self.assertEqual(self.status("api-2"), "running 0")
        self.docker("kill", "worker-3")
        self.assertEqual(self.status("worker-3"), "exited 137")
        again = self.docker("kill", "worker-3", ok=False)
        self.assertEqual(again.returncode, 1)
        self.assertIn("is not running", again.stderr)
        self.assertEqual(self.docker("start", "nope", ok=False).returncode, 1)


class Created(DockerTest):
    """Containers that the client itself makes."""

    def test_run_says_its_words_and_exits_with_its_code(self):
        self.assertEqual(self.docker("run", "--rm", "alpine", "echo", "hello", "there").stdout, "hello there\n")
        failed = self.docker("run", "--rm", "alpine", "sh", "-c", "echo one; echo two; exit 7", ok=False)
        self.assertEqual((failed.returncode, failed.stdout), (7, "one\ntwo\n"))
        self.assertEqual(self.lines_of("ps", "-aq", "--filter", "ancestor=alpine"), [])

    def test_input_reaches_the_container(self):
        piped = subprocess.run([DOCKER, "run", "-i", "--rm", "alpine", "cat"], input="a\nb\n", capture_output=True, text=True, timeout=20, env=self.env)
        self.assertEqual((piped.returncode, piped.stdout), (0, "a\nb\n"))

    def test_a_life_from_create_to_rm(self):
        made = self.lines_of("create", "--name", "mine", "--label", "who=me", "-e", "A=b", "nginx:1.25-alpine", "lines", "50")
        self.assertEqual(len(made[0]), 64)
        self.assertEqual(self.docker("inspect", "-f", "{{.State.Status}} {{index .Config.Labels \"who\"}} {{index .Config.Env 0}}", "mine").stdout.strip(), "created me A=b")
        again = self.docker("create", "--name", "mine", "alpine", ok=False)
        self.assertEqual(again.returncode, 1)
        self.assertIn('The container name "/mine" is already in use', again.stderr)
        self.assertEqual(self.lines_of("start", "mine"), ["mine"])
        wait_for(lambda: self.lines_of("logs", "--tail", "1", "mine"), what="a line")
        self.assertEqual(self.lines_of("pause", "mine"), ["mine"])
        self.assertIn("(Paused)", self.docker("ps", "--filter", "name=mine", "--format", "{{.Status}}").stdout)
        self.assertIn("already paused", self.docker("pause", "mine", ok=False).stderr)
        self.assertEqual(self.lines_of("unpause", "mine"), ["mine"])
        self.assertIn("is not paused", self.docker("unpause", "mine", ok=False).stderr)
        self.docker("rename", "mine", "yours")
        self.assertEqual(self.docker("inspect", "-f", "{{.Name}}", "yours").stdout.strip(), "/yours")
        self.assertEqual(self.docker("rename", "yours", "web-1", ok=False).returncode, 1)
        self.assertIn("lines 50", self.docker("top", "yours").stdout)
        refused = self.docker("rm", "yours", ok=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("container is running", refused.stderr)
        waiter = self.start("wait", "yours")
        # The CLI says nothing once it waits: its request shows in nothing but this.
        time.sleep(0.3)
        self.assertEqual(self.lines_of("kill", "yours"), ["yours"])
        self.assertEqual(waiter.communicate(timeout=10)[0], "137\n")
        self.assertEqual(self.lines_of("wait", "yours"), ["137"])
        self.assertEqual(self.lines_of("rm", "yours"), ["yours"])
        self.assertEqual(self.docker("inspect", "--type", "container", "yours", ok=False).returncode, 1)
        self.assertIn("No such container", self.docker("rm", "yours", ok=False).stderr)

    def test_attach_and_detached_runs(self):
        started = self.lines_of("run", "-d", "--name", "ticker", "alpine", "sh", "-c", "sleep 1; exit 3")
        self.assertEqual(len(started[0]), 64)
        attached = self.docker("attach", "--no-stdin", "ticker", ok=False)
        self.assertEqual(attached.returncode, 3)
        self.assertEqual(self.lines_of("ps", "-a", "--filter", "exited=3", "--format", "{{.Names}}"), ["ticker"])
        self.assertIn(started[0], self.docker("container", "prune", "-f").stdout)

    def test_exec(self):
        self.assertEqual(self.docker("exec", "web-1", "echo", "from", "inside").stdout, "from inside\n")
        self.assertEqual(self.docker("exec", "web-1", "sh", "-c", "exit 4", ok=False).returncode, 4)
        piped = subprocess.run([DOCKER, "exec", "-i", "web-1", "cat"], input="x" * 100000, capture_output=True, text=True, timeout=20, env=self.env)
        self.assertEqual((piped.returncode, len(piped.stdout)), (0, 100000))
        self.docker("exec", "-d", "web-1", "sleep", "100")
        self.docker("stop", "web-1")
        stopped = self.docker("exec", "web-1", "true", ok=False)
        self.assertEqual(stopped.returncode, 1)
        self.assertIn("is not running", stopped.stderr)


class Daemon(DockerTest):
    def test_images_networks_and_volumes(self):
        self.assertIn("nginx:1.25-alpine", self.lines_of("images", "--format", "{{.Repository}}:{{.Tag}}"))
        self.assertIn("Downloaded newer image for redis:latest", self.docker("pull", "redis").stdout)
        self.assertEqual(json.loads(self.docker("image", "inspect", "redis").stdout)[0]["RepoTags"], ["redis:latest"])
        self.assertIn("Untagged: redis:latest", self.docker("rmi", "redis").stdout)
        self.assertEqual(self.docker("image", "inspect", "redis", ok=False).returncode, 1)
        self.assertIn("must force", self.docker("rmi", "nginx:1.25-alpine", ok=False).stderr)
        self.assertEqual(sorted(self.lines_of("network", "ls", "--format", "{{.Name}}")), ["bridge", "host", "none", "shop_default"])
        self.assertEqual(json.loads(self.docker("network", "inspect", "shop_default").stdout)[0]["Driver"], "bridge")
        self.assertEqual(self.lines_of("volume", "ls", "-q"), ["shop_db-4_data"])
        self.assertEqual(json.loads(self.docker("volume", "inspect", "shop_db-4_data").stdout)[0]["Driver"], "local")
        self.assertIn("Containers", self.docker("system", "df").stdout)

    def test_stats_top_port_and_diff(self):
        names = self.lines_of("stats", "--no-stream", "--format", "{{.Name}}", timeout=30)
        self.assertEqual(sorted(names), ["api-2", "db-4", "web-1", "worker-3"])
        memory = self.docker("stats", "--no-stream", "--format", "{{.MemUsage}} {{.PIDs}}", "web-1").stdout
        self.assertRegex(memory, r"^[0-9.]+MiB / 8GiB 5$")
        self.assertIn("nginx", self.docker("top", "web-1", "aux").stdout)
        self.assertEqual(self.docker("port", "web-1", "80").stdout, "0.0.0.0:20001\n")
        self.assertEqual(self.docker("diff", "web-1").stdout, "")

    def test_version_and_info(self):
        version = json.loads(self.docker("version", "--format", "{{json .}}").stdout)
        self.assertEqual(version["Server"]["Os"], "linux")
        info = json.loads(self.docker("info", "--format", "{{json .}}").stdout)
        self.assertEqual((info["Containers"], info["ContainersRunning"]), (4, 4))
        self.docker("stop", "web-1")
        info = json.loads(self.docker("info", "--format", "{{json .}}").stdout)
        self.assertEqual((info["ContainersRunning"], info["ContainersStopped"]), (3, 1))


if __name__ == "__main__":
    unittest.main(verbosity=1)
