"""Clients of the fake Docker that mean harm."""

import io
import json
import tarfile
import time
import urllib.parse

from attack.support import Daemon, attack

# A ping is one of several clients' on a machine that may be busy with other things; a thread that is held up is not back in this.
PATIENCE_MS = 5000


def calm(daemon):
    """That the daemon is there for others."""
    took = daemon.ping()
    assert took < PATIENCE_MS, f"a ping took {took:.0f} ms"
    return took


@attack("deep-bodies", "JSON nested 100,000 deep in `Labels`, `HostConfig`, `Cmd`, `Env` of a body", "the stack overflowed: the daemon died")
def deep_bodies(_):
    with Daemon() as daemon:
        for field in ("Labels", "HostConfig", "Cmd", "Env"):
            for opening, closing in (("[", "]"), ('{"a":', "}")):
                body = '{"Image":"alpine","%s":%s1%s}' % (field, opening * 100_000, closing * 100_000)
                assert daemon.ask("POST", "/containers/create", body)[0] == 400, field
        for path in ("/networks/create", "/volumes/create", "/containers/web-1/exec", "/containers/web-1/update", "/auth"):
            assert daemon.ask("POST", path, "[" * 200_000)[0] == 400, path
        calm(daemon)
    return "400"


@attack("hostile-filters", "filters: nested deep, patterns such as `(a+)+$`, `((a{30}){30}){30}`, 15,000 characters", "a pattern ran for ever, or recursed to death")
def hostile_filters(_):
    with Daemon("--containers", "200") as daemon:
        slowest = 0
        for text in ("[" * 15_000, '{"a":' * 5_000, '{"name":["(a+)+$"]}', '{"name":["(((((.*)*)*)*)*)*x"]}', '{"name":["((a{30}){30}){30}"]}',
                     '{"name":["%s"]}' % ("a" * 15_000), '{"name":["(a|a)*b"]}', '{"name":["\\\\1(a)"]}', '{"label":["%s"]}' % ("k" * 15_000)):
            begun = time.monotonic()
            status, _ = daemon.ask("GET", "/containers/json?all=1&filters=" + urllib.parse.quote(text))
            assert status in (200, 400), (text[:30], status)
            slowest = max(slowest, (time.monotonic() - begun) * 1000)
        assert slowest < PATIENCE_MS, slowest
    return f"200 or 400, the slowest in {slowest:.0f} ms"


SCRIPTS = ("x=x; while :; do x=$x$x; done", "while :; do :; done", "while :; do echo x; done", "for i in $(seq 1 100000000); do echo $i; done",
           "echo " + "$(while :; do :; done)" * 2000, "while :; do x=$(while :; do y=$(while :; do :; done); done); done",
           "while :; do cat /etc/passwd /f >> /f; cat /f /f /f | tr a b | grep bbbb; done", "printf " + "%1000s" * 10_000,
           "mkdir -p " + "/a" * 30_000, "x=x; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do x=$x$x; done; echo " + "$x" * 5000,
           "seq 9223372036854775800 9223372036854775807; expr 9223372036854775807 + 1", "(" * 50_000, "$(" * 20_000)


@attack("hostile-commands", "`Cmd [\"lines\",\"1e-10\"]`, and scripts that loop, double a variable, fork in words, fill files", "the thread never came back: no answer, SIGTERM not heard")
def hostile_commands(_):
    with Daemon("--time-scale", "600") as daemon:
        daemon.pull()
        slowest = 0
        for command in [["lines", "1e-10"], ["lines", "1e300"], ["burst", "1e308"], ["sleep", "1e308"], ["seq", "1", "1000000000000"],
                        *(["sh", "-c", script] for script in SCRIPTS)]:
            daemon.run(*command)
            slowest = max(slowest, calm(daemon))
        memory = daemon.memory()
        assert memory < 1000, memory
    return f"all {len(SCRIPTS) + 5} run side by side at `--time-scale 600`; slowest ping {slowest:.0f} ms, {memory:.0f} MiB"


@attack("unread-lists", "500 lists of 20,000 containers that nobody reads, then 500 different ones, then 300 of `system/df`", "10.9 GB, and a ping of 39 s")
def unread_lists(quick):
    containers, count = (2000, 100) if quick else (20_000, 500)
    with Daemon("--containers", str(containers), "--lines-per-s", "0", "--history", "0") as daemon:
        before = daemon.memory()
        clients = [daemon.send(b"GET /containers/json?all=1 HTTP/1.1\r\nHost: d\r\n\r\n") for _ in range(count)]
        clients += [daemon.send(b"GET /containers/json?limit=%d HTTP/1.1\r\nHost: d\r\n\r\n" % (containers - i)) for i in range(count)]
        time.sleep(1 if quick else 4)
        took = calm(daemon)
        for client in clients:
            client.close()
        clients = [daemon.send(b"GET /system/df HTTP/1.1\r\nHost: d\r\n\r\n") for _ in range(count * 3 // 5)]
        time.sleep(1 if quick else 4)
        most = daemon.most_memory()
        assert most < 1000, f"{most:.0f} MiB"
        for client in clients:
            client.close()
    return f"{before:.0f} -> at most {most:.0f} MiB, ping {took:.0f} ms; 503 beyond"


@attack("half-bodies", "1,500 bodies half sent, by length and in chunks; 3,000 half heads of 60 KB; 3,000 x 6,000 pipelined pings", "574 MB by 500 bodies")
def half_bodies(quick):
    count = 300 if quick else 1500
    with Daemon() as daemon:
        clients = [daemon.send(b"POST /images/load HTTP/1.1\r\nHost: d\r\nContent-Length: 1048576\r\n\r\n" + b"x" * 200_000) for _ in range(count)]
        chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        clients += [daemon.send(b"POST /images/load HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n" + 2 * chunk) for _ in range(count)]
        clients += [daemon.send(b"GET /" + b"a" * 60_000) for _ in range(2 * count)]
        clients += [daemon.send(b"GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n" * 6000) for _ in range(2 * count)]
        time.sleep(1)
        took = calm(daemon)
        most = daemon.most_memory()
        assert most < 700, f"{most:.0f} MiB"
        for client in clients:
            client.close()
    return f"at most {most:.0f} MiB, ping {took:.0f} ms; 503 beyond"


@attack("long-labels", "containers with 900 labels of 1,000 characters each, until refused", "740 MB")
def long_labels(_):
    with Daemon() as daemon:
        daemon.pull()
        body = json.dumps({"Image": "alpine", "Cmd": ["sleep", "1"], "Labels": {f"k{i}": "v" * 1000 for i in range(900)}})
        made = 0
        while daemon.ask("POST", "/containers/create", body)[0] == 201:
            made += 1
            assert made < 1000
        status, _ = daemon.ask("POST", "/containers/create", body)
        for _ in range(5):
            daemon.ask("GET", "/containers/json?all=1", limit=1 << 28)
        assert status == 503, status
        most = daemon.most_memory()
        assert most < 700, f"{most:.0f} MiB"
    return f"503 after {made}; at most {most:.0f} MiB"


@attack("created-and-removed", "100,000 containers created, started and removed", "1.6 KB stayed of each")
def created_and_removed(quick):
    first, rest = (200, 2000) if quick else (1000, 99_000)
    body = json.dumps({"Image": "alpine", "Cmd": ["sleep", "1000"], "Labels": {"some": "label"}}).encode()
    create = b"POST /containers/create?name=xy HTTP/1.1\r\nHost: d\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    three = create + b"POST /containers/xy/start HTTP/1.1\r\nHost: d\r\n\r\nDELETE /containers/xy?force=1&v=1 HTTP/1.1\r\nHost: d\r\n\r\n"
    with Daemon() as daemon:
        daemon.pull()

        def live_and_die(times):
            with daemon.connect() as client:
                for _ in range(times):
                    client.sendall(three)
                    answers = b""
                    while answers.count(b"HTTP/1.1 ") < 3 or not answers.endswith(b"\r\n\r\n"):
                        answers += client.recv(65536)
                    assert b"HTTP/1.1 201" in answers and answers.count(b"HTTP/1.1 204") == 2, answers
            return daemon.memory()

        after_first = live_and_die(first)
        after_all = live_and_die(rest)
        assert after_all < after_first + 4, (after_first, after_all)
    return f"{after_first:.1f} MiB after the first {first:,}, {after_all:.1f} MiB after {first + rest:,}"


def tar_of(*entries):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, size, link in entries:
            info = tarfile.TarInfo(name)
            info.size = size
            if link:
                info.type, info.linkname = tarfile.SYMTYPE, link
            archive.addfile(info, io.BytesIO(b"x" * size))
    return buffer.getvalue()


@attack("hostile-archives", "`PUT archive` of `../../etc/passwd`, of links in circles, 30,000 directories deep, of 50,000 files; 300 x 15 MB", "882 MB by one, 4.4 GB by 300")
def hostile_archives(quick):
    with Daemon() as daemon:
        daemon.pull()
        for entries in ([("../../../../etc/passwd", 1, "")], [("l", 0, "/"), ("l/etc/x", 1, "")], [("a", 0, "b"), ("b", 0, "a"), ("a/x", 1, "")],
                        [("a/" * 30_000 + "x", 1, "")], [("n" * 200_000, 1, "")], [(f"d/{i}", 0, "") for i in range(5_000 if quick else 50_000)]):
            status, _ = daemon.ask("PUT", "/containers/web-1/archive?path=/tmp", tar_of(*entries))
            assert status in (200, 400, 500), status
            calm(daemon)
        big = tar_of(("big", 15_000_000, ""))
        refused = 0
        for number in range(40 if quick else 300):
            daemon.ask("POST", f"/containers/create?name=f{number}", '{"Image":"alpine","Cmd":["sleep","1"]}')
            refused += daemon.ask("PUT", f"/containers/f{number}/archive?path=/tmp", big)[0] != 200
        assert refused > 0
        most = daemon.most_memory()
        assert most < 600, f"{most:.0f} MiB"
    return f"\"no space left on device\" beyond 256 MiB of all containers; at most {most:.0f} MiB"


@attack("silent-readers", "2,000 clients each of events, followed logs, statistics, attach and export who read nothing", "(held)")
def silent_readers(quick):
    count = 200 if quick else 2000
    with Daemon("--containers", "200", "--lines-per-s", "100", "--history", "1000") as daemon:
        for request in (b"GET /events", b"GET /containers/web-1/logs?follow=1&stdout=1", b"GET /containers/web-1/stats", b"GET /containers/web-1/export",
                        b"POST /containers/web-1/attach?stream=1&stdout=1&logs=1"):
            clients = [daemon.send(request + b" HTTP/1.1\r\nHost: d\r\n\r\n") for _ in range(count)]
            time.sleep(1)
            calm(daemon)
            for client in clients:
                client.close()
        most = daemon.most_memory()
        assert most < 400, f"{most:.0f} MiB"
    return f"at most {most:.0f} MiB"


@attack("no-http", "HTTP/2 and TLS preambles, two lengths, endless chunks, 100,000 headers, NULs, foreign upgrades", "(held)")
def no_http(_):
    with Daemon() as daemon:
        for data in (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", b"GET / HTTP/9.9\r\n\r\n", b"\0" * 100_000, b"\r\n" * 50_000,
                     b"GET /_ping HTTP/1.1\r\nHost: d\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                     b"GET /_ping HTTP/1.1\r\nHost: d\r\nContent-Length: 99999999999999999999999\r\n\r\n",
                     b"POST /x HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
                     b"POST /x HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"T: x\r\n" * 100_000,
                     b"GET /x HTTP/1.1\r\n" + b"".join(b"H%d: v\r\n" % i for i in range(100_000)) + b"\r\n",
                     b"POST /session HTTP/1.1\r\nHost: d\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n"):
            answer = daemon.raw(data)
            assert answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 5")), (data[:30], answer[:60])
        calm(daemon)
    return "400, 404, 413 or 431"
