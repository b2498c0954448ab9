package main

import (
	"github.com/docker/docker/client"
)

// pool lends out Docker clients, one user at a time. While it is empty each call gets a temporary client.
type pool struct {
	free     chan *client.Client
	overflow bool // the defect: temporary clients are not closed
}

func newPool(size int, overflow bool) (*pool, error) {
	p := &pool{free: make(chan *client.Client, size), overflow: overflow}
	for i := 0; i < size; i++ {
		docker, err := newClient()
		if err != nil {
			return nil, err
		}
		p.free <- docker
	}
	return p, nil
}

func newClient() (*client.Client, error) {
	return client.NewClientWithOpts(client.FromEnv, client.WithAPIVersionNegotiation())
}

// get lends a client; `done` gives it back.
func (p *pool) get() (docker *client.Client, done func(), err error) {
	select {
	case docker = <-p.free:
		return docker, func() { p.free <- docker }, nil
	default:
	}
	if docker, err = newClient(); err != nil {
		return nil, nil, err
	}
	return docker, func() {
		if !p.overflow {
			docker.Close()
		} // else: it is forgotten, and its connection stays idle for ever
	}, nil
}
