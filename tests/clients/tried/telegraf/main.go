// Telegraf's inputs docker and docker_log. One line a claim: "ok CLAIM" or "FAILED CLAIM: why".
package main

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/config"
	"github.com/influxdata/telegraf/logger"
	"github.com/influxdata/telegraf/plugins/inputs"
	"github.com/influxdata/telegraf/plugins/inputs/docker"
	"github.com/influxdata/telegraf/plugins/inputs/docker_log"
)

// gathered keeps what a plugin says.
type gathered struct {
	telegraf.Accumulator
	mutex  sync.Mutex
	names  map[string]int
	lines  []string
	errors []error
}

func (g *gathered) AddFields(name string, fields map[string]any, _ map[string]string, _ ...time.Time) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if g.names == nil {
		g.names = map[string]int{}
	}
	g.names[name]++
	if message, there := fields["message"].(string); there {
		g.lines = append(g.lines, message)
	}
}

func (g *gathered) AddGauge(name string, fields map[string]any, tags map[string]string, t ...time.Time) {
	g.AddFields(name, fields, tags, t...)
}

func (g *gathered) AddCounter(name string, fields map[string]any, tags map[string]string, t ...time.Time) {
	g.AddFields(name, fields, tags, t...)
}

func (g *gathered) AddError(err error) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if err != nil {
		g.errors = append(g.errors, err)
	}
}

func (g *gathered) SetPrecision(time.Duration) {}

func (g *gathered) seen() (map[string]int, []string, []error) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return g.names, append([]string{}, g.lines...), g.errors
}

var failed bool

func claim(what string, check func() error) {
	if err := check(); err != nil {
		failed = true
		fmt.Printf("FAILED %s: %s\n", what, strings.ReplaceAll(err.Error(), "\n", " | "))
		return
	}
	fmt.Printf("ok %s\n", what)
}

func logs(fromBeginning bool, wanted int) ([]string, error) {
	plugin := inputs.Inputs["docker_log"]().(*docker_log.DockerLogs)
	plugin.Endpoint = os.Getenv("DOCKER_HOST")
	plugin.FromBeginning = fromBeginning
	plugin.ContainerInclude = []string{"web-1"}
	plugin.Timeout = config.Duration(5 * time.Second)
	var all gathered
	if err := plugin.Init(); err != nil {
		return nil, err
	}
	if err := plugin.Start(&all); err != nil {
		return nil, err
	}
	defer plugin.Stop()
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if err := plugin.Gather(&all); err != nil {
			return nil, err
		}
		_, lines, errors := all.seen()
		if len(errors) > 0 {
			return nil, errors[0]
		}
		if len(lines) >= wanted {
			return lines, nil
		}
	}
	_, lines, _ := all.seen()
	return lines, fmt.Errorf("%d lines, not %d", len(lines), wanted)
}

func main() {
	claim("docker_log follows new lines", func() error {
		_, err := logs(false, 5)
		return err
	})
	claim("docker_log from the beginning: every line once, in order", func() error {
		lines, err := logs(true, 25)
		for i, line := range lines {
			if !strings.HasPrefix(line, fmt.Sprintf("web-1 seq=%d ", i)) {
				return fmt.Errorf("line %d is %q", i, line)
			}
		}
		return err
	})
	claim("docker gathers the engine, and CPU, memory, network and block I/O of containers", func() error {
		plugin := inputs.Inputs["docker"]().(*docker.Docker)
		plugin.Endpoint = os.Getenv("DOCKER_HOST")
		plugin.Timeout = config.Duration(10 * time.Second)
		plugin.TotalInclude = []string{"cpu", "blkio", "network"}
		plugin.PerDeviceInclude = []string{"cpu"}
		plugin.StorageObjects = []string{"container", "image", "volume"}
		plugin.Log = logger.New("inputs", "docker", "")
		var all gathered
		if err := plugin.Init(); err != nil {
			return err
		}
		if err := plugin.Start(&all); err != nil {
			return err
		}
		defer plugin.Stop()
		if err := plugin.Gather(&all); err != nil {
			return err
		}
		names, _, errors := all.seen()
		if len(errors) > 0 {
			return errors[0]
		}
		for name, least := range map[string]int{"docker": 1, "docker_container_cpu": 4, "docker_container_mem": 4, "docker_container_net": 4, "docker_container_status": 4, "docker_disk_usage": 1} {
			if names[name] < least {
				return fmt.Errorf("%d of %s: %v", names[name], name, names)
			}
		}
		return nil
	})
	if failed {
		os.Exit(1)
	}
}
