// The newest of Docker's own Go clients, as programs use it.
package main

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"leakrig.example/tried/claims"
)

var (
	ctx    = context.Background()
	docker = claims.Must(client.New(client.FromEnv))
)

func create(config *container.Config, host *container.HostConfig) string {
	made := claims.Must(docker.ContainerCreate(ctx, client.ContainerCreateOptions{Config: config, HostConfig: host}))
	return made.ID
}

func start(id string) {
	claims.Must(docker.ContainerStart(ctx, id, client.ContainerStartOptions{}))
}

func remove(id string) {
	claims.Must(docker.ContainerRemove(ctx, id, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true}))
}

func wait(id string) int64 {
	result := docker.ContainerWait(ctx, id, client.ContainerWaitOptions{Condition: container.WaitConditionNotRunning})
	select {
	case ended := <-result.Result:
		return ended.StatusCode
	case err := <-result.Error:
		panic(err)
	}
}

func split(reader io.Reader) (string, string) {
	var out, err bytes.Buffer
	claims.Must(stdcopy.StdCopy(&out, &err, reader))
	return out.String(), err.String()
}

func main() {
	claims.Try("negotiates, pings, version, info, disk usage", func() error {
		ping := claims.Must(docker.Ping(ctx, client.PingOptions{NegotiateAPIVersion: true}))
		claims.That(ping.APIVersion == "1.47" && ping.OSType == "linux", "%+v", ping)
		claims.That(docker.ClientVersion() == "1.47", docker.ClientVersion())
		claims.That(claims.Must(docker.ServerVersion(ctx, client.ServerVersionOptions{})).Version == "27.5.1", "version")
		claims.That(claims.Must(docker.Info(ctx, client.InfoOptions{})).Info.Containers == 4, "containers")
		claims.Must(docker.DiskUsage(ctx, client.DiskUsageOptions{}))
		return nil
	})
	claims.Try("lists with filters, inspects, tells what is not found", func() error {
		list := claims.Must(docker.ContainerList(ctx, client.ContainerListOptions{Filters: make(client.Filters).Add("label", "com.docker.compose.service=web")}))
		claims.That(len(list.Items) == 1 && list.Items[0].Names[0] == "/web-1", "%+v", list.Items)
		shown := claims.Must(docker.ContainerInspect(ctx, "web-1", client.ContainerInspectOptions{Size: true})).Container
		claims.That(shown.State.Running && shown.HostConfig.NetworkMode != "" && shown.SizeRootFs != nil, "inspect")
		_, err := docker.ContainerInspect(ctx, "nope", client.ContainerInspectOptions{})
		claims.That(errdefs.IsNotFound(err), "%v", err)
		return nil
	})
	claims.Try("pulls with progress, lists, inspects, tags, saves, loads and removes images", func() error {
		pulled := claims.Must(docker.ImagePull(ctx, "alpine:3.19", client.ImagePullOptions{}))
		claims.Check(pulled.Wait(ctx))
		claims.That(len(claims.Must(docker.ImageList(ctx, client.ImageListOptions{})).Items) > 0, "no images")
		shown := claims.Must(docker.ImageInspect(ctx, "alpine:3.19"))
		claims.That(shown.Os == "linux", "%+v", shown)
		claims.Must(docker.ImageTag(ctx, client.ImageTagOptions{Source: "alpine:3.19", Target: "own:1"}))
		saved := claims.Must(docker.ImageSave(ctx, []string{"alpine:3.19"}))
		whole := claims.Must(io.ReadAll(saved))
		loaded := claims.Must(docker.ImageLoad(ctx, bytes.NewReader(whole)))
		words := claims.Must(io.ReadAll(loaded))
		claims.That(strings.Contains(string(words), "Loaded image"), "%s", words)
		claims.Must(docker.ImageRemove(ctx, "own:1", client.ImageRemoveOptions{}))
		claims.Must(docker.ImageHistory(ctx, "alpine:3.19"))
		return nil
	})
	claims.Try("runs: attach before start with input, output by stream, exit code", func() error {
		id := create(&container.Config{Image: "alpine:3.19", Cmd: []string{"sh", "-c", "cat; echo err >&2; exit 7"}, OpenStdin: true, StdinOnce: true, AttachStdin: true, AttachStdout: true, AttachStderr: true}, nil)
		attached := claims.Must(docker.ContainerAttach(ctx, id, client.ContainerAttachOptions{Stream: true, Stdin: true, Stdout: true, Stderr: true}))
		start(id)
		claims.Must(attached.Conn.Write([]byte("in\n")))
		claims.Check(attached.CloseWrite())
		out, err := split(attached.Reader)
		claims.That(out == "in\n" && err == "err\n", "%q %q", out, err)
		code := wait(id)
		claims.That(code == 7, "exit %d", code)
		remove(id)
		return nil
	})
	claims.Try("reads logs whole, by tail and followed to the end", func() error {
		id := create(&container.Config{Image: "alpine:3.19", Cmd: []string{"sh", "-c", "echo 1; sleep 0.3; echo 2 >&2"}}, nil)
		start(id)
		followed := claims.Must(docker.ContainerLogs(ctx, id, client.ContainerLogsOptions{ShowStdout: true, ShowStderr: true, Follow: true, Timestamps: true}))
		out, err := split(followed)
		claims.That(strings.HasSuffix(out, "Z 1\n") && strings.HasSuffix(err, "Z 2\n"), "%q %q", out, err)
		tail := claims.Must(docker.ContainerLogs(ctx, "web-1", client.ContainerLogsOptions{ShowStdout: true, ShowStderr: true, Tail: "3"}))
		out, err = split(tail)
		claims.That(strings.Count(out+err, "\n") == 3, "%q", out+err)
		remove(id)
		return nil
	})
	claims.Try("execs with input, terminal and exit code", func() error {
		exec := claims.Must(docker.ExecCreate(ctx, "web-1", client.ExecCreateOptions{Cmd: []string{"sh", "-c", "cat; exit 4"}, AttachStdin: true, AttachStdout: true, AttachStderr: true}))
		attached := claims.Must(docker.ExecAttach(ctx, exec.ID, client.ExecAttachOptions{}))
		claims.Must(attached.Conn.Write([]byte("x\n")))
		claims.Check(attached.CloseWrite())
		out, _ := split(attached.Reader)
		claims.That(out == "x\n", "%q", out)
		claims.That(claims.Must(docker.ExecInspect(ctx, exec.ID, client.ExecInspectOptions{})).ExitCode == 4, "exit code")
		tty := claims.Must(docker.ExecCreate(ctx, "web-1", client.ExecCreateOptions{Cmd: []string{"echo", "t"}, TTY: true, AttachStdout: true}))
		screen := claims.Must(docker.ExecAttach(ctx, tty.ID, client.ExecAttachOptions{TTY: true}))
		shown := claims.Must(io.ReadAll(screen.Reader))
		claims.That(string(shown) == "t\r\n", "%q", shown)
		return nil
	})
	claims.Try("takes events live and past", func() error {
		live, stop := context.WithTimeout(ctx, 20*time.Second)
		defer stop()
		since := time.Now().Unix()
		events := docker.Events(live, client.EventsListOptions{Filters: make(client.Filters).Add("container", "db-4").Add("event", "pause", "unpause")})
		time.Sleep(200 * time.Millisecond)
		claims.Must(docker.ContainerPause(ctx, "db-4", client.ContainerPauseOptions{}))
		claims.Must(docker.ContainerUnpause(ctx, "db-4", client.ContainerUnpauseOptions{}))
		for _, wanted := range []string{"pause", "unpause"} {
			select {
			case event := <-events.Messages:
				claims.That(string(event.Action) == wanted, "%s, not %s", event.Action, wanted)
			case err := <-events.Err:
				return err
			}
		}
		past := docker.Events(ctx, client.EventsListOptions{Since: time.Unix(since-1, 0).Format(time.RFC3339), Until: time.Now().Format(time.RFC3339Nano), Filters: make(client.Filters).Add("container", "db-4")})
		count := 0
		for {
			select {
			case <-past.Messages:
				count++
				continue
			case err := <-past.Err:
				claims.That(err == io.EOF && count >= 2, "%v after %d", err, count)
			}
			return nil
		}
	})
	claims.Try("reads stats, top, changes", func() error {
		once := claims.Must(docker.ContainerStats(ctx, "web-1", client.ContainerStatsOptions{IncludePreviousSample: true}))
		var stats container.StatsResponse
		claims.Check(json.NewDecoder(once.Body).Decode(&stats))
		claims.That(stats.MemoryStats.Usage > 0 && stats.CPUStats.OnlineCPUs > 0, "%+v", stats)
		top := claims.Must(docker.ContainerTop(ctx, "web-1", client.ContainerTopOptions{}))
		claims.That(top.Titles[1] == "PID", "%v", top.Titles)
		claims.Must(docker.ContainerDiff(ctx, "web-1", client.ContainerDiffOptions{}))
		return nil
	})
	claims.Try("stops, starts, restarts, kills, renames, updates", func() error {
		timeout := 1
		claims.Must(docker.ContainerStop(ctx, "api-2", client.ContainerStopOptions{Timeout: &timeout}))
		claims.Must(docker.ContainerStop(ctx, "api-2", client.ContainerStopOptions{}))
		start("api-2")
		claims.Must(docker.ContainerRestart(ctx, "api-2", client.ContainerRestartOptions{Timeout: &timeout}))
		claims.Must(docker.ContainerKill(ctx, "api-2", client.ContainerKillOptions{Signal: "KILL"}))
		_, err := docker.ContainerKill(ctx, "api-2", client.ContainerKillOptions{})
		claims.That(errdefs.IsConflict(err), "%v", err)
		start("api-2")
		claims.Must(docker.ContainerRename(ctx, "api-2", client.ContainerRenameOptions{NewName: "api-3"}))
		claims.Must(docker.ContainerUpdate(ctx, "api-3", client.ContainerUpdateOptions{Resources: &container.Resources{Memory: 64 << 20, MemorySwap: -1}}))
		shown := claims.Must(docker.ContainerInspect(ctx, "api-3", client.ContainerInspectOptions{})).Container
		claims.That(shown.HostConfig.Memory == 64<<20 && shown.HostConfig.MemorySwap == -1, "%d", shown.HostConfig.Memory)
		return nil
	})
	claims.Try("copies files in and out, exports, commits", func() error {
		id := create(&container.Config{Image: "alpine:3.19", Cmd: []string{"cat", "/tmp/n"}}, nil)
		var packed bytes.Buffer
		writer := tar.NewWriter(&packed)
		claims.Check(writer.WriteHeader(&tar.Header{Name: "n", Mode: 0o644, Size: 5}))
		claims.Must(writer.Write([]byte("note\n")))
		claims.Check(writer.Close())
		claims.Must(docker.CopyToContainer(ctx, id, client.CopyToContainerOptions{DestinationPath: "/tmp", Content: &packed}))
		got := claims.Must(docker.CopyFromContainer(ctx, id, client.CopyFromContainerOptions{SourcePath: "/tmp/n"}))
		claims.That(got.Stat.Name == "n" && got.Stat.Size == 5, "%+v", got.Stat)
		reader := tar.NewReader(got.Content)
		claims.Must(reader.Next())
		claims.That(string(claims.Must(io.ReadAll(reader))) == "note\n", "content")
		start(id)
		claims.That(wait(id) == 0, "exit code")
		exported := claims.Must(docker.ContainerExport(ctx, id, client.ContainerExportOptions{}))
		claims.That(claims.Must(io.Copy(io.Discard, exported)) > 1024, "export")
		claims.That(claims.Must(docker.ContainerCommit(ctx, id, client.ContainerCommitOptions{Reference: "own:c"})).ID != "", "commit")
		remove(id)
		return nil
	})
	claims.Try("networks and volumes, prunes", func() error {
		network := claims.Must(docker.NetworkCreate(ctx, "own-net", client.NetworkCreateOptions{Labels: map[string]string{"a": "b"}}))
		claims.Must(docker.NetworkConnect(ctx, network.ID, client.NetworkConnectOptions{Container: "web-1"}))
		shown := claims.Must(docker.NetworkInspect(ctx, "own-net", client.NetworkInspectOptions{}))
		claims.That(len(shown.Network.Containers) == 1, "%+v", shown.Network)
		claims.Must(docker.NetworkDisconnect(ctx, "own-net", client.NetworkDisconnectOptions{Container: "web-1"}))
		claims.Must(docker.NetworkRemove(ctx, "own-net", client.NetworkRemoveOptions{}))
		claims.Must(docker.VolumeCreate(ctx, client.VolumeCreateOptions{Name: "own-vol"}))
		claims.Must(docker.VolumeInspect(ctx, "own-vol", client.VolumeInspectOptions{}))
		claims.Must(docker.VolumeRemove(ctx, "own-vol", client.VolumeRemoveOptions{}))
		claims.Must(docker.VolumePrune(ctx, client.VolumePruneOptions{}))
		claims.Must(docker.ContainerPrune(ctx, client.ContainerPruneOptions{Filters: make(client.Filters).Add("label", "none")}))
		claims.Must(docker.NetworkPrune(ctx, client.NetworkPruneOptions{}))
		claims.Must(docker.ImagePrune(ctx, client.ImagePruneOptions{}))
		return nil
	})
	claims.Try("is told that there is no swarm", func() error {
		_, err := docker.ServiceList(ctx, client.ServiceListOptions{})
		claims.That(errdefs.IsUnavailable(err), "%v", err)
		return nil
	})
	claims.End()
}
