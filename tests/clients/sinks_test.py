"""Real clients of log sinks against the fake ones: each line arrives once, and the client says that it was taken. The
libraries come from PyPI in pinned versions; where that cannot be reached, the test is skipped, saying so."""

import json
import logging
import logging.handlers
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.rig import TemporaryDirectory, start_leakrig  # noqa: E402

PACKAGES = ["elasticsearch==8.15.1", "opentelemetry-exporter-otlp-proto-http==1.27.0", "opentelemetry-sdk==1.27.0",
            "fluent-logger==0.11.1"]
LINES = 20

CLIENTS = {
    "elasticsearch": """
import sys
from elasticsearch import Elasticsearch, helpers
client = Elasticsearch(sys.argv[1])
assert client.info()["version"]["number"]
# As an agent does that keeps the line as it came: it stands twice in a document.
taken, errors = helpers.bulk(client, ({"_index": "logs", "_source": {"message": line, "event": {"original": line}}} for line in sys.argv[2:]))
assert taken == len(sys.argv) - 2 and not errors
""",
    "otlp": """
import logging, sys
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
provider = LoggerProvider()
provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(endpoint=sys.argv[1] + "/v1/logs", compression=Compression.Gzip)))
logger = logging.getLogger("lines")
logger.setLevel(logging.INFO)
logger.addHandler(LoggingHandler(logger_provider=provider))
for line in sys.argv[2:]:
    logger.info("%s", line)
provider.shutdown()
""",
    "fluentd": """
import sys
from fluent import sender
host, port = sys.argv[1].removeprefix("tcp://").split(":")
client = sender.FluentSender("app", host=host, port=int(port), nanosecond_precision=True)
assert all(client.emit("follow", {"log": line}) for line in sys.argv[2:])
client.close()
""",
}


def marked(sequence):
    return f"web-1 seq={sequence} due=1764018790.123456789 the text of a line"


class Sinks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tmp = TemporaryDirectory()
        cls.addClassCleanup(cls.tmp.cleanup)
        cls.python = cls.tmp / "venv/bin/python"
        done = subprocess.run([sys.executable, "-m", "venv", cls.tmp / "venv"], capture_output=True, text=True)
        if done.returncode == 0:
            done = subprocess.run([cls.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES],
                                  capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            raise unittest.SkipTest("PyPI's packages cannot be had here: " + done.stderr.strip()[-200:])

    def setUp(self):
        self.sink = start_leakrig("fake-sink", "--json")
        self.addCleanup(self.end)
        self.urls = json.loads(self.sink.stdout.readline())["ready"]

    def end(self):
        if self.sink.poll() is None:
            self.sink.kill()
            self.sink.communicate(timeout=20)

    def check_all_came_once(self):
        self.sink.send_signal(signal.SIGINT)
        out, err = self.sink.communicate(timeout=20)
        self.assertEqual(json.loads(out)["containers"],
                         {"web-1": {"delivered": LINES, "duplicates": 0, "missing": 0, "first": 0}}, err)

    def run_client(self, kind):
        done = subprocess.run([self.python, "-c", CLIENTS[kind], self.urls[kind], *map(marked, range(LINES))],
                              capture_output=True, text=True, timeout=60, env={**os.environ, "NO_PROXY": "127.0.0.1"})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.check_all_came_once()

    def test_elasticsearchs_bulk_helper(self):
        self.run_client("elasticsearch")

    def test_opentelemetrys_exporter_with_gzip(self):
        self.run_client("otlp")

    def test_fluentds_logger(self):
        self.run_client("fluentd")

    def test_pythons_syslog_handler(self):
        host, port = self.urls["syslog"].removeprefix("tcp://").split(":")
        logger = logging.getLogger("syslog")
        logger.setLevel(logging.INFO)
        for kind, lines in ((socket.SOCK_STREAM, range(LINES // 2)), (socket.SOCK_DGRAM, range(LINES // 2, LINES))):
            handler = logging.handlers.SysLogHandler((host, int(port)), socktype=kind)
            logger.addHandler(handler)
            for line in lines:
                logger.info(marked(line))
            logger.removeHandler(handler)
            handler.close()
        # A datagram is read within 50 ms of nothing else; a connection's rest when it has ended.
        time.sleep(0.5)
        self.check_all_came_once()


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
