// Docker's own Go client against the fake Docker: lists, inspects, follows, waits, executes. Exits 1 at the first
// thing that is not as with dockerd. The daemon is DOCKER_HOST's, with web-1 and its fellows (docker_py_test.py).
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/client"
	"github.com/docker/docker/pkg/stdcopy"
)

func must(err error, what string) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
		os.Exit(1)
	}
}

func check(kept bool, what string, got interface{}) {
	if !kept {
		fmt.Fprintf(os.Stderr, "%s: got %v\n", what, got)
		os.Exit(1)
	}
}

func listAndInspect(ctx context.Context, docker *client.Client) {
	all, err := docker.ContainerList(ctx, types.ContainerListOptions{All: true})
	must(err, "list")
	check(len(all) == 4, "containers", len(all))
	named, err := docker.ContainerList(ctx, types.ContainerListOptions{Filters: filters.NewArgs(filters.Arg("name", "web"))})
	must(err, "list by name")
	check(len(named) == 1 && named[0].Names[0] == "/web-1", "filtered", named)
	details, err := docker.ContainerInspect(ctx, named[0].ID[:12])
	must(err, "inspect")
	check(details.Name == "/web-1" && details.State.Running, "inspected", details.State)
	_, err = docker.ContainerInspect(ctx, "nope")
	check(client.IsErrNotFound(err), "of nothing", err)
}

func follow(ctx context.Context, docker *client.Client) {
	logs, err := docker.ContainerLogs(ctx, "web-1", types.ContainerLogsOptions{ShowStdout: true, ShowStderr: true, Follow: true, Timestamps: true, Tail: "5"})
	must(err, "logs")
	reader, writer := io.Pipe()
	go func() {
		_, copying := stdcopy.StdCopy(writer, writer, logs)
		writer.CloseWithError(copying)
	}()
	lines := bufio.NewScanner(reader)
	for i := 0; i < 10; i++ {
		check(lines.Scan(), "a line", lines.Err())
		_, err := time.Parse(time.RFC3339Nano, strings.SplitN(lines.Text(), " ", 2)[0])
		must(err, "its time stamp")
	}
	timeout := time.Second
	must(docker.ContainerStop(ctx, "web-1", &timeout), "stop")
	for lines.Scan() {
	}
	must(lines.Err(), "the stream's end")
	must(logs.Close(), "close")
	must(docker.ContainerStart(ctx, "web-1", types.ContainerStartOptions{}), "start")
}

func events(ctx context.Context, docker *client.Client) {
	listening, stop := context.WithCancel(ctx)
	defer stop()
	messages, errors := docker.Events(listening, types.EventsOptions{Filters: filters.NewArgs(filters.Arg("container", "api-2"))})
	timeout := time.Second
	must(docker.ContainerRestart(ctx, "api-2", &timeout), "restart")
	var seen []string
	for len(seen) < 5 {
		select {
		case message := <-messages:
			check(message.Actor.Attributes["name"] == "api-2", "of api-2", message)
			seen = append(seen, message.Action)
		case err := <-errors:
			must(err, "events")
		case <-time.After(10 * time.Second):
			check(false, "five events", seen)
		}
	}
	check(strings.Join(seen, " ") == "kill die stop start restart", "a restart's events", seen)
}

func stats(ctx context.Context, docker *client.Client) {
	answer, err := docker.ContainerStats(ctx, "worker-3", true)
	must(err, "stats")
	decoder := json.NewDecoder(answer.Body)
	var first, second types.StatsJSON
	must(decoder.Decode(&first), "the first sample")
	must(decoder.Decode(&second), "the second")
	must(answer.Body.Close(), "close")
	check(second.CPUStats.CPUUsage.TotalUsage > first.CPUStats.CPUUsage.TotalUsage, "growing CPU", second.CPUStats)
	check(second.PreCPUStats.CPUUsage.TotalUsage == first.CPUStats.CPUUsage.TotalUsage, "the sample before", second.PreCPUStats)
}

func execute(ctx context.Context, docker *client.Client) {
	created, err := docker.ContainerExecCreate(ctx, "web-1", types.ExecConfig{Cmd: []string{"cat"}, AttachStdin: true, AttachStdout: true, AttachStderr: true})
	must(err, "exec")
	hijacked, err := docker.ContainerExecAttach(ctx, created.ID, types.ExecStartCheck{})
	must(err, "exec attach")
	defer hijacked.Close()
	text := strings.Repeat("all of this comes back\n", 1000)
	_, err = hijacked.Conn.Write([]byte(text))
	must(err, "its input")
	must(hijacked.CloseWrite(), "half-close")
	var output bytes.Buffer
	_, err = stdcopy.StdCopy(&output, io.Discard, hijacked.Reader)
	must(err, "its output")
	check(output.String() == text, "what was sent", output.Len())
	details, err := docker.ContainerExecInspect(ctx, created.ID)
	must(err, "exec inspect")
	check(!details.Running && details.ExitCode == 0, "ended", details)
}

func wait(ctx context.Context, docker *client.Client) {
	created, err := docker.ContainerCreate(ctx, &container.Config{Image: "nginx:1.25-alpine", Cmd: []string{"sh", "-c", "echo bye; exit 9"}}, nil, nil, nil, "short")
	must(err, "create")
	results, errors := docker.ContainerWait(ctx, created.ID, container.WaitConditionNextExit)
	attached, err := docker.ContainerAttach(ctx, created.ID, types.ContainerAttachOptions{Stream: true, Stdout: true, Stderr: true})
	must(err, "attach")
	must(docker.ContainerStart(ctx, created.ID, types.ContainerStartOptions{}), "start")
	select {
	case result := <-results:
		check(result.StatusCode == 9, "the exit code", result.StatusCode)
	case err := <-errors:
		must(err, "wait")
	case <-time.After(10 * time.Second):
		check(false, "an exit", "none")
	}
	var output bytes.Buffer
	_, err = stdcopy.StdCopy(&output, io.Discard, attached.Reader)
	must(err, "its output")
	attached.Close()
	check(output.String() == "bye\n", "what it said", output.String())
	must(docker.ContainerRemove(ctx, created.ID, types.ContainerRemoveOptions{}), "remove")
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	docker, err := client.NewClientWithOpts(client.FromEnv, client.WithAPIVersionNegotiation())
	must(err, "client")
	listAndInspect(ctx, docker)
	follow(ctx, docker)
	events(ctx, docker)
	stats(ctx, docker)
	execute(ctx, docker)
	wait(ctx, docker)
	fmt.Println("as with dockerd")
}
