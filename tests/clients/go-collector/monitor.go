package main

import (
	"context"
	"log"
	"time"

	"github.com/docker/docker/api/types"
)

// monitor looks after the containers beside their logs: it keeps the daemon's events open, for which it holds a
// client, and inspects each container every `health`.
type monitor struct {
	pool   *pool
	ids    []string
	health time.Duration
}

func (m *monitor) watchEvents(ctx context.Context) error {
	docker, done, err := m.pool.get()
	if err != nil {
		return err
	}
	go func() {
		defer done()
		events, failed := docker.Events(ctx, types.EventsOptions{})
		for {
			select {
			case <-events:
			case <-failed:
				return
			}
		}
	}()
	return nil
}

// checkHealth inspects the containers in turn, evenly spread.
func (m *monitor) checkHealth(ctx context.Context) {
	if len(m.ids) == 0 {
		return
	}
	tick := time.NewTicker(m.health / time.Duration(len(m.ids)))
	defer tick.Stop()
	for turn := 0; ; turn++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			m.inspect(ctx, m.ids[turn%len(m.ids)])
		}
	}
}

func (m *monitor) inspect(ctx context.Context, id string) {
	docker, done, err := m.pool.get()
	if err != nil {
		log.Print(err)
		return
	}
	defer done()
	if _, err := docker.ContainerInspect(ctx, id); err != nil && ctx.Err() == nil {
		log.Printf("%s: %v", id, err)
	}
}
