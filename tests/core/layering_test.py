"""Keeps the includes (and CMake's link lists) of harness/ to the diagram in harness/README.md.

Usage: layering_test.py SOURCE_DIR. Exits 1 and names each line that points the wrong way.
"""

import pathlib
import re
import sys

ALLOWED = {
    "core": set(),
    "stats": set(),
    "fleet": {"core"},
    "fake_docker": {"core", "fleet"},
    "spec": {"core", "fake_docker"},
    "fake_sink": {"core"},
    "probe": {"core"},
    "collector": {"core"},
    "subject": {"core"},
    "run": {"core", "spec", "fleet", "fake_docker", "fake_sink", "probe", "collector", "subject"},
    "readings": {"core", "stats"},
    "analysis": {"core", "stats"},
    "report": {"core", "analysis"},
    "history": {"core", "stats", "report"},
    "watch": {"core", "probe", "subject", "run", "analysis", "report"},
    "live": {"core", "fake_sink", "run", "analysis", "report"},
}
ALLOWED["cli"] = set(ALLOWED)
# Headers that another folder's public header is made of come along with it.
CARRIED = {"report": {"stats"}, "run": {"spec"}, "watch": {"spec", "stats"}, "live": {"spec", "stats"}}


def violations(harness):
    for path in sorted(harness.rglob("*")):
        folder = path.relative_to(harness).parts[0]
        if path.suffix in (".h", ".cpp"):
            found = re.finditer(r'^#include "harness/(\w+)/', path.read_text(), re.M)
        elif path.name == "CMakeLists.txt" and folder in ALLOWED:
            found = re.finditer(r"\bleakrig_(\w+)\b(?=[^(]*\))", path.read_text())
        else:
            continue
        if folder not in ALLOWED:
            yield f"{path}: folder {folder} is not in the diagram"
            continue
        for match in found:
            target = match.group(1)
            if target in ALLOWED and target != folder and target not in ALLOWED[folder] | CARRIED.get(folder, set()):
                yield f"{path}: {folder} must not know {target}"


def main():
    harness = pathlib.Path(sys.argv[1]) / "harness"
    found = list(violations(harness))
    print("\n".join(found) or f"{len(ALLOWED)} folders keep to the diagram")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
