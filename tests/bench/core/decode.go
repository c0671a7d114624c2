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

// receive takes in messages, and gives the time that all took.
func (c *counter) receive(messages int) time.Duration {
	c.left = messages
	blocks := slices.Repeat([][]byte{c.frames}, messages/c.block)
	began := time.Now()
	c.replay.send(blocks...)
	<-c.done
	return time.Since(began)
}

// allocations takes in messages, and gives how many pieces of memory they took.
func (c *counter) allocations(messages int) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	c.receive(messages)
	runtime.ReadMemStats(&after)
	return after.Mallocs - before.Mallocs
}

// decode takes in messages of ten fields, from the bytes of their WebSocket frames to the handler.
// The baseline only decodes their text, with encoding/json. It is the work that is compared, so all
// of the client's goroutines have one processor between them, as the baseline has.
func decode(r *run) error {
	const figure = "core/decode"
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	c, channel, err := newCounter()
	if err != nil {
		return err
	}
	defer func() { _ = channel.Socket().Close() }()
	// Short turns, so that what else the machine does meets both alike; a sample is the sum of
	// many.
	const messages, share = 2000, 10
	turns := pick(r, 20, 100)
	for n := range pick(r, 6, 11) {
		var ours, baseline time.Duration
		for range turns {
			ours += c.receive(messages)
			began := time.Now()
			for range messages / share {
				var v []any
				if err := json.Unmarshal([]byte(tenFields), &v); err != nil || len(v) != 5 {
					return fmt.Errorf("the baseline decodes %v: %w", v, err)
				}
			}
			baseline += time.Since(began)
		}
		allocations := c.allocations(messages)
		if n == 0 {
			continue // warms up
		}
		sample(figure, float64(ours.Nanoseconds())/float64(turns*messages), "ns")
		sample(figure+"/baseline", float64(baseline.Nanoseconds())/float64(turns*messages/share), "ns")
		sample(figure+"/allocations", float64(allocations)/messages, "allocations")
	}
	return nil
}
