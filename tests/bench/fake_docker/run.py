#!/usr/bin/env python3
"""The fake Docker's benchmark: all peers in one run on one machine, medians of several rounds, as a Markdown table.

    tests/bench/fake_docker/run.py [--build build/release] [--rounds 3] [--seconds 10] [--streams 1000,10000,19000] [--json FILE]

Needs a release build with the benchmarks (cmake --preset release -DLEAKRIG_BENCHMARKS=ON), and Go for two peers.
A quiet machine gives steadier figures; the ratios are within one run either way.
"""

import argparse
import contextlib
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
CONTAINERS = 1000


def on_cpu(number):
    """Server and client each have a CPU: where the kernel puts both on one, they preempt each other line by line."""
    return ["taskset", "--cpu-list", str(number)] if os.cpu_count() > 1 else []


class Bench:
    def __init__(self, build, tmp):
        self.build = build
        self.tmp = tmp

    @contextlib.contextmanager
    def server(self, *command):
        process = subprocess.Popen([*on_cpu(0), *map(str, command)], stdout=subprocess.PIPE, text=True)
        try:
            line = process.stdout.readline()
            if "ready" not in line:
                sys.exit(f"run.py: {command[0]} did not get ready: {line!r}")
            yield process, line.split()[-1]
        finally:
            process.terminate()
            process.wait()

    def load(self, *arguments):
        done = subprocess.run([*on_cpu(1), self.build / "docker_load", *map(str, arguments)], capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            sys.exit(f"run.py: docker_load {arguments}: {done.stderr}")
        return json.loads(done.stdout)

    def socket(self):
        path = self.tmp / "s.sock"
        path.unlink(missing_ok=True)
        return path

    def leakrig(self, socket, *options):
        return self.build / "leakrig", "fake-docker", "--socket", socket, *options

    def follow(self, peer, streams, seconds):
        socket = self.socket()
        commands = {
            "leakrig": self.leakrig(socket, "--containers", CONTAINERS, "--lines-per-s", 1, "--bytes", 64, "--history", 0),
            "C": (self.build / "epoll_loop", socket),
            "Go": (self.tmp / "go_http", socket),
            "cpp-httplib": (self.build / "httplib_server", socket),
        }
        with self.server(*commands[peer]) as (process, _):
            return self.load("follow", socket, streams, CONTAINERS, seconds, process.pid)

    def requests(self, peer, target, seconds):
        """leakrig over its Unix socket or over TCP; fsouza's fake has TCP only."""
        socket = self.socket()
        command = self.leakrig(socket, "--containers", CONTAINERS, "--lines-per-s", 0, "--listen", "127.0.0.1:0", "--json")
        if peer == "fsouza":
            command = self.tmp / "fsouza", CONTAINERS
        with self.server(*command) as (process, address):
            if peer == "unix":
                return self.load("requests", socket, target, 8, seconds, process.pid)
            return self.load("requests", f"tcp:{address.rstrip('/').rsplit(':', 1)[1].rstrip('}').rstrip(chr(34))}", target, 8, seconds, process.pid)

    def bulk(self):
        socket = self.socket()
        with self.server(*self.leakrig(socket, "--containers", 1, "--lines-per-s", 0, "--bytes", 1000, "--history", 1000000)) as (process, _):
            return self.load("bulk", socket, "/containers/web-1/logs?stdout=1", process.pid)


def median(rounds, key):
    return statistics.median(one[key] for one in rounds)


def follow_table(results, peers, sizes):
    yield "| streams | server | CPU in 10 s | per line | of C | RSS a stream | opened in | lines late by (p99) |"
    yield "|---:|---|---:|---:|---:|---:|---:|---:|"
    for size in sizes:
        # Ratios are taken round by round: what disturbs a round disturbs both.
        for peer in peers:
            rounds = results[f"follow {size} {peer}"]
            per_line = [one["cpu_s"] / one["lines"] for one in rounds]
            limit = [one["cpu_s"] / one["lines"] for one in results[f"follow {size} C"]]
            ratio = statistics.median(a / b for a, b in zip(per_line, limit))
            yield (
                f"| {size:,} | {peer} | {statistics.median(per_line) * size * 10:.2f} s | {statistics.median(per_line) * 1e6:.1f} µs | {ratio:.2f} x "
                f"| {median(rounds, 'rss_per_stream') / 1024:.1f} KiB | {median(rounds, 'open_s'):.2f} s | {median(rounds, 'late_p99_ms'):.0f} ms |"
            )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--streams", default="1000,10000,19000")
    parser.add_argument("--peers", default="C,leakrig,Go,cpp-httplib")
    parser.add_argument("--only", choices=["follow", "requests"], help="half of it")
    parser.add_argument("--json", type=pathlib.Path, help="also write every measurement here")
    options = parser.parse_args()
    sizes = [int(size) for size in options.streams.split(",")]
    peers = options.peers.split(",")
    results = {}
    with tempfile.TemporaryDirectory() as directory:
        tmp = pathlib.Path(directory)
        for name in ("go-http", "fsouza"):
            subprocess.run(["go", "build", "-o", tmp / name.replace("-", "_"), "."], cwd=HERE / "peers" / name, check=True)
        bench = Bench(options.build.resolve(), tmp)

        def measure(name, measurement):
            result = measurement()
            results.setdefault(name, []).append(result)
            print(f"{name}: {json.dumps(result)}", file=sys.stderr, flush=True)

        for _ in range(options.rounds):
            if options.only != "requests":
                for size in sizes:
                    for peer in peers:
                        measure(f"follow {size} {peer}", lambda: bench.follow(peer, size, options.seconds))
            if options.only != "follow":
                for peer in ("unix", "tcp", "fsouza"):
                    measure(f"list {peer}", lambda: bench.requests(peer, "/containers/json", 5))
                measure("ping unix", lambda: bench.requests("unix", "/_ping", 5))
                measure("bulk leakrig", bench.bulk)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))
    print(f"{platform.node()}: {os.cpu_count()} CPUs, Linux {platform.release()}; medians of {options.rounds} rounds, load average {os.getloadavg()[1]:.1f}\n")
    if options.only != "requests":
        print("\n".join(follow_table(results, peers, sizes)), "\n")
    if options.only != "follow":
        print("| what | a second | a CPU second of the server | size |\n|---|---:|---:|---:|")
        names = {"list fsouza": "`containers/json`, fsouza's fake, TCP", "list unix": "`containers/json`, leakrig, Unix socket",
                 "list tcp": "`containers/json`, leakrig, TCP", "ping unix": "`_ping`, leakrig, Unix socket"}
        for key, name in names.items():
            per_cpu = statistics.median(one["requests_per_s"] * 5 / one["cpu_s"] for one in results[key])
            print(f"| {name} | {median(results[key], 'requests_per_s'):,.0f} | {per_cpu:,.0f} | {median(results[key], 'bytes_per_answer') / 1000:,.1f} kB |")
        per_cpu = statistics.median(one["bytes"] / one["cpu_s"] / 1e9 for one in results["bulk leakrig"])
        print(f"| one `logs` without follow, 1,000-byte lines | {median(results['bulk leakrig'], 'gb_per_s'):.2f} GB | {per_cpu:.2f} GB | 1 GB |")


if __name__ == "__main__":
    main()
