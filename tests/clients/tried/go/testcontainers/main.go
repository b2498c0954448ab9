// testcontainers for Go, as a test suite uses it, with its reaper.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/exec"
	"github.com/testcontainers/testcontainers-go/network"
	"github.com/testcontainers/testcontainers-go/wait"
	"leakrig.example/tried/claims"
)

var ctx = context.Background()

func run(request testcontainers.ContainerRequest) testcontainers.Container {
	return claims.Must(testcontainers.GenericContainer(ctx, testcontainers.GenericContainerRequest{ContainerRequest: request, Started: true}))
}

func end(box testcontainers.Container) {
	claims.Check(testcontainers.TerminateContainer(box, testcontainers.StopTimeout(0)))
}

func main() {
	claims.Try("the provider finds the daemon", func() error {
		provider := claims.Must(testcontainers.NewDockerProvider())
		return provider.Health(ctx)
	})
	claims.Try("a container behind the reaper, waiting for its port", func() error {
		box := run(testcontainers.ContainerRequest{Image: "redis:7", ExposedPorts: []string{"6379/tcp"}, WaitingFor: wait.ForListeningPort("6379/tcp")})
		endpoint := claims.Must(box.Endpoint(ctx, ""))
		conn := claims.Must(net.Dial("tcp", endpoint))
		claims.Check(conn.Close())
		end(box)
		return nil
	})
	claims.Try("waits for a log line, a command, the exit, health", func() error {
		said := run(testcontainers.ContainerRequest{Image: "alpine:3.19", Cmd: []string{"sh", "-c", "echo ready; sleep 100"}, WaitingFor: wait.ForLog("ready").WithStartupTimeout(10 * time.Second)})
		end(said)
		able := run(testcontainers.ContainerRequest{Image: "alpine:3.19", Cmd: []string{"sleep", "100"}, WaitingFor: wait.ForExec([]string{"true"})})
		end(able)
		ended := run(testcontainers.ContainerRequest{Image: "alpine:3.19", Cmd: []string{"sh", "-c", "exit 0"}, WaitingFor: wait.ForExit()})
		end(ended)
		return nil
	})
	claims.Try("exec with output and exit code", func() error {
		box := run(testcontainers.ContainerRequest{Image: "alpine:3.19", Cmd: []string{"sleep", "100"}})
		code, reader, err := box.Exec(ctx, []string{"sh", "-c", "echo out; exit 3"}, exec.Multiplexed())
		claims.Check(err)
		out := claims.Must(io.ReadAll(reader))
		claims.That(code == 3 && string(out) == "out\n", "%d %q", code, out)
		end(box)
		return nil
	})
	claims.Try("files copied in before the start, and in and out after it", func() error {
		box := run(testcontainers.ContainerRequest{Image: "alpine:3.19", Cmd: []string{"sleep", "100"},
			Files: []testcontainers.ContainerFile{{Reader: strings.NewReader("first"), ContainerFilePath: "/tmp/first", FileMode: 0o644}}})
		claims.Check(box.CopyToContainer(ctx, []byte("second"), "/tmp/second", 0o644))
		for _, name := range []string{"first", "second"} {
			reader := claims.Must(box.CopyFileFromContainer(ctx, "/tmp/"+name))
			content := claims.Must(io.ReadAll(reader))
			claims.That(string(content) == name, "%q", content)
		}
		end(box)
		return nil
	})
	claims.Try("logs, state, a log consumer", func() error {
		lines := make(chan string, 100)
		box := run(testcontainers.ContainerRequest{Image: "alpine:3.19", Cmd: []string{"sh", "-c", "echo hello; sleep 100"}, WaitingFor: wait.ForLog("hello"),
			LogConsumerCfg: &testcontainers.LogConsumerConfig{Consumers: []testcontainers.LogConsumer{consumer(lines)}}})
		claims.That(claims.Must(box.State(ctx)).Running, "it does not run")
		logs := claims.Must(box.Logs(ctx))
		content := claims.Must(io.ReadAll(logs))
		claims.That(strings.Contains(string(content), "hello"), "%q", content)
		select {
		case line := <-lines:
			claims.That(line == "hello\n", "%q", line)
		case <-time.After(10 * time.Second):
			return fmt.Errorf("no line came to the consumer")
		}
		end(box)
		return nil
	})
	claims.Try("a network with aliases, stop and start again", func() error {
		net := claims.Must(network.New(ctx))
		box := run(testcontainers.ContainerRequest{Image: "alpine:3.19", Cmd: []string{"sleep", "100"}, Networks: []string{net.Name}, NetworkAliases: map[string][]string{net.Name: {"box"}}})
		claims.That(len(claims.Must(box.NetworkAliases(ctx))[net.Name]) > 0, "no alias")
		claims.That(claims.Must(box.ContainerIP(ctx)) != "", "no address")
		none := time.Duration(0)
		claims.Check(box.Stop(ctx, &none))
		claims.Check(box.Start(ctx))
		end(box)
		claims.Check(net.Remove(ctx))
		return nil
	})
	claims.End()
}

type consumer chan string

func (lines consumer) Accept(line testcontainers.Log) { lines <- string(line.Content) }
