"""The docker CLI and Python's ssl over TLS against `leakrig fake-docker`: who is let in, and what the others are told."""

import http.client
import os
import shutil
import ssl
import subprocess
import sys
import pathlib
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.rig import TemporaryDirectory, leakrig, start_leakrig  # noqa: E402

DOCKER = os.environ.get("DOCKER_CLI") or shutil.which("docker")


class Tls(unittest.TestCase):
    def setUp(self):
        self.tmp = TemporaryDirectory()
        self.addCleanup(self.tmp.cleanup)
        self.certs = self.tmp / "certs"
        self.assertEqual(leakrig("fake-docker", "--make-certs", self.certs).returncode, 0)
        self.daemon = start_leakrig(
            "fake-docker", "--listen", "127.0.0.1:0", "--tlsverify", "--tlscacert", self.certs / "ca.pem", "--tlscert",
            self.certs / "server-cert.pem", "--tlskey", self.certs / "server-key.pem", "--containers", "2", "--history", "20")
        self.addCleanup(self.daemon.communicate)
        self.addCleanup(self.daemon.kill)
        self.host = self.daemon.stdout.readline().split()[1]
        self.port = int(self.host.rsplit(":", 1)[1])

    def docker(self, *args, certs=None, verify=True, **kwargs):
        env = {"PATH": os.environ["PATH"], "DOCKER_HOST": self.host, "DOCKER_CONFIG": self.tmp.name}
        if verify:
            env.update({"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(certs or self.certs)})
        return subprocess.run([DOCKER, *args], env=env, capture_output=True, text=True, timeout=30, **kwargs)

    def test_the_docker_cli(self):
        if DOCKER is None:
            self.fail("no docker CLI: scripts/setup installs Debian's docker.io")
        version = self.docker("version", "--format", "{{.Server.Version}}")
        self.assertEqual((version.returncode, version.stdout), (0, "27.5.1\n"), version.stderr)
        piped = self.docker("run", "-i", "--rm", "alpine", "cat", input="one\ntwo\n")
        self.assertEqual((piped.returncode, piped.stdout), (0, "one\ntwo\n"), piped.stderr)
        logs = self.docker("run", "--rm", "alpine", "sh", "-c", "echo hello; exit 3")
        self.assertEqual((logs.returncode, logs.stdout), (3, "hello\n"))
        self.assertEqual(len(self.docker("logs", "--tail", "5", "web-1").stdout.splitlines()), 5)
        plain = self.docker("ps", verify=False)
        self.assertIn("Client sent an HTTP request to an HTTPS server.", plain.stderr)
        other = self.tmp / "other"
        leakrig("fake-docker", "--make-certs", other)
        shutil.copytree(self.certs, mixed := self.tmp / "mixed")
        for name in ("cert.pem", "key.pem"):
            (mixed / name).unlink()
            shutil.copy(other / name, mixed / name)
        stranger = self.docker("ps", certs=mixed)
        self.assertNotEqual(stranger.returncode, 0)
        self.assertIn("tls: ", stranger.stderr)

    def test_pythons_ssl(self):
        context = ssl.create_default_context(cafile=str(self.certs / "ca.pem"))
        context.load_cert_chain(self.certs / "cert.pem", self.certs / "key.pem")
        connection = http.client.HTTPSConnection("localhost", self.port, context=context, timeout=20)
        self.addCleanup(connection.close)
        for _ in range(3):
            connection.request("GET", "/_ping")
            self.assertEqual(connection.getresponse().read(), b"OK")
        bare = http.client.HTTPSConnection("localhost", self.port, timeout=20,
                                           context=ssl.create_default_context(cafile=str(self.certs / "ca.pem")))
        self.addCleanup(bare.close)
        with self.assertRaises(ssl.SSLError) as refused:
            bare.request("GET", "/_ping")
            bare.getresponse()
        self.assertIn("CERTIFICATE_REQUIRED", str(refused.exception))

    def test_what_makes_no_sense_is_refused(self):
        for args, part in (
            (["--listen", "0.0.0.0:0", "--tls", "--tlscert", self.certs / "server-cert.pem", "--tlskey", self.certs / "server-key.pem"], "--tlsverify only"),
            (["--listen", "0.0.0.0:0"], "--tlsverify only"),
            (["--listen", "127.0.0.1:0", "--tlscacert", "x"], "need --tlsverify"),
            (["--socket", self.tmp / "s", "--tlsverify", "--tlscacert", self.certs / "ca.pem"], "TLS needs an address"),
            (["--make-certs", self.certs], "is not overwritten"),
        ):
            done = leakrig("fake-docker", *args)
            self.assertEqual(done.returncode, 2, (args, done.stderr))
            self.assertIn(part, done.stderr)


if __name__ == "__main__":
    unittest.main()
