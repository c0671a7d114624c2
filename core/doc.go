// Package core is a client for Phoenix Channels: topics to join on an Elixir server, pushes with replies, broadcasts and presence, over
// one connection that keeps itself up. It is pure Go and usable by any program; the Godot addon is built on it.
//
// # In short
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
// # The vocabulary is the protocol's
//
// A [Socket] is one connection to a server, and all that is needed to get it back. A [Channel] is one topic of it. A message has an
// event, a payload, and a ref that its reply repeats; the join_ref tells under which join of the channel it travels. A [Push] is a
// message that waits for its reply, and completes exactly once. [Presence] is the list of who is in a topic. Behaviour follows the
// official JavaScript client (npm phoenix 1.8); docs/parity.md lists it case by case, and the differences with their reasons.
//
// # States
//
// A socket is closed, connecting, open or closing. After [Socket.Connect] it stays connected: whatever ends the connection, other
// than [Socket.Disconnect] and [Socket.Close], it connects again, with growing delays ([Settings.ReconnectAfter]). A heartbeat tells a dead
// connection from a quiet one.
//
// A channel is closed, joining, joined, errored or leaving. After [Channel.Join] it stays joined: when the connection is back it rejoins at
// once, when the join failed or the channel crashed on the server after a delay ([Settings.RejoinAfter]), until it is left or the server
// closes it. What is pushed while it is not joined waits, within limits, for the join or the push's timeout.
//
// # Handlers
//
// Handlers run one at a time, in the order in which things happened, on a goroutine of the socket; or, with [Config.ManualDispatch], on
// the goroutine that calls [Socket.Dispatch], such as a game's main loop. No lock is held, so a handler may call anything, wait for
// another push included. A slow handler holds up the others, never the network: heartbeats go on, and when too much waits
// ([Settings.MaxQueuedBytes]) reading pauses until the handlers caught up.
//
// # Errors
//
// A mistake in a call is an error of the call. What goes wrong later is told to [Socket.OnError], while the socket goes on trying. Nothing
// that a server sends ends the program: what is no message is counted, told and skipped. Params, tokens and payloads appear in no error
// and no log.
package core
