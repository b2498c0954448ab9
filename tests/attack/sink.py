"""Clients of the fake sinks that mean harm."""

import gzip
import os
import struct
import time

from attack.support import Sink, attack

BOMB = gzip.compress(b"\0" * (1 << 30), 9)
PUSH = "/loki/api/v1/push"


@attack("compression-bombs", "1 GiB of zeros in 1 MB of gzip, gzip within gzip, lies about lengths, to each HTTP sink and to Fluentd's", "(held)")
def compression_bombs(_):
    most = 0
    for kind, path in (("loki", PUSH), ("elasticsearch", "/_bulk"), ("otlp", "/v1/logs"), ("datadog", "/api/v2/logs"), ("http", "/")):
        with Sink(kind) as sink:
            assert sink.post(path, BOMB, "Content-Encoding: gzip", "Content-Type: application/json") == 413, kind
            assert sink.post(path, gzip.compress(BOMB), "Content-Encoding: gzip, gzip") == 415, kind
            assert sink.post(path, os.urandom(1000), "Content-Encoding: deflate") == 400, kind
            most = max(most, sink.most_memory())
    with Sink("fluentd") as sink:
        with sink.connect() as client:
            client.sendall(b"\x93\xa1t\xc6" + struct.pack(">I", len(BOMB)) + BOMB + b"\x81\xaacompressed\xa4gzip")
            assert client.recv(10) == b"", "it was taken"
        most = max(most, sink.most_memory())
    assert most < 400, f"{most:.0f} MiB"
    return f"413 (400, 415 for what is no such coding); at most {most:.0f} MiB"


@attack("deep-pushes", "JSON and MessagePack nested a million deep", "(held)")
def deep_pushes(_):
    for kind, path in (("loki", PUSH), ("otlp", "/v1/logs"), ("datadog", "/api/v2/logs"), ("elasticsearch", "/_bulk")):
        with Sink(kind) as sink:
            for body in (b"[" * 1_000_000, b'{"a":' * 1_000_000):
                assert sink.post(path, body, "Content-Type: application/json") == 400, kind
            sink.memory()
    with Sink("fluentd") as sink:
        for data in (b"\x91" * 2_000_000, b"\x81\xa1a" * 500_000, b"\xdd\xff\xff\xff\xff"):
            with sink.connect() as client:
                client.setblocking(False)
                client.send(data)
        time.sleep(0.5)
        sink.memory()
    return "400, or the connection is closed"


@attack("half-messages", "2,000 connections with 5 MB each of a message that does not end: HTTP bodies, Fluentd's messages, lines", "16 GB by Fluentd's messages")
def half_messages(quick):
    count = 200 if quick else 2000
    seen = []
    for kind, first in (("loki", b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 30000000\r\n\r\n" % PUSH.encode()),
                        ("otlp", b"POST /v1/logs HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1000000\r\n"),
                        ("fluentd", b"\xc6\x01\xff\xff\xff"), ("syslog", b"<14>"), ("lines", b"x")):
        with Sink(kind) as sink:
            clients = sink.half_sent(count, first, b"x" * 250_000, 20)
            time.sleep(1)
            most = sink.most_memory()
            assert most < 1000, f"{kind}: {most:.0f} MiB"
            seen.append(f"{kind} {most:.0f}")
            for client in clients:
                client.close()
    return "503 or closed beyond 256 MiB a sink; at most, in MiB: " + ", ".join(seen)


@attack("endless-lines", "200 MB without a newline, a million empty lines, counts of twenty digits, random bytes, to syslog and lines", "a thread that looked at all of it again for each piece")
def endless_lines(quick):
    for kind in ("syslog", "lines"):
        with Sink(kind) as sink:
            for data, times in ((b"x" * 1_000_000, 20 if quick else 200), (b"\n" * 1_000_000, 1), (b"99999999999999999999 <14>x" * 10_000, 1), (os.urandom(1_000_000), 1)):
                with sink.connect() as client:
                    for _ in range(times):
                        client.sendall(data)
            most = sink.most_memory()
            assert most < 500, f"{kind}: {most:.0f} MiB"
    return f"taken, in pieces; at most {most:.0f} MiB"
