"""leakrig watch end to end: real processes that leak, that do not, that end, and that cannot be watched."""

import base64
import http.server
import json
import os
import pathlib
import signal
import ssl
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.rig import LEAKRIG, SOURCE, TemporaryDirectory, alive, leakrig, read_lines, start_leakrig, wait_for  # noqa: E402

FAST = ["--every", "1s", "--resolution", "100ms"]
# Starts `rate` threads a second for `life` seconds, and says when the first is there.
SUBJECT = """
import sys, threading, time
rate, life = float(sys.argv[1]), float(sys.argv[2])
never, began, started = threading.Event(), time.monotonic(), 0
print("ready", flush=True)
while time.monotonic() - began < life:
    if started < rate * (time.monotonic() - began):
        threading.Thread(target=never.wait, daemon=True).start()
        started += 1
    else:
        time.sleep(0.02)
"""


class Watch(unittest.TestCase):
    def setUp(self):
        self.tmp = TemporaryDirectory()
        self.addCleanup(self.tmp.cleanup)

    def subject(self, rate=0, life=120):
        process = subprocess.Popen([sys.executable, "-c", SUBJECT, str(rate), str(life)], stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(process.stdout.close)
        self.assertEqual(process.stdout.readline(), "ready\n")
        return process


class Verdicts(Watch):
    def test_a_process_that_leaks_is_exit_1_with_a_table_and_its_rate(self):
        done = leakrig("watch", "--pid", self.subject(rate=5).pid, "--for", "6s", *FAST)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        table = done.stdout.split("\n\n")[0].splitlines()
        rows = [line for line in table if line.lstrip().startswith("T+")]
        self.assertEqual(len(rows), 7, done.stdout)
        self.assertRegex(rows[-1], r"  leak \d+\.\d/min$")
        self.assertLessEqual(max(map(len, table)), 80)
        self.assertIn("watched  leak", done.stdout)

    def test_a_process_that_does_not_is_exit_0(self):
        done = leakrig("watch", "--pid", self.subject().pid, "--for", "4s", *FAST)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_until_sure_ends_long_before_its_time_on_a_leak(self):
        began = time.monotonic()
        done = leakrig("watch", "--pid", self.subject(rate=5).pid, "--for", "10m", "--until-sure", "-q", *FAST)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertLess(time.monotonic() - began, 60)

    def test_until_sure_is_not_sure_of_stable_before_a_leak_at_the_tolerance_would_have_shown(self):
        out = self.tmp / "run"
        done = leakrig("watch", "--pid", self.subject().pid, "--until-sure", "--tolerance", "60", "--out", out, "-q", *FAST)
        self.assertEqual(done.returncode, 0, done.stderr)
        last = read_lines(out / "samples.jsonl")[-1]
        self.assertGreater(last["t_s"], 2, "a leak of one a second shows within seconds")

    def test_children_count_with_their_parent(self):
        parent = subprocess.Popen(["sh", "-c", "sleep 60 & sleep 60 & wait"], start_new_session=True)
        self.addCleanup(parent.wait)
        self.addCleanup(os.killpg, parent.pid, signal.SIGKILL)
        done = leakrig("watch", "--pid", parent.pid, "--children", "--for", "2s", "--json", *FAST)
        metrics = json.loads(done.stdout)["variants"][0]["metrics"]
        self.assertEqual(metrics["processes"]["final"], 3)
        self.assertEqual(metrics["threads"]["final"], 3)


class Record(Watch):
    def test_out_holds_a_run_record_that_report_renders_again(self):
        out = self.tmp / "run"
        subject = self.subject(rate=5)
        done = leakrig("watch", "--pid", subject.pid, "--for", "4s", "--out", out, "--json", *FAST)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(json.loads(done.stdout), json.loads((out / "result.json").read_text()))
        self.assertIn("T+", done.stderr, "the table is on standard error")
        self.assertEqual(json.loads((out / "scenario.json").read_text())["subject"]["pid"], subject.pid)
        again = leakrig("report", out, "--format", "markdown")
        self.assertEqual(again.stdout, (out / "report.md").read_text())
        self.assertIn(f"Watch of process {subject.pid} (python", again.stdout)
        self.assertEqual(len(read_lines(out / "samples.jsonl")), 41)
        self.assertTrue(subject.poll() is None, "the subject is left alone")

    def test_an_interrupt_ends_it_with_a_report_and_130(self):
        out = self.tmp / "run"
        rig = start_leakrig("watch", "--pid", self.subject().pid, "--out", out, *FAST)
        wait_for(lambda: len(read_lines(out / "samples.jsonl")) > 5, what="a few readings")
        rig.send_signal(signal.SIGINT)
        stdout, stderr = rig.communicate(timeout=20)
        self.assertEqual(rig.returncode, 130, stderr)
        self.assertIn("interrupted", stdout)
        self.assertTrue((out / "report.md").exists())

    def test_a_directory_that_holds_a_run_is_refused(self):
        out = self.tmp / "run"
        pid = self.subject().pid
        self.assertEqual(leakrig("watch", "--pid", pid, "--for", "1s", "--out", out, "-q", *FAST).returncode, 0)
        self.assertEqual(leakrig("watch", "--pid", pid, "--for", "1s", "--out", out, "-q", *FAST).returncode, 2)


class CannotWatch(Watch):
    def check(self, code, said, *args, **kwargs):
        done = leakrig("watch", *args, "--for", "20s", *FAST, **kwargs)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertIn(said, done.stderr + done.stdout)
        return done

    def test_a_process_that_ends_is_exit_3_and_says_when(self):
        subject = self.subject(life=2)
        done = self.check(3, f"process {subject.pid} ended after", "--pid", subject.pid)
        self.assertIn("died", done.stdout)

    def test_no_such_process(self):
        gone = subprocess.Popen(["true"])
        gone.wait()
        self.check(3, f"cannot watch process {gone.pid}: there is no such process", "--pid", gone.pid)

    def test_a_zombie(self):
        zombie = subprocess.Popen(["true"])
        self.addCleanup(zombie.wait)
        wait_for(lambda: not alive(zombie.pid), what="its end")
        self.check(3, "zombie", "--pid", zombie.pid)

    def test_process_1(self):
        self.check(2, "cannot watch process 1: it is init", "--pid", 1)

    def test_another_users_process(self):
        if os.geteuid() == 0:
            # Watched by nobody, from a place that nobody may read.
            os.chmod(self.tmp.name, 0o755)
            program = self.tmp / "leakrig"
            program.write_bytes((SOURCE / LEAKRIG).read_bytes())
            program.chmod(0o755)
            done = subprocess.run([program, "watch", "--pid", str(os.getpid()), "--for", "5s"], capture_output=True, text=True, user=65534,
                                  group=65534, extra_groups=[], cwd="/", timeout=60)
            pid = os.getpid()
        else:
            pid = next(int(p) for p in os.listdir("/proc") if p.isdigit() and int(p) > 1 and os.stat(f"/proc/{p}").st_uid != os.geteuid())
            done = leakrig("watch", "--pid", pid, "--for", "5s")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn(f"cannot watch process {pid}: it is another user's", done.stderr)

    def test_an_address_where_nothing_answers(self):
        self.check(3, "cannot watch: pprof:", "--pprof", "http://127.0.0.1:9")

    def test_wrong_command_lines(self):
        for args in [[], ["--pid", "x"], ["--pid", "-4"], ["--pprof", "ftp://x"], ["--metrics", "http://127.0.0.1:9"], ["--metric", "x"],
                     ["--children", "--pprof", "http://127.0.0.1:9"], ["--pid", os.getpid(), "--every", "0s"],
                     ["--pid", os.getpid(), "--for", "soon"], ["--pid", os.getpid(), "--format", "yaml"]]:
            done = leakrig("watch", *args)
            self.assertEqual(done.returncode, 2, (args, done.stderr))
            self.assertNotEqual(done.stderr.strip(), "", args)


class Served(Watch):
    """A metric that grows by ten at each reading, as Prometheus text."""

    def serve(self, text_of):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                text = text_of()
                if text is None:
                    self.send_error(500)
                    return
                body = text.encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(server.server_close)
        self.addCleanup(thread.join)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}/metrics"

    def test_a_metric_is_watched_without_a_process(self):
        began = time.monotonic()
        url = self.serve(lambda: f'go_goroutines {20 + int(10 * (time.monotonic() - began))}\nopen_fds{{kind="socket"}} 7\n')
        done = leakrig("watch", "--metrics", url, "--metric", "go_goroutines", "--metric", 'open_fds{kind="socket"}', "--for", "5s", "--json",
                       *FAST)
        self.assertEqual(done.returncode, 1, done.stderr)
        metrics = json.loads(done.stdout)["variants"][0]["metrics"]
        self.assertEqual(set(metrics), {"go_goroutines", "open_fds_kind_socket"})
        self.assertEqual(metrics["go_goroutines"]["verdict"], "leak")
        self.assertAlmostEqual(metrics["go_goroutines"]["rate_per_min"], 600, delta=60)
        self.assertEqual(metrics["open_fds_kind_socket"]["final"], 7)

    def test_a_reading_that_fails_is_a_gap_and_not_the_end(self):
        asked = iter(range(10**6))
        url = self.serve(lambda: None if next(asked) % 4 == 3 else "x 5\n")
        out = self.tmp / "run"
        done = leakrig("watch", "--metrics", url, "--metric", "x", "--for", "3s", "--out", out, "-q", *FAST)
        self.assertEqual(done.returncode, 0, done.stderr)
        samples = read_lines(out / "samples.jsonl")
        self.assertEqual(len(samples), 31)
        self.assertEqual(sum("x" not in sample for sample in samples), 8)


class Secured(Watch):
    """A metrics page over https that wants a user and password, of which nothing may be seen anywhere."""

    SECRET = "s3cr3t-of-the-page"

    def setUp(self):
        super().setUp()
        self.certificate, key = self.tmp / "certificate.pem", self.tmp / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", self.certificate, "-days", "2", "-subj",
                        "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        wanted = "Basic " + base64.b64encode(f"user:{self.SECRET}".encode()).decode()
        began = time.monotonic()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                known = self.headers.get("Authorization") == wanted
                body = f"x {20 + int(10 * (time.monotonic() - began))}\n".encode() if known else b""
                self.send_response(200 if known else 401)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # a client that trusts it not breaks off
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(server.server_close)
        self.addCleanup(thread.join)
        self.addCleanup(server.shutdown)
        self.page = f"127.0.0.1:{server.server_port}/metrics"

    def watch(self, password, trusted=True, **more):
        env = dict(os.environ, NETRC="/dev/null")
        env.pop("SSL_CERT_FILE", None)
        if trusted:
            env["SSL_CERT_FILE"] = str(self.certificate)
        done = leakrig("watch", "--metrics", f"https://user:{password}@{self.page}", "--metric", "x", "--for", "3s", *FAST, *more.get("args", []), env=env)
        self.assertNotIn(self.SECRET, done.stdout + done.stderr)
        return done

    def assert_unseen_below(self, directory):
        files = [path for path in directory.rglob("*") if path.is_file()]
        self.assertTrue(files)
        for path in files:
            self.assertNotIn(self.SECRET.encode(), path.read_bytes(), path)

    def test_it_is_judged_and_the_password_stands_nowhere(self):
        out = self.tmp / "run"
        done = self.watch(self.SECRET, args=["--out", out, "--export", f"html={self.tmp / 'run' / 'page.html'}"])
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("leak", done.stdout)
        self.assert_unseen_below(out)
        self.assertIn("https://***@127.0.0.1", (out / "scenario.json").read_text())

    def test_a_certificate_that_nobody_vouches_for_is_refused_with_the_remedy(self):
        done = self.watch(self.SECRET, trusted=False)
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertIn("its certificate is not trusted here; name the authority's with SSL_CERT_FILE", done.stderr)

    def test_a_wrong_password_is_told_and_not_repeated(self):
        done = self.watch(self.SECRET + "-wrong")
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertIn("status 401", done.stderr)

    def test_an_address_that_is_none_is_told_without_its_password(self):
        done = leakrig("watch", "--metrics", f"https//user:{self.SECRET}@127.0.0.1", "--metric", "x", "--for", "1s")
        self.assertEqual(done.returncode, 2)
        self.assertNotIn(self.SECRET, done.stdout + done.stderr)

    def test_a_scenario_and_a_command_do_not_show_it_either(self):
        scenario, out = self.tmp / "scenario.json", self.tmp / "run"
        url = f"https://user:{self.SECRET}@{self.page}"
        scenario.write_text(json.dumps({"name": "secured", "subject": {"command": ["sleep", "60", ], "env": {"PAGE": url},
                            "probes": {"metrics": {"url": url, "read": {"x": "x"}}}},
                            "sampling": {"warmup": "0s", "duration": "2s", "every": "1s", "resolution": "250ms"}}))
        env = dict(os.environ, SSL_CERT_FILE=str(self.certificate), NETRC="/dev/null")
        done = leakrig("run", scenario, "--out", out, env=env)
        self.assertNotIn(self.SECRET, done.stdout + done.stderr)
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertIn("there listens another program", done.stderr)
        self.assert_unseen_below(out)


if __name__ == "__main__":
    unittest.main()
