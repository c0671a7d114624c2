package core_test

import (
	"context"
	"fmt"
	"log"
	"strings"
	"time"

	phoenix "phoenixchannels/core"
	"phoenixchannels/server/devserver"
)

// startServer starts a server with the channels "room:*" and "game:*", and returns its URL.
func startServer() (url string, stop func()) {
	server := devserver.New(devserver.Options{})
	if err := server.Start("127.0.0.1:0"); err != nil {
		log.Fatal(err)
	}
	return server.URL(), server.Close
}

// A program connects, joins a topic, makes a push and leaves.
func Example() {
	url, stop := startServer()
	defer stop()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()

	socket, err := phoenix.NewSocket(url, phoenix.Config{Params: map[string]string{"user_id": "ann"}})
	if err != nil {
		log.Fatal(err)
	}
	defer socket.Close()
	if err := socket.Connect(); err != nil {
		log.Fatal(err)
	}

	channel, err := socket.Channel("game:lobby", nil)
	if err != nil {
		log.Fatal(err)
	}
	join, err := channel.Join() // sent once the socket is open
	if err != nil {
		log.Fatal(err)
	}
	reply, err := join.Wait(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("join:", reply.Status)

	push, err := channel.Push("ping", map[string]any{})
	if err != nil {
		log.Fatal(err)
	}
	if reply, err = push.Wait(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println("ping:", reply.Status, reply.Response)
	// Output:
	// join: ok
	// ping: ok {"pong":"success!"}
}

// Handlers report the connection, which is kept up until Disconnect or Close.
func ExampleSocket_Connect() {
	url, stop := startServer()
	defer stop()

	socket, err := phoenix.NewSocket(url, phoenix.Config{
		Params:    func(context.Context) (any, error) { return map[string]string{"user_id": "ann"}, nil }, // called for each connect
		AuthToken: "secret",
	})
	if err != nil {
		log.Fatal(err)
	}
	closed := make(chan struct{})
	socket.OnOpen(func(e phoenix.OpenEvent) { fmt.Println("open over", e.Transport) })
	socket.OnError(func(err error) { log.Println(err) })
	socket.OnClose(func(e phoenix.CloseEvent) {
		fmt.Println("closed:", e.Code, e.Reason, "will reconnect:", e.WillReconnect)
		close(closed)
	})
	if err := socket.Connect(); err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := socket.WaitOpen(ctx); err != nil {
		log.Fatal(err)
	}
	if err := socket.Disconnect(0, "done for today"); err != nil {
		log.Fatal(err)
	}
	<-closed
	// Output:
	// open over websocket
	// closed: 1000 done for today will reconnect: false
}

// A join may be refused, like any push. The channel then retries automatically until it is left.
func ExampleChannel_Join() {
	socket, stop := connected()
	defer stop()

	channel, err := socket.Channel("room:secret", map[string]bool{"reject": true})
	if err != nil {
		log.Fatal(err)
	}
	join, err := channel.Join()
	if err != nil {
		log.Fatal(err)
	}
	done := make(chan struct{})
	join.
		Receive("ok", func(reply phoenix.Reply) { fmt.Println("joined", reply.Response) }).
		Receive("error", func(reply phoenix.Reply) { fmt.Println("refused", reply.Response) }).
		Receive("timeout", func(phoenix.Reply) { fmt.Println("no answer") }).
		OnComplete(func(phoenix.Reply) { close(done) })
	<-done
	fmt.Println(channel.State())
	// Output:
	// refused {"reason":"rejected"}
	// errored
}

// A push completes exactly once: with the server's status, with "timeout", or with "closed".
func ExampleChannel_Push() {
	socket, stop := connected()
	defer stop()
	channel := joinedTo(socket, "room:lobby")

	type move struct {
		X int `json:"x"`
		Y int `json:"y"`
	}
	push, err := channel.Push("echo", move{X: 3, Y: 4})
	if err != nil {
		log.Fatal(err)
	}
	reply, err := push.Wait(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	var answer move
	if err := reply.Response.Decode(&answer); err != nil {
		log.Fatal(err)
	}
	fmt.Println(reply.Status, answer.X+answer.Y, push.RoundTrip() > 0)

	// The server never answers this event, so the push completes with "timeout".
	push, err = channel.PushTimeout("noreply", nil, 50*time.Millisecond)
	if err != nil {
		log.Fatal(err)
	}
	reply, _ = push.Wait(context.Background())
	fmt.Println(reply.Status)

	// Bytes are sent as a binary frame.
	push, err = channel.Push("binary", []byte{1, 2, 3})
	if err != nil {
		log.Fatal(err)
	}
	reply, _ = push.Wait(context.Background())
	fmt.Println(reply.Status, reply.Response.IsBinary(), reply.Response.Binary())
	// Output:
	// ok 7 true
	// timeout
	// ok true [1 2 3]
}

// On subscribes to an event; Cancel ends the subscription.
func ExampleChannel_On() {
	socket, stop := connected()
	defer stop()
	channel := joinedTo(socket, "room:lobby")

	heard := make(chan struct{})
	subscription := channel.On("shout", func(m *phoenix.Message) {
		fmt.Println(m.Topic, m.Event, m.Payload)
		close(heard)
	})
	if _, err := channel.Push("shout", map[string]string{"text": "hello"}); err != nil { // the server broadcasts it
		log.Fatal(err)
	}
	<-heard
	subscription.Cancel()
	// Output:
	// room:lobby shout {"text":"hello"}
}

// A presence maintains the list of who is there.
func ExampleNewPresence() {
	ann, stop := connectedAs("ann")
	defer stop()
	channel, err := ann.Channel("room:lobby", nil)
	if err != nil {
		log.Fatal(err)
	}
	presence := phoenix.NewPresence(channel, phoenix.PresenceEvents{}) // before the join, so that it misses no message
	synced := make(chan []string, 1)
	presence.OnJoin(func(key string, current, joined *phoenix.PresenceEntry) {
		if current == nil {
			fmt.Println(key, "came, with", len(joined.Metas), "device")
		}
	})
	presence.OnLeave(func(key string, remaining, left *phoenix.PresenceEntry) {
		if len(remaining.Metas) == 0 {
			fmt.Println(key, "went")
		}
	})
	presence.OnSync(func() { synced <- presence.Keys() })
	if _, err := channel.Join(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(<-synced)

	bob, err := phoenix.NewSocket(ann.Endpoint(), phoenix.Config{Params: map[string]string{"user_id": "bob"}})
	if err != nil {
		log.Fatal(err)
	}
	if err := bob.Connect(); err != nil {
		log.Fatal(err)
	}
	joinedTo(bob, "room:lobby")
	fmt.Println(<-synced)
	if err := bob.Close(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(<-synced)
	// Output:
	// ann came, with 1 device
	// [ann]
	// bob came, with 1 device
	// [ann bob]
	// bob went
	// [ann]
}

// ListPresences returns a list of what a game displays.
func ExampleListPresences() {
	presence := phoenix.NewPresence(nil, phoenix.PresenceEvents{}) // without a channel
	err := presence.SyncState([]byte(`{
		"ann": {"metas": [{"phx_ref": "1", "device": "phone"}, {"phx_ref": "2", "device": "laptop"}]},
		"bob": {"metas": [{"phx_ref": "3", "device": "phone"}]}
	}`))
	if err != nil {
		log.Fatal(err)
	}
	names := phoenix.ListPresences(presence, func(key string, entry *phoenix.PresenceEntry) string {
		return fmt.Sprintf("%s (%d)", key, len(entry.Metas))
	})
	fmt.Println(strings.Join(names, ", "))
	// Output: ann (2), bob (1)
}

// A program with a main loop runs the handlers in the loop.
func ExampleSocket_Dispatch() {
	url, stop := startServer()
	defer stop()
	socket, err := phoenix.NewSocket(url, phoenix.Config{ManualDispatch: true})
	if err != nil {
		log.Fatal(err)
	}
	defer socket.Close()
	open := false
	socket.OnOpen(func(phoenix.OpenEvent) { open = true }) // needs no lock: it runs in the loop below
	if err := socket.Connect(); err != nil {
		log.Fatal(err)
	}
	for frame := time.NewTicker(time.Second / 60); !open; <-frame.C {
		socket.Dispatch(0)
	}
	fmt.Println(socket.State())
	// Output: open
}

// connected returns a socket that is connecting to its own server.
func connected() (socket *phoenix.Socket, stop func()) { return connectedAs("someone") }

func connectedAs(userID string) (socket *phoenix.Socket, stop func()) {
	url, stopServer := startServer()
	socket, err := phoenix.NewSocket(url, phoenix.Config{Params: map[string]string{"user_id": userID}})
	if err != nil {
		log.Fatal(err)
	}
	if err := socket.Connect(); err != nil {
		log.Fatal(err)
	}
	return socket, func() {
		_ = socket.Close()
		<-socket.Ended()
		stopServer()
	}
}

// joinedTo returns a joined channel.
func joinedTo(socket *phoenix.Socket, topic string) *phoenix.Channel {
	channel, err := socket.Channel(topic, nil)
	if err != nil {
		log.Fatal(err)
	}
	join, err := channel.Join()
	if err != nil {
		log.Fatal(err)
	}
	if _, err := join.Wait(context.Background()); err != nil {
		log.Fatal(err)
	}
	return channel
}
