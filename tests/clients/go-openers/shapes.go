package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/client"

	"example.com/leakrig/go-openers/factory"
)

// A shape makes a client each time it is asked to check a container, as its `check` says; `leak` leaves it unclosed.
type shape func(socket string, leak bool) (check func(path string) error)

var shapes = map[string]shape{
	"literal":       literal,
	"interface":     behindInterface,
	"generic":       generic,
	"closure":       closure,
	"clone":         clone,
	"embedded":      embedded,
	"lazy":          lazy,
	"round-tripper": roundTripper,
	"logging":       logging,
	"by-channel":    byChannel,
	"docker":        docker,
	"docker-own":    dockerOwn,
	"by-hand":       byHand,
}

func unixDialer(socket string) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socket)
	}
}

func get(c *http.Client, path string) error {
	response, err := c.Get("http://docker" + path)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

func literal(socket string, leak bool) func(string) error {
	return func(path string) error {
		c := newLiteralClient(socket)
		if !leak {
			defer c.CloseIdleConnections()
		}
		return get(c, path)
	}
}

func newLiteralClient(socket string) *http.Client {
	return &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DialContext: unixDialer(socket), ForceAttemptHTTP2: true}}
}

func behindInterface(socket string, leak bool) func(string) error {
	return func(path string) error { return checkByInspector(socket, path, leak) }
}

func checkByInspector(socket, path string, leak bool) error {
	inspector := factory.New(socket)
	if !leak {
		defer inspector.Close()
	}
	return inspector.Inspect(path)
}

// box lends a T that was made for it.
type box[T any] struct{ made T }

func boxOf[T any](make func() T) box[T] { return box[T]{make()} }

func (b box[T]) use(with func(T) error) error { return with(b.made) }

func generic(socket string, leak bool) func(string) error {
	return func(path string) error {
		b := boxOf(func() *http.Client { return newLiteralClient(socket) })
		if !leak {
			defer b.made.CloseIdleConnections()
		}
		return b.use(func(c *http.Client) error { return get(c, path) })
	}
}

func closure(socket string, leak bool) func(string) error {
	return func(path string) error {
		ask, done := asker(socket)
		if !leak {
			defer done()
		}
		return ask(path)
	}
}

func asker(socket string) (func(string) error, func()) {
	transport := &http.Transport{DialContext: unixDialer(socket)}
	c := &http.Client{Transport: transport}
	return func(path string) error { return get(c, path) }, transport.CloseIdleConnections
}

func clone(socket string, leak bool) func(string) error {
	return func(path string) error {
		transport := clonedTransport(socket)
		if !leak {
			defer transport.CloseIdleConnections()
		}
		return get(&http.Client{Transport: transport}, path)
	}
}

func clonedTransport(socket string) *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = unixDialer(socket)
	return transport
}

// api has its transport within.
type api struct {
	http.Transport
	base string
}

func newAPI(socket string) *api {
	a := &api{base: "http://docker"}
	a.DialContext = unixDialer(socket)
	return a
}

func (a *api) ask(path string) error {
	request, err := http.NewRequest("GET", a.base+path, nil)
	if err != nil {
		return err
	}
	response, err := a.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

func embedded(socket string, leak bool) func(string) error {
	return func(path string) error {
		a := newAPI(socket)
		if !leak {
			defer a.CloseIdleConnections()
		}
		return a.ask(path)
	}
}

// service makes its client when it is first asked.
type service struct {
	socket string
	c      *http.Client
}

func (s *service) client() *http.Client {
	if s.c == nil {
		s.c = &http.Client{Transport: &http.Transport{DialContext: unixDialer(s.socket)}}
	}
	return s.c
}

func (s *service) check(path string) error { return get(s.client(), path) }

func lazy(socket string, leak bool) func(string) error {
	return func(path string) error {
		s := &service{socket: socket}
		if !leak {
			defer func() { s.c.CloseIdleConnections() }()
		}
		return s.check(path)
	}
}

// fresh takes a transport of its own for each request.
type fresh struct {
	socket string
	leak   bool
}

func (f *fresh) RoundTrip(request *http.Request) (*http.Response, error) {
	transport := &http.Transport{DialContext: unixDialer(f.socket), DisableKeepAlives: !f.leak}
	return transport.RoundTrip(request)
}

func roundTripper(socket string, leak bool) func(string) error {
	c := &http.Client{Transport: &fresh{socket, leak}}
	return func(path string) error { return get(c, path) }
}

// logged remembers each request that passes through it.
type logged struct {
	next http.RoundTripper
	seen []*entry
}
type entry struct {
	url  string
	room [300]byte
}

func (l *logged) RoundTrip(request *http.Request) (*http.Response, error) {
	l.seen = append(l.seen, &entry{url: request.URL.String()})
	return l.next.RoundTrip(request)
}

func logging(socket string, leak bool) func(string) error {
	var all []*logged
	return func(path string) error {
		l := &logged{next: newLoggedTransport(socket)}
		all = append(all, l)
		if !leak {
			defer l.next.(*http.Transport).CloseIdleConnections()
		}
		return get(&http.Client{Transport: l}, path)
	}
}

func newLoggedTransport(socket string) *http.Transport {
	return &http.Transport{DialContext: unixDialer(socket)}
}

// byChannel: one goroutine makes the clients, another asks.
func byChannel(socket string, leak bool) func(string) error {
	clients := make(chan *http.Client)
	go makeClients(socket, clients)
	return func(path string) error {
		c := <-clients
		if !leak {
			defer c.CloseIdleConnections()
		}
		return get(c, path)
	}
}

func makeClients(socket string, clients chan<- *http.Client) {
	for {
		clients <- &http.Client{Transport: &http.Transport{DialContext: unixDialer(socket)}}
	}
}

// pinger is what a check needs of Docker's client.
type pinger interface {
	ContainerInspectWithRaw(ctx context.Context, id string, size bool) (types.ContainerJSON, []byte, error)
	io.Closer
}

func docker(socket string, leak bool) func(string) error {
	return func(path string) error { return checkByDocker(path, leak, sdkOf(socket)) }
}

func dockerOwn(socket string, leak bool) func(string) error {
	return func(path string) error { return checkByDocker(path, leak, sdkOnOwnTransport(socket)) }
}

func sdkOf(socket string) pinger {
	c, err := client.NewClientWithOpts(client.WithHost("unix://"+socket), client.WithAPIVersionNegotiation())
	if err != nil {
		panic(err)
	}
	return c
}

func sdkOnOwnTransport(socket string) pinger {
	own := &http.Client{Transport: &http.Transport{DialContext: unixDialer(socket)}}
	c, err := client.NewClientWithOpts(client.WithHTTPClient(own), client.WithHost("tcp://docker:80"))
	if err != nil {
		panic(err)
	}
	return c
}

func checkByDocker(path string, leak bool, docker pinger) error {
	if !leak {
		defer docker.Close()
	}
	_, _, err := docker.ContainerInspectWithRaw(context.Background(), strings.Split(path, "/")[2], false)
	return err
}

// byHand: HTTP on a connection of one's own.
func byHand(socket string, leak bool) func(string) error {
	return func(path string) error {
		connection, err := dialByHand(socket)
		if err != nil {
			return err
		}
		if leak {
			kept = append(kept, connection)
		} else {
			defer connection.Close()
		}
		request, _ := http.NewRequest("GET", "http://docker"+path, nil)
		if err := request.Write(connection); err != nil {
			return err
		}
		response, err := http.ReadResponse(bufio.NewReader(connection), request)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, response.Body)
		return err
	}
}

var kept []net.Conn

func dialByHand(socket string) (net.Conn, error) { return net.Dial("unix", socket) }
