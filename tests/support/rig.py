"""What the Python tests share: the program under test, run directories, waiting for a condition."""

import json
import os
import pathlib
import subprocess
import tempfile
import time

LEAKRIG = os.environ.get("LEAKRIG", "build/release/leakrig")
SOURCE = pathlib.Path(os.environ.get("LEAKRIG_SOURCE", "."))


def leakrig(*args, timeout=150, **kwargs):
    """Runs leakrig to its end; returns the CompletedProcess with text output."""
    return subprocess.run([LEAKRIG, *map(str, args)], capture_output=True, text=True, timeout=timeout, cwd=SOURCE, **kwargs)


def start_leakrig(*args, **kwargs):
    return subprocess.Popen([LEAKRIG, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            cwd=SOURCE, **kwargs)


def wait_for(condition, seconds=20, what="the condition"):
    """The first true value of `condition`, polled; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"{what} did not come true within {seconds} s")


def read_lines(path):
    """The complete lines of a JSON Lines file that is being written."""
    try:
        text = pathlib.Path(path).read_text()
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]


def alive(pid):
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


class TemporaryDirectory(tempfile.TemporaryDirectory):
    """A directory with a short path, so that Unix sockets fit."""

    def __init__(self):
        super().__init__(prefix="leakrig-test-", dir="/tmp")

    def __truediv__(self, name):
        return pathlib.Path(self.name) / name
