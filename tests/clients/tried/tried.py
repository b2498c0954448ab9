"""The clients that were tried against `leakrig fake-docker`: how each is made, run, and what it says of its claims.

  tried.py LIST            their names, one a line
  tried.py NAME...         runs these (ALL: every one), each against a daemon of its own; the claims and a line of sums
  tried.py --pins          whether the table has each client at the version that is pinned here
  tried.py --table NAME... the same, and writes what came out into docs/fake-docker.md (ALL: the whole table anew)

Exit status: 0 if all claims held, 77 if a client cannot be had here (said why), 1 otherwise.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[2]
sys.path.insert(0, str(SOURCE / "tests"))
from support.rig import TemporaryDirectory, start_leakrig  # noqa: E402

# What is fetched and built is kept for the next run.
KEPT = pathlib.Path(os.environ.get("LEAKRIG_CLIENTS_DIR", SOURCE / "build/clients"))
LOCAL_GO = {"GOTOOLCHAIN": "local"}
DOCUMENT = SOURCE / "docs/fake-docker.md"
BEGIN, END = "<!-- tried: begin -->", "<!-- tried: end -->"


class NotHere(Exception):
    """The client cannot be had on this machine."""


def fetched(command, cwd, what, env=None):
    """Runs what needs a registry. A tool that is not there, or a registry that cannot be reached, is no failure."""
    if shutil.which(str(command[0])) is None:
        raise NotHere(f"{command[0]} is not installed")
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=1500, env={**os.environ, **(env or {})})
    if done.returncode != 0:
        raise NotHere(f"{what} cannot be fetched: " + " ".join((done.stdout + done.stderr).split())[-300:])


def built(command, cwd, env=None):
    """Compiles what was fetched, which has to succeed."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=800, env={**os.environ, **(env or {})})
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.stdout}{done.stderr}")


def laid_out(name):
    """A copy of the client's folder to work in, as nothing is to be written into the source."""
    place = KEPT / name
    place.mkdir(parents=True, exist_ok=True)
    for path in (HERE / name).rglob("*"):
        target = place / path.relative_to(HERE / name)
        if path.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
    return place


def node(script):
    def command():
        place = laid_out("node")
        if shutil.which("node") is None:
            raise NotHere("node is not installed")
        version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
        if int(version.lstrip("v").split(".")[0]) < 20:
            raise NotHere(f"node is {version.strip()}, and the clients need 20")
        lock = (place / "package-lock.json").read_text()
        stamp = place / "installed.json"
        if not stamp.exists() or stamp.read_text() != lock:
            fetched(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], place, "packages from npm")
            stamp.write_text(lock)
        return ["node", place / script]
    return command


def python(script):
    def command():
        place = laid_out("python")
        interpreter = place / "venv/bin/python"
        wanted = (place / "requirements.txt").read_text()
        stamp = place / "installed.txt"
        if sys.version_info < (3, 10):
            raise NotHere("Python is older than 3.10")
        if not stamp.exists() or stamp.read_text() != wanted:
            fetched([sys.executable, "-m", "venv", place / "venv"], place, "a virtual environment")
            fetched([interpreter, "-m", "pip", "install", "--quiet", "-r", place / "requirements.txt"], place, "packages from PyPI")
            stamp.write_text(wanted)
        return [interpreter, place / script]
    return command


def go_module(place):
    if shutil.which("go") is None:
        raise NotHere("go is not installed")
    version = subprocess.run(["go", "env", "GOVERSION"], capture_output=True, text=True, cwd="/").stdout.strip().removeprefix("go")
    wanted = re.search(r"^go (\S+)", (place / "go.mod").read_text(), re.M).group(1)
    if [int(n) for n in re.findall(r"\d+", version)[:2]] < [int(n) for n in wanted.split(".")[:2]]:
        raise NotHere(f"Go is {version}, and the client needs {wanted}")


def go(package, folder="go"):
    def command():
        place = HERE / folder
        go_module(place)
        program = KEPT / "bin" / f"{folder}-{pathlib.PurePath(package).name or 'main'}"
        program.parent.mkdir(parents=True, exist_ok=True)
        fetched(["go", "mod", "download"], place, "Go modules", LOCAL_GO)
        built(["go", "build", "-o", program, package], place, LOCAL_GO)
        return [program]
    return command


def go_suite(package, pattern, tags):
    """A client's own tests: each is a claim."""
    def command():
        place = HERE / "go"
        go_module(place)
        program = KEPT / "bin" / (pathlib.PurePath(package).name + ".test")
        program.parent.mkdir(parents=True, exist_ok=True)
        fetched(["go", "mod", "download"], place, "Go modules", LOCAL_GO)
        built(["go", "test", "-c", "-tags", tags, "-o", program, package], place, LOCAL_GO)
        return [program, "-test.v", "-test.run", pattern]
    return command


def maven(folder, main):
    def command():
        place = laid_out(folder)
        pom = (place / "pom.xml").read_text()
        stamp = place / "installed.txt"
        if not stamp.exists() or stamp.read_text() != pom:
            fetched(["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"], place, "artifacts from Maven Central")
            stamp.write_text(pom)
        built(["javac", "--release", "17", "-cp", "lib/*", "-d", "classes", *place.rglob("*.java")], place)
        return ["java", "-cp", f"{place}/classes:{place}/lib/*", main]
    return command


def npm_version(package):
    return lambda: json.loads((HERE / "node/package.json").read_text())["dependencies"][package]


def pip_version(package):
    return lambda: re.search(rf"^{package}==(\S+)", (HERE / "python/requirements.txt").read_text(), re.M).group(1)


def go_version(module, folder="go"):
    return lambda: re.search(rf"^(?:require)?\s*{re.escape(module)} v(\S+)", (HERE / folder / "go.mod").read_text(), re.M).group(1)


def pom_version(artifact):
    return lambda: re.search(rf"<artifactId>{artifact}</artifactId><version>([^<]+)", (HERE / "java/pom.xml").read_text()).group(1)


class Client:
    """`ci`: cheap enough for every run of the tests."""

    def __init__(self, title, version, command, ci=True):
        self.title, self.version, self.command, self.ci = title, version, command, ci


CLIENTS = {
    "dockerode": Client("dockerode", npm_version("dockerode"), node("dockerode.mjs")),
    "testcontainers-node": Client("testcontainers for Node", npm_version("testcontainers"), node("testcontainers.mjs")),
    "docker-py": Client("docker-py", pip_version("docker"), python("docker_py.py")),
    "aiodocker": Client("aiodocker", pip_version("aiodocker"), python("aiodocker_.py")),
    "testcontainers-python": Client("testcontainers for Python", pip_version("testcontainers"), python("testcontainers_.py")),
    "moby-client": Client("Docker's Go client (moby/client)", go_version("github.com/moby/moby/client"), go("./moby")),
    "testcontainers-go": Client("testcontainers for Go", go_version("github.com/testcontainers/testcontainers-go"), go("./testcontainers"), ci=False),
    "dockertest": Client("dockertest", go_version("github.com/ory/dockertest/v3"), go("./dockertest")),
    "go-dockerclient": Client("go-dockerclient, its own integration tests", go_version("github.com/fsouza/go-dockerclient"),
                              go_suite("github.com/fsouza/go-dockerclient", "Integration", "docker_integration")),
    "docker-java": Client("docker-java", pom_version("docker-java-core"), maven("java", "Tried"), ci=False),
}


def claims_of(output):
    """(claim, None or why it failed), in order: our programs' lines, and those of `go test -v`."""
    claims = []
    for line in output.splitlines():
        if line.startswith("ok "):
            claims.append((line[3:], None))
        elif line.startswith("FAILED "):
            claims.append(tuple(line[7:].split(": ", 1)))
        elif match := re.match(r"--- (PASS|FAIL): (\S+)", line):
            claims.append((match.group(2), None if match.group(1) == "PASS" else "see above"))
    return claims


def tried(name):
    """Runs a client to its end: its claims, and whether it ended well."""
    command = CLIENTS[name].command()
    with TemporaryDirectory() as directory:
        socket = pathlib.Path(directory) / "docker.sock"
        daemon = start_leakrig("fake-docker", "--socket", socket, "--containers", "4", "--lines-per-s", "10", "--history", "20", "--listen-ports")
        try:
            assert "ready" in daemon.stdout.readline(), "the daemon is not ready"
            # In a container some clients take the bridge's gateway for the host of published ports.
            env = {**os.environ, "DOCKER_HOST": f"unix://{socket}", "DOCKER_CONFIG": directory, "HOME": directory, "TESTCONTAINERS_HOST_OVERRIDE": "localhost",
                   "TESTCONTAINERS_CONNECTION_MODE": "docker_host", "NO_PROXY": "*", "no_proxy": "*"}
            done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=280, env=env, cwd=directory)
        finally:
            daemon.kill()
            daemon.communicate()
    claims = claims_of(done.stdout)
    if not claims or (done.returncode != 0 and all(why is None for _, why in claims)):
        claims.append(("it ends well", f"exit {done.returncode}: " + " | ".join((done.stdout + done.stderr).splitlines()[-15:])))
    return claims


def row(name, claims):
    client = CLIENTS[name]
    failed = [claim for claim, why in claims if why is not None]
    held = f"all {len(claims)}" if not failed else f"{len(claims) - len(failed)} of {len(claims)}; not: " + "; ".join(failed)
    what = "; ".join(claim for claim, _ in claims)
    return f"| {client.title} | {client.version()} | {what} | {held} |"


def write_rows(rows, whole):
    text = DOCUMENT.read_text()
    before, rest = text.split(BEGIN)
    table, after = rest.split(END)
    lines = ["| client | version | what was tried | what holds |", "|---|---|---|---|"]
    kept = {} if whole else {line.split(" | ")[0]: line for line in table.strip().splitlines()[2:]}
    kept.update({line.split(" | ")[0]: line for line in rows})
    order = [f"| {client.title}" for client in CLIENTS.values()]
    lines += [kept[key] for key in order if key in kept]
    DOCUMENT.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{after}")


def main(arguments):
    if arguments == ["LIST"]:
        print("\n".join(CLIENTS))
        return 0
    if arguments == ["--pins"]:
        missing = [each.title for each in CLIENTS.values() if f"| {each.title} | {each.version()} |" not in DOCUMENT.read_text()]
        print("\n".join(f"not in the table of {DOCUMENT.name} at its version: {title}" for title in missing) or "the table has them all")
        return 1 if missing else 0
    writes = arguments[:1] == ["--table"]
    names = arguments[1:] if writes else arguments
    if not names:
        print(__doc__)
        return 2
    whole = names == ["ALL"]
    rows, failed, skipped = [], 0, 0
    for name in list(CLIENTS) if whole else names:
        try:
            claims = tried(name)
        except NotHere as why:
            print(f"{name}: skipped: {why}")
            skipped += 1
            continue
        for claim, why in claims:
            print(f"{name}: {claim}: " + ("holds" if why is None else f"FAILED: {why}"))
        failed += sum(why is not None for _, why in claims)
        rows.append(row(name, claims))
    if writes:
        write_rows(rows, whole)
    print(f"{len(rows)} clients, {failed} claims failed, {skipped} skipped")
    return 1 if failed else 77 if skipped and not rows else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
