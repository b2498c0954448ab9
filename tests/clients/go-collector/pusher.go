package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"strconv"
	"time"
)

const batchEvery = time.Second

// pusher sends lines to Loki, a batch a second.
type pusher struct {
	url   string
	lines chan line
}

// newPusher: with an empty url lines are dropped.
func newPusher(url string) *pusher { return &pusher{url: url, lines: make(chan line, 1000)} }

// run pushes until ctx has ended and `drained` has returned, that is, until nobody sends any more.
func (p *pusher) run(ctx context.Context, drained func()) error {
	finished := make(chan struct{})
	go func() {
		<-ctx.Done()
		drained()
		close(finished)
	}()
	tick := time.NewTicker(batchEvery)
	defer tick.Stop()
	var batch []line
	for {
		select {
		case l := <-p.lines:
			batch = append(batch, l)
		case <-tick.C:
			if err := p.push(batch); err != nil {
				log.Printf("push of %d lines: %v", len(batch), err) // kept, and tried again
				continue
			}
			batch = batch[:0]
		case <-finished:
			return p.push(batch)
		}
	}
}

func (p *pusher) push(batch []line) error {
	if p.url == "" || len(batch) == 0 {
		return nil
	}
	type stream struct {
		Labels map[string]string `json:"stream"`
		Values [][2]string       `json:"values"`
	}
	byContainer := map[string]*stream{}
	var streams []*stream
	for _, l := range batch {
		s := byContainer[l.container]
		if s == nil {
			s = &stream{Labels: map[string]string{"container": l.container}}
			byContainer[l.container] = s
			streams = append(streams, s)
		}
		s.Values = append(s.Values, [2]string{strconv.FormatInt(l.at.UnixNano(), 10), l.text})
	}
	body, err := json.Marshal(map[string]any{"streams": streams})
	if err != nil {
		return err
	}
	response, err := http.Post(p.url+"/loki/api/v1/push", "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	io.Copy(io.Discard, response.Body) // so that the connection is used again
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("Loki answered %s", response.Status)
	}
	return nil
}
