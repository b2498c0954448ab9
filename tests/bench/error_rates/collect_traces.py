#!/usr/bin/env python3
"""Makes recorded.jsonl: series of real runs, a line each, with what their scenario expects of them.

collect_traces.py RUN_DIRECTORY... > tests/bench/error_rates/recorded.jsonl

Of each variant, first replicate, the counts of which the scenario expects `leak` or `stable`, from T+0 on. Times are
when readings were due: step_s apart, or t_s where some were missed.
"""
import json
import sys
from pathlib import Path


def traces(directory):
    scenario = json.loads((directory / "scenario.json").read_text())
    samples = {}
    for line in (directory / "samples.jsonl").read_text().splitlines():
        sample = json.loads(line)
        if sample.get("missed") or "replicate" in sample or sample["due_s"] < 0:
            continue
        samples.setdefault(sample["variant"], []).append(sample)
    for variant, expected in scenario.get("expect", {}).items():
        for metric, verdict in expected.items():
            rows = [s for s in samples.get(variant, []) if metric in s]
            if verdict not in ("leak", "stable") or metric.endswith("_bytes") or len(rows) < 100:
                continue
            due = [round(s["due_s"], 1) for s in rows]
            steps = {round(b - a, 1) for a, b in zip(due, due[1:])}
            containers = [int(s["containers"]) for s in rows if "containers" in s]
            yield {
                "scenario": scenario["name"],
                "variant": variant,
                "metric": metric,
                "expected": verdict,
                **({"step_s": steps.pop()} if len(steps) == 1 else {"t_s": due}),
                "values": [int(s[metric]) for s in rows],
                "containers": containers if len(set(containers)) > 1 and len(containers) == len(rows) else [],
            }


def main():
    for argument in sys.argv[1:]:
        for trace in traces(Path(argument)):
            print(json.dumps(trace, separators=(",", ":")))


if __name__ == "__main__":
    main()
