// Makes Docker's own client for each ping, and drops it: moby/moby#45539.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net/http"
	_ "net/http/pprof" // served by -pprof
	"time"

	"github.com/docker/docker/client"
)

func main() {
	pprof := flag.String("pprof", "127.0.0.1:6060", "address to serve net/http/pprof on")
	flag.Parse()
	go http.ListenAndServe(*pprof, nil)
	fmt.Println("ready")
	for ; ; time.Sleep(250 * time.Millisecond) {
		ping()
	}
}

func ping() {
	docker, err := client.NewClientWithOpts(client.FromEnv)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := docker.Ping(context.Background()); err != nil {
		log.Print(err)
	}
}
