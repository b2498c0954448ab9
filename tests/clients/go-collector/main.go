// A log collector on Docker's own Go client, small enough to read: it follows every running container of $DOCKER_HOST,
// replaces each stream now and then, and pushes the lines to Loki. With -leak a replaced stream is dropped unclosed, a
// defect found in real collectors; without, it is closed first. An example subject for leakrig.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	_ "net/http/pprof" // served by -pprof
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/client"
)

func main() {
	reopen := flag.Duration("reopen", 5*time.Second, "replace each container's stream after this long")
	leak := flag.Bool("leak", false, "drop a replaced stream without closing it")
	loki := flag.String("loki", "", "URL of Loki, to which lines are pushed; empty: nowhere")
	pprof := flag.String("pprof", "127.0.0.1:6060", "address to serve net/http/pprof on")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := collect(ctx, *reopen, *leak, *loki, *pprof); err != nil {
		log.Fatal(err)
	}
}

// collect runs until ctx ends. It prints "ready" once every container's first stream is open.
func collect(ctx context.Context, reopen time.Duration, leak bool, loki, pprof string) error {
	listener, err := net.Listen("tcp", pprof)
	if err != nil {
		return err
	}
	go http.Serve(listener, nil)

	docker, err := client.NewClientWithOpts(client.FromEnv, client.WithAPIVersionNegotiation())
	if err != nil {
		return err
	}
	containers, err := docker.ContainerList(ctx, types.ContainerListOptions{})
	if err != nil {
		return err
	}
	sink := newPusher(loki)
	var open, running sync.WaitGroup
	for i, container := range containers {
		follower := &follower{
			docker: docker, id: container.ID, name: container.Names[0][1:], leak: leak, lines: sink.lines,
			reopen: reopen,
			// The streams are replaced in turn, not all at once.
			phase: reopen * time.Duration(i+1) / time.Duration(len(containers)),
		}
		open.Add(1)
		running.Add(1)
		go func() {
			defer running.Done()
			follower.run(ctx, open.Done)
		}()
	}
	go func() {
		open.Wait()
		fmt.Fprintln(os.Stdout, "ready")
	}()
	return sink.run(ctx, running.Wait)
}
