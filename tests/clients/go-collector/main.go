// A log collector on Docker's own Go client, small enough to read: it follows every running container of $DOCKER_HOST,
// replaces each stream now and then, and pushes the lines to Loki. Two defects found in real collectors are behind flags:
// with -leak a replaced stream is dropped unclosed; with -overflow a Docker client that is made because the pool of -pool
// clients is empty is never closed. An example subject for leakrig.
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
)

func main() {
	reopen := flag.Duration("reopen", 5*time.Second, "replace each container's stream after this long")
	leak := flag.Bool("leak", false, "drop a replaced stream without closing it")
	loki := flag.String("loki", "", "URL of Loki, to which lines are pushed; empty: nowhere")
	pprof := flag.String("pprof", "127.0.0.1:6060", "address to serve net/http/pprof on")
	clients := flag.Int("pool", 0, "take Docker clients from a pool of so many, one user at a time; 0: one client for all")
	overflow := flag.Bool("overflow", false, "do not close the clients that are made while the pool is empty")
	health := flag.Duration("health", 30*time.Second, "with -pool: inspect each container this often")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	settings := settings{*reopen, *leak, *loki, *pprof, *clients, *overflow, *health}
	if err := collect(ctx, settings); err != nil {
		log.Fatal(err)
	}
}

type settings struct {
	reopen      time.Duration
	leak        bool
	loki, pprof string
	clients     int
	overflow    bool
	health      time.Duration
}

// collect runs until ctx ends. It prints "ready" once every container's first stream is open.
func collect(ctx context.Context, set settings) error {
	listener, err := net.Listen("tcp", set.pprof)
	if err != nil {
		return err
	}
	go http.Serve(listener, nil)

	docker, err := newClient()
	if err != nil {
		return err
	}
	containers, err := docker.ContainerList(ctx, types.ContainerListOptions{})
	if err != nil {
		return err
	}
	var watch *monitor
	if set.clients > 0 {
		clients, err := newPool(set.clients, set.overflow)
		if err != nil {
			return err
		}
		watch = &monitor{pool: clients, health: set.health}
		if err := watch.watchEvents(ctx); err != nil {
			return err
		}
	}
	sink := newPusher(set.loki)
	var open, running sync.WaitGroup
	for i, container := range containers {
		follower := &follower{
			docker: docker, id: container.ID, name: container.Names[0][1:], leak: set.leak, lines: sink.lines,
			reopen: set.reopen,
			// The streams are replaced in turn, not all at once.
			phase: set.reopen * time.Duration(i+1) / time.Duration(len(containers)),
		}
		done := func() {}
		if watch != nil {
			watch.ids = append(watch.ids, container.ID)
			if follower.docker, done, err = watch.pool.get(); err != nil {
				return err
			}
		}
		open.Add(1)
		running.Add(1)
		go func() {
			defer running.Done()
			defer done()
			follower.run(ctx, open.Done)
		}()
	}
	if watch != nil {
		go watch.checkHealth(ctx)
	}
	go func() {
		open.Wait()
		fmt.Fprintln(os.Stdout, "ready")
	}()
	return sink.run(ctx, running.Wait)
}
