"""A run as a Slurm job array on a real Slurm: four tasks, one of them killed and requeued, merged and held against the
unsharded run. Skipped with the reason where Slurm cannot start."""
import json
import os
import pathlib
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import slurm  # noqa: E402
from support.collector_scenario import collector_scenario  # noqa: E402
from support.rig import LEAKRIG, SOURCE, TemporaryDirectory, leakrig  # noqa: E402

EXAMPLES = pathlib.Path(SOURCE) / "docs/examples/slurm"


def comparison():
    """A leaking variant and a clean one, two replicates each: a run for each task of the array."""
    scenario = collector_scenario(True)
    clean = collector_scenario(False)
    scenario["name"] = "array"
    scenario.pop("expect", None)
    patch = {key: value for key, value in clean["subject"]["collector"]["container_monitor"].items()
             if scenario["subject"]["collector"]["container_monitor"].get(key) != value}
    scenario["variants"] = {"leaking": {}, "clean": {"subject": {"collector": {"container_monitor": patch}}}}
    scenario["replicates"] = 2
    return scenario


class Cluster(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        try:
            cls.slurm = slurm.Slurm()
        except slurm.Unavailable as why:
            raise unittest.SkipTest(f"no Slurm here: {why}")
        cls.addClassCleanup(cls.slurm.stop)
        cls.tmp = TemporaryDirectory()
        cls.addClassCleanup(cls.tmp.cleanup)

    def states(self, array):
        lines = self.slurm.output("squeue", "-h", "-r", "-t", "all", "-j", array, "-o", "%K %t").splitlines()
        return dict(line.split() for line in lines)

    def wait_for(self, condition, what, seconds=180):
        deadline = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.2)

    def test_an_array_with_a_killed_task_comes_to_the_whole_run(self):
        scenario = self.tmp / "array.json"
        scenario.write_text(json.dumps(comparison()))
        self.slurm.environment["PATH"] = f"{pathlib.Path(LEAKRIG).resolve().parent}:{os.environ['PATH']}"
        array = self.slurm.output("sbatch", "--parsable", "--array=0-3", EXAMPLES / "leakrig-array.sh", scenario, cwd=self.tmp.name)
        second = self.tmp / "runs/array.shard-2-of-4"
        self.wait_for(lambda: (second / "samples.jsonl").exists() and (second / "samples.jsonl").stat().st_size > 0,
                      "the second task has no sample")
        self.slurm.output("scontrol", "requeue", f"{array}_1")
        # Slurm holds a requeued task back for some time, against nodes that kill at once.
        self.wait_for(lambda: "1" in self.states(array) and self.states(array)["1"] != "R", "the task was not requeued")
        self.slurm.output("scontrol", "update", f"JobId={array}_1", "StartTime=now")
        self.wait_for(lambda: list(self.states(array).values()).count("CD") == 4,
                      f"the array did not end: {[p.read_text()[-400:] for p in pathlib.Path(self.tmp.name).glob('slurm-*')]}", 300)

        merged = subprocess.run([EXAMPLES / "leakrig-merge.sh", "array", "4"], cwd=self.tmp.name, env=self.slurm.environment,
                                capture_output=True, text=True, timeout=60, check=False)
        whole = json.loads((self.tmp / "runs/array/result.json").read_text())
        self.assertTrue(second.with_name(second.name + ".unfinished-1").is_dir(), merged.stderr)
        self.assertNotIn("machines", whole["environment"])

        single = leakrig("run", scenario, "--shard", "1/1", "--out", self.tmp / "single", "-q")
        self.assertEqual(merged.returncode, single.returncode, merged.stdout + single.stderr)
        unsharded = json.loads((self.tmp / "single/result.json").read_text())
        self.assertEqual([(v["name"], v["replicates"], v["outcome"], v["verdict"]) for v in whole["variants"]],
                         [(v["name"], v["replicates"], v["outcome"], v["verdict"]) for v in unsharded["variants"]])
        self.assertEqual([v["verdict"] for v in whole["variants"]], ["leak", "stable"])
        self.assertEqual((self.tmp / "runs/array/scenario.json").read_bytes(), (self.tmp / "single/scenario.json").read_bytes())


if __name__ == "__main__":
    unittest.main()
