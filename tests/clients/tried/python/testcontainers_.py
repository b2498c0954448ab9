"""testcontainers for Python, as a test suite uses it, with its reaper."""

import pathlib
import tempfile

from claims import claim, end
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network
from testcontainers.core.wait_strategies import ExecWaitStrategy, HealthcheckWaitStrategy, LogMessageWaitStrategy, PortWaitStrategy
from testcontainers.core.waiting_utils import wait_for_logs

testcontainers_config.max_tries = 20


@claim("a container behind the reaper: its log is waited for, and a command runs in it")
def _():
    with DockerContainer("alpine:3.19").with_command(["sh", "-c", "echo ready; sleep 100"]) as box:
        wait_for_logs(box, "ready", timeout=10)
        assert box.exec("echo hi") == (0, b"hi\n")
        assert box.get_logs() == (b"ready\n", b"")


@claim("a published port, and waits for a log line, a port, a command, health")
def _():
    with DockerContainer("redis:7").with_exposed_ports(6379).waiting_for(PortWaitStrategy(6379)) as redis:
        assert int(redis.get_exposed_port(6379)) > 0 and redis.get_container_host_ip()
    with DockerContainer("alpine:3.19").with_command(["sh", "-c", "echo up; sleep 100"]).waiting_for(LogMessageWaitStrategy("up")):
        pass
    with DockerContainer("alpine:3.19").with_command("sleep 100").waiting_for(ExecWaitStrategy(["true"])):
        pass
    health = {"test": ["CMD", "true"], "interval": 10**8}
    with DockerContainer("alpine:3.19").with_command("sleep 100").with_kwargs(healthcheck=health).waiting_for(HealthcheckWaitStrategy()):
        pass


@claim("environment, name, volume, network with alias")
def _():
    with Network() as network, tempfile.TemporaryDirectory() as directory:
        box = DockerContainer("alpine:3.19").with_env("WHO", "me").with_name("tc-named").with_volume_mapping(directory, "/in").with_command("sleep 100")
        with box.with_network(network).with_network_aliases("box"):
            assert box.exec(["sh", "-c", "echo $WHO"]).output == b"me\n"
            attrs = box.get_wrapped_container().attrs
            assert attrs["Name"] == "/tc-named"
            box.get_wrapped_container().reload()
            assert "box" in box.get_wrapped_container().attrs["NetworkSettings"]["Networks"][network.name]["Aliases"]


@claim("files copied in")
def _():
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory) / "f.txt"
        path.write_text("text")
        box = DockerContainer("alpine:3.19").with_command("sleep 100")
        if not hasattr(box, "copy_into_container"):
            return
        with box:
            box.copy_into_container(path, "/tmp/f.txt")
            assert box.exec("cat /tmp/f.txt").output == b"text"


end()
