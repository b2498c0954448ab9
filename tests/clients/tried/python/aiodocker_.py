"""aiodocker as programs use it."""

import asyncio
import io
import tarfile

import aiodocker
from claims import claim, end


def client():
    return aiodocker.Docker()


async def fails(status, call, words=""):
    try:
        await call
    except aiodocker.DockerError as error:
        assert error.status == status and words in str(error), error
        return
    raise AssertionError(f"no {status}")


@claim("version, info, list, show")
async def _():
    async with client() as docker:
        assert (await docker.version())["ApiVersion"] == "1.47"
        assert (await docker.system.info())["Containers"] == 4
        names = [(await box.show())["Name"] for box in await docker.containers.list()]
        assert sorted(names) == ["/api-2", "/db-4", "/web-1", "/worker-3"], names
        assert len(await docker.containers.list(filters='{"label": ["com.docker.compose.service=web"]}')) == 1
        await fails(404, docker.containers.get("nope"), "No such container")


@claim("images: pull, streamed pull, inspect, history, list, tag, push, export and import, delete")
async def _():
    async with client() as docker:
        assert await docker.images.pull("alpine:3.19")
        assert [line async for line in docker.images.pull("alpine:3.19", stream=True)]
        assert (await docker.images.inspect("alpine:3.19"))["RepoTags"] == ["alpine:3.19"]
        assert await docker.images.history("alpine:3.19") and await docker.images.list()
        assert await docker.images.tag("alpine:3.19", "registry.local/own", tag="1")
        assert await docker.images.push("registry.local/own:1")
        async with docker.images.export_image("alpine:3.19") as exported:
            whole = await exported.read() if hasattr(exported, "read") else b"".join([part async for part in exported])
        assert await docker.images.import_image(whole)
        await docker.images.delete("registry.local/own:1")
        await fails(404, docker.images.inspect("absent:1"), "No such image")


@claim("run, wait, log, delete; create_or_replace")
async def _():
    async with client() as docker:
        box = await docker.containers.run({"Image": "alpine:3.19", "Cmd": ["sh", "-c", "echo out; echo err >&2; exit 3"]})
        assert await box.wait(timeout=20) == {"StatusCode": 3}
        assert await box.log(stdout=True) == ["out\n"] and await box.log(stderr=True) == ["err\n"]
        await box.delete(force=True)
        for _ in range(2):
            box = await docker.containers.create_or_replace("again", {"Image": "alpine:3.19", "Cmd": ["sleep", "100"]})
            await box.start()
        await box.kill()
        await box.delete()


@claim("attach with input before the start")
async def _():
    async with client() as docker:
        box = await docker.containers.create({"Image": "alpine:3.19", "Cmd": ["cat"], "OpenStdin": True, "StdinOnce": True, "AttachStdin": True})
        async with box.attach(stdin=True, stdout=True, stderr=True) as stream:
            await box.start()
            await stream.write_in(b"typed\n")
            message = await stream.read_out()
            assert (message.stream, message.data) == (1, b"typed\n")
        await box.delete(force=True)


@claim("websocket with input and output")
async def _():
    async with client() as docker:
        box = await docker.containers.create({"Image": "alpine:3.19", "Cmd": ["cat"], "OpenStdin": True, "AttachStdin": True, "Tty": True})
        await box.start()
        ws = await box.websocket(stdin=True, stdout=True, stream=True)
        await ws.send_str("typed\n")
        got = b""
        while b"typed" not in got:
            message = await asyncio.wait_for(ws.receive(), 10)
            got += message.data if isinstance(message.data, bytes) else message.data.encode()
        await ws.close()
        await box.delete(force=True)


@claim("exec with output, input, exit code, terminal and resize, detached")
async def _():
    async with client() as docker:
        web = docker.containers.container("web-1") if hasattr(docker.containers, "container") else await docker.containers.get("web-1")
        run = await web.exec(["sh", "-c", "cat; echo err >&2; exit 4"], stdin=True)
        async with run.start() as stream:
            await stream.write_in(b"in\n")
            first = await stream.read_out()
            assert first.data == b"in\n"
        run = await web.exec(["sh", "-c", "echo o; exit 5"])
        async with run.start() as stream:
            assert (await stream.read_out()).data == b"o\n"
            assert await stream.read_out() is None
        assert (await run.inspect())["ExitCode"] == 5
        run = await web.exec("sh", tty=True, stdin=True)
        async with run.start() as stream:
            await run.resize(h=40, w=100)
            await stream.write_in(b"exit 6\n")
            while await stream.read_out() is not None:
                pass
        assert (await run.inspect())["ExitCode"] == 6
        assert await (await web.exec("true")).start(detach=True) == b""


@claim("logs followed, and left")
async def _():
    async with client() as docker:
        web = await docker.containers.get("web-1")
        seen = []
        async for line in web.log(stdout=True, follow=True, tail=0):
            seen.append(line)
            if len(seen) == 3:
                break
        assert all("web-1 seq=" in line for line in seen), seen


@claim("events by subscription")
async def _():
    async with client() as docker:
        events = docker.events.subscribe()
        await asyncio.sleep(0.3)
        db = await docker.containers.get("db-4")
        await db.pause()
        await db.unpause()
        seen = [(await asyncio.wait_for(events.get(), 10))["Action"] for _ in range(2)]
        assert seen == ["pause", "unpause"]
        await docker.events.stop()


@claim("stats, once and streamed")
async def _():
    async with client() as docker:
        web = await docker.containers.get("web-1")
        assert (await web.stats(stream=False))[0]["memory_stats"]["usage"] > 0
        async for each in web.stats():
            assert each["name"] == "/web-1"
            break


@claim("archives in and out, commit, rename, restart, stop, resize, port")
async def _():
    async with client() as docker:
        box = await docker.containers.create({"Image": "alpine:3.19", "Cmd": ["sleep", "100"], "ExposedPorts": {"80/tcp": {}}, "HostConfig": {"PortBindings": {"80/tcp": [{"HostPort": ""}]}}})
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as tar:
            info = tarfile.TarInfo("n")
            info.size = 4
            tar.addfile(info, io.BytesIO(b"note"))
        await box.put_archive("/tmp", packed.getvalue())
        with await box.get_archive("/tmp/n") as tar:
            assert tar.extractfile("n").read() == b"note"
        await box.start()
        assert int((await box.port(80))[0]["HostPort"]) > 0
        await box.rename("other")
        await box.restart(timeout=1)
        await box.resize(h=30, w=80)
        assert await box.commit(repository="aio", tag="1")
        await box.stop(t=0)
        await box.delete()


@claim("networks and volumes")
async def _():
    async with client() as docker:
        network = await docker.networks.create({"Name": "aio-net"})
        await network.connect({"Container": "web-1"})
        assert len((await network.show())["Containers"]) == 1
        await network.disconnect({"Container": "web-1"})
        await network.delete()
        volume = await docker.volumes.create({"Name": "aio-vol"})
        assert (await volume.show())["Name"] == "aio-vol" and await docker.volumes.list()
        await volume.delete()
        await docker.volumes.prune()


@claim("swarm says that there is none")
async def _():
    async with client() as docker:
        await fails(503, docker.services.list(), "not a swarm manager")


end()
