"""Files of samples as people have them, judged by the built program: what is said of them, and what is refused.

Usage: samples_test.py [CLASS]. LEAKRIG is the program. The files are made here; ../shared/cases/samples, if it is there, is read as well.
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
SHARED = pathlib.Path(os.environ.get("LEAKRIG_SOURCE", ".")).parent / "shared" / "cases" / "samples"


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


@unittest.skipUnless(SHARED.is_dir(), "no ../shared/cases/samples")
class SharedSamples(Files):
    """What the files' own README says of them: the verdict of the metrics that it names."""

    LEAKS = {"timestamp.csv": 5, "bom.csv": 5, "comment.csv": 5, "graf_ms.csv": 5, "epoch_ms.csv": 5, "noheader.csv": 5,
             "us_ampm.csv": 5, "dash.csv": 5, "text_col.csv": 5, "json_array.json": 5, "semicolon.csv": 5, "nested.jsonl": None}

    def test_leaks(self):
        for name, rate in self.LEAKS.items():
            with self.subTest(name):
                answer = analyze(SHARED / name, "--json")
                self.assertEqual(answer.returncode, 1, answer.stdout + answer.stderr)
                metrics = json.loads(answer.stdout)["metrics"]
                first = next(m for n, m in metrics.items() if n in ("goroutines", "2") or n.startswith("memory."))
                self.assertEqual(first["verdict"], "leak")
                if rate:
                    self.assertAlmostEqual(first["rate_per_min"], rate, delta=0.05 * rate + 0.1)

    def test_refusals(self):
        self.assertIn("summer time", analyze(SHARED / "dst_fall.csv").stderr)
        self.assertIn("pid has 2 values", analyze(SHARED / "two_processes.csv").stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + [a for a in sys.argv[1:]], verbosity=2)
