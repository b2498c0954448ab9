package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/client"
	"github.com/docker/docker/pkg/stdcopy"
)

// line is one log line of a container.
type line struct {
	container string
	at        time.Time
	text      string
}

// follower keeps one log stream of one container open and replaces it every `reopen`.
type follower struct {
	docker        *client.Client
	id, name      string
	leak          bool
	lines         chan<- line
	reopen, phase time.Duration
	newest        atomic.Int64 // nanoseconds since the epoch: where a new stream resumes
}

func (f *follower) run(ctx context.Context, opened func()) {
	body, ended := f.openStream(ctx)
	opened()
	next := time.NewTimer(f.phase)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			closeStream(body, ended)
			return
		case <-next.C:
		}
		if !f.leak {
			closeStream(body, ended)
		} // else: the stream is forgotten, and with it its connection and the goroutine that reads it
		body, ended = f.openStream(ctx)
		next.Reset(f.reopen)
	}
}

// openStream follows the container's logs from the newest line on. A goroutine reads the stream until it is closed and
// then closes `ended`. Where there is no stream, as the container is gone, body is nil.
func (f *follower) openStream(ctx context.Context) (body io.ReadCloser, ended chan struct{}) {
	options := types.ContainerLogsOptions{ShowStdout: true, ShowStderr: true, Follow: true, Timestamps: true}
	if newest := f.newest.Load(); newest > 0 {
		options.Since = fmt.Sprintf("%d.%09d", (newest+1)/1e9, (newest+1)%1e9)
	}
	body, err := f.docker.ContainerLogs(ctx, f.id, options)
	if err != nil {
		if ctx.Err() == nil {
			log.Printf("%s: %v", f.name, err)
		}
		return nil, nil
	}
	ended = make(chan struct{})
	go f.readStream(body, ended)
	return body, ended
}

func closeStream(body io.Closer, ended <-chan struct{}) {
	if ended == nil {
		return
	}
	body.Close()
	<-ended
}

func (f *follower) readStream(body io.Reader, ended chan<- struct{}) {
	defer close(ended)
	writer := &lineWriter{emit: f.emit}
	stdcopy.StdCopy(writer, writer, body)
}

// emit hands on a line as Docker writes it: a time, a space, the text.
func (f *follower) emit(stamped string) {
	stamp, text, found := strings.Cut(stamped, " ")
	at, err := time.Parse(time.RFC3339Nano, stamp)
	if !found || err != nil {
		log.Printf("%s: not a stamped line: %s", f.name, strconv.Quote(stamped))
		return
	}
	if at.UnixNano() > f.newest.Load() {
		f.newest.Store(at.UnixNano())
	}
	f.lines <- line{f.name, at, text}
}

// lineWriter cuts what is written to it into lines.
type lineWriter struct {
	partial []byte
	emit    func(string)
}

func (w *lineWriter) Write(p []byte) (int, error) {
	w.partial = append(w.partial, p...)
	for {
		advance, text, _ := bufio.ScanLines(w.partial, false)
		if advance == 0 {
			return len(p), nil
		}
		w.emit(string(text))
		w.partial = w.partial[advance:]
	}
}
