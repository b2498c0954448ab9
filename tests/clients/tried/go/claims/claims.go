// Package claims prints one line a claim: "ok CLAIM" or "FAILED CLAIM: why". What a client was seen to do is said by these.
package claims

import (
	"fmt"
	"os"
	"strings"
	"time"
)

var failed bool

// Try runs a check, which returns an error or panics where the claim does not hold.
func Try(what string, check func() error) {
	done := make(chan error, 1)
	go func() {
		defer func() {
			if reason := recover(); reason != nil {
				done <- fmt.Errorf("%v", reason)
			}
		}()
		done <- check()
	}()
	var err error
	select {
	case err = <-done:
	case <-time.After(40 * time.Second):
		err = fmt.Errorf("nothing within 40 s")
	}
	if err != nil {
		failed = true
		fmt.Printf("FAILED %s: %s\n", what, strings.ReplaceAll(err.Error(), "\n", " | "))
		return
	}
	fmt.Printf("ok %s\n", what)
}

// Must panics for an error, which fails the claim.
func Must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// Check panics for an error, which fails the claim.
func Check(err error) {
	if err != nil {
		panic(err)
	}
}

// That panics with the words unless it holds.
func That(holds bool, words string, args ...any) {
	if !holds {
		panic(fmt.Sprintf(words, args...))
	}
}

// End exits with 1 if a claim failed.
func End() {
	if failed {
		os.Exit(1)
	}
	os.Exit(0)
}
