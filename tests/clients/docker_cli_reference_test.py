"""Every command of the docker CLI's reference that needs no registry, no swarm and no builder: a line each, in the order in
which they are run, with what they have to say. `{tmp}` is a directory of the test's own."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.rig import TemporaryDirectory, start_leakrig  # noqa: E402

DOCKER = os.environ.get("DOCKER_CLI") or shutil.which("docker")

# Command line, as /bin/sh has it after "docker"; a regular expression that its output holds; its exit code, 0 if not said.
LINES = [
    ("version", r"API version:.*1\.\d+"),
    ("info", r"Containers: 4"),
    ("system info --format '{{.Driver}}'", r"overlay"),
    ("system df", r"Images.*\n.*Containers.*\n.*Local Volumes"),
    ("system df -v", r"web-1"),
    ("pull alpine:3.19", r"Status: Downloaded newer image for alpine:3.19"),
    ("image pull -q busybox", r"docker.io/library/busybox:latest"),
    ("images", r"alpine +3\.19"),
    ("image ls --filter reference='alp*'", r"alpine"),
    ("image inspect alpine:3.19 --format '{{.Os}}'", r"linux"),
    ("history alpine:3.19", r"CREATED BY"),
    ("image history -q busybox", r"[0-9a-f]"),
    ("tag alpine:3.19 own/alpine:a", r"^$"),
    ("image tag busybox own/busybox:b", r"^$"),
    ("create --name made alpine:3.19 sleep 1000", r"^[0-9a-f]{64}\n$"),
    ("container create --name more --memory 64m --cpus 1.5 -p 8080:80 alpine:3.19 sleep 1000", r"^[0-9a-f]{64}\n$"),
    ("start made", r"^made\n$"),
    ("container start more", r"^more\n$"),
    ("ps", r"made"),
    ("ps -a --no-trunc --size --format '{{.Names}} {{.Size}}'", r"made .*B"),
    ("container ls -q --filter name=made", r"^[0-9a-f]{12}\n$"),
    ("inspect made", r'"Status": "running"'),
    ("container inspect -s made --format '{{.SizeRw}}'", r"\d"),
    ("port more", r"80/tcp -> 0\.0\.0\.0:8080"),
    ("container port more 80", r"0\.0\.0\.0:8080"),
    ("top made", r"UID +PID +PPID +C +STIME +TTY +TIME +CMD\n.*sleep 1000"),
    ("top made -o pid,comm", r"PID +COMMAND"),
    ("container top made aux", r"USER +PID +%CPU +%MEM"),
    ("stats --no-stream --format '{{.Name}} {{.MemUsage}}' more", r"more .*/ 64MiB"),
    ("container stats --no-stream made", r"CPU %"),
    ("exec made echo inside", r"^inside\n$"),
    ("container exec -e A=b -w /tmp made sh -c 'echo $A; pwd; exit 3'", r"^b\n/tmp\n$", 3),
    ("logs --tail 2 web-1", r"(web-1 seq=\d+ .*\n){2}"),
    ("container logs --since 10m --timestamps web-1", r"^\d{4}-"),
    ("pause made", r"^made\n$"),
    ("unpause made", r"^made\n$"),
    ("container pause made", r"^made\n$"),
    ("container unpause made", r"^made\n$"),
    ("rename made renamed", r"^$"),
    ("container rename renamed made", r"^$"),
    ("update --memory 128m --memory-swap 256m made", r"^made\n$"),
    ("container update --restart on-failure:2 made", r"^made\n$"),
    ("cp {tmp}/file made:/tmp/file", r""),
    ("container cp made:/tmp/file {tmp}/back", r""),
    ("diff made", r"A /tmp/file"),
    ("container diff made", r"A /tmp/file"),
    ("export -o {tmp}/export.tar made", r"^$"),
    ("container export made -o {tmp}/export2.tar", r"^$"),
    ("import {tmp}/export.tar own/imported:1", r"sha256:[0-9a-f]{64}"),
    ("image import --change 'CMD true' {tmp}/export.tar own/imported:2", r"sha256:[0-9a-f]{64}"),
    ("commit made own/made:1", r"sha256:"),
    ("container commit -m words made own/made:2", r"sha256:"),
    ("save -o {tmp}/saved.tar own/made:1", r"^$"),
    ("image save own/made:2 -o {tmp}/saved2.tar", r"^$"),
    ("load -i {tmp}/saved.tar", r"Loaded image: own/made:1"),
    ("image load -i {tmp}/saved2.tar", r"Loaded image: own/made:2"),
    ("restart -t 0 made", r"^made\n$"),
    ("container restart -t 0 made", r"^made\n$"),
    ("stop -t 0 made", r"^made\n$"),
    ("container stop -t 0 made", r"^made\n$"),
    ("wait made", r"^137\n$"),
    ("container wait made", r"^137\n$"),
    ("start made", r"^made\n$"),
    ("kill made", r"^made\n$"),
    ("container kill -s TERM more", r"^more\n$"),
    ("run --rm alpine:3.19 echo ran", r"^ran\n$"),
    ("container run --rm -i alpine:3.19 cat < {tmp}/file", r"^content\n$"),
    ("run -d --name waits alpine:3.19 sh -c 'sleep 0.3; echo last'", r"^[0-9a-f]{64}\n$"),
    ("attach --no-stdin waits", r"^last\n$"),
    ("run -d --name again alpine:3.19 sh -c 'sleep 0.3; echo last'", r"^[0-9a-f]{64}\n$"),
    ("container attach --no-stdin again", r"^last\n$"),
    ("rm waits", r"^waits\n$"),
    ("container rm -f again more", r"^again\nmore\n$"),
    ("network create --driver bridge own-net", r"^[0-9a-f]{64}\n$"),
    ("network ls --filter name=own-net -q", r"^[0-9a-f]{12}\n$"),
    ("network inspect own-net --format '{{.Driver}}'", r"^bridge\n$"),
    ("network connect --alias friend own-net web-1", r"^$"),
    ("network disconnect own-net web-1", r"^$"),
    ("network rm own-net", r"^own-net\n$"),
    ("network prune -f", r""),
    ("volume create own-vol", r"^own-vol\n$"),
    ("volume ls -q --filter name=own-vol", r"^own-vol\n$"),
    ("volume inspect own-vol --format '{{.Driver}}'", r"^local\n$"),
    ("volume rm own-vol", r"^own-vol\n$"),
    ("volume prune -f", r"Total reclaimed space"),
    ("events --since 10m --until $(($(date +%s) + 1)) --filter container=made --format '{{.Action}}'", r"create\n(.*\n)*start\n"),
    ("system events --since 10m --until $(($(date +%s) + 1)) --filter type=network --format '{{.Action}}'", r"create\n(.*\n)*destroy\n"),
    ("search alpine", r"NAME"),
    ("login -u me -p secret", r"Login Succeeded"),
    ("logout", r"Removing login credentials"),
    ("rmi own/alpine:a", r"Untagged: own/alpine:a"),
    ("image rm own/busybox:b", r"Untagged: own/busybox:b"),
    ("container prune -f", r"Deleted Containers"),
    ("image prune -f", r"Total reclaimed space"),
    ("builder prune -f", r"Total"),
    ("system prune -f", r"Total reclaimed space"),
    ("plugin ls", r"ID +NAME"),
    ("context ls", r"default"),
    ("inspect nowhere", r"[Nn]o such object: nowhere", 1),
    ("run --rm alpine:3.19 nosuch", r"executable file not found in \$PATH", 127),
    ("node ls", r"not a swarm manager", 1),
]


class Reference(unittest.TestCase):
    def test_every_command(self):
        if DOCKER is None:
            self.fail("no docker CLI: scripts/setup installs Debian's docker.io")
        with TemporaryDirectory() as tmp:
            path = pathlib.Path(tmp) / "docker.sock"
            (pathlib.Path(tmp) / "file").write_text("content\n")
            daemon = start_leakrig("fake-docker", "--socket", path, "--containers", "4", "--lines-per-s", "10", "--history", "20")
            try:
                self.assertIn("ready", daemon.stdout.readline())
                env = {"PATH": os.environ["PATH"], "DOCKER_HOST": f"unix://{path}", "DOCKER_CONFIG": tmp, "DOCKER": DOCKER}
                for line, said, *code in LINES:
                    with self.subTest(line):
                        done = subprocess.run(["sh", "-c", '"$DOCKER" ' + line.replace("{tmp}", tmp)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                              timeout=30, env=env)
                        self.assertEqual(done.returncode, code[0] if code else 0, done.stdout + done.stderr)
                        self.assertRegex(done.stdout + (done.stderr if code or "log" in line else ""), re.compile(said))
            finally:
                daemon.kill()
                daemon.communicate()


if __name__ == "__main__":
    unittest.main(verbosity=1)
