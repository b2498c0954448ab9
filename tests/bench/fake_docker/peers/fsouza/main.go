// fsouza/go-dockerclient's fake Docker with a number of containers: fsouza CONTAINERS; prints its TCP address.
package main

import (
	"fmt"
	"os"
	"strconv"

	docker "github.com/fsouza/go-dockerclient"
	"github.com/fsouza/go-dockerclient/testing"
)

func main() {
	count, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	server, err := testing.NewServer("127.0.0.1:0", nil, nil)
	if err != nil {
		panic(err)
	}
	client, err := docker.NewClient(server.URL())
	if err != nil {
		panic(err)
	}
	if err := client.PullImage(docker.PullImageOptions{Repository: "nginx", Tag: "1.25-alpine"}, docker.AuthConfiguration{}); err != nil {
		panic(err)
	}
	for i := 1; i <= count; i++ {
		options := docker.CreateContainerOptions{Name: fmt.Sprintf("web-%d", i), Config: &docker.Config{
			Image: "nginx:1.25-alpine", Cmd: []string{"nginx", "-g", "daemon-off"},
			Labels: map[string]string{"com.docker.compose.project": "shop", "com.docker.compose.service": "web"}}}
		container, err := client.CreateContainer(options)
		if err != nil {
			panic(err)
		}
		if err := client.StartContainer(container.ID, nil); err != nil {
			panic(err)
		}
	}
	fmt.Println("ready", server.URL())
	select {}
}
