#!/usr/bin/env python3
"""What a reading costs on a process of 10,000 threads and 10,000 sockets: leakrig's probe and what people use
instead, side by side, medians, as a Markdown table.

    tests/bench/probe_cost.py [--build build/release] [--rounds 5]

Needs a release build with the benchmarks, and Debian's lsof, procps and python3-psutil.
"""

import argparse
import ctypes
import json
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
MANY = "10000"
PR_SET_PDEATHSIG = 1


def target(build):
    """The process to read, ready; it ends with this one."""
    end_with_me = lambda: ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # noqa: E731
    process = subprocess.Popen([build / "leakrig_many", MANY, MANY], stdin=subprocess.PIPE, preexec_fn=end_with_me)
    fds = pathlib.Path(f"/proc/{process.pid}/fd")
    tasks = pathlib.Path(f"/proc/{process.pid}/task")
    while len(list(tasks.iterdir())) < int(MANY) or len(list(fds.iterdir())) < int(MANY):
        if process.poll() is not None:
            sys.exit("probe_cost: leakrig_many ended: are 10,000 threads and descriptors allowed?")
        time.sleep(0.2)
    return process


def median_ms(rounds, call):
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        call()
        times.append((time.perf_counter() - begun) * 1e3)
    return statistics.median(times)


def ours(build, rounds):
    """By benchmark name, median milliseconds of wall time a reading."""
    done = subprocess.run([build / "probe_bench", "--benchmark_format=json", "--benchmark_min_time=0.5",
                           f"--benchmark_repetitions={rounds}", "--benchmark_report_aggregates_only=true"],
                          capture_output=True, text=True, check=True, cwd=build)
    to_ms = {"ns": 1e-6, "us": 1e-3, "ms": 1, "s": 1e3}
    return {b["run_name"].split("/")[1]: b["real_time"] * to_ms[b["time_unit"]]
            for b in json.loads(done.stdout)["benchmarks"] if b["aggregate_name"] == "median"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    try:
        import psutil
    except ImportError:
        sys.exit("probe_cost: needs python3-psutil, and the Python that has it (/usr/bin/python3)")
    if missing := [tool for tool in ("lsof", "ps") if shutil.which(tool) is None]:
        sys.exit(f"probe_cost: needs {', '.join(missing)}")
    build = options.build.resolve()
    rates = ours(build, options.rounds)
    process = target(build)
    try:
        read = psutil.Process(process.pid)
        run = lambda *command: subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)  # noqa: E731
        pid = str(process.pid)
        rows = [
            ("leakrig: threads, descriptors, memory, CPU", rates["PlainCounts"]),
            ("leakrig: the same, and sockets by family", rates["DearCounts"]),
            ("leakrig: threads by name, descriptors by kind, sockets by peer", rates["Grouping"]),
            ("psutil: `num_threads()` and `num_fds()`", median_ms(options.rounds, lambda: (read.num_threads(), read.num_fds()))),
            ("psutil: `threads()`", median_ms(options.rounds, read.threads)),
            ("psutil: `connections(kind=\"all\")`", median_ms(options.rounds, lambda: read.connections(kind="all"))),
            ("`lsof -nP -p`", median_ms(options.rounds, lambda: run("lsof", "-nP", "-p", pid))),
            ("`ps -L -o comm`", median_ms(options.rounds, lambda: run("ps", "-L", "-p", pid, "-o", "comm"))),
        ]
    finally:
        process.kill()
        process.wait()
    print(f"| reading of 10,000 threads and 10,000 sockets | ms |\n|---|---:|")
    for name, cost in rows:
        print(f"| {name} | {cost:.3g} |")


if __name__ == "__main__":
    main()
