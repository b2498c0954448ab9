#!/usr/bin/env python3
"""Writes the run records that the golden reports are made of. Each has a truth that its name says.

The records are committed: a golden must not change because this script did. Run it again only to add one:
    tests/report/golden/make_records.py [NAME...]
Then `LEAKRIG_UPDATE_GOLDEN=1 build/ci/tests/report/golden_test` writes the goldens; say why in the commit.
"""

import json
import pathlib
import random
import sys

HERE = pathlib.Path(__file__).resolve().parent
ENVIRONMENT = {"date": "2025-11-06T10:00:00Z", "host": "x86_64", "kernel": "6.1.0", "cpus": 2,
               "leakrig": "0.1.0", "compiler": "12.2.0"}
FOLLOW = "GET /containers/{id}/logs?follow=1"
MINUTES = 5


class Variant:
    """A variant's lines: a reading every 5 s, a warm-up of a minute, a row every minute."""

    def __init__(self, name, minutes=MINUTES, seed=1):
        self.name, self.minutes, self.random = name, minutes, random.Random(seed)
        self.samples, self.ledger = [], []
        self.end = {"outcome": "completed"}
        self.times = list(range(-60, int(minutes * 60) + 1, 5))
        for t in self.times:
            self.samples.append({"variant": name, "t_s": t, "due_s": t, "containers": 8,
                                 "cpu_s": round(1 + (t + 60) * 0.01, 2)})

    def metric(self, name, start, per_min, groups=None, kind=None, jitter=0, upto=None):
        """Whole units, evenly; `groups`: shares of the growth by group name."""
        for sample in self.samples:
            t = sample["t_s"] if upto is None else min(sample["t_s"], upto)
            grown = int(per_min * t / 60 + 1e-9) if t >= 0 else -int(-per_min * t / 60 + 1e-9)
            sample[name] = start + grown + (self.random.randint(-jitter, jitter) if jitter else 0)
            if groups and sample["t_s"] % 60 == 0:
                counts = {group: 10 + int(share * (start + grown - start)) for group, share in groups.items()}
                sample.setdefault("groups", {}).setdefault(kind, {}).update(counts)
        return self

    def flat(self, **metrics):
        for name, start in metrics.items():
            self.metric(name, start, 0)
        return self

    def memory(self, start_mib, per_min_mib):
        for sample in self.samples:
            sample["rss_bytes"] = int((start_mib + per_min_mib * (sample["t_s"] + 60) / 60) * 1048576)
        return self

    def streams(self, every_s, life_s, requests=FOLLOW):
        t, number = -60.0, 0
        while t < self.minutes * 60:
            number += 1
            base = {"variant": self.name, "server": "docker", "connection": number, "request": number,
                    "endpoint": requests, "container": "web-%d" % (number % 8 + 1), "peer_pid": 7}
            self.ledger.append({**base, "event": "request_opened", "t_s": t})
            if life_s:
                self.ledger.append({**base, "event": "request_closed", "t_s": t + life_s, "closed_by": "client",
                                    "status": 200})
            t += every_s
        return self

    def connections(self, per_min):
        for number in range(int(per_min * self.minutes)):
            self.ledger.append({"variant": self.name, "server": "docker", "event": "connection_opened",
                                "t_s": round(number * 60 / per_min, 3), "connection": 10000 + number, "peer_pid": 7})
        return self

    def delivered(self, written, lost=0):
        self.ledger.append({"variant": self.name, "event": "delivery", "t_s": self.minutes * 60,
                            "lines_written": written, "lines_delivered": written - lost, "lines_lost": lost,
                            "lines_duplicated": 0, "latency_ms": {"p50": 500, "p99": 900}})
        return self

    def drained(self, **levels):
        for i in range(12):
            t = self.minutes * 60 + 5 + 5 * i
            self.samples.append({"variant": self.name, "t_s": t, "due_s": t, "drain": True, **levels})
        return self

    def ended(self, outcome, detail=""):
        self.end = {"outcome": outcome, "detail": detail} if outcome else None
        return self

    def lines(self):
        begin = [{"event": "variant_begin", "variant": self.name, "subject_pid": 7}]
        end = [{"event": "variant_end", "variant": self.name, "wall_s": 6.25, **self.end}] if self.end else []
        return begin + sorted(self.ledger, key=lambda line: line["t_s"]) + end


def write(name, scenario, *variants):
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    scenario = {"name": name, "title": name.replace("-", " ").capitalize(), **scenario}
    scenario.setdefault("sampling", {}).setdefault("resolution", "5s")
    (folder / "scenario.json").write_text(json.dumps(scenario, indent=1) + "\n")
    begin = {"event": "run_begin", "environment": ENVIRONMENT, "variants": [v.name for v in variants]}
    as_lines = lambda lines: "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    (folder / "ledger.jsonl").write_text(as_lines([begin] + [line for v in variants for line in v.lines()]))
    (folder / "samples.jsonl").write_text(as_lines([line for v in variants for line in v.samples]))


def leaking(name, per_min=32):
    """A stream left open every 3.75 s: two threads, a socket and a descriptor each."""
    half = per_min / 2
    return (Variant(name).metric("threads", 128, per_min, {"readLoop": 0.5, "writeLoop": 0.5}, "thread")
            .metric("sockets", 20, half).metric("fds", 40, half).memory(30, 0.2)
            .streams(60 / half, 0).connections(half).delivered(4800))


def clean(name):
    return Variant(name).flat(threads=48, sockets=12, fds=31).memory(30, 0).connections(8).delivered(4800)


def leaks_in_each_metric_alone():
    goroutine = {"main.waitForever (/src/app/main.go:9), created by main.main (main.go:21)": 1}
    v = Variant("default").flat(threads=11, sockets=6, fds=14).memory(30, 0)
    write("leak-goroutines", {}, v.metric("goroutines", 8, 119, goroutine, "goroutine"))
    v = Variant("default").flat(sockets=6, fds=14).memory(30, 0)
    write("leak-threads", {}, v.metric("threads", 11, 24, {"heartbeat": 1}, "thread"))
    v = Variant("default").flat(threads=1, fds=14).memory(30, 0)
    write("leak-sockets", {}, v.metric("sockets", 4, 12, {"tcp to 127.0.0.1:3100, CLOSE_WAIT": 1}, "socket"))
    v = Variant("default").flat(threads=3, sockets=6, fds=14).memory(30, 0)
    write("leak-processes", {}, v.metric("processes", 3, 6))
    v = Variant("default").flat(threads=1, sockets=6).memory(30, 0)
    write("leak-descriptors", {}, v.metric("fds", 14, 96, {"/var/lib/app/positions.json": 1}, "fd"))
    v = Variant("default").flat(threads=1, sockets=6, fds=14).memory(43, 8.1)
    write("leak-memory-judged", {"expect": {"default": {"rss_bytes": "stable"}}}, v)
    v = Variant("default").flat(threads=11, sockets=6, fds=14).memory(43, 13.2)
    write("leak-memory-not-judged", {}, v)
    v = Variant("default").flat(threads=11, fds=14).memory(30, 0)
    write("leak-of-a-probe", {"subject": {"probes": {"metrics": {"read": {"queue_length": "queue_length"}}}}},
          v.metric("queue_length", 3, 40))


def growth_that_could_not_show():
    v = Variant("monitor-off").flat(threads=48, sockets=0, fds=3).memory(30, 0)
    write("nothing-collected", {"subject": {"collects": False}, "variants": {"monitor-off": {}}}, v.delivered(4800, 4800))


def ends_of_growth():
    options = {"subject": {"collector": {"docker": {"max_streams": 0}}}, "baseline": "no-limit",
               "variants": {"no-limit": {}, "limit": {"subject": {"collector": {"docker": {"max_streams": 50}}}}}}
    limit = (Variant("limit").metric("threads", 128, 32, upto=120).metric("sockets", 20, 16, upto=120)
             .flat(fds=40).streams(3.75, 60).delivered(4800, 2400))
    write("capped", options, leaking("no-limit"), limit)
    write("starved", options, leaking("no-limit"), Variant("limit").flat(threads=60, sockets=20, fds=40)
          .connections(8).delivered(4800, 480))
    backlog = (Variant("default").metric("threads", 40, 30, {"worker": 1}, "thread").flat(sockets=20, fds=40)
               .delivered(4800).drained(threads=10, sockets=20, fds=40))
    write("backlog", {}, backlog)
    retained = (Variant("default").metric("threads", 40, 30, {"worker": 1}, "thread").flat(sockets=20, fds=40)
                .delivered(4800).drained(threads=190, sockets=20, fds=40))
    write("retained", {}, retained)


def others():
    write("inconclusive", {}, Variant("default", minutes=0.5).metric("threads", 40, 9).flat(sockets=20, fds=40))
    patch = {"subject": {"collector": {"docker": {"transport": {"disable_keep_alives": True}}}}}
    scenario = {"subject": {"collector": {"docker": {"transport": {"disable_keep_alives": False}}}},
                "baseline": "keepalives-on", "variants": {"keepalives-on": {}, "keepalives-off": patch},
                "expect": {"keepalives-on": {"threads": "leak"},
                           "keepalives-off": {"threads": "stable", "versus_baseline": "improved"}}}
    costly = (Variant("keepalives-off").flat(threads=48, sockets=12, fds=31).memory(30, 0).connections(480)
              .delivered(4800))
    write("improved-at-a-price", scenario, leaking("keepalives-on"), costly)
    same = json.loads(json.dumps(scenario))
    same["expect"]["keepalives-off"] = {"threads": "leak", "versus_baseline": "identical"}
    write("same-as-the-reference", same, leaking("keepalives-on"), leaking("keepalives-off"))
    fleets = {"baseline": "c8", "variants": {"c8": {}, "c2": {"fleet": {"containers": 2}}}}
    write("smaller-fleet", fleets, leaking("c8"), clean("c2"))
    write("killed-half-way", {"variants": {"first": {}, "second": {}}},
          leaking("first"), Variant("second", minutes=2).flat(threads=48, sockets=12, fds=31).ended(None))
    watch = (Variant("default").metric("goroutines", 8, 32, {
        "main.(*monitor).read (/src/app/monitor.go:42), created by main.(*monitor).Start (monitor.go:20)": 1},
        "goroutine").metric("threads", 11, 0).memory(43, 2).flat(fds=14))
    write("watch", {"title": "Watch of process 4711 (server)", "fleet": {"containers": 0},
                    "subject": {"pid": 4711, "probes": {"pprof": "http://127.0.0.1:6060"}}}, watch)
    idle = Variant("default").flat(threads=11, sockets=4, fds=14).memory(43, 0)
    for sample in idle.samples:
        sample["cpu_s"], sample["uncounted_children"] = 0.5, 4
    write("no-evidence", {"subject": {"pid": 4711, "probes": {"pprof": "http://127.0.0.1:6060"}}}, idle)
    write("died", {}, Variant("default").flat(threads=11).ended("died", "exit status 2 after 31 s"))


def matrix():
    pools, limits = [1, 2, 3, 4, 5, 8, 16, 32, 64, 128], [0, 1, 2, 50, 100]
    names = [(p, l) for p in pools for l in limits]
    variants = [Variant("p%d.l%d" % (p, l), minutes=3).metric("threads", 40, 4 * l if l < 3 else p if p > 4 else 0)
                .flat(sockets=10, fds=20).delivered(1000, 30 if l == 100 else 0) for p, l in names]
    patches = {"p%d.l%d" % (p, l): {"subject": {"collector": {"docker": {"pool": p, "limit": l}}}} for p, l in names}
    write("matrix-of-50", {"matrix": {"order": ["pool", "limit"]}, "baseline": "p1.l0", "variants": patches,
                           "subject": {"collector": {"docker": {"pool": 0, "limit": 0}}}}, *variants)


def isolation():
    scenario = {"baseline": "default", "variants": {"default": {}, "one-client": {}, "no-pool": {}, "half": {}, "monitor-off": {}}}
    half = Variant("half").metric("threads", 90, 16).metric("sockets", 20, 8).flat(fds=40).delivered(4800)
    write("isolation", scenario, leaking("default"), clean("one-client"), leaking("no-pool"), half,
          Variant("monitor-off").flat(threads=48, sockets=12, fds=31).delivered(4800, 4800))


def hostile():
    names = ["<script>alert(1)</script>", "`code` | **bold** \u202e", "=cmd|' /C calc'!A0\n::error::x",
             "net/http.(*persistConn).readLoop"]
    v = Variant("**v** <b>|`x`").flat(sockets=20, fds=40)
    v.metric("threads", 40, 32, {name: 0.25 for name in names}, "thread").streams(7.5, 0, "GET /<img src=x>|`y`")
    v.metric("</script><svg onload=x>", 3, 12)
    write("hostile-names", {"title": "<h1>[x](javascript:1)\n# headline", "variants": {v.name: {"a|b": "`\n#x"}}}, v)


if __name__ == "__main__":
    wanted = set(sys.argv[1:])
    if wanted:
        all_of_them, write = write, lambda name, *rest: name in wanted and all_of_them(name, *rest)
    for make in (leaks_in_each_metric_alone, growth_that_could_not_show, ends_of_growth, others, matrix, isolation, hostile):
        make()
