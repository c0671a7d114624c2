package main

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/gorilla/websocket"

	phoenix "phoenixchannels/core"
)

// echoPayload is what each push of the echo carries.
const echoPayload = `{"x":1,"y":2}`

// joined is a channel on a connection of its own.
func joined(url string, config phoenix.Config) (*phoenix.Socket, *phoenix.Channel, error) {
	socket, err := phoenix.NewSocket(url, config)
	if err != nil {
		return nil, nil, err
	}
	if err := socket.Connect(); err != nil {
		return nil, nil, err
	}
	channel, err := socket.Channel("room:lobby", nil)
	if err != nil {
		return nil, nil, err
	}
	join, err := channel.Join()
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	reply, err := join.Wait(ctx)
	if err == nil && reply.Status != phoenix.StatusOK {
		err = fmt.Errorf("the join was answered with %q", reply.Status)
	}
	return socket, channel, err
}

// sequential counts round trips, each push after the reply to the one before it. The baseline
// writes and reads the same with the bare WebSocket library.
//
// A client whose server may push any time reads on a goroutine of its own, and one whose pushes
// never wait for the network writes on another. What that costs the bare library is the figure
// "handed". It is mostly the waking of threads, so that all is measured a second time with one
// processor for Go, where there are none to wake.
func sequential(r *run) error {
	const figure = "core/echo/sequential"
	if err := sequentially(r, figure); err != nil {
		return err
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	return sequentially(r, figure+"/one_processor")
}

func sequentially(r *run, figure string) error {
	socket, channel, err := joined(r.url, phoenix.Config{})
	if err != nil {
		return err
	}
	defer func() { _ = socket.Close() }()
	bare, err := dialBare(r.url)
	if err != nil {
		return err
	}
	defer func() { _ = bare.Close() }()
	handed, err := dialBare(r.url)
	if err != nil {
		return err
	}
	defer func() { _ = handed.Close() }()
	handedTrip, end := handOver(handed)
	defer end()

	payload := phoenix.JSONPayload([]byte(echoPayload))
	trips := []struct {
		name string
		trip func() error
	}{
		{"", func() error {
			push, err := channel.Push("echo", payload)
			if err != nil {
				return err
			}
			<-push.Done()
			if reply, _ := push.Reply(); reply.Status != phoenix.StatusOK {
				return fmt.Errorf("a push was answered with %q", reply.Status)
			}
			return nil
		}},
		{"/baseline", func() error {
			if err := bare.WriteMessage(websocket.TextMessage, barePush); err != nil {
				return err
			}
			_, _, err := bare.ReadMessage()
			return err
		}},
		{"/handed", handedTrip},
	}
	// Short turns, so that what else the machine does meets all alike; a sample is the sum of
	// several.
	const turn = 20 * time.Millisecond
	for n := range pick(r, 6, 11) {
		counts, spent := make([]int, len(trips)), make([]time.Duration, len(trips))
		for range pick(r, 2, 15) {
			for i := range trips {
				began := time.Now()
				for time.Since(began) < turn {
					if err := trips[i].trip(); err != nil {
						return err
					}
					counts[i]++
				}
				spent[i] += time.Since(began)
			}
		}
		if n == 0 {
			continue // warms up
		}
		for i := range trips {
			sample(figure+trips[i].name, float64(counts[i])/spent[i].Seconds(), "per_second")
		}
	}
	return nil
}

// barePush is the frame of a push, as the client writes it.
var barePush = []byte(`["1","1000","room:lobby","echo",` + echoPayload + `]`)

func dialBare(url string) (*websocket.Conn, error) {
	conn, _, err := websocket.DefaultDialer.Dial(url+"/websocket?vsn=2.0.0", nil)
	return conn, err
}

// handOver gives a round trip over a connection that one goroutine reads and another writes, and
// what ends these.
func handOver(conn *websocket.Conn) (trip func() error, end func()) {
	write, read := make(chan []byte, 1), make(chan error, 1)
	go func() {
		for text := range write {
			if conn.WriteMessage(websocket.TextMessage, text) != nil {
				_ = conn.Close() // the reader tells
			}
		}
	}()
	go func() {
		for {
			_, _, err := conn.ReadMessage()
			read <- err
			if err != nil {
				return
			}
		}
	}()
	trip = func() error {
		write <- barePush
		return <-read
	}
	return trip, func() { close(write) }
}

// inFlight is how many pushes of the pipelined echo wait for their replies at any time.
const inFlight = 100

// pipelined counts round trips with many pushes under way. The baseline is the official JavaScript
// client.
func pipelined(r *run) error {
	const figure = "core/echo/pipelined"
	node, err := startNode(r, "echo.mjs", r.url, fmt.Sprint(inFlight))
	if err != nil {
		return err
	}
	defer node.stop()
	socket, channel, err := joined(r.url, phoenix.Config{})
	if err != nil {
		return err
	}
	defer func() { _ = socket.Close() }()
	for n := range pick(r, 6, 8) {
		length := pick(r, 100*time.Millisecond, time.Second)
		ours, err := pipeline(channel, length)
		if err != nil {
			return err
		}
		baseline, err := node.ask(fmt.Sprint(length.Milliseconds()))
		if err != nil {
			return err
		}
		if n == 0 {
			continue // warms up
		}
		sample(figure, ours, "per_second")
		if node != nil {
			sample(figure+"/baseline", baseline, "per_second")
		}
	}
	return nil
}

// pipeline keeps pushes in flight for a while, and gives the replies per second. Each reply sends
// the next push.
func pipeline(channel *phoenix.Channel, length time.Duration) (float64, error) {
	payload := phoenix.JSONPayload([]byte(echoPayload))
	began, replies, under := time.Now(), 0, 0
	done := make(chan error, 1)
	var push func()
	answered := func(reply phoenix.Reply) {
		under--
		if reply.Status != phoenix.StatusOK {
			done <- fmt.Errorf("a push was answered with %q", reply.Status)
			return
		}
		replies++
		if replies%64 != 0 || time.Since(began) < length {
			push()
			return
		}
		length = 0 // no more
		if under == 0 {
			done <- nil
		}
	}
	push = func() {
		if length == 0 {
			if under == 0 {
				done <- nil
			}
			return
		}
		p, err := channel.Push("echo", payload)
		if err != nil {
			done <- err
			return
		}
		under++
		p.OnComplete(answered)
	}
	// From here on all runs on the handlers' goroutine: the first pushes are made inside of a
	// handler.
	first, err := channel.Push("echo", payload)
	if err != nil {
		return 0, err
	}
	first.OnComplete(func(phoenix.Reply) {
		began = time.Now()
		for range inFlight {
			push()
		}
	})
	err = <-done
	return float64(replies) / time.Since(began).Seconds(), err
}
