package main

import (
	"context"
	"fmt"
	"runtime"
	"time"

	phoenix "phoenixchannels/core"
)

// The growth figures are the time for the whole of some work, once small ("x1") and once so many
// times as large ("x10", "x100"). Where cost is linear, their ratio is the growth itself.

// growthOfMessages takes in messages, on one processor as in decode. Even the few are so many that
// memory is collected meanwhile.
func growthOfMessages(r *run) error {
	const figure = "core/growth/messages"
	few := pick(r, 20000, 50000)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	c, channel, err := newCounter()
	if err != nil {
		return err
	}
	defer func() { _ = channel.Socket().Close() }()
	c.receive(few) // warms up
	for range pick(r, 5, 9) {
		for _, times := range []int{1, 10} {
			sample(fmt.Sprintf("%s/x%d", figure, times), milliseconds(c.receive(few*times)), "ms")
		}
	}
	return nil
}

// growthOfChannels joins channels on one socket, pushes to each, and leaves them.
func growthOfChannels(r *run) error {
	const figure, few = "core/growth/channels", 10
	for n := range pick(r, 6, 10) {
		for _, times := range []int{1, 100} {
			took, err := useChannels(r.url, few*times)
			if err != nil {
				return err
			}
			if n > 0 { // warms up
				sample(fmt.Sprintf("%s/x%d", figure, times), milliseconds(took), "ms")
			}
		}
	}
	return nil
}

func useChannels(url string, count int) (time.Duration, error) {
	socket, _, err := joined(url, phoenix.Config{})
	if err != nil {
		return 0, err
	}
	defer func() { _ = socket.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	channels := make([]*phoenix.Channel, count)
	began := time.Now()
	for i := range channels {
		if channels[i], err = socket.Channel(fmt.Sprintf("room:%d", i), nil); err != nil {
			return 0, err
		}
	}
	const pushes = 10
	steps := []func(*phoenix.Channel) (*phoenix.Push, error){(*phoenix.Channel).Join}
	for range pushes {
		steps = append(steps, func(c *phoenix.Channel) (*phoenix.Push, error) { return c.Push("move", nil) })
	}
	steps = append(steps, (*phoenix.Channel).Leave)
	waiting := make([]*phoenix.Push, count)
	for _, step := range steps {
		for i, channel := range channels {
			if waiting[i], err = step(channel); err != nil {
				return 0, err
			}
		}
		for _, push := range waiting {
			if reply, err := push.Wait(ctx); err != nil || reply.Status != phoenix.StatusOK {
				return 0, fmt.Errorf("a push was answered with %q: %w", reply.Status, err)
			}
		}
	}
	return time.Since(began), nil
}

// growthOfUsers takes in a presence's state, and then as many diffs whatever its size: those should
// cost the same.
func growthOfUsers(r *run) error {
	const figure, few, diffs = "core/growth/users", 100, 1000
	small, large := newCrowd(few, few), newCrowd(few*100, diffs)
	for n := range pick(r, 6, 16) {
		for _, size := range []struct {
			name  string
			crowd crowd
		}{{"x1", small}, {"x100", large}} {
			state, changes, err := size.crowd.play()
			if err != nil {
				return err
			}
			if n > 0 { // warms up
				sample(figure+"/state/"+size.name, milliseconds(state), "ms")
				sample(figure+"/diff/"+size.name, float64(changes.Nanoseconds())/float64(len(size.crowd.diffs)), "ns")
			}
		}
	}
	return nil
}
