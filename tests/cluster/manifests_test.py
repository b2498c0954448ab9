"""The Kubernetes manifests in docs/ against the published schemas, as PyPI's kubernetes-validate carries them."""
import os
import pathlib
import sys
import unittest

FOLDER = pathlib.Path(os.environ["LEAKRIG_SOURCE"]) / "docs/examples/kubernetes"
try:
    import kubernetes_validate
    import yaml
except ImportError as missing:
    print(f"skipped: {missing.name} is not installed (pip install kubernetes-validate)")
    sys.exit(77)


def resources():
    return [resource for file in sorted(FOLDER.glob("*.yaml")) for resource in yaml.safe_load_all(file.read_text())]


class Manifests(unittest.TestCase):
    def test_each_keeps_to_the_schema(self):
        self.assertEqual([resource["kind"] for resource in resources()], ["Job", "PersistentVolumeClaim", "Job"])
        for version in ("1.28", kubernetes_validate.latest_version()):
            for resource in resources():
                kubernetes_validate.validate(resource, version, strict=True)

    def test_a_wrong_one_is_refused(self):
        wrong = resources()[0]
        wrong["spec"]["completions"] = "four"
        with self.assertRaises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate(wrong, "1.28", strict=True)

    def test_the_number_of_shards_is_the_same_everywhere(self):
        merge, _, run = resources()
        container = run["spec"]["template"]["spec"]["containers"][0]
        shards = {variable["name"]: variable["value"] for variable in container["env"]}["LEAKRIG_SHARDS"]
        self.assertEqual((run["spec"]["completionMode"], str(run["spec"]["completions"])), ("Indexed", shards))
        command = merge["spec"]["template"]["spec"]["containers"][0]["command"][-1]
        self.assertIn(f"{container['args'][1]}.shard-*-of-{shards} ", command)


if __name__ == "__main__":
    unittest.main()
