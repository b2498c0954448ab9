"""docker-py as programs use it."""

import io
import tarfile
import threading
import time

import docker
from claims import claim, end

client = docker.from_env(timeout=30)
low = client.api


def archive(name, text):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        info = tarfile.TarInfo(name)
        info.size = len(text)
        tar.addfile(info, io.BytesIO(text))
    return packed.getvalue()


def raises(kind, call, words=""):
    try:
        call()
    except kind as error:
        assert words in str(error), error
        return
    raise AssertionError(f"no {kind.__name__}")


@claim("ping, version, info, df, login")
def _():
    assert client.ping() and client.version()["ApiVersion"] == "1.47"
    assert client.info()["Containers"] >= 4 and "LayersSize" in client.df()
    assert client.login("a", "b")["Status"] == "Login Succeeded"


@claim("images: pull, pull all tags, list, get, tag, history, registry data, search, save, load, remove, prune")
def _():
    image = client.images.pull("alpine", tag="3.19")
    assert "alpine:3.19" in image.tags
    assert image.history() and image.tag("own/alpine", "v2")
    assert "own/alpine:v2" in client.images.get("own/alpine:v2").tags
    saved = b"".join(image.save(named=True))
    assert client.images.load(saved)
    assert client.images.get_registry_data("alpine:3.19").id.startswith("sha256:")
    client.images.remove("own/alpine:v2")
    raises(docker.errors.ImageNotFound, lambda: client.images.get("own/alpine:v2"), "No such image")
    assert isinstance(client.images.search("alpine"), list)
    client.images.prune(filters={"dangling": True})


@claim("run: output, exit code as an error, detached, streamed, removal")
def _():
    assert client.containers.run("alpine:3.19", "echo hello world") == b"hello world\n"
    raises(docker.errors.ContainerError, lambda: client.containers.run("alpine:3.19", ["sh", "-c", "echo no >&2; exit 5"]), "exit status 5")
    assert list(client.containers.run("alpine:3.19", ["sh", "-c", "echo a; echo b"], stream=True, remove=True)) == [b"a\n", b"b\n"]
    assert client.containers.run("alpine:3.19", ["sh", "-c", "echo e >&2"], stderr=True, stdout=False, remove=True) == b"e\n"
    box = client.containers.run("alpine:3.19", ["sh", "-c", "sleep 0.2; exit 4"], detach=True)
    assert box.wait(timeout=20) == {"StatusCode": 4}
    box.remove()
    raises(docker.errors.ImageNotFound, lambda: client.containers.create("absent/image:1"), "No such image")


@claim("attributes given at create are found again by inspect")
def _():
    box = client.containers.create(
        "alpine:3.19", ["sleep", "9"], name="full", hostname="h", user="1000", working_dir="/w", environment={"A": "b"}, labels=["l"], tty=True,
        stdin_open=True, mem_limit="64m", cpu_shares=512, nano_cpus=500000000, cap_add=["NET_ADMIN"], dns=["1.1.1.1"], extra_hosts={"x": "1.2.3.4"},
        privileged=True, read_only=True, restart_policy={"Name": "on-failure", "MaximumRetryCount": 3}, shm_size="32m", sysctls={"net.core.somaxconn": "1024"},
        tmpfs={"/t": "size=1m"}, ulimits=[docker.types.Ulimit(name="nofile", soft=10, hard=20)], volumes={"vol": {"bind": "/v", "mode": "ro"}},
        ports={"80/tcp": None, "53/udp": ("127.0.0.1", 5300)}, log_config=docker.types.LogConfig(type="json-file", config={"max-size": "1m"}),
        healthcheck={"test": ["CMD", "true"], "interval": 10**9}, stop_signal="SIGUSR1", init=True, security_opt=["no-new-privileges"], pids_limit=10,
        mounts=[docker.types.Mount("/m", "vol2", type="volume")], network_mode="bridge", oom_kill_disable=False, group_add=["5"], device_requests=[])
    host, config = box.attrs["HostConfig"], box.attrs["Config"]
    assert (config["Hostname"], config["User"], config["WorkingDir"], config["Tty"], config["StopSignal"]) == ("h", "1000", "/w", True, "SIGUSR1")
    assert (host["Memory"], host["CpuShares"], host["NanoCpus"], host["ShmSize"], host["PidsLimit"]) == (64 << 20, 512, 500000000, 32 << 20, 10)
    assert host["RestartPolicy"] == {"Name": "on-failure", "MaximumRetryCount": 3} and host["CapAdd"] == ["NET_ADMIN"] and host["Privileged"]
    assert host["Ulimits"] == [{"Name": "nofile", "Soft": 10, "Hard": 20}] and host["Tmpfs"] == {"/t": "size=1m"} and host["Init"] is True
    assert host["PortBindings"]["53/udp"] == [{"HostIp": "127.0.0.1", "HostPort": "5300"}]
    assert {mount["Destination"] for mount in box.attrs["Mounts"]} == {"/v", "/m"}
    box.remove(v=True)


@claim("logs: tail, since, until, timestamps, follow to the end")
def _():
    web = client.containers.get("web-1")
    assert len(web.logs(tail=3).splitlines()) == 3
    stamped = web.logs(tail=2, timestamps=True).splitlines()
    assert stamped[0][10:11] == b"T"
    assert web.logs(since=time.time() - 2.5).count(b"\n") < 40
    assert web.logs(until=int(time.time()) - 3600) == b""
    box = client.containers.run("alpine:3.19", ["sh", "-c", "echo 1; sleep 0.3; echo 2"], detach=True)
    assert b"".join(box.logs(stream=True, follow=True)) == b"1\n2\n"
    box.remove()


@claim("exec: output, demux, stream, socket, exit code, user, environment")
def _():
    web = client.containers.get("web-1")
    assert web.exec_run("echo hi") == (0, b"hi\n")
    assert web.exec_run(["sh", "-c", "echo o; echo e >&2; exit 3"], demux=True) == (3, (b"o\n", b"e\n"))
    assert b"".join(web.exec_run("echo s", stream=True).output) == b"s\n"
    assert web.exec_run(["sh", "-c", "echo $A"], environment={"A": "x"}).output == b"x\n"
    assert web.exec_run("pwd", workdir="/tmp").output == b"/tmp\n"
    made = low.exec_create("web-1", "cat", stdin=True)
    sock = low.exec_start(made["Id"], socket=True)
    sock._sock.sendall(b"typed\n")
    sock._sock.shutdown(1)
    got = b""
    while part := sock._sock.recv(4096):
        got += part
    assert b"typed\n" in got, got
    assert low.exec_inspect(made["Id"])["ExitCode"] == 0
    assert not web.exec_run("true", detach=True).output


@claim("attach: a socket with input before the start, a stream of output, logs first")
def _():
    box = client.containers.create("alpine:3.19", "cat", stdin_open=True)
    sock = box.attach_socket(params={"stdin": 1, "stdout": 1, "stream": 1})
    box.start()
    sock._sock.sendall(b"in\n")
    sock._sock.settimeout(10)
    assert b"in\n" in sock._sock.recv(4096)
    sock.close()
    box.remove(force=True)
    box = client.containers.run("alpine:3.19", ["sh", "-c", "echo first; sleep 0.5; echo last"], detach=True)
    assert b"".join(box.attach(stream=True, logs=True)) == b"first\nlast\n"
    box.remove()


@claim("events live and past, with filters")
def _():
    since = int(time.time())
    live = client.events(decode=True, filters={"event": ["pause", "unpause"], "container": "db-4"})
    db = client.containers.get("db-4")
    seen = []
    reader = threading.Thread(target=lambda: seen.extend(next(live)["Action"] for _ in range(2)))
    reader.start()
    db.pause()
    db.unpause()
    reader.join(10)
    live.close()
    assert seen == ["pause", "unpause"]
    assert [each["status"] for each in client.events(since=since, until=int(time.time()) + 1, decode=True, filters={"container": "db-4"})] == seen


@claim("stats, once and as a stream; top; diff")
def _():
    web = client.containers.get("web-1")
    once = web.stats(stream=False)
    assert once["precpu_stats"]["cpu_usage"]["total_usage"] <= once["cpu_stats"]["cpu_usage"]["total_usage"]
    stream = web.stats(decode=True)
    assert next(stream)["id"] == web.id
    stream.close()
    assert web.top()["Titles"][:2] == ["UID", "PID"] and "%CPU" in web.top(ps_args="aux")["Titles"]
    assert isinstance(web.diff() or [], list)


@claim("life: stop, start, restart, kill, pause, rename, update, reload, status, list with filters")
def _():
    api = client.containers.get("api-2")
    api.stop(timeout=1)
    api.reload()
    assert api.status == "exited" and api in client.containers.list(all=True, filters={"status": "exited"})
    api.start()
    api.restart(timeout=1)
    api.kill("SIGTERM")
    api.wait(timeout=20)
    api.start()
    api.rename("api-x")
    assert client.containers.get("api-x").id == api.id
    api.rename("api-2")
    api.update(mem_limit="128m", memswap_limit="256m")
    api.reload()
    assert api.attrs["HostConfig"]["Memory"] == 128 << 20
    assert client.containers.list(limit=1) and client.containers.list(filters={"name": "api"})
    raises(docker.errors.APIError, lambda: client.containers.get("web-1").remove(), "container is running")


@claim("archives in and out, export, commit")
def _():
    box = client.containers.create("alpine:3.19", ["cat", "/tmp/n"])
    assert box.put_archive("/tmp", archive("n", b"note"))
    bits, stat = box.get_archive("/tmp/n")
    assert stat["name"] == "n" and stat["size"] == 4
    with tarfile.open(fileobj=io.BytesIO(b"".join(bits))) as tar:
        assert tar.extractfile("n").read() == b"note"
    raises(docker.errors.NotFound, lambda: box.get_archive("/absent"), "Could not find the file")
    box.start()
    box.wait()
    assert box.logs() == b"note\n"
    assert sum(map(len, box.export())) > 1024
    assert box.commit("own", "c1").tags == ["own:c1"]
    box.remove()


@claim("networks and volumes: create, connect, disconnect, list, remove, prune")
def _():
    pool = docker.types.IPAMConfig(pool_configs=[docker.types.IPAMPool(subnet="10.77.0.0/16", gateway="10.77.0.1")])
    network = client.networks.create("own-net", driver="bridge", ipam=pool, labels={"a": "b"}, check_duplicate=True)
    network.connect("web-1", ipv4_address="10.77.0.9", aliases=["w"])
    network.reload()
    assert [each.name for each in network.containers] == ["web-1"]
    assert client.containers.get("web-1").attrs["NetworkSettings"]["Networks"]["own-net"]["IPAddress"] == "10.77.0.9"
    network.disconnect("web-1")
    assert client.networks.list(names=["own-net"], filters={"label": "a=b"})
    network.remove()
    volume = client.volumes.create("own-vol", labels={"k": "v"})
    assert client.volumes.get("own-vol").attrs["Labels"] == {"k": "v"}
    volume.remove()
    raises(docker.errors.NotFound, lambda: client.volumes.get("own-vol"), "no such volume")
    assert "SpaceReclaimed" in client.volumes.prune() and "SpaceReclaimed" in client.containers.prune(filters={"label": "none"})
    client.networks.prune()


@claim("a health check turns healthy; swarm says that there is none")
def _():
    box = client.containers.run("alpine:3.19", ["sleep", "100"], detach=True, healthcheck={"test": ["CMD", "true"], "interval": 10**8})
    deadline = time.monotonic() + 10
    while box.health != "healthy":
        assert time.monotonic() < deadline, box.health
        time.sleep(0.05)
        box.reload()
    box.remove(force=True)
    raises(docker.errors.APIError, client.services.list, "This node is not a swarm manager")


end()
