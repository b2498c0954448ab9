// The programs whose goroutines the built-in collector's threads stand for, on Docker's own Go client: what each does with
// its streams and clients, and nothing else. tests/clients/transport_test.py holds the collector against them.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	_ "net/http/pprof" // served by -pprof
	"os"
	"time"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/client"
)

type options struct {
	keepAlives bool
	maxConns   int
}

// newClient is Docker's client on a transport with the given options.
func newClient(o options) *client.Client {
	transport := &http.Transport{DisableKeepAlives: !o.keepAlives, MaxConnsPerHost: o.maxConns}
	docker, err := client.NewClientWithOpts(client.WithHTTPClient(&http.Client{Transport: transport}), client.FromEnv,
		client.WithAPIVersionNegotiation())
	if err != nil {
		log.Fatal(err)
	}
	return docker
}

func main() {
	program := flag.String("program", "", "drop-follow, close-follow, client-per-poll or one-client")
	every := flag.Duration("every", 800*time.Millisecond, "between two opens of a container, or two polls")
	keepAlives := flag.Bool("keepalives", true, "as http.Transport")
	maxConns := flag.Int("max-conns", 0, "as http.Transport")
	pprof := flag.String("pprof", "127.0.0.1:6060", "address to serve net/http/pprof on")
	flag.Parse()
	go http.ListenAndServe(*pprof, nil)

	o := options{*keepAlives, *maxConns}
	// A client of its own, so that listing takes no place in the measured one.
	containers, err := newClient(options{keepAlives: false}).ContainerList(context.Background(), types.ContainerListOptions{})
	if err != nil {
		log.Fatal(err)
	}
	switch *program {
	case "drop-follow", "close-follow":
		docker := newClient(o)
		for i, container := range containers {
			phase := *every * time.Duration(i) / time.Duration(len(containers))
			go follow(docker, container.ID, phase, *every, *program == "close-follow")
		}
	case "client-per-poll":
		go poll(func() *client.Client { return newClient(o) }, *every)
	case "one-client":
		docker := newClient(o)
		go poll(func() *client.Client { return docker }, *every)
	default:
		log.Fatalf("no program %q", *program)
	}
	fmt.Println("ready")
	os.Stdout.Sync()
	select {}
}

// follow opens the container's log stream again and again, and drops the one before or closes it first.
func follow(docker *client.Client, id string, phase, every time.Duration, closeFirst bool) {
	time.Sleep(phase)
	var current io.ReadCloser
	for ; ; time.Sleep(every) {
		if current != nil && closeFirst {
			current.Close()
		}
		body, err := docker.ContainerLogs(context.Background(), id,
			types.ContainerLogsOptions{ShowStdout: true, ShowStderr: true, Follow: true, Tail: "0"})
		if err != nil {
			log.Print(err)
			continue
		}
		current = body
	}
}

// poll lists the containers with the client that it is given for each poll.
func poll(docker func() *client.Client, every time.Duration) {
	for ; ; time.Sleep(every) {
		if _, err := docker().ContainerList(context.Background(), types.ContainerListOptions{}); err != nil {
			log.Print(err)
		}
	}
}
