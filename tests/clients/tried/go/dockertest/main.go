// dockertest, as a test suite uses it.
package main

import (
	"bytes"
	"net"
	"time"

	"github.com/ory/dockertest/v3"
	"github.com/ory/dockertest/v3/docker"
	"leakrig.example/tried/claims"
)

func main() {
	pool := claims.Must(dockertest.NewPool(""))
	pool.MaxWait = 20 * time.Second
	claims.Try("the pool pings", func() error { return pool.Client.Ping() })
	claims.Try("runs an image with its ports, retries until it answers, purges", func() error {
		resource := claims.Must(pool.Run("postgres", "16", []string{"POSTGRES_PASSWORD=secret"}))
		claims.Check(resource.Expire(60))
		claims.Check(pool.Retry(func() error {
			conn, err := net.Dial("tcp", "127.0.0.1:"+resource.GetPort("5432/tcp"))
			if err == nil {
				err = conn.Close()
			}
			return err
		}))
		claims.That(resource.GetHostPort("5432/tcp") != "", "no host port")
		return pool.Purge(resource)
	})
	claims.Try("options: command, mounts, network, auto-removal; exec", func() error {
		network := claims.Must(pool.CreateNetwork("dockertest-net"))
		resource := claims.Must(pool.RunWithOptions(&dockertest.RunOptions{Repository: "alpine", Tag: "3.19", Name: "dt", Cmd: []string{"sleep", "100"}, Networks: []*dockertest.Network{network}},
			func(host *docker.HostConfig) { host.AutoRemove = true }))
		claims.That(resource.GetIPInNetwork(network) != "", "no address")
		var out bytes.Buffer
		code := claims.Must(resource.Exec([]string{"sh", "-c", "echo hi; exit 2"}, dockertest.ExecOptions{StdOut: &out}))
		claims.That(code == 2 && out.String() == "hi\n", "%d %q", code, out.String())
		found, there := pool.ContainerByName("dt")
		claims.That(there && found.Container.ID == resource.Container.ID, "not found by name")
		claims.Check(pool.Purge(resource))
		return pool.RemoveNetwork(network)
	})
	claims.Try("logs by its client, followed to the end", func() error {
		resource := claims.Must(pool.RunWithOptions(&dockertest.RunOptions{Repository: "alpine", Tag: "3.19", Cmd: []string{"sh", "-c", "echo one; sleep 0.2; echo two"}}))
		var out bytes.Buffer
		claims.Check(pool.Client.Logs(docker.LogsOptions{Container: resource.Container.ID, OutputStream: &out, Stdout: true, Follow: true}))
		claims.That(out.String() == "one\ntwo\n", "%q", out.String())
		return pool.Purge(resource)
	})
	claims.End()
}
