// Looks for an image at Docker's daemon now and then: anchore/stereoscope#182.
package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	_ "net/http/pprof" // served by -pprof
	"time"

	"github.com/anchore/stereoscope"
	"github.com/anchore/stereoscope/pkg/image"
)

func main() {
	pprof := flag.String("pprof", "127.0.0.1:6060", "address to serve net/http/pprof on")
	flag.Parse()
	go http.ListenAndServe(*pprof, nil)
	fmt.Println("ready")
	for ; ; time.Sleep(250 * time.Millisecond) {
		look()
	}
}

// look is refused, as there is no such image: the answer is as good as another.
func look() {
	found, err := stereoscope.GetImageFromSource(context.Background(), "no-such-image:latest", image.DockerDaemonSource)
	if err == nil {
		found.Cleanup()
	}
}
