"""The listener that leakrig::gtest_listener appends: each leak fails the innermost of test, suite and program."""
import os
import subprocess
import unittest

CASES = os.environ["LISTENER_CASES"]


def run(pattern, **variables):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("GTEST_", "LEAKRIG_TEST_"))}
    environment.update(variables, LEAKRIG_TEST_WAIT_MS="5")
    done = subprocess.run([CASES, "--gtest_filter=" + pattern], env=environment, capture_output=True, text=True, timeout=60,
                          check=False)
    return done.returncode, done.stdout


class Listener(unittest.TestCase):
    def test_a_leak_fails_its_own_test_and_no_other(self):
        code, said = run("Body.*")
        self.assertEqual(code, 1)
        self.assertIn("[  FAILED  ] Body.Leaks (", said)
        self.assertIn("[       OK ] Body.IsClean", said)
        self.assertIn("[       OK ] Body.LeaksOnPurpose", said)
        self.assertEqual(said.count("leaves behind"), 1, said)
        self.assertIn("the test leaves behind, 5 ms after its end:", said)
        self.assertIn('"/etc/hostname", to read', said)

    def test_tear_down_counts_as_the_test(self):
        self.assertEqual(run("TidiesUp.*:Body.IsClean")[0], 0)

    def test_what_a_suite_shares_and_keeps_fails_the_suite(self):
        code, said = run("SharedResource.*")
        self.assertEqual(code, 1)
        self.assertIn("[       OK ] SharedResource.First", said)
        self.assertIn("[       OK ] SharedResource.Second", said)
        self.assertIn("test suite SharedResource leaves behind", said)
        self.assertEqual(said.count("leaves behind"), 1, said)

    def test_what_an_environment_keeps_fails_the_program(self):
        code, said = run("Body.IsClean", LEAK_IN_ENVIRONMENT="1")
        self.assertEqual(code, 1)
        self.assertIn("an environment or a program-wide set-up leaves behind", said)
        self.assertIn('"/etc/passwd"', said)

    def test_the_environment_variable_ignores_everywhere(self):
        self.assertEqual(run("*", LEAKRIG_TEST_IGNORE="descriptor:/etc/*", LEAK_IN_ENVIRONMENT="1")[0], 0)


if __name__ == "__main__":
    unittest.main()
