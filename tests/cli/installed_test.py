"""The program as it is installed, and as one copied file: what it ships is found."""
import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

LEAKRIG = os.environ["LEAKRIG"]
BUILD = os.path.dirname(LEAKRIG)
SOURCE = os.environ["LEAKRIG_SOURCE"]


def output(*command, cwd=None):
    environment = {k: v for k, v in os.environ.items() if k != "LEAKRIG_SCENARIOS"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout, done.stderr


def shipped():
    names = []
    for folder, _, files in os.walk(os.path.join(SOURCE, "scenarios")):
        names += [file[:-5] for file in files if file.endswith(".json") and file != "scenario.schema.json"]
    # Their subjects are programs of the source tree.
    return sorted(set(names) - {"go-collector", "go-pool-overflow", "python-collector"})


class Installed(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="leakrig-installed-")
        self.addCleanup(shutil.rmtree, self.folder)

    def test_a_copied_binary_needs_no_file_beside_it(self):
        copy = shutil.copy(LEAKRIG, self.folder)
        code, listed, _ = output(copy, "list", "--quiet", cwd=self.folder)
        self.assertEqual((code, sorted(listed.split())), (0, shipped()))
        code, said, _ = output(copy, "validate", *shipped(), cwd=self.folder)
        self.assertEqual(code, 0, said)
        code, said, problem = output(copy, "run", "reopen-without-close", "--quiet", "--out", "run", cwd=self.folder)
        self.assertIn(code, (0, 4), said + problem)  # inconclusive is the machine's, not the copy's
        self.assertTrue(os.path.isfile(os.path.join(self.folder, "run", "report.md")))

    def test_install_puts_everything_in_its_place(self):
        prefix = os.path.join(self.folder, "usr")
        code, said, problem = output("cmake", "--install", BUILD, "--prefix", prefix)
        self.assertEqual(code, 0, said + problem)
        for file in ("bin/leakrig", "share/leakrig/scenarios/task3-disable-keepalives.json",
                     "share/leakrig/scenarios/scenario.schema.json", "share/man/man1/leakrig.1.gz",
                     "share/man/man1/leakrig-watch.1.gz", "share/bash-completion/completions/leakrig",
                     "share/zsh/vendor-completions/_leakrig", "share/fish/vendor_completions.d/leakrig.fish"):
            self.assertTrue(os.path.isfile(os.path.join(prefix, file)), file)
        program = os.path.join(prefix, "bin/leakrig")
        code, listed, _ = output(program, "list", "--json", cwd=self.folder)
        self.assertEqual(code, 0)
        self.assertIn(os.path.join(prefix, "share/leakrig/scenarios/defects/reopen-storm.json"), listed)
        code, helped, _ = output(program, "help", "run")
        with gzip.open(os.path.join(prefix, "share/man/man1/leakrig-run.1.gz"), "rt") as page:
            manual = page.read().replace("\\-", "-")
        for word in (word.split(",")[-1] for word in helped.split() if word.startswith("-")):
            if word.startswith("--"):
                self.assertIn(word, manual)

    def test_the_bash_script_completes_verbs_options_and_scenarios(self):
        folder = os.path.join(self.folder, "bin")
        os.mkdir(folder)
        shutil.copy(LEAKRIG, folder)
        script = 'PATH=%s:$PATH; source <(leakrig completion bash)\n' \
                 'try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _leakrig; echo "${COMPREPLY[@]}"; }\n' \
                 'try leakrig val; try leakrig run --time; try leakrig run task3' % folder
        code, said, problem = output("bash", "-c", script, cwd=self.folder)
        self.assertEqual((code, said.split("\n")),
                         (0, ["validate", "--time-scale", "task3-disable-keepalives", ""]), problem)

    def test_help_of_a_verb_that_there_is_not(self):
        self.assertEqual(output(LEAKRIG, "help", "nosuch")[0], 2)
        self.assertEqual(output(LEAKRIG, "help", "watch")[1], output(LEAKRIG, "watch", "--help")[1])
        self.assertEqual(output(LEAKRIG, "completion", "csh")[0], 2)
        self.assertEqual(output(LEAKRIG, "manual", "nosuch")[0], 2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[1:], verbosity=2)
