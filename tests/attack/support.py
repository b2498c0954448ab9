"""What the attacks share: a daemon or a sink that is attacked, and how a row of the table is said."""

import contextlib
import json
import os
import pathlib
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.rig import LEAKRIG, SOURCE  # noqa: E402

ROWS = []  # (name, what, before, function), in the order of the table
PROGRAM = str((SOURCE / LEAKRIG).resolve())


def attack(name, what, before):
    """A row of the table. The function attacks, asserts what must hold, and returns what was seen in a few words."""
    return lambda function: ROWS.append((name, what, before, function)) or function


def megabytes(pid, field="VmRSS"):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) / 1024
    return 0.0


def many_descriptors():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20000) if hard > 0 else 20000, hard))


class Attacked:
    """A program of leakrig's that serves. At the end it must be there still, and go at SIGTERM."""

    def __init__(self, *args):
        many_descriptors()
        self.process = subprocess.Popen([PROGRAM, *args], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.ready = self.process.stdout.readline()
        assert self.ready, f"{args} did not start"

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                assert kind is not None, "SIGTERM was not heard within 10 s"
        assert kind is not None or self.process.returncode == 0, f"it ended with {self.process.returncode}"
        self.process.stdout.close()

    def memory(self):
        assert self.process.poll() is None, f"it died with {self.process.returncode}"
        return megabytes(self.process.pid)

    def most_memory(self):
        return megabytes(self.process.pid, "VmHWM")


class Daemon(Attacked):
    def __init__(self, *args):
        self.place = tempfile.TemporaryDirectory(prefix="leakrig-attack-", dir="/tmp")
        self.socket = f"{self.place.name}/d.sock"
        super().__init__("fake-docker", "--socket", self.socket, "--quiet", *args)

    def __exit__(self, *what):
        with self.place:
            super().__exit__(*what)

    def connect(self, timeout=20):
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(timeout)
        client.connect(self.socket)
        return client

    def send(self, data):
        """A client that has sent what it could without waiting, and reads nothing."""
        client = self.connect()
        client.setblocking(False)
        with contextlib.suppress(OSError):
            client.send(data)
        return client

    def raw(self, data, limit=1 << 16, timeout=20):
        with self.connect(timeout) as client:
            answer = bytearray()
            with contextlib.suppress(OSError):
                client.sendall(data)
            with contextlib.suppress(ConnectionError):
                while len(answer) < limit:
                    piece = client.recv(65536)
                    if not piece:
                        break
                    answer += piece
            return bytes(answer)

    def ask(self, method, path, body=b"", limit=1 << 16):
        """The status, and the body."""
        body = body.encode() if isinstance(body, str) else body
        head = f"{method} {path} HTTP/1.1\r\nHost: d\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
        answer = self.raw(head.encode() + body, limit)
        return int(answer[9:12] or 0), answer.partition(b"\r\n\r\n")[2]

    def ping(self):
        """Milliseconds until a client that has nothing to do with it is answered."""
        begun = time.monotonic()
        status, _ = self.ask("GET", "/_ping")
        assert status == 200, f"a ping was answered {status}"
        return (time.monotonic() - begun) * 1000

    def run(self, *command):
        """Starts a container of this command; its id."""
        status, body = self.ask("POST", "/containers/create", json.dumps({"Image": "alpine", "Cmd": command}))
        assert status == 201, (status, body)
        name = json.loads(body)["Id"]
        self.ask("POST", f"/containers/{name}/start")
        return name

    def pull(self):
        self.ask("POST", "/images/create?fromImage=alpine&tag=latest")


class Sink(Attacked):
    def __init__(self, kind):
        super().__init__("fake-sink", kind, "--json")
        self.port = int(json.loads(self.ready)["ready"][kind].rsplit(":", 1)[1].strip("/"))
        reader = threading.Thread(target=self.process.stdout.read, daemon=True)
        reader.start()

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def post(self, path, body, *headers):
        lines = "".join(f"{header}\r\n" for header in headers)
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {len(body)}\r\n{lines}\r\n"
        with self.connect() as client:
            with contextlib.suppress(OSError):
                client.sendall(head.encode() + body)
            return int(client.recv(1000)[9:12] or 0)

    def half_sent(self, count, first, more, rounds):
        """That many connections, each with the beginning of something; `more` is offered to each `rounds` times."""
        clients = []
        for _ in range(count):
            client = self.connect()
            client.setblocking(False)
            clients.append(client)
        for piece in [first] + rounds * [more]:
            for client in clients:
                with contextlib.suppress(OSError):
                    client.send(piece)
        return clients


def leakrig(*args, stdin=None, timeout=120, limit=None, shell=None):
    """Runs it to its end: the exit code, what it said, and the most memory that it held, in MiB."""
    def bounded():
        if limit:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    command = shell or [PROGRAM, *map(str, args)]
    process = subprocess.Popen(command, shell=bool(shell), stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               errors="replace", preexec_fn=bounded)
    try:
        said, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise AssertionError(f"{args} did not end within {timeout} s") from None
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return process.returncode, said, most
