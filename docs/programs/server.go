package main

import (
	"net/http"
	_ "net/http/pprof" // leakrig finds it by itself
	"os"
)

func main() {
	leak := len(os.Args) > 2 && os.Args[2] == "leak"
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		done := make(chan bool)
		go func() { done <- true }() // waits for ever, unless somebody receives
		if !leak {
			<-done
		}
	})
	http.ListenAndServe("127.0.0.1:"+os.Args[1], nil)
}
