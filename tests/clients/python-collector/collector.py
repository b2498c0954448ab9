#!/usr/bin/env python3
"""A log collector on docker-py, small enough to read: it follows every running container of $DOCKER_HOST, replaces each
stream now and then, and pushes the lines to Loki. With --leak a replaced stream is dropped unclosed: the thread that reads
it stays, and with it a connection; without, it is closed first. An example subject for leakrig."""

import argparse
import json
import queue
import signal
import sys
import threading
import time
import urllib.request
from datetime import datetime

import docker


class Follower(threading.Thread):
    """Keeps one log stream of one container open and replaces it every `reopen` seconds."""

    def __init__(self, container, reopen, phase, leak, lines, stopping):
        super().__init__(name=f"follower {container.name}", daemon=True)
        self.container, self.reopen, self.phase, self.leak = container, reopen, phase, leak
        self.lines, self.stopping = lines, stopping
        self.opened = threading.Event()
        self.newest = 0  # nanoseconds since the epoch

    def run(self):
        stream, reader = self.open_stream()
        self.opened.set()
        due = time.monotonic() + self.phase
        while not self.stopping.wait(max(0, due - time.monotonic())):
            if not self.leak:
                stream.close()
                reader.join()
            # else: the stream is forgotten, and with it its connection and the thread that reads it
            stream, reader = self.open_stream()
            due += self.reopen
        stream.close()
        reader.join()

    def open_stream(self):
        stream = self.container.logs(stream=True, follow=True, timestamps=True, since=self.newest // 10**9 or None)
        reader = threading.Thread(target=self.read_stream, args=(stream,), daemon=True)
        reader.start()
        return stream, reader

    def read_stream(self, stream):
        for stamped in stream:
            stamp, _, text = stamped.decode().rstrip("\n").partition(" ")
            whole, _, rest = stamp.rstrip("Z").partition(".")
            at = int(datetime.fromisoformat(whole + "+00:00").timestamp()) * 10**9 + int(rest.ljust(9, "0") or 0)
            if at <= self.newest:
                continue  # docker-py asks since a whole second, and so a part of it comes again
            self.newest = at
            self.lines.put((self.container.name, at, text))


def push(loki, batch):
    streams = {}
    for name, at, text in batch:
        streams.setdefault(name, []).append([str(at), text])
    body = {"streams": [{"stream": {"container": name}, "values": values} for name, values in streams.items()]}
    request = urllib.request.Request(loki + "/loki/api/v1/push", json.dumps(body).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=10).close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reopen", type=float, default=5, help="replace each container's stream after this many seconds")
    parser.add_argument("--leak", action="store_true", help="drop a replaced stream without closing it")
    parser.add_argument("--loki", help="URL of Loki, to which lines are pushed; none: nowhere")
    options = parser.parse_args()

    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    signal.signal(signal.SIGINT, lambda *_: stopping.set())
    lines = queue.Queue()
    containers = docker.from_env().containers.list()
    followers = [Follower(container, options.reopen, options.reopen * (i + 1) / len(containers), options.leak, lines, stopping)
                 for i, container in enumerate(containers)]
    for follower in followers:
        follower.start()
    for follower in followers:
        follower.opened.wait()
    print("ready", flush=True)

    while not stopping.wait(1):
        batch = [lines.get() for _ in range(lines.qsize())]
        if batch and options.loki:
            push(options.loki, batch)


if __name__ == "__main__":
    sys.exit(main())
