"""docker-py and Docker's Go client against `leakrig fake-docker`. Fail, not skip, where one is missing: scripts/setup installs them."""

import importlib.util
import os
import pathlib
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.rig import TemporaryDirectory, start_leakrig  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent


class WithDaemon(unittest.TestCase):
    def setUp(self):
        self.tmp = TemporaryDirectory()
        self.addCleanup(self.tmp.cleanup)
        path = self.tmp / "docker.sock"
        self.daemon = start_leakrig("fake-docker", "--socket", path, "--containers", "4", "--lines-per-s", "10", "--history", "20")
        self.addCleanup(self.daemon.communicate)
        self.addCleanup(self.daemon.kill)
        self.assertIn("ready", self.daemon.stdout.readline())
        self.host = f"unix://{path}"


class GoClient(WithDaemon):
    def test_it_cannot_tell(self):
        program = self.tmp / "go-client"
        # The first time, Go fetches the modules that go.sum names.
        subprocess.run(["go", "build", "-o", program, "."], cwd=HERE / "go-client", check=True, timeout=500)
        done = subprocess.run([program], env={**os.environ, "DOCKER_HOST": self.host}, capture_output=True, text=True, timeout=90)
        self.assertEqual((done.returncode, done.stderr, done.stdout), (0, "", "as with dockerd\n"))


class DockerPy(WithDaemon):
    def setUp(self):
        super().setUp()
        import docker

        self.errors = docker.errors
        self.client = docker.DockerClient(base_url=self.host, version="auto", timeout=20)
        self.addCleanup(self.client.close)

    def test_listing_and_inspection(self):
        self.assertTrue(self.client.ping())
        self.assertEqual(sorted(c.name for c in self.client.containers.list()), ["api-2", "db-4", "web-1", "worker-3"])
        web = self.client.containers.get("web-1")
        self.assertEqual((web.status, web.labels["com.docker.compose.service"]), ("running", "web"))
        self.assertEqual([c.name for c in self.client.containers.list(filters={"label": "com.docker.compose.service=db"})], ["db-4"])
        with self.assertRaises(self.errors.NotFound):
            self.client.containers.get("nope")
        self.assertEqual(self.client.info()["Containers"], 4)
        self.assertIn("nginx:1.25-alpine", [tag for image in self.client.images.list() for tag in image.tags])
        self.assertEqual(len(self.client.networks.list(names=["shop_default"])), 1)
        self.assertEqual(len(self.client.volumes.list()), 1)
        self.assertIn("LayersSize", self.client.df())

    def test_logs_and_their_end(self):
        web = self.client.containers.get("web-1")
        self.assertEqual(len(web.logs(tail=3).splitlines()), 3)
        stream = web.logs(stream=True, follow=True, tail=0)
        lines = [next(stream) for _ in range(3)]
        self.assertTrue(all(b"web-1 seq=" in line for line in lines), lines)
        web.stop()
        for line in stream:
            self.assertIn(b"web-1 seq=", line)

    def test_events_and_stats(self):
        seen = []
        events = self.client.events(decode=True, filters={"event": ["pause", "unpause"]})
        reader = threading.Thread(target=lambda: seen.extend(next(events)["Action"] for _ in range(2)))
        reader.start()
        worker = self.client.containers.get("worker-3")
        worker.pause()
        worker.unpause()
        reader.join(10)
        events.close()
        self.assertEqual(seen, ["pause", "unpause"])
        stats = worker.stats(stream=False)
        self.assertGreater(stats["cpu_stats"]["cpu_usage"]["total_usage"], stats["precpu_stats"]["cpu_usage"]["total_usage"])

    def test_run_exec_and_wait(self):
        self.assertEqual(self.client.containers.run("alpine", ["echo", "hi"], remove=True), b"hi\n")
        with self.assertRaises(self.errors.ContainerError) as failed:
            self.client.containers.run("alpine", ["sh", "-c", "exit 5"])
        self.assertEqual(failed.exception.exit_status, 5)
        web = self.client.containers.get("web-1")
        self.assertEqual(web.exec_run(["echo", "inside"]), (0, b"inside\n"))
        self.assertEqual(web.exec_run(["sh", "-c", "exit 2"]).exit_code, 2)
        made = self.client.containers.create("alpine", ["sleep", "0.2"], name="brief")
        made.start()
        self.assertEqual(made.wait(timeout=10)["StatusCode"], 0)
        made.rename("briefly")
        self.client.containers.get("briefly").remove()
        with self.assertRaises(self.errors.APIError) as conflict:
            web.remove()
        self.assertEqual(conflict.exception.status_code, 409)


if __name__ == "__main__":
    # Debian's docker-py belongs to Debian's python3, which need not be the first in PATH.
    debian = "/usr/bin/python3"
    if importlib.util.find_spec("docker") is None and os.path.exists(debian) and os.path.realpath(sys.executable) != os.path.realpath(debian):
        os.execv(debian, [debian, *sys.argv])
    unittest.main(verbosity=1)
