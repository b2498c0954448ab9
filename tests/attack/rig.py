"""What takes from the rig what it needs."""

import json
import pathlib
import subprocess
import tempfile

from attack.support import PROGRAM, attack, leakrig

SHORT = ("--set", "/sampling/duration=2m", "--set", "/sampling/warmup=30s", "--variant", "keepalives")


@attack("few-descriptors", "`ulimit -n 64; leakrig run task3-disable-keepalives`", "exit 0, half the true rate, 3,461 lost lines")
def few_descriptors(_):
    with tempfile.TemporaryDirectory(prefix="leakrig-attack-", dir="/tmp") as place:
        code, said, _ = leakrig("run", "task3-disable-keepalives", *SHORT[:4], "--out", f"{place}/run", limit=64)
        assert code in (2, 3), (code, said[-600:])
        line = next((line for line in said.splitlines() if "descriptor" in line), said.splitlines()[-1])
    return f"exit {code}: \"{line.strip()[:140]}\""


@attack("closed-pipe", "`leakrig run ... 2>&1 | head -1`", "abort with 134, no report")
def closed_pipe(_):
    with tempfile.TemporaryDirectory(prefix="leakrig-attack-", dir="/tmp") as place:
        script = f"{PROGRAM} run task3-disable-keepalives {' '.join(SHORT[:4])} --out {place}/run 2>&1 | head -1; echo ${{PIPESTATUS[0]}}"
        ended = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=170)
        code = int(ended.stdout.splitlines()[-1])
        assert code in (0, 1, 4) and json.loads((pathlib.Path(place) / "run/result.json").read_text()), (code, ended.stdout)
        assert (pathlib.Path(place) / "run/report.md").exists()
    return f"exit {code}, with its report"


@attack("full-disk", "output to `/dev/full`", "noticed after 30 s, half a file left")
def full_disk(_):
    with tempfile.TemporaryDirectory(prefix="leakrig-attack-", dir="/tmp") as place:
        samples = pathlib.Path(place) / "samples.csv"
        samples.write_text("t,goroutines\n" + "".join(f"{i},{i}\n" for i in range(100)))
        for arguments in (f"list > /dev/full", f"analyze {samples} > /dev/full", f"analyze {samples} --html /dev/full"):
            code, said, _ = leakrig(shell=f"{PROGRAM} {arguments}")
            assert code in (2, 3) and said.strip(), (arguments, code, said)
    return "exit 3, with a line"
