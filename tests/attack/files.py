"""Files and scenarios that mean harm."""

import contextlib
import json
import os
import pathlib
import tempfile

from attack.support import PROGRAM, attack, leakrig


@contextlib.contextmanager
def file_of(text):
    with tempfile.TemporaryDirectory(prefix="leakrig-attack-", dir="/tmp") as place:
        path = pathlib.Path(place) / "file.json"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        yield path


def refused(text, *verb, code=2, most=300):
    """That each verb says what is wrong in a line, and takes little memory."""
    with file_of(text) as path:
        for each in verb:
            exit_code, said, memory = leakrig(each, path)
            assert exit_code == code and said.startswith("leakrig: ") or exit_code == code and said.startswith(str(path)), (each, exit_code, said[:300])
            assert "unexpected" not in said.splitlines()[0][:20], said[:300]
            assert memory < most, f"{memory:.0f} MiB"


@attack("deep-files", "`validate`, `run`, `analyze` and `report` of JSON nested a million deep; binary, UTF-16, YAML, empty files", "`validate` and `report` crashed")
def deep_files(_):
    for text in ("[" * 1_000_000, '{"a":' * 800_000, "", os.urandom(100_000), '{"name":"x"}'.encode("utf-16"), "name: x\nfleet:\n  - a: &a [*a,*a]\n"):
        refused(text, "validate", "run")
    for text in ("[" * 1_000_000, '{"a":' * 1_000_000, ""):
        refused(text, "analyze")
    with tempfile.TemporaryDirectory(prefix="leakrig-attack-", dir="/tmp") as place:
        for name in ("run.json", "samples.jsonl", "ledger.jsonl"):
            (pathlib.Path(place) / name).write_text("[" * 1_000_000)
        code, said, _ = leakrig("report", place)
        assert code in (2, 3) and said.startswith("leakrig: "), (code, said[:300])
    return "exit 2, with the place"


@attack("many-problems", "a scenario of 100,000 unknown keys; one of 100,000 variants; a matrix of 30^20", "30 s and more")
def many_problems(_):
    for document in ({"name": "x", **{f"k{i}": 1 for i in range(100_000)}}, {"name": "x", "variants": [{"name": f"v{i}"} for i in range(100_000)]},
                     {"name": "x", "matrix": {"axes": {f"a{i}": {f"v{j}": {} for j in range(30)} for i in range(20)}}}):
        with file_of(json.dumps(document)) as path:
            code, said, _ = leakrig("validate", path, timeout=20)
            assert code == 2 and len(said.splitlines()) < 200, (code, said[:300])
    return "exit 2, with the first hundred"


@attack("endless-inputs", "`analyze` of a line of 1 GB, of `/dev/zero` and `/dev/urandom`; `validate` of `/dev/zero`", "5.1 GB; until killed")
def endless_inputs(quick):
    size = 100_000_000 if quick else 1_000_000_000
    code, said, _ = leakrig(shell=f"head -c {size} /dev/zero | tr '\\0' 1 | {PROGRAM} analyze -")
    assert code == 2 and "1 MiB" in said, (code, said[:300])
    for verb, path in (("analyze", "/dev/zero"), ("analyze", "/dev/urandom"), ("validate", "/dev/zero"), ("report", "/dev/zero")):
        code, said, memory = leakrig(verb, path)
        assert code in (2, 3) and memory < 300, (verb, code, said[:200], memory)
    return f"exit 2: \"a cell of more than 1 MiB\", \"a device, not a file of samples\"; at most {memory:.0f} MiB"


@attack("numbers-without-bounds", "`analyze` of 1e308, of 2^80, of times in 1600, in the year 1 and 9999, of spans beyond all numbers", "-9,223,372,036,854,775,808; two undefined behaviours; \"unexpected\"")
def numbers_without_bounds(_):
    rows = {
        "t,rss\n" + "".join(f"{i},1e308\n" for i in range(200)): (0,),
        "t,rss\n" + "".join(f"{i},{i}e306\n" for i in range(180)): (0, 1),
        "t,x\n" + "".join(f"{i},{2**80 + i * 2**70}\n" for i in range(100)): (1,),
        "t,x\n" + "".join(f"{i},{9223372036854775807 - i}\n" for i in range(100)): (0,),
        "time,goroutines\n" + "".join(f"1600-01-01T00:{i:02d}:00Z,{i}\n" for i in range(60)): (1,),
        "time,goroutines\n" + "".join(f"0001-01-01T00:{i:02d}:00Z,{i}\n" for i in range(60)): (1,),
        "time,goroutines\n" + "".join(f"9999-12-31T23:{i:02d}:00Z,{i}\n" for i in range(60)): (1,),
        "time,goroutines\n-1e308,1\n1e308,2\n": (2,),
    }
    for text, codes in rows.items():
        with file_of(text) as path:
            code, said, _ = leakrig("analyze", path)
            assert code in codes and "9,223,372,036,854,775,808" not in said and "unexpected" not in said, (text[:60], code, said[:300])
    return "judged, or exit 2 with what is wrong"
