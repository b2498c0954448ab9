// dockerode as programs use it.
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { once } from "node:events";
import Docker from "dockerode";
import { claim, end } from "./claims.mjs";

const docker = new Docker();
const text = async (stream) => {
  let all = "";
  for await (const part of stream) all += part;
  return all;
};
const pull = async (name) => {
  const stream = await docker.pull(name);
  return new Promise((resolve, reject) => docker.modem.followProgress(stream, (error, lines) => (error ? reject(error) : resolve(lines))));
};
const parted = (stream) => {
  const out = new PassThrough(), err = new PassThrough();
  docker.modem.demuxStream(stream, out, err);
  stream.on("end", () => { out.end(); err.end(); });
  return Promise.all([text(out), text(err)]);
};

await claim("ping, version, info, df", async () => {
  assert.equal(String(await docker.ping()), "OK");
  assert.equal((await docker.version()).ApiVersion, "1.47");
  assert.equal((await docker.info()).Containers, 4);
  assert.ok(Array.isArray((await docker.df()).Images));
});
await claim("list by label, name and status", async () => {
  const web = await docker.listContainers({ filters: { label: ["com.docker.compose.service=web"] } });
  assert.deepEqual(web.map((each) => each.Names), [["/web-1"]]);
  assert.equal((await docker.listContainers({ all: true, limit: 2 })).length, 2);
  assert.equal((await docker.listContainers({ filters: JSON.stringify({ status: ["exited"] }) })).length, 0);
});
await claim("pull with progress, image inspect, history, tag, remove", async () => {
  const lines = await pull("alpine:3.19");
  assert.ok(lines.some((line) => /Status:/.test(line.status)));
  const image = docker.getImage("alpine:3.19");
  assert.match((await image.inspect()).Id, /^sha256:[0-9a-f]{64}$/);
  assert.ok((await image.history()).length > 0);
  await image.tag({ repo: "mine", tag: "v1" });
  assert.deepEqual((await docker.listImages({ filters: { reference: ["mine:v1"] } })).map((each) => each.RepoTags.includes("mine:v1")), [true]);
  const removed = await docker.getImage("mine:v1").remove();
  assert.equal(removed[0].Untagged, "mine:v1");
});
await claim("run with output, exit code and auto-removal", async () => {
  const out = new PassThrough();
  const seen = text(out);
  const [data, container] = await docker.run("alpine:3.19", ["sh", "-c", "echo one; exit 3"], out, { HostConfig: { AutoRemove: true } });
  out.end();
  assert.equal(data.StatusCode, 3);
  assert.equal(await seen, "one\r\n");
  await assert.rejects(container.inspect(), { statusCode: 404 });
});
await claim("run with two streams and a terminal", async () => {
  const out = new PassThrough(), err = new PassThrough();
  const both = Promise.all([text(out), text(err)]);
  const [data, container] = await docker.run("alpine:3.19", ["sh", "-c", "echo out; echo err >&2"], [out, err], { Tty: false });
  out.end(); err.end();
  assert.equal(data.StatusCode, 0);
  assert.deepEqual(await both, ["out\n", "err\n"]);
  await container.remove();
  const screen = new PassThrough(), shown = text(screen);
  const [, other] = await docker.run("alpine:3.19", ["echo", "x"], screen, {});
  screen.end();
  assert.equal(await shown, "x\r\n");
  await other.remove();
});
await claim("attach before start with hijacked input", async () => {
  const container = await docker.createContainer({ Image: "alpine:3.19", Cmd: ["cat"], OpenStdin: true, StdinOnce: true, AttachStdin: true });
  const stream = await container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true });
  const seen = parted(stream);
  await container.start();
  stream.write("typed\n");
  stream.end();
  assert.deepEqual(await seen, ["typed\n", ""]);
  assert.equal((await container.wait()).StatusCode, 0);
  await container.remove();
});
await claim("exec with output, input, exit code", async () => {
  const exec = await docker.getContainer("web-1").exec({ Cmd: ["sh", "-c", "cat; echo err >&2; exit 4"], AttachStdin: true, AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({ hijack: true, stdin: true });
  const seen = parted(stream);
  stream.end("in\n");
  assert.deepEqual(await seen, ["in\n", "err\n"]);
  const after = await exec.inspect();
  assert.deepEqual([after.ExitCode, after.Running], [4, false]);
});
await claim("exec without hijack, with a terminal, detached", async () => {
  const plain = await docker.getContainer("web-1").exec({ Cmd: ["echo", "hi"], AttachStdout: true, AttachStderr: true });
  assert.deepEqual(await parted(await plain.start({})), ["hi\n", ""]);
  const tty = await docker.getContainer("web-1").exec({ Cmd: ["echo", "hi"], AttachStdout: true, Tty: true });
  assert.equal(await text(await tty.start({ Tty: true })), "hi\r\n");
  const away = await docker.getContainer("web-1").exec({ Cmd: ["true"] });
  await away.start({ Detach: true });
  assert.equal((await away.inspect()).ExitCode, 0);
});
await claim("logs: a buffer, and a followed stream that is destroyed", async () => {
  const web = docker.getContainer("web-1");
  const some = await web.logs({ stdout: true, stderr: true, tail: 3 });
  assert.equal((some.toString("latin1").match(/web-1 seq=/g) ?? []).length, 3);
  const stream = await web.logs({ follow: true, stdout: true, stderr: true, tail: 0, timestamps: true });
  const out = new PassThrough();
  docker.modem.demuxStream(stream, out, out);
  const [line] = await once(out, "data");
  assert.match(String(line), /^\d{4}-\d\d-\d\dT[\d:]+\.\d{9}Z web-1 seq=/);
  stream.destroy();
});
await claim("events with filters, and their end by until", async () => {
  const since = Math.floor(Date.now() / 1000) - 1;
  const stream = await docker.getEvents({ filters: { type: ["container"], event: ["pause", "unpause"], container: ["api-2"] } });
  const first = once(stream, "data");
  await docker.getContainer("api-2").pause();
  await docker.getContainer("api-2").unpause();
  assert.equal(JSON.parse(String((await first)[0]).split("\n")[0]).Action, "pause");
  stream.destroy();
  const past = await text(await docker.getEvents({ since, until: Math.floor(Date.now() / 1000) + 1, filters: { container: ["api-2"] } }));
  assert.deepEqual(past.trim().split("\n").map((line) => JSON.parse(line).Action), ["pause", "unpause"]);
});
await claim("stats, once and as a stream", async () => {
  const once_ = await docker.getContainer("web-1").stats({ stream: false });
  assert.ok(once_.cpu_stats.cpu_usage.total_usage > 0 && once_.memory_stats.limit > 0);
  const stream = await docker.getContainer("web-1").stats({ stream: true });
  assert.equal(JSON.parse((await once(stream, "data"))[0]).name, "/web-1");
  stream.destroy();
});
await claim("stop, start, restart, kill, rename, update, top, changes, resize", async () => {
  const worker = docker.getContainer("worker-3");
  await worker.stop({ t: 0 });
  await assert.rejects(worker.stop(), { statusCode: 304 });
  await worker.start();
  await worker.restart();
  await worker.kill({ signal: "SIGKILL" });
  assert.equal((await worker.inspect()).State.ExitCode, 137);
  await assert.rejects(worker.kill(), { statusCode: 409 });
  await worker.start();
  await worker.rename({ name: "renamed" });
  const renamed = docker.getContainer("renamed");
  assert.equal((await renamed.inspect()).Name, "/renamed");
  await renamed.update({ Memory: 64 << 20, MemorySwap: -1 });
  assert.equal((await renamed.inspect()).HostConfig.Memory, 64 << 20);
  assert.deepEqual((await renamed.top()).Titles[0], "UID");
  assert.ok((await renamed.top({ ps_args: "aux" })).Titles.includes("%CPU"));
  assert.ok(((await renamed.changes()) ?? []).length >= 0);
  await renamed.rename({ name: "worker-3" });
});
await claim("archives in and out", async () => {
  const container = await docker.createContainer({ Image: "alpine:3.19", Cmd: ["cat", "/tmp/note"] });
  const { default: tar } = await import("tar-stream");
  const pack = tar.pack();
  pack.entry({ name: "note" }, "written\n");
  pack.finalize();
  await container.putArchive(pack, { path: "/tmp" });
  const info = await container.infoArchive({ path: "/tmp/note" });
  assert.ok(JSON.parse(Buffer.from(info.headers?.["x-docker-container-path-stat"] ?? "e30=", "base64")));
  const extract = tar.extract();
  const got = [];
  extract.on("entry", async (header, stream, next) => { got.push([header.name, await text(stream)]); next(); });
  (await container.getArchive({ path: "/tmp/note" })).pipe(extract);
  await once(extract, "finish");
  assert.deepEqual(got, [["note", "written\n"]]);
  await container.start();
  await container.wait();
  assert.match(String(await container.logs({ stdout: true })), /written/);
  const whole = await container.export();
  whole.resume();
  await once(whole, "end");
  const image = await container.commit({ repo: "committed", tag: "1" });
  assert.match(image.Id, /^sha256:/);
  await container.remove({ force: true, v: true });
});
await claim("networks: create, connect, inspect, disconnect, prune", async () => {
  const network = await docker.createNetwork({ Name: "mine", CheckDuplicate: true, Labels: { a: "b" } });
  await network.connect({ Container: "web-1", EndpointConfig: { Aliases: ["w"] } });
  assert.deepEqual(Object.values((await network.inspect()).Containers).map((each) => each.Name), ["web-1"]);
  await network.disconnect({ Container: "web-1" });
  assert.deepEqual((await docker.listNetworks({ filters: { name: ["mine"] } })).map((each) => each.Labels), [{ a: "b" }]);
  assert.deepEqual((await docker.pruneNetworks({ filters: { label: ["a=b"] } })).NetworksDeleted, ["mine"]);
});
await claim("volumes: create, inspect, list, remove, prune", async () => {
  const volume = await docker.createVolume({ Name: "data", Labels: { keep: "no" } });
  assert.equal((await (volume.inspect ? volume : docker.getVolume("data")).inspect()).Driver, "local");
  assert.ok((await docker.listVolumes()).Volumes.some((each) => each.Name === "data"));
  await docker.getVolume("data").remove();
  await assert.rejects(docker.getVolume("data").inspect(), { statusCode: 404 });
  await docker.pruneVolumes();
});
await claim("prunes of containers and images, and errors with dockerd's words", async () => {
  assert.ok("SpaceReclaimed" in (await docker.pruneContainers({ filters: { label: ["none=of-these"] } })));
  await docker.pruneImages({ filters: { dangling: { true: true } } });
  await assert.rejects(docker.getContainer("nope").inspect(), { statusCode: 404, reason: "no such container", message: /No such container: nope/ });
  await assert.rejects(docker.createContainer({ Image: "absent:1" }), { statusCode: 404, message: /No such image: absent:1/ });
  await assert.rejects(docker.createContainer({ Image: "alpine:3.19", name: "web-1" }), { statusCode: 409 });
  await assert.rejects(docker.listServices(), { statusCode: 503 });
});
await claim("search, auth check, save and load", async () => {
  assert.ok(Array.isArray(await docker.searchImages({ term: "alpine" })));
  assert.match((await docker.checkAuth({ username: "a", password: "b", serveraddress: "https://index.docker.io/v1/" })).Status, /Login Succeeded/);
  const saved = await docker.getImage("alpine:3.19").get();
  const parts = [];
  for await (const part of saved) parts.push(part);
  const loaded = await docker.loadImage(Buffer.concat(parts), {});
  assert.match(await text(loaded), /Loaded image/);
});
end();
