// Package core is a client for Phoenix Channels: join topics on an Elixir server, push messages and
// get replies, receive broadcasts and track presence, over one connection that is restored
// automatically. It is pure Go and usable by any program; the Godot addon is built on it.
//
// # Quick start
//
//	socket, err := core.NewSocket("wss://example.com/socket", core.Config{Params: map[string]string{"token": token}})
//	if err != nil {
//		return err
//	}
//	defer socket.Close()
//	if err := socket.Connect(); err != nil {
//		return err
//	}
//	channel, err := socket.Channel("room:lobby", nil)
//	if err != nil {
//		return err
//	}
//	channel.On("shout", func(m *core.Message) { fmt.Println(m.Payload) })
//	if _, err := channel.Join(); err != nil {
//		return err
//	}
//	push, err := channel.Push("shout", map[string]string{"text": "hello"})
//	if err != nil {
//		return err
//	}
//	reply, err := push.Wait(ctx)
//
// The examples show joins, pushes and presence with a running server.
//
// # Terms
//
// The names are the protocol's. A [Socket] is one connection to a server, including everything
// needed to restore it. A [Channel] is one topic of a socket. A message has an event, a payload,
// and a ref that its reply repeats; the join_ref identifies the join of the channel that the
// message belongs to. A [Push] is a message that waits for its reply, and completes exactly once.
// [Presence] is the list of who is in a topic. The behaviour follows the official JavaScript client
// (npm phoenix 1.8); docs/parity.md lists it case by case, with the differences and their reasons.
//
// # States
//
// A socket is closed, connecting, open or closing. After [Socket.Connect] it stays connected:
// whatever ends the connection, other than [Socket.Disconnect] and [Socket.Close], the socket
// reconnects, with growing delays ([Settings.ReconnectAfter]). A heartbeat distinguishes a dead
// connection from a quiet one.
//
// A channel is closed, joining, joined, errored or leaving. After [Channel.Join] it stays joined
// until it is left or the server closes it. Once the connection is back, it rejoins at once; if the
// join failed or the channel crashed on the server, it rejoins after a delay
// ([Settings.RejoinAfter]). Pushes on a channel that is not joined wait, within limits, for the
// join or their timeout.
//
// # Handlers
//
// Handlers run one at a time, in the order of their events, on a goroutine of the socket or, with
// [Config.ManualDispatch], on the goroutine that calls [Socket.Dispatch], such as a game's main
// loop. No lock is held, so a handler may call anything and may wait for another push. A slow
// handler delays the others but never the network: heartbeats continue, and if too much is queued
// ([Settings.MaxQueuedBytes]), reading pauses until the handlers have caught up.
//
// # Errors
//
// A mistake in a call is returned as an error of the call. Later errors are reported to
// [Socket.OnError], while the socket keeps trying. Nothing that a server sends ends the program:
// malformed messages are counted, reported and skipped. No error contains params, tokens or
// payloads, and the log hides secrets ([Config.Logger]).
package core
