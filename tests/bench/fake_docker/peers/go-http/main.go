// A log stream a goroutine, as a fake on net/http would serve it: go-http SOCKET
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"
)

func logs(response http.ResponseWriter, request *http.Request) {
	response.Header().Set("Content-Type", "application/vnd.docker.multiplexed-stream")
	response.WriteHeader(http.StatusOK)
	flusher := response.(http.Flusher)
	flusher.Flush()
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for sequence := 0; ; sequence++ {
		select {
		case <-request.Context().Done():
			return
		case now := <-ticker.C:
			text := fmt.Sprintf("web-1 seq=%08d due=%010d.%09d", sequence, now.Unix(), now.Nanosecond())
			line := "\x01\x00\x00\x00\x00\x00\x00\x40" + text + strings.Repeat("x", 63-len(text)) + "\n"
			if _, err := response.Write([]byte(line)); err != nil {
				return
			}
			flusher.Flush()
		}
	}
}

func main() {
	var limit syscall.Rlimit
	syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit)
	limit.Cur = limit.Max
	syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
	listener, err := net.Listen("unix", os.Args[1])
	if err != nil {
		panic(err)
	}
	http.HandleFunc("/containers/", logs)
	fmt.Println("ready")
	panic(http.Serve(listener, nil))
}
