package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"time"

	phoenix "phoenixchannels/core"
)

// tenFields is a message of ten fields, as a game sends many.
const tenFields = `["3",null,"room:lobby","move",{"id":42,"name":"Ann","x":1.5,"y":-2.25,"z":0,"hp":100,"alive":true,"team":"red","tags":["a","b"],"target":null}]`

// counter lets messages through until so many came.
type counter struct {
	replay *replay
	frames []byte // a block of them
	block  int
	left   int
	done   chan struct{}
}

func newCounter() (*counter, *phoenix.Channel, error) {
	server, channel, err := newReplay(phoenix.Config{})
	if err != nil {
		return nil, nil, err
	}
	const block = 100
	c := &counter{replay: server, block: block, done: make(chan struct{})}
	c.frames = slices.Repeat(appendFrame(nil, opText, []byte(tenFields)), block)
	channel.On("move", func(*phoenix.Message) {
		if c.left--; c.left == 0 {
			c.done <- struct{}{}
		}
	})
	return c, channel, nil
}

// receive takes in messages, and gives the time and the allocations that all took.
func (c *counter) receive(messages int) (took time.Duration, allocations uint64) {
	c.left = messages
	blocks := slices.Repeat([][]byte{c.frames}, messages/c.block)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := time.Now()
	c.replay.send(blocks...)
	<-c.done
	took = time.Since(began)
	runtime.ReadMemStats(&after)
	return took, after.Mallocs - before.Mallocs
}

// decode takes in messages of ten fields, from the bytes of their WebSocket frames to the handler. The baseline only decodes their text,
// with encoding/json.
func decode(r *run) error {
	const figure = "core/decode"
	c, channel, err := newCounter()
	if err != nil {
		return err
	}
	defer func() { _ = channel.Socket().Close() }()
	turns, messages := pick(r, 3, 10), 20000
	for n := range pick(r, 6, 11) {
		var ours, baseline time.Duration
		var allocations uint64
		for range turns {
			took, allocated := c.receive(messages)
			ours, allocations = ours+took, allocations+allocated
			began := time.Now()
			for range messages / 10 {
				var v []any
				if err := json.Unmarshal([]byte(tenFields), &v); err != nil || len(v) != 5 {
					return fmt.Errorf("the baseline decodes %v: %w", v, err)
				}
			}
			baseline += time.Since(began)
		}
		if n == 0 {
			continue // warms up
		}
		total := float64(turns * messages)
		sample(figure, float64(ours.Nanoseconds())/total, "ns")
		sample(figure+"/baseline", float64(baseline.Nanoseconds())/total*10, "ns")
		sample(figure+"/allocations", float64(allocations)/total, "allocations")
	}
	return nil
}
