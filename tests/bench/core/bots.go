package main

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	phoenix "phoenixchannels/core"
)

const (
	botCount = 1000
	botEvery = 500 * time.Millisecond // between two messages of a bot
	botBeat  = 5 * time.Second        // heartbeat interval
)

// worst is the latest that anything was since it was asked last.
type worst struct{ ns atomic.Int64 }

func (w *worst) note(late time.Duration) {
	for {
		known := w.ns.Load()
		if int64(late) <= known || w.ns.CompareAndSwap(known, int64(late)) {
			return
		}
	}
}

func (w *worst) take() time.Duration { return time.Duration(w.ns.Swap(0)) }

// bots runs many sockets in this process, each of which pushes twice a second and gets as many
// replies. It samples the processor time of the process, and how late the latest timer was: that of
// a bot or that of a socket's heartbeat. The baseline is the latest timer of a process that does
// nothing else.
func bots(r *run) error {
	lateness, err := startLateness()
	if err != nil {
		return err
	}
	defer lateness.stop()
	var late worst
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	for n := range botCount {
		socket, channel, err := joined(r.url, phoenix.Config{HeartbeatInterval: botBeat})
		if err != nil {
			return err
		}
		defer func() { _ = socket.Close() }()
		watchHeartbeat(socket, &late)
		// Not all at one moment, as games do not.
		begin := time.Now().Add(botEvery + botEvery*time.Duration(n)/botCount)
		running.Go(func() { playBot(ctx, channel, begin, &late) })
	}
	window := pick(r, time.Second, 12*time.Second)
	time.Sleep(2 * botEvery) // all under way
	late.take()
	if _, err := lateness.take(); err != nil {
		return err
	}
	for range 5 {
		before, began := processorTime(), time.Now()
		time.Sleep(window)
		used := processorTime() - before
		sample("core/bots/cpu", 100*used.Seconds()/time.Since(began).Seconds(), "percent")
		sample("core/bots/drift", milliseconds(late.take()), "ms")
		machine, err := lateness.take()
		if err != nil {
			return err
		}
		sample("core/bots/drift/baseline", machine, "ms")
	}
	return nil
}

// playBot pushes at its moments until ctx ends.
func playBot(ctx context.Context, channel *phoenix.Channel, next time.Time, late *worst) {
	payload := phoenix.JSONPayload([]byte(echoPayload))
	timer := time.NewTimer(time.Until(next))
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		late.note(time.Since(next))
		_, _ = channel.Push("move", payload)
		next = next.Add(botEvery)
		timer.Reset(time.Until(next))
	}
}

// watchHeartbeat notes how late a socket's heartbeats are, which are due a while after the answer
// to the one before. All handlers of a socket run one at a time.
func watchHeartbeat(socket *phoenix.Socket, late *worst) {
	var answered time.Time
	socket.OnMessage(func(m *phoenix.Message) {
		if m.Topic == "phoenix" {
			answered = time.Now()
		}
	})
	socket.OnSent(func(m *phoenix.Message) {
		if m.Topic == "phoenix" && !answered.IsZero() {
			late.note(time.Since(answered) - botBeat)
		}
	})
}
