"""The docker CLI, as a person uses it, against `leakrig fake-docker`: output and exit status."""

import concurrent.futures
import json
import os
import pathlib
import re
import select
import shutil
import subprocess
import sys
import tarfile
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


class Input(DockerTest):
    """Standard input, which is there from create on, and what runc says of commands that are not."""

    def piped(self, text, *args):
        return subprocess.run([DOCKER, *args], input=text, capture_output=True, text=True, timeout=30, env=self.env)

    def test_nothing_that_is_piped_gets_lost(self):
        self.docker("pull", "-q", "alpine")
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            runs = list(pool.map(lambda _: self.piped("in\n", "run", "-i", "--rm", "alpine", "cat"), range(120)))
        self.assertEqual([run.stdout for run in runs], ["in\n"] * 120, [run.stderr for run in runs if run.stderr])

    def test_scripts_read_their_input(self):
        self.docker("pull", "-q", "alpine")
        done = self.piped("a\n", "run", "-i", "--rm", "alpine", "sh", "-c", "cat; printf end; exit 5")
        self.assertEqual((done.returncode, done.stdout), (5, "a\nend"))
        done = self.piped("echo hi >&2\nexit 7\n", "run", "-i", "--rm", "alpine", "sh")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (7, "", "hi\n"))
        done = self.piped("x" * 1_000_000, "run", "-i", "--rm", "alpine", "wc", "-c")
        self.assertEqual(done.stdout, "1000000\n")
        # Kept from before the start, and open without StdinOnce.
        self.docker("create", "-i", "--name", "later", "alpine", "cat")
        done = self.piped("kept\n", "start", "-ai", "later")
        self.assertEqual(done.stdout, "kept\n")

    def test_what_is_not_there_fails_as_with_runc(self):
        self.docker("pull", "-q", "alpine")
        for command, words in {"nosuch": 'exec: "nosuch": executable file not found in $PATH', "/no/such": "stat /no/such: no such file or directory"}.items():
            done = self.docker("run", "--rm", "alpine", command, ok=False)
            self.assertEqual(done.returncode, 127)
            self.assertIn("OCI runtime create failed: runc create failed: unable to start container process", done.stderr)
            self.assertIn(words, done.stderr)
        self.assertEqual(self.docker("exec", "web-1", "nosuch", ok=False).returncode, 127)
        self.assertIn("network nosuch not found", self.docker("run", "--rm", "--network", "nosuch", "alpine", "true", ok=False).stderr)

    def test_signals_and_time_outs(self):
        self.docker("pull", "-q", "alpine")
        code = ["inspect", "-f", "{{.State.ExitCode}}"]
        self.docker("run", "-d", "--name", "init", "alpine", "sleep", "1000")
        self.docker("kill", "-s", "HUP", "init")
        self.docker("stop", "-t", "1", "init")
        self.assertEqual(self.docker(*code, "init").stdout, "137\n")
        self.docker("run", "-d", "--init", "--name", "child", "alpine", "sleep", "1000")
        self.docker("stop", "child")
        self.assertEqual(self.docker(*code, "child").stdout, "143\n")
        self.docker("run", "-d", "--stop-signal", "USR1", "--name", "trap", "alpine", "sh", "-c", "trap 'echo bye; exit 3' USR1; while true; do sleep 1; done")
        self.docker("stop", "trap")
        self.assertEqual(self.docker(*code, "trap").stdout, "3\n")
        self.assertEqual(self.lines_of("logs", "trap"), ["bye"])

    def test_health_and_restarts(self):
        self.docker("pull", "-q", "alpine")
        self.docker("run", "-d", "--name", "well", "--health-cmd", "test -f /tmp/ok", "--health-interval", "100ms", "--health-retries", "2", "alpine", "sleep", "1000")
        status = ["ps", "--filter", "name=well", "--format", "{{.Status}}"]
        wait_for(lambda: "(unhealthy)" in self.docker(*status).stdout, what="unhealthy")
        self.docker("exec", "well", "touch", "/tmp/ok")
        wait_for(lambda: "(healthy)" in self.docker(*status).stdout, what="healthy")
        self.docker("run", "-d", "--name", "again", "--restart", "on-failure:3", "alpine", "false")
        wait_for(lambda: self.docker("inspect", "-f", "{{.RestartCount}} {{.State.Status}}", "again").stdout == "3 exited\n", what="three restarts")


class Things(DockerTest):
    """Networks, volumes, images and files."""

    def test_networks(self):
        self.docker("pull", "-q", "alpine")
        self.docker("network", "create", "--label", "a=b", "one")
        self.docker("network", "create", "--subnet", "10.9.0.0/24", "two")
        subnet = ["network", "inspect", "-f", "{{(index .IPAM.Config 0).Subnet}}"]
        self.assertEqual(self.docker(*subnet, "one").stdout, "172.19.0.0/16\n")
        self.assertIn("Pool overlaps", self.docker("network", "create", "--subnet", "10.9.0.128/25", "three", ok=False).stderr)
        self.assertIn("already exists", self.docker("network", "create", "one", ok=False).stderr)
        self.assertIn("pre-defined network", self.docker("network", "rm", "bridge", ok=False).stderr)
        self.docker("run", "-d", "--name", "box", "--network", "one", "--network-alias", "friend", "alpine", "sleep", "1000")
        self.assertIn("has active endpoints", self.docker("network", "rm", "one", ok=False).stderr)
        self.docker("network", "connect", "two", "box")
        self.assertEqual(self.lines_of("ps", "--filter", "network=two", "--format", "{{.Names}}"), ["box"])
        address = self.docker("inspect", "-f", "{{(index .NetworkSettings.Networks \"two\").IPAddress}}", "box").stdout.strip()
        self.assertEqual(address, "10.9.0.2")
        self.docker("network", "disconnect", "one", "box")
        self.assertEqual(self.lines_of("network", "rm", "one"), ["one"])
        self.assertNotIn("two", self.docker("network", "prune", "-f").stdout)

    def test_volumes(self):
        self.docker("pull", "-q", "alpine")
        self.assertEqual(self.lines_of("volume", "create", "--label", "a=b", "mine"), ["mine"])
        self.docker("create", "--name", "box", "-v", "mine:/data", "-v", "/tmp:/host:ro", "-v", "/anonymous", "alpine")
        mounts = json.loads(self.docker("inspect", "-f", "{{json .Mounts}}", "box").stdout)
        self.assertEqual([(m["Type"], m["Destination"], m["RW"]) for m in mounts], [("volume", "/data", True), ("bind", "/host", False), ("volume", "/anonymous", True)])
        self.assertIn("volume is in use", self.docker("volume", "rm", "mine", ok=False).stderr)
        self.assertEqual(self.lines_of("ps", "-a", "--filter", "volume=mine", "--format", "{{.Names}}"), ["box"])
        self.docker("rm", "-v", "box")
        self.assertEqual(self.lines_of("volume", "ls", "-q", "--filter", "dangling=true"), ["mine"])
        self.assertIn("Total reclaimed", self.docker("volume", "prune", "-f").stdout)
        self.assertEqual(self.lines_of("volume", "ls", "-q", "--filter", "label=a=b"), ["mine"])
        self.assertIn("mine", self.docker("volume", "prune", "-af").stdout)
        self.assertEqual(self.docker("volume", "inspect", "mine", ok=False).returncode, 1)

    def test_images(self):
        self.docker("pull", "-q", "alpine")
        self.docker("tag", "alpine", "my/alpine:1")
        self.assertEqual(json.loads(self.docker("image", "inspect", "alpine").stdout)[0]["RepoTags"], ["alpine:latest", "my/alpine:1"])
        self.assertIn("CMD", self.docker("history", "alpine").stdout)
        self.assertEqual(self.docker("rmi", "my/alpine:1").stdout, "Untagged: my/alpine:1\n")
        digest = "redis@sha256:" + "0123456789abcdef" * 4
        self.docker("pull", digest)
        self.assertIn("redis", self.docker("images", "--digests").stdout)
        self.docker("run", "--name", "box", "alpine", "sh", "-c", "echo made > /made")
        self.docker("commit", "-m", "note", "box", "my/box:2")
        self.docker("save", "-o", str(self.tmp / "box.tar"), "my/box:2")
        self.docker("rmi", "my/box:2")
        self.assertIn("Loaded image: my/box:2", self.docker("load", "-i", str(self.tmp / "box.tar")).stdout)
        self.assertIn("alpine", self.docker("search", "alpine").stdout)
        self.assertIn("digest: sha256:", self.docker("push", "my/box:2").stdout)
        (self.tmp / "empty").mkdir()
        (self.tmp / "empty" / "Dockerfile").write_text("FROM alpine\n")
        self.assertIn("my/box:2", self.docker("image", "prune", "-af").stdout)
        self.assertIn("builds no images", self.docker("build", str(self.tmp / "empty"), ok=False).stderr)
        self.assertIn("Hello from Docker!", self.docker("run", "--rm", "hello-world").stdout)

    def test_files(self):
        self.docker("pull", "-q", "alpine")
        source = self.tmp / "source" / "deep"
        source.mkdir(parents=True)
        (source / ("long" * 40)).write_text("data\n")
        self.docker("run", "-d", "--name", "box", "alpine", "sleep", "1000")
        self.docker("cp", str(self.tmp / "source"), "box:/opt")
        self.assertEqual(self.docker("exec", "box", "cat", "/opt/source/deep/" + "long" * 40).stdout, "data\n")
        self.docker("cp", "box:/opt/source", str(self.tmp / "back"))
        self.assertEqual((self.tmp / "back" / "deep" / ("long" * 40)).read_text(), "data\n")
        self.assertIn("Could not find the file", self.docker("cp", "box:/nowhere", self.tmp.name, ok=False).stderr)
        self.assertIn("A /opt/source/deep", self.docker("diff", "box").stdout)
        self.docker("export", "-o", str(self.tmp / "all.tar"), "box")
        with tarfile.open(self.tmp / "all.tar") as archive:
            self.assertIn("opt/source/deep/" + "long" * 40, archive.getnames())

    def test_ports(self):
        self.docker("pull", "-q", "nginx")
        self.docker("run", "-d", "--name", "box", "-P", "-p", "127.0.0.1:8088:80", "-p", "53:53/udp", "-p", "9000-9001:9000-9001", "nginx")
        self.assertEqual(self.lines_of("port", "box"), ["53/udp -> 0.0.0.0:53", "80/tcp -> 127.0.0.1:8088", "9000/tcp -> 0.0.0.0:9000", "9001/tcp -> 0.0.0.0:9001"])
        self.assertEqual(self.lines_of("ps", "--filter", "publish=8088", "--format", "{{.Names}}"), ["box"])
        self.assertEqual(self.docker("inspect", "-f", "{{.NetworkSettings.IPAddress}} {{.NetworkSettings.Gateway}}", "box").stdout, "172.17.0.2 172.17.0.1\n")

    def test_update_and_what_needs_a_swarm(self):
        self.docker("pull", "-q", "alpine")
        self.docker("create", "--name", "box", "alpine")
        self.docker("update", "--memory", "100m", "--restart", "always", "box")
        self.assertEqual(self.docker("inspect", "-f", "{{.HostConfig.Memory}} {{.HostConfig.RestartPolicy.Name}}", "box").stdout, "104857600 always\n")
        self.assertIn("Login Succeeded", self.docker("login", "-u", "me", "-p", "secret").stdout)
        self.assertIn("not a swarm manager", self.docker("node", "ls", ok=False).stderr)
        self.assertEqual(self.docker("plugin", "ls", "-q").stdout, "")
        self.assertIn("Total", self.docker("system", "prune", "-f").stdout)
        self.assertIn("Total", self.docker("builder", "prune", "-f").stdout)


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
