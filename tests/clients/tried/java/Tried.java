// docker-java as programs use it. One line a claim: "ok CLAIM" or "FAILED CLAIM: why".

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.Statistics;
import com.github.dockerjava.api.model.StreamType;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.command.WaitContainerResultCallback;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

public class Tried {
  interface Check {
    void run() throws Exception;
  }

  static boolean failed = false;

  static void claim(String what, Check check) {
    try {
      check.run();
      System.out.println("ok " + what);
    } catch (Throwable why) {
      failed = true;
      StackTraceElement[] trace = why.getStackTrace();
      System.out.println("FAILED " + what + ": " + String.valueOf(why).replace("\n", " | ") + (trace.length > 0 ? " at " + trace[0] : ""));
    }
  }

  static void that(boolean holds, Object seen) {
    if (!holds) throw new AssertionError("saw " + seen);
  }

  /** Gathers what a container writes. */
  static class Output extends ResultCallback.Adapter<Frame> {
    final StringBuilder out = new StringBuilder();
    final StringBuilder err = new StringBuilder();

    @Override
    public void onNext(Frame frame) {
      (frame.getStreamType() == StreamType.STDERR ? err : out).append(new String(frame.getPayload(), StandardCharsets.UTF_8));
    }
  }

  static String create(DockerClient docker, String... command) {
    return docker.createContainerCmd("alpine:3.19").withCmd(command).exec().getId();
  }

  static int await(DockerClient docker, String id) {
    return docker.waitContainerCmd(id).exec(new WaitContainerResultCallback()).awaitStatusCode(20, TimeUnit.SECONDS);
  }

  public static void main(String[] arguments) throws Exception {
    var config = DefaultDockerClientConfig.createDefaultConfigBuilder().build();
    var transport = new ApacheDockerHttpClient.Builder().dockerHost(config.getDockerHost()).build();
    DockerClient docker = DockerClientImpl.getInstance(config, transport);

    claim("ping, version, info", () -> {
      docker.pingCmd().exec();
      that(docker.versionCmd().exec().getApiVersion().equals("1.47"), "version");
      that(docker.infoCmd().exec().getContainers() == 4, "containers");
    });
    claim("list with filters, inspect, what is not found", () -> {
      var web = docker.listContainersCmd().withLabelFilter(Map.of("com.docker.compose.service", "web")).exec();
      that(web.size() == 1 && web.get(0).getNames()[0].equals("/web-1"), web);
      that(docker.listContainersCmd().withShowAll(true).withStatusFilter(List.of("exited")).exec().isEmpty(), "exited");
      that(docker.inspectContainerCmd("web-1").exec().getState().getRunning(), "state");
      try {
        docker.inspectContainerCmd("nope").exec();
        that(false, "no exception");
      } catch (NotFoundException expected) {
        that(expected.getMessage().contains("No such container"), expected);
      }
    });
    claim("pull, inspect, tag, list, save, load, remove images", () -> {
      that(docker.pullImageCmd("alpine").withTag("3.19").start().awaitCompletion(20, TimeUnit.SECONDS), "pull");
      that(docker.inspectImageCmd("alpine:3.19").exec().getId().startsWith("sha256:"), "id");
      docker.tagImageCmd("alpine:3.19", "own", "1").exec();
      that(!docker.listImagesCmd().exec().isEmpty(), "images");
      byte[] saved;
      try (InputStream stream = docker.saveImageCmd("alpine:3.19").exec()) {
        saved = stream.readAllBytes();
      }
      docker.loadImageCmd(new ByteArrayInputStream(saved)).exec();
      docker.removeImageCmd("own:1").exec();
    });
    claim("create with its attributes, start, wait, logs, remove", () -> {
      var volume = new com.github.dockerjava.api.model.Volume("/v");
      var port = ExposedPort.tcp(80);
      var host = HostConfig.newHostConfig().withMemory(64L << 20).withBinds(new Bind("data", volume)).withPortBindings(new PortBinding(Ports.Binding.empty(), port));
      String id = docker.createContainerCmd("alpine:3.19").withName("own").withEnv("A=b").withLabels(Map.of("k", "v")).withExposedPorts(port)
          .withHostConfig(host).withCmd("sh", "-c", "echo $A; echo err >&2; exit 3").exec().getId();
      InspectContainerResponse shown = docker.inspectContainerCmd(id).exec();
      that(shown.getHostConfig().getMemory() == 64L << 20 && shown.getConfig().getLabels().get("k").equals("v"), shown);
      docker.startContainerCmd(id).exec();
      that(await(docker, id) == 3, "exit code");
      var output = docker.logContainerCmd(id).withStdOut(true).withStdErr(true).exec(new Output());
      that(output.awaitCompletion(20, TimeUnit.SECONDS), "the end of the logs");
      that(output.out.toString().equals("b\n") && output.err.toString().equals("err\n"), output.out + "/" + output.err);
      docker.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
    });
    claim("logs followed, and left", () -> {
      var lines = new CountDownLatch(3);
      var follower = docker.logContainerCmd("web-1").withStdOut(true).withStdErr(true).withFollowStream(true).withTail(0).exec(new ResultCallback.Adapter<Frame>() {
        @Override
        public void onNext(Frame frame) {
          lines.countDown();
        }
      });
      that(lines.await(10, TimeUnit.SECONDS), "no three lines");
      follower.close();
    });
    claim("attach with input before the start", () -> {
      String id = docker.createContainerCmd("alpine:3.19").withCmd("sh", "-c", "read line; echo got $line").withStdinOpen(true).withStdInOnce(true).withAttachStdin(true).exec().getId();
      var typing = new PipedOutputStream();
      var output = docker.attachContainerCmd(id).withStdIn(new PipedInputStream(typing)).withStdOut(true).withStdErr(true).withFollowStream(true).exec(new Output());
      output.awaitStarted(10, TimeUnit.SECONDS);
      docker.startContainerCmd(id).exec();
      typing.write("typed\n".getBytes(StandardCharsets.UTF_8));
      typing.flush();
      that(output.awaitCompletion(20, TimeUnit.SECONDS) && output.out.toString().equals("got typed\n"), output.out);
      docker.removeContainerCmd(id).withForce(true).exec();
    });
    claim("exec with output, input and exit code", () -> {
      String id = docker.execCreateCmd("web-1").withCmd("sh", "-c", "read line; echo got $line; exit 4").withAttachStdin(true).withAttachStdout(true).exec().getId();
      var output = docker.execStartCmd(id).withStdIn(new ByteArrayInputStream("in\n".getBytes(StandardCharsets.UTF_8))).exec(new Output());
      that(output.awaitCompletion(20, TimeUnit.SECONDS) && output.out.toString().equals("got in\n"), output.out);
      that(docker.inspectExecCmd(id).exec().getExitCodeLong() == 4, "exit code");
    });
    claim("events", () -> {
      List<String> seen = Collections.synchronizedList(new ArrayList<>());
      var both = new CountDownLatch(2);
      var events = docker.eventsCmd().withContainerFilter("db-4").withEventFilter("pause", "unpause").exec(new ResultCallback.Adapter<Event>() {
        @Override
        public void onNext(Event event) {
          seen.add(event.getAction());
          both.countDown();
        }
      });
      events.awaitStarted(10, TimeUnit.SECONDS);
      docker.pauseContainerCmd("db-4").exec();
      docker.unpauseContainerCmd("db-4").exec();
      that(both.await(10, TimeUnit.SECONDS) && seen.equals(List.of("pause", "unpause")), seen);
      events.close();
    });
    claim("stats, top, changes", () -> {
      var first = new CountDownLatch(1);
      var stats = docker.statsCmd("web-1").exec(new ResultCallback.Adapter<Statistics>() {
        @Override
        public void onNext(Statistics each) {
          if (each.getMemoryStats().getUsage() > 0) first.countDown();
        }
      });
      that(first.await(10, TimeUnit.SECONDS), "no stats");
      stats.close();
      that(docker.topContainerCmd("web-1").exec().getTitles()[1].equals("PID"), "titles");
      docker.containerDiffCmd("web-1").exec();
    });
    claim("stop, start, restart, kill, rename, update", () -> {
      docker.stopContainerCmd("api-2").withTimeout(1).exec();
      try {
        docker.stopContainerCmd("api-2").exec();
        that(false, "no exception");
      } catch (NotModifiedException expected) {
        docker.startContainerCmd("api-2").exec();
      }
      docker.restartContainerCmd("api-2").exec();
      docker.killContainerCmd("api-2").exec();
      try {
        docker.killContainerCmd("api-2").exec();
        that(false, "no exception");
      } catch (ConflictException expected) {
        docker.startContainerCmd("api-2").exec();
      }
      docker.renameContainerCmd("api-2").withName("api-3").exec();
      docker.updateContainerCmd("api-3").withMemory(64L << 20).withMemorySwap(-1L).exec();
      that(docker.inspectContainerCmd("api-3").exec().getHostConfig().getMemory() == 64L << 20, "memory");
    });
    claim("archives in and out, commit", () -> {
      String id = create(docker, "cat", "/tmp/note");
      Path file = Files.createTempDirectory("tried").resolve("note");
      Files.writeString(file, "note\n");
      docker.copyArchiveToContainerCmd(id).withHostResource(file.toString()).withRemotePath("/tmp").exec();
      try (InputStream stream = docker.copyArchiveFromContainerCmd(id, "/tmp/note").exec()) {
        that(new String(stream.readAllBytes(), StandardCharsets.UTF_8).contains("note\n"), "archive");
      }
      docker.startContainerCmd(id).exec();
      that(await(docker, id) == 0, "exit code");
      that(docker.commitCmd(id).withRepository("own").withTag("c").exec().startsWith("sha256:"), "commit");
      docker.removeContainerCmd(id).exec();
    });
    claim("networks and volumes, prune", () -> {
      String network = docker.createNetworkCmd().withName("own-net").withLabels(Map.of("a", "b")).exec().getId();
      docker.connectToNetworkCmd().withNetworkId(network).withContainerId("web-1").exec();
      that(docker.inspectNetworkCmd().withNetworkId("own-net").exec().getContainers().size() == 1, "containers");
      docker.disconnectFromNetworkCmd().withNetworkId(network).withContainerId("web-1").exec();
      docker.removeNetworkCmd(network).exec();
      docker.createVolumeCmd().withName("own-vol").exec();
      that(docker.listVolumesCmd().exec().getVolumes().stream().anyMatch(each -> each.getName().equals("own-vol")), "volumes");
      docker.removeVolumeCmd("own-vol").exec();
      docker.pruneCmd(com.github.dockerjava.api.model.PruneType.CONTAINERS).withLabelFilter("none").exec();
    });
    System.out.flush();
    System.exit(failed ? 1 : 0);
  }
}
