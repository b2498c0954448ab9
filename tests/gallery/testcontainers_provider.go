// Makes a provider for each look at Docker's health, and closes it where it can be closed: testcontainers/testcontainers-go#321.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	_ "net/http/pprof" // served by -pprof
	"time"

	"github.com/testcontainers/testcontainers-go"
)

func main() {
	pprof := flag.String("pprof", "127.0.0.1:6060", "address to serve net/http/pprof on")
	flag.Parse()
	go http.ListenAndServe(*pprof, nil)
	fmt.Println("ready")
	for ; ; time.Sleep(250 * time.Millisecond) {
		if err := look(); err != nil {
			log.Print(err)
		}
	}
}

func look() error {
	provider, err := testcontainers.NewDockerProvider()
	if err != nil {
		return err
	}
	if closer, can := any(provider).(io.Closer); can {
		defer closer.Close()
	}
	return provider.Health(context.Background())
}
