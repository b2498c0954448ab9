// Ways to make a client for each check of a container and to leave it unclosed, or not. An opener is who made the client,
// not who asked by it. tests/clients/openers_test.py runs each under leakrig.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net/http"
	_ "net/http/pprof" // served by -pprof
	"time"
)

func main() {
	name := flag.String("shape", "", "one of the shapes")
	leak := flag.Bool("leak", false, "leave the clients unclosed")
	socket := flag.String("docker", "/var/run/docker.sock", "Docker's socket")
	every := flag.Duration("every", 150*time.Millisecond, "between two checks")
	pprof := flag.String("pprof", "127.0.0.1:6060", "address to serve net/http/pprof on")
	flag.Parse()
	make, known := shapes[*name]
	if !known {
		log.Fatalf("no shape %q", *name)
	}
	go http.ListenAndServe(*pprof, nil)
	run(make(*socket, *leak), ids(*socket), *every)
}

// ids asks once, by a connection that it closes.
func ids(socket string) []string {
	c := &http.Client{Transport: &http.Transport{DialContext: unixDialer(socket), DisableKeepAlives: true}}
	response, err := c.Get("http://docker/containers/json")
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	var list []struct{ Id string }
	if err := json.NewDecoder(response.Body).Decode(&list); err != nil {
		log.Fatal(err)
	}
	var ids []string
	for _, container := range list {
		ids = append(ids, container.Id)
	}
	return ids
}

// history keeps a note of each check: it grows as the connections do, and opens none.
var history []*note

type note struct {
	path string
	room [200]byte
}

func run(check func(string) error, ids []string, every time.Duration) {
	fmt.Println("ready")
	for turn := 0; ; turn++ {
		checkOne(check, "/containers/"+ids[turn%len(ids)]+"/json")
		time.Sleep(every)
	}
}

func checkOne(check func(string) error, path string) {
	history = append(history, &note{path: path})
	if err := check(path); err != nil {
		log.Print(err)
	}
}
