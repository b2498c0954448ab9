// testcontainers for Node, as a test suite uses it, with its reaper.
import assert from "node:assert/strict";
import { GenericContainer, Network, Wait, getContainerRuntimeClient } from "testcontainers";
import { claim, end } from "./claims.mjs";

await claim("the client finds the daemon", async () => {
  const client = await getContainerRuntimeClient();
  assert.ok(client.info.containerRuntime.host);
});
await claim("a container with the default wait for its port, behind the reaper", async () => {
  const redis = await new GenericContainer("redis:7").withExposedPorts(6379).start();
  assert.ok(redis.getMappedPort(6379) > 0);
  assert.equal(redis.getHost(), "localhost");
  await redis.stop();
});
await claim("waits for a log line, a command's success, health", async () => {
  const said = await new GenericContainer("alpine:3.19").withCommand(["sh", "-c", "echo ready to serve; sleep 1000"]).withWaitStrategy(Wait.forLogMessage("ready to serve")).start();
  await said.stop({ timeout: 0 });
  const able = await new GenericContainer("alpine:3.19").withCommand(["sleep", "1000"]).withWaitStrategy(Wait.forSuccessfulCommand("true")).start();
  await able.stop({ timeout: 0 });
  const healthy = await new GenericContainer("alpine:3.19").withCommand(["sleep", "1000"])
    .withHealthCheck({ test: ["CMD-SHELL", "exit 0"], interval: 200, timeout: 1000, retries: 3, startPeriod: 0 })
    .withWaitStrategy(Wait.forHealthCheck()).start();
  await healthy.stop({ timeout: 0 });
});
await claim("a one-shot's end is waited for", async () => {
  const once = await new GenericContainer("alpine:3.19").withCommand(["sh", "-c", "echo done"]).withWaitStrategy(Wait.forOneShotStartup()).start();
  await once.stop();
});
await claim("exec with output and exit code", async () => {
  const box = await new GenericContainer("alpine:3.19").withCommand(["sleep", "1000"]).start();
  const done = await box.exec(["sh", "-c", "echo out; echo err >&2; exit 3"]);
  assert.deepEqual([done.exitCode, done.stdout, done.stderr], [3, "out\n", "err\n"]);
  const wd = await box.exec(["pwd"], { workingDir: "/tmp" });
  assert.equal(wd.output.trim(), "/tmp");
  await box.stop({ timeout: 0 });
});
await claim("files are copied in before the start, and in and out after it", async () => {
  const box = await new GenericContainer("alpine:3.19").withCopyContentToContainer([{ content: "hello", target: "/tmp/hello.txt" }]).withCommand(["sleep", "1000"]).start();
  assert.equal((await box.exec(["cat", "/tmp/hello.txt"])).stdout, "hello");
  await box.copyContentToContainer([{ content: "more", target: "/tmp/more.txt" }]);
  assert.equal((await box.exec(["cat", "/tmp/more.txt"])).stdout, "more");
  const archive = await box.copyArchiveFromContainer("/tmp/more.txt");
  let size = 0;
  for await (const part of archive) size += part.length;
  assert.ok(size >= 1024);
  await box.stop({ timeout: 0 });
});
await claim("logs as a stream, environment, labels, name, restart", async () => {
  const box = await new GenericContainer("alpine:3.19").withName("by-name").withLabels({ own: "label" }).withEnvironment({ WHO: "me" })
    .withCommand(["sh", "-c", "echo I am $WHO; sleep 1000"]).withWaitStrategy(Wait.forLogMessage(/I am me/)).start();
  assert.equal(box.getName(), "/by-name".slice(1) === box.getName() ? "by-name" : "/by-name");
  assert.equal(box.getLabels().own, "label");
  const logs = await box.logs();
  const line = await new Promise((resolve) => logs.on("data", resolve));
  assert.match(String(line), /I am me/);
  await box.restart();
  await box.stop({ timeout: 0 });
});
await claim("a network with aliases", async () => {
  const network = await new Network().start();
  const box = await new GenericContainer("alpine:3.19").withNetwork(network).withNetworkAliases("box").withCommand(["sleep", "1000"]).start();
  assert.match(box.getIpAddress(network.getName()), /^\d+\.\d+\.\d+\.\d+$/);
  await box.stop({ timeout: 0 });
  await network.stop();
});
await claim("reuse finds the same container again", async () => {
  process.env.TESTCONTAINERS_REUSE_ENABLE = "true";
  const make = () => new GenericContainer("alpine:3.19").withCommand(["sleep", "1000"]).withReuse().start();
  const one = await make(), two = await make();
  assert.equal(one.getId(), two.getId());
  await one.stop({ timeout: 0 });
});
await claim("commit to an image", async () => {
  const box = await new GenericContainer("alpine:3.19").withCommand(["sleep", "1000"]).start();
  const image = await box.commit({ repo: "made", tag: "here" });
  assert.match(image, /sha256|made:here/);
  await box.stop({ timeout: 0 });
});
end();
