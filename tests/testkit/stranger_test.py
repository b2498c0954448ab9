"""A stranger's CMake project against an installed leakrig: two lines of change, and a leaking test fails by name."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

BUILD = os.environ["LEAKRIG_BUILD"]
EXAMPLE = pathlib.Path(os.environ["LEAKRIG_SOURCE"]) / "docs/examples/gtest"


def run(*command, cwd=None):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("GTEST_", "LEAKRIG_TEST_"))}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False)


class Stranger(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="leakrig-stranger-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.prefix = cls.folder / "usr"
        # The component alone: the rest need not have been built.
        done = run("cmake", "--install", BUILD, "--component", "testkit", "--prefix", str(cls.prefix))
        assert done.returncode == 0, done.stdout + done.stderr

    def build(self, name, edit=lambda text: text):
        source = shutil.copytree(EXAMPLE, self.folder / name)
        lists = source / "CMakeLists.txt"
        lists.write_text(edit(lists.read_text()))
        build = source / "build"
        done = run("cmake", "-S", str(source), "-B", str(build), f"-DCMAKE_PREFIX_PATH={self.prefix}",
                   "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        done = run("cmake", "--build", str(build))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return build

    def test_two_lines_make_the_leak_a_failure(self):
        without = self.build("without", lambda text: re.sub(r"^.*\bleakrig(?:::\w+)?(?: REQUIRED)?\)\n", "", text, flags=re.M))
        before = (without.parent / "CMakeLists.txt").read_text().count("\n")
        self.assertEqual(before + 2, (EXAMPLE / "CMakeLists.txt").read_text().count("\n"))
        for test in ("clean_test", "leaking_test"):
            self.assertEqual(run(str(without / test)).returncode, 0)

        checked = self.build("checked")
        clean = run(str(checked / "clean_test"))
        self.assertEqual(clean.returncode, 0, clean.stdout)
        leaking = run(str(checked / "leaking_test"))
        self.assertEqual(leaking.returncode, 1, leaking.stdout)
        self.assertRegex(leaking.stdout, r'thread \d+ "worker", started in Worker::work\(\)')
        self.assertRegex(leaking.stdout, r'descriptor \d+ "/dev/null", to write')
        self.assertEqual(run("ctest", "--test-dir", str(checked), "-R", "leaking").returncode, 8)

        os.environ["LEAKRIG_TEST_IGNORE"] = "thread:worker;descriptor:/dev/null"
        self.addCleanup(os.environ.pop, "LEAKRIG_TEST_IGNORE")
        ignored = subprocess.run([str(checked / "leaking_test")], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(ignored.returncode, 0, ignored.stdout)
        os.environ["LEAKRIG_TEST_IGNORE"] = "worker"
        refused = subprocess.run([str(checked / "leaking_test")], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(refused.returncode, 2)
        self.assertIn('"worker" is no pattern', refused.stderr)


if __name__ == "__main__":
    unittest.main()
