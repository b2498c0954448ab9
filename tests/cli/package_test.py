"""The Debian package of this build: what is in it, what lintian says, and that it runs where nothing else is installed."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD = os.path.dirname(os.environ["LEAKRIG"])
SOURCE = os.environ["LEAKRIG_SOURCE"]


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=170, check=False, **options)


@unittest.skipUnless(shutil.which("dpkg-shlibdeps"), "dpkg-dev is not installed")
class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="leakrig-package-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        os.chmod(cls.folder, 0o755)
        made = run("cpack", "--config", os.path.join(BUILD, "CPackConfig.cmake"), "-B", cls.folder)
        assert made.returncode == 0, made.stdout + made.stderr
        cls.package = next(os.path.join(cls.folder, name) for name in os.listdir(cls.folder) if name.endswith(".deb"))
        cls.unpacked = os.path.join(cls.folder, "root")
        subprocess.run(["dpkg-deb", "-x", cls.package, cls.unpacked], check=True)

    def test_it_names_the_libraries_that_it_loads(self):
        depends = run("dpkg-deb", "-f", self.package, "Depends").stdout
        for library in ("libc6", "libstdc++6", "libsqlite3-0"):
            self.assertIn(library, depends)

    def test_lintian_finds_no_error(self):
        if not shutil.which("lintian"):
            self.skipTest("lintian is not installed")
        said = run("lintian", "--fail-on", "error", "--tag-display-limit", "0", self.package)
        self.assertEqual(said.returncode, 0, said.stdout + said.stderr)

    def bill_of_materials(self):
        with open(os.path.join(self.unpacked, "usr/share/doc/leakrig/leakrig.spdx.json"), encoding="utf-8") as file:
            return json.load(file)

    def test_its_bill_of_materials_names_what_it_was_built_with(self):
        sbom = self.bill_of_materials()
        self.assertEqual((sbom["spdxVersion"], sbom["SPDXID"]), ("SPDX-2.3", "SPDXRef-DOCUMENT"))
        listed = {package["name"]: package["versionInfo"] for package in sbom["packages"]}
        identifiers = [package["SPDXID"] for package in sbom["packages"]]
        self.assertEqual(len(identifiers), len(set(identifiers)))
        for relation in sbom["relationships"]:
            self.assertIn(relation["relatedSpdxElement"], identifiers)
        del listed["leakrig"]
        installed = run(os.path.join(SOURCE, "scripts/setup"), "--versions").stdout.splitlines()
        self.assertEqual(listed, dict(line.split(" ", 1) for line in installed))
        self.assertIn("nlohmann-json3-dev", listed)

    def test_an_ordinary_user_runs_the_main_job_from_it(self):
        program = os.path.join(self.unpacked, "usr/bin/leakrig")
        home = os.path.join(self.folder, "home")
        os.mkdir(home)
        nobody = {}
        if os.geteuid() == 0:
            os.chown(home, 65534, 65534)
            nobody = {"user": 65534, "group": 65534, "extra_groups": []}
        environment = {"PATH": os.environ["PATH"], "HOME": home, "TMPDIR": home}
        listed = run(program, "list", "--json", cwd=home, env=environment, **nobody)
        self.assertIn(os.path.join(self.unpacked, "usr/share/leakrig/scenarios/task3-disable-keepalives.json"), listed.stdout)
        done = run(program, "run", "task3-disable-keepalives", "--out", "run", "--quiet", cwd=home, env=environment, **nobody)
        self.assertIn(done.returncode, (0, 4), done.stderr)  # inconclusive is the machine's, not the package's
        self.assertTrue(os.path.isfile(os.path.join(home, "run", "report.md")))
        with open(os.path.join(home, "run", "ledger.jsonl"), encoding="utf-8") as ledger:
            recorded = json.loads(ledger.readline())["environment"]["built_with"]
        listed = {package["name"]: package["versionInfo"] for package in self.bill_of_materials()["packages"]}
        del listed["leakrig"]
        self.assertEqual(recorded, listed)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[1:], verbosity=2)
