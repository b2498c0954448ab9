// Listens for one event at a time, and leaves: fsouza/go-dockerclient#911.
package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
	_ "net/http/pprof" // served by -pprof
	"time"

	docker "github.com/fsouza/go-dockerclient"
)

func main() {
	pprof := flag.String("pprof", "127.0.0.1:6060", "address to serve net/http/pprof on")
	flag.Parse()
	go http.ListenAndServe(*pprof, nil)
	client, err := docker.NewClientFromEnv()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("ready")
	for {
		events := make(chan *docker.APIEvents, 100)
		if err := client.AddEventListener(events); err != nil {
			log.Fatal(err)
		}
		<-events
		time.Sleep(50 * time.Millisecond) // events come in twos and threes
		if err := client.RemoveEventListener(events); err != nil {
			log.Fatal(err)
		}
	}
}
