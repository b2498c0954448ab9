"""The pull-request walk-through of docs/ci.md, run as it is written: each line after "$ " in the block, its output as shown but for numbers."""

import os
import pathlib
import re
import subprocess
import sys
import unittest
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.rig import LEAKRIG, SOURCE, TemporaryDirectory  # noqa: E402


def blocks():
    """(command, lines shown below it) of the walk-through."""
    text = (SOURCE / "docs" / "ci.md").read_text()
    section = text[text.index("## In a pull request"):]
    block = section[section.index("```console\n") + len("```console\n"):]
    out = []
    for line in block[:block.index("```")].splitlines():
        if line.startswith("$ "):
            out.append((line[2:], []))
        elif line.startswith("> "):
            out[-1] = (out[-1][0] + "\n" + line[2:], out[-1][1])
        elif line != "...":
            out[-1][1].append(line)
    return out


def shape(line):
    """A line without what differs from run to run. What is cut short in the page ends with dots there."""
    return re.sub(r"(?<!\w)-?\d[\d,.]*", "N", line).strip()


class Walkthrough(unittest.TestCase):
    def test_works_as_written(self):
        tmp = TemporaryDirectory()
        self.addCleanup(tmp.cleanup)
        (tmp / "scenarios").symlink_to(SOURCE / "scenarios")
        (tmp / "bin").mkdir()
        (tmp / "bin" / "leakrig").symlink_to(pathlib.Path(LEAKRIG).resolve())
        environment = {**os.environ, "PATH": f"{tmp / 'bin'}:{os.environ['PATH']}", "GITHUB_STEP_SUMMARY": str(tmp / "summary.md")}
        for name in ["GITHUB_SHA", "GITHUB_REF_NAME", "GITHUB_HEAD_REF", "CI_COMMIT_SHA"]:
            environment.pop(name, None)
        status = 0
        walked = blocks()
        self.assertGreater(len(walked), 5)
        for command, shown in walked:
            done = subprocess.run(["bash", "-c", f"(exit {status}); {command}"], cwd=tmp.name, env=environment, capture_output=True, text=True, timeout=120)
            status = done.returncode
            printed = [shape(line) for line in (done.stdout + done.stderr).splitlines()]
            for line in shown:
                wanted = shape(line)
                found = any(p.startswith(wanted[:-3].strip()) if wanted.endswith("...") else p == wanted for p in printed)
                self.assertTrue(found, f"$ {command}\nshould have printed\n{line}\nand printed\n{done.stdout}{done.stderr}")
        self.assertTrue((tmp / "leakrig.html").read_text().startswith("<!doctype html>"))
        self.assertIn("❌ an expectation failed", (tmp / "summary.md").read_text())
        failures = [c for c in ElementTree.parse(tmp / "leakrig.xml").iter("testcase") if c.find("failure") is not None]
        self.assertIn("baseline: threads", [c.get("name") for c in failures])


if __name__ == "__main__":
    unittest.main()
