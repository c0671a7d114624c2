package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	phoenix "phoenixchannels/core"
)

// idle weighs sockets that do nothing, each sample in a process of its own, as memory is not all
// given back.
func idle(r *run) error {
	for range pick(r, 5, 7) {
		cmd := exec.Command(os.Args[0], roleIdle, r.url, pick(r, "50", "200"))
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return err
		}
		weight, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
		if err != nil {
			return err
		}
		sample("core/idle/memory", weight, "bytes")
	}
	return nil
}

// idleChannels is how many channels an idle socket has.
const idleChannels = 10

// weighIdleSockets prints what one socket with its channels needs of heap and stacks.
func weighIdleSockets(url, count string) error {
	sockets, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	_, _, err = joined(url, phoenix.Config{}) // what a program needs once is not a socket's
	if err != nil {
		return err
	}
	before := inUse()
	kept := make([]*phoenix.Socket, sockets)
	for i := range kept {
		if kept[i], err = idleSocket(url); err != nil {
			return err
		}
	}
	time.Sleep(100 * time.Millisecond)
	fmt.Println((inUse() - before) / int64(sockets))
	runtime.KeepAlive(kept)
	return nil
}

func idleSocket(url string) (*phoenix.Socket, error) {
	socket, _, err := joined(url, phoenix.Config{})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for n := 1; n < idleChannels; n++ {
		channel, err := socket.Channel(fmt.Sprintf("room:%d", n), nil)
		if err != nil {
			return nil, err
		}
		join, err := channel.Join()
		if err != nil {
			return nil, err
		}
		if _, err := join.Wait(ctx); err != nil {
			return nil, err
		}
	}
	return socket, nil
}

// inUse is the memory of the heap and the stacks.
func inUse() int64 {
	var m runtime.MemStats
	for range 3 { // stacks shrink by half at each collection
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}
