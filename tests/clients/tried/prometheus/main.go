// Prometheus' docker_sd. One line a claim: "ok CLAIM" or "FAILED CLAIM: why".
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/discovery"
	"github.com/prometheus/prometheus/discovery/moby"
	"github.com/prometheus/prometheus/discovery/targetgroup"
)

func targets(filters []moby.Filter) ([]model.LabelSet, error) {
	conf := moby.DefaultDockerSDConfig
	conf.Host = os.Getenv("DOCKER_HOST")
	conf.Filters = filters
	conf.RefreshInterval = model.Duration(5 * time.Second)
	refresh := discovery.NewRefreshMetrics(prometheus.NewRegistry())
	found, err := conf.NewDiscoverer(discovery.DiscovererOptions{Logger: slog.Default(), Metrics: conf.NewDiscovererMetrics(nil, refresh), SetName: "docker"})
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithTimeout(context.Background(), 15*time.Second)
	defer stop()
	groups := make(chan []*targetgroup.Group)
	go found.Run(ctx, groups)
	select {
	case some := <-groups:
		return some[0].Targets, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func main() {
	failed := false
	claim := func(what string, err error) {
		if err != nil {
			failed = true
			fmt.Printf("FAILED %s: %s\n", what, err)
			return
		}
		fmt.Printf("ok %s\n", what)
	}
	all, err := targets(nil)
	names := map[string]bool{}
	for _, target := range all {
		names[string(target["__meta_docker_container_name"])] = true
		if err == nil && (target["__address__"] == "" || target["__meta_docker_network_ip"] == "" || target["__meta_docker_network_name"] != "shop_default" ||
			target["__meta_docker_container_label_com_docker_compose_service"] == "") {
			err = fmt.Errorf("%v", target)
		}
	}
	if err == nil && len(names) != 4 {
		err = fmt.Errorf("%v", names)
	}
	claim("every container is a target, with its address, network and labels", err)
	some, err := targets([]moby.Filter{{Name: "label", Values: []string{"com.docker.compose.service=web"}}})
	for _, target := range some {
		if err == nil && target["__meta_docker_container_name"] != "/web-1" {
			err = fmt.Errorf("%v", target)
		}
	}
	if err == nil && len(some) == 0 {
		err = fmt.Errorf("no targets")
	}
	claim("filters", err)
	if failed {
		os.Exit(1)
	}
}
