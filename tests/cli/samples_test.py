"""Files of samples as people have them, judged by the built program: what is said of them, and what is refused.

Usage: samples_test.py [CLASS]. LEAKRIG is the program. The files are made here, or stand in tests/fixtures/samples.
"""

import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import unittest

LEAKRIG = os.environ.get("LEAKRIG", "leakrig")
FIXTURES = pathlib.Path(__file__).resolve().parents[1] / "fixtures" / "samples"


def analyze(path, *options, data=None):
    return subprocess.run([LEAKRIG, "analyze", str(path), *options], capture_output=True, text=True, input=data, timeout=120)


def iso(minute):
    return f"2025-11-{6 + minute // 1440:02}T{minute // 60 % 24:02}:{minute % 60:02}:00Z"


class Files(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.noise = random.Random(14)

    def tearDown(self):
        self.directory.cleanup()

    def file(self, text, name="samples"):
        path = pathlib.Path(self.directory.name) / name
        path.write_text(text)
        return path

    def growing(self, header, cell, minutes=40, step=1):
        rows = [header]
        for i in range(0, minutes, step):
            rows.append(f"{iso(i)},{cell(i)}")
        return self.file("\n".join(rows) + "\n")

    def count(self, i, per_minute=5.0):
        return round(100 + per_minute * i + self.noise.uniform(-2, 2))


class SampleFiles(Files):
    def test_a_planted_leak_and_its_clean_twin(self):
        self.assertEqual(analyze(self.growing("time,goroutines", self.count)).returncode, 1)
        clean = analyze(self.growing("time,goroutines", lambda i: self.count(i, 0)))
        self.assertEqual(clean.returncode, 0, clean.stdout)
        self.assertIn("judged: goroutines", clean.stdout)

    def test_the_same_leak_in_each_unit(self):
        path = self.growing("time,rss_bytes,rss_kb,rss_mb", lambda i: "{},{},{:.3f}".format(
            (b := 200_000_000 + 5_242_880 * i + self.noise.randrange(0, 100_000)), b // 1024, b / 1048576))
        metrics = json.loads(analyze(path, "--json").stdout)["metrics"]
        self.assertEqual({m["verdict"] for m in metrics.values()}, {"leak"})
        for metric in metrics.values():
            self.assertAlmostEqual(metric["rate_per_min"] / 5_242_880, 1, delta=0.05)

    def test_two_processes_are_refused_and_judged_each(self):
        path = self.growing("time,pid,fds", lambda i: f"812,{100 + 6 * i}\n{iso(i)},1400,{900 - 6 * i}")
        refused = analyze(path)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("pid has 2 values", refused.stderr)
        each = json.loads(analyze(path, "--by", "pid", "--json").stdout)["metrics"]
        self.assertEqual(each["fds{pid=812}"]["verdict"], "leak")
        self.assertEqual(each["fds{pid=1400}"]["verdict"], "stable")

    def test_what_is_no_stock_is_told_and_not_judged(self):
        path = self.growing("time,pid,uptime_s,cpu_seconds,http_requests_total,goroutines",
                            lambda i: f"812,{60 * i},{3.1 * i:.1f},{400 * i},{self.noise.choice([98, 100, 101])}")
        answer = analyze(path)
        self.assertEqual(answer.returncode, 0, answer.stdout)
        for name in ("pid", "uptime_s", "cpu_seconds", "http_requests_total"):
            self.assertIn(name + " (", answer.stdout)
        self.assertIn("--per http_requests_total", answer.stdout)

    def test_growth_per_thousand_requests(self):
        path = self.growing("time,requests_sent,fds", lambda i: f"{500 * i},{self.count(i, 2)}")
        answer = analyze(path, "--per", "requests_sent", "--tolerance", "1", "--json")
        self.assertAlmostEqual(json.loads(answer.stdout)["metrics"]["fds"]["rate_per_min"], 4, delta=0.3)

    def test_explain_html_and_json(self):
        path = self.growing("time,host,rss_kb", lambda i: f"web-1,{50000 + self.noise.randrange(9)}")
        page = pathlib.Path(self.directory.name) / "page.html"
        answer = analyze(path, "--explain", "--html", str(page))
        self.assertIn("in KiB (by its name)", answer.stdout)
        self.assertIn("rss_kb", page.read_text())
        columns = {c["name"]: c for c in json.loads(analyze(path, "--json").stdout)["columns"]}
        self.assertEqual(columns["host"]["role"], "text")


class InputsWithoutEnd(Files):
    def refused(self, path, message, **more):
        answer = analyze(path, **more)
        self.assertEqual(answer.returncode, 2, answer.stdout + answer.stderr)
        self.assertIn(message, answer.stderr)

    def test_what_is_no_file(self):
        self.refused(self.directory.name, "a directory")
        self.refused("/dev/zero", "a device")
        self.refused("/nowhere/at/all", "cannot be opened")

    def test_zeros_on_standard_input(self):
        with open("/dev/zero", "rb") as zeros:
            answer = subprocess.run([LEAKRIG, "analyze", "-"], stdin=zeros, capture_output=True, text=True, timeout=30)
        self.assertEqual(answer.returncode, 2)
        self.assertIn("not text", answer.stderr)

    def test_a_line_without_an_end_takes_no_memory(self):
        path = pathlib.Path(self.directory.name) / "line"
        with open(path, "wb") as out:
            out.write(b"time,fds\n1,")
            for _ in range(256):
                out.write(b"7" * (1 << 20))
        limited = subprocess.run(["bash", "-c", f"ulimit -v 600000; exec {LEAKRIG} analyze {path}"], capture_output=True, text=True, timeout=60)
        self.assertEqual(limited.returncode, 2, limited.stderr)
        self.assertIn("1 MiB", limited.stderr)

    def test_ten_million_columns_and_deep_json(self):
        self.refused(self.file("," * 10_000_000 + "\n"), "10000 columns")
        self.refused(self.file('{"a":' + "[" * 100_000), "nested more than 64")

    def test_a_named_pipe_with_a_writer_is_read(self):
        path = pathlib.Path(self.directory.name) / "pipe"
        os.mkfifo(path)
        text = "time,fds\n" + "".join(f"{iso(i)},{100 + 5 * i}\n" for i in range(40))
        writer = threading.Thread(target=lambda: path.write_text(text))
        writer.start()
        self.assertEqual(analyze(path).returncode, 1)
        writer.join()

    def test_huge_values_and_old_times_do_not_overflow(self):
        rows = "".join(f"1701-01-{1 + i:02}T00:00:00Z,{v}\n" for i, v in enumerate(["1e308", "-1e308"] * 10))
        answer = analyze(self.file("time,fds\n" + rows))
        self.assertIn(answer.returncode, (0, 1, 4), answer.stderr)
        self.assertNotIn("9,223,372,036,854,775", answer.stdout)


MIB = 1048576


class KnownSamples(Files):
    """Each file of tests/fixtures/samples with its right answer: verdicts with rates, or the reason of a refusal."""

    # file: exit code, {metric: (verdict, rate a minute or None)}
    ANSWERS = {
        "seed_table.csv": (1, {"goroutines": ("leak", 32)}),
        "timestamp.csv": (1, {"goroutines": ("leak", 5)}),
        "bom.csv": (1, {"goroutines": ("leak", 5)}),
        "comment.csv": (1, {"goroutines": ("leak", 5)}),
        "rephdr.csv": (1, {"goroutines": ("leak", 5)}),
        "semicolon.csv": (1, {"goroutines": ("leak", 5), "rss_mb": ("stable", 0.5 * MIB)}),
        "graf_ms.csv": (1, {"goroutines": ("leak", 5)}),
        "epoch_ms.csv": (1, {"goroutines": ("leak", 5)}),
        "noheader.csv": (1, {"2": ("leak", 5)}),
        "us_ampm.csv": (1, {"goroutines": ("leak", 5)}),
        "dash.csv": (1, {"goroutines": ("leak", 5), "fds": ("stable", 0)}),
        "text_col.csv": (1, {"goroutines": ("leak", 5)}),
        "dotnet.csv": (1, {"GC Heap Size (MB)": ("leak", 3 * MIB), "ThreadPool Thread Count": ("leak", 3), "Working Set (MB)": ("stable", 0)}),
        "json_array.json": (1, {"goroutines": ("leak", 5)}),
        "psrecord.txt": (0, {"Real (MB)": ("stable", 0.9 * MIB), "Virtual (MB)": ("stable", 0)}),
        "mprofile.dat": (0, {"memory": ("stable", 0.9 * MIB)}),
        "litellm.csv": (4, {"rss_mb": ("inconclusive", None), "fd_count": ("inconclusive", None)}),
        "nested.jsonl": (1, {"memory.rss": ("leak", None), "memory.heapUsed": ("leak", None)}),
        "context.csv": (0, {"goroutines": ("stable", 0)}),
        "units_grow.csv": (1, {name: ("leak", 5 * MIB) for name in ("rss", "rss_bytes", "heapUsed", "rss_kb", "rss_kib", "rss_mb", "memory_gb")}),
        "dup_column.csv": (1, {"goroutines": ("leak", 5), "goroutines (column 3)": ("stable", -5)}),
        "restarts.csv": (1, {"goroutines": ("leak", 5)}),
        "fds_14_days.csv": (1, {"process_open_fds": ("leak", 2.9 / 60)}),
        "rss_every_4h.csv": (1, {"rss_mb": ("leak", 5.5 * MIB / 60)}),
        "sawtooth_irregular.csv": (0, {"rss_bytes": ("stable", None)}),
        "restart_at_20min.csv": (1, {"goroutines": ("leak", 5)}),
        "gap_8h.csv": (1, {"goroutines": ("leak", 5)}),
        "own_record.jsonl": (0, {name: ("stable", None) for name in ("fds", "rss_bytes", "sockets", "threads")}),
    }
    REFUSALS = {"dst_fall.csv": ["summer time", "UTC"], "two_processes.csv": ["pid has 2 values", "--by pid"]}
    # What is said beside the verdict.
    SAID = {
        "epoch_ms.csv": ["t_s was read as epoch milliseconds"],
        "text_col.csv": ["host (text", "state (text"],
        "litellm.csv": ["--per requests_sent", "1 row stands twice, and count"],
        "nested.jsonl": ["pid (id"],
        "context.csv": ["pid (id", "uptime_s (uptime", "(counter"],
        "restarts.csv": ["taken as a restart"],
        "gap_8h.csv": ["no readings for 8 h"],
        "own_record.jsonl": ["cpu_s (counter"],
        "dup_column.csv": ["two columns are called goroutines"],
        "restart_at_20min.csv": ["one step down by 100 at 19.5 min"],
    }

    def test_every_file_has_an_answer(self):
        files = {path.name for path in FIXTURES.iterdir()}
        self.assertEqual(files, set(self.ANSWERS) | set(self.REFUSALS))

    def test_verdicts_and_rates(self):
        for name, (code, metrics) in self.ANSWERS.items():
            with self.subTest(name):
                answer = analyze(FIXTURES / name, "--json")
                self.assertEqual(answer.returncode, code, answer.stdout + answer.stderr)
                found = json.loads(answer.stdout)["metrics"]
                self.assertEqual(set(found), set(metrics))
                for metric, (verdict, rate) in metrics.items():
                    self.assertEqual(found[metric]["verdict"], verdict, metric)
                    if rate is not None:
                        self.assertAlmostEqual(found[metric]["rate_per_min"], rate, delta=0.05 * abs(rate) + (0.1 if abs(rate) > 1 else 0.02 if rate == 0 else 0.002), msg=metric)

    def test_what_is_said_beside_the_verdict(self):
        for name, parts in self.SAID.items():
            with self.subTest(name):
                text = analyze(FIXTURES / name).stdout
                for part in parts:
                    self.assertIn(part, text)

    def test_refusals(self):
        for name, parts in self.REFUSALS.items():
            with self.subTest(name):
                answer = analyze(FIXTURES / name)
                self.assertEqual(answer.returncode, 2)
                for part in parts:
                    self.assertIn(part, answer.stderr)

    def test_two_processes_by_pid(self):
        each = json.loads(analyze(FIXTURES / "two_processes.csv", "--by", "pid", "--json").stdout)["metrics"]
        leaking = next(m for n, m in each.items() if "pid=812" in n)
        falling = next(m for n, m in each.items() if "pid=1400" in n)
        self.assertEqual((leaking["verdict"], falling["verdict"]), ("leak", "stable"))
        self.assertAlmostEqual(leaking["rate_per_min"], 6, delta=0.3)


LEAKING = """
import sys, threading, time
forever = threading.Event()
while True:
    if sys.argv[1] == "leak":
        threading.Thread(target=forever.wait, daemon=True).start()
    time.sleep(0.2)
"""


class ExportedSamples(Files):
    """What --export samples=FILE wrote is judged as the program itself judged it."""

    def verdicts(self, path, *options):
        metrics = json.loads(analyze(path, "--json", *options).stdout)["metrics"]
        return {name: (m["verdict"], round(m["rate_per_min"], 6)) for name, m in metrics.items()}

    def judged(self, path):
        """Of each variant, what a result says of its metrics."""
        variants = json.loads(path.read_text())["variants"]
        return {v["name"]: {name: (m["verdict"], round(m["rate_per_min"], 6)) for name, m in v["metrics"].items()} for v in variants}

    def test_of_a_watch(self):
        directory = pathlib.Path(self.directory.name)
        for kind in ("leak", "clean"):
            samples, result = directory / f"{kind}.csv", directory / f"{kind}.json"
            subprocess.run([LEAKRIG, "watch", "--for", "8s", "--warmup", "2s", "--every", "2s", "--export", f"samples={samples}", "--export", f"json={result}",
                            "--", sys.executable, "-c", LEAKING, kind], capture_output=True, text=True, timeout=100)
            found, said = self.verdicts(samples), self.judged(result)["watched"]
            self.assertIn("threads", found)
            for name, verdict in found.items():
                # Over seconds a watch holds memory to less than analyze does.
                if name != "rss_bytes":
                    self.assertEqual(verdict, said[name], name)
            self.assertEqual(found["threads"][0], "leak" if kind == "leak" else "stable")

    def test_of_a_run_with_several_variants(self):
        directory = pathlib.Path(self.directory.name)
        samples, result = directory / "run.csv", directory / "run.json"
        subprocess.run([LEAKRIG, "run", "task3-disable-keepalives", "--quiet", "--out", str(directory / "run"), "--export", f"samples={samples}",
                        "--export", f"json={result}"], capture_output=True, text=True, timeout=150)
        for name, said in self.judged(result).items():
            found = self.verdicts(samples, "--variant", name)
            self.assertEqual((found["threads"][0], said["threads"][0]), ("leak", "leak"))
            # A run knows from its ledger that the leaks come by a clock, and weighs the readings accordingly; a file has no ledger.
            self.assertAlmostEqual(found["threads"][1], said["threads"][1], delta=0.01 * said["threads"][1])
        refused = analyze(samples)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("variant has 2 values", refused.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + [a for a in sys.argv[1:]], verbosity=2)
