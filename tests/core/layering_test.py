"""Keeps the includes (and CMake's link lists) of harness/ to the diagram in harness/README.md.

Usage: layering_test.py SOURCE_DIR. Exits 1 and names each line that points the wrong way, and
each type that two files define.
"""

import pathlib
import re
import sys

ALLOWED = {
    "core": set(),
    "tls": {"core"},
    "stats": set(),
    "testkit": set(),
    "spec": {"core"},
    "fleet": {"core", "spec"},
    "fake_docker": {"core", "tls", "spec", "fleet"},
    "fake_sink": {"core", "tls"},
    "probe": {"core"},
    "collector": {"core", "spec"},
    "subject": {"core"},
    "run": {"core", "tls", "spec", "fleet", "fake_docker", "fake_sink", "probe", "collector", "subject"},
    "readings": {"core", "stats"},
    "analysis": {"core", "spec", "stats"},
    "report": {"core", "analysis"},
    "history": {"core", "stats", "analysis", "report"},
    "watch": {"core", "spec", "probe", "subject", "run", "analysis", "report"},
    "live": {"core", "fake_sink", "run", "analysis", "report"},
}
# Nobody else's room: what strangers install is not what the program is made of.
ALLOWED["cli"] = set(ALLOWED) - {"testkit"}
# Headers that another folder's public header is made of come along with it.
CARRIED = {"report": {"stats"}, "run": {"spec"}, "watch": {"spec", "stats"}, "live": {"spec", "stats"}}
# Folders that have rooms of their own: the rooms from the bottom up, each of which knows those before it; files of the
# folder itself know all.
ROOMS = {"fake_docker": ["http", "faults", "logs", "state", "api"]}


def room_violations(harness):
    for folder, rooms in ROOMS.items():
        for path in sorted((harness / folder).rglob("*")):
            if path.suffix not in (".h", ".cpp"):
                continue
            room = path.relative_to(harness / folder).parts[0] if path.parent != harness / folder else None
            if room is not None and room not in rooms:
                yield f"{path}: room {room} is not one of {folder}'s"
                continue
            for match in re.finditer(rf'^#include "harness/{folder}/([\w/]+)\.h"', path.read_text(), re.M):
                parts = match.group(1).split("/")
                target = parts[0] if len(parts) > 1 else None
                if room is None or target == room:
                    continue
                if target is None or rooms.index(target) > rooms.index(room):
                    yield f"{path}: {folder}/{room} must not know {match.group(1)}.h"


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


def json_in_public_headers(harness):
    """JSON exists at the edges only: spec/ hands types on, and keeps the library in spec/document/; what the reports are
    made from is typed too, whatever header it comes from."""
    for path in sorted((harness / "spec").glob("*.h")):
        if "nlohmann" in path.read_text():
            yield f"{path}: a public header of spec/ includes the JSON library"
    spec = [f"spec/{path.name}" for path in sorted((harness / "spec").glob("*.h"))]
    for name in (*spec, "analysis/analysis.h", "analysis/findings.h", "report/report.h", "report/sentences.h"):
        for path in included_by(harness, harness / name, set()):
            if re.search(r"^#include <nlohmann/json.hpp>", path.read_text(), re.M):
                yield f"{path}: is included by {name}, and includes the JSON library"


def included_by(harness, path, seen):
    """A header of ours and all that it includes, each once."""
    if path in seen:
        return seen
    seen.add(path)
    for match in re.finditer(r'^#include "harness/([\w/]+\.h)"', path.read_text(), re.M):
        included_by(harness, harness / match.group(1), seen)
    return seen


def testkit_beyond_its_means(harness):
    """What is installed for strangers includes only itself, the system's headers, and GoogleTest or Catch2."""
    system = r"<(?:\w+|(?:sys|netinet|arpa|gtest|catch2)/[\w.]+|[\w]+\.h)>"
    for path in sorted((harness / "testkit").rglob("*")):
        if path.suffix not in (".h", ".cpp"):
            continue
        for line in re.findall(r"^#include (.*?)(?:  //.*)?$", path.read_text(), re.M):
            if not re.fullmatch(system + r'|"leakrig/\w+\.h"', line):
                yield f"{path}: strangers may not have {line}"


def types_defined_twice(sources):
    """One name, one type: the linker keeps one of two classes of a name in one namespace, whichever comes first, and says
    nothing. `sources`: (name of the file, its text), of one program."""
    first = {}
    for name, text in sources:
        inside = []
        for line in text.splitlines():
            if match := re.match(r"(?:inline )?namespace ?([\w:]*) ?\{$", line):
                inside.append(match.group(1))
            elif re.match(r"\}  // namespace", line) and inside:
                inside.pop()
            elif "" not in inside and (
                match := re.match(r"(?:class|struct|enum class|union) (\w+)(?: final)?(?: : [^;{]*)? ?\{", line)
            ):
                known = first.setdefault("::".join([*inside, match.group(1)]), name)
                if known != name:
                    yield f"{name}: defines {match.group(1)}, as {known} does"


def sources_of_the_program(harness):
    for path in sorted(harness.rglob("*")):
        if path.suffix in (".h", ".cpp") and path.relative_to(harness).parts[0] != "testkit":
            yield path.relative_to(harness).as_posix(), path.read_text()


def check_of_types_works():
    """A planted second definition is found, and what only looks like one is not."""
    base = ("a.h", "namespace leakrig {\nclass Sink : Base {\n};\n}  // namespace leakrig\n")
    twins = {
        "class Sink final {": True, "struct Sink {": True, "class Sink;": False, "class Sinks {": False,
        "class Sink::Impl {": False, "namespace {\nclass Sink {\n}  // namespace": False,
        "namespace other {\nclass Sink {\n}  // namespace other": False,
    }
    for text, is_second in twins.items():
        found = list(types_defined_twice([base, ("b.h", f"namespace leakrig {{\n{text}\n}}  // namespace leakrig\n")]))
        if bool(found) != is_second:
            yield f"the check of types is wrong about: {text}"


def main():
    harness = pathlib.Path(sys.argv[1]) / "harness"
    found = list(violations(harness)) + list(room_violations(harness)) + list(json_in_public_headers(harness))
    found += testkit_beyond_its_means(harness)
    found += [*check_of_types_works(), *types_defined_twice(sources_of_the_program(harness))]
    print("\n".join(found) or f"{len(ALLOWED)} folders keep to the diagram")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
