package core_test

import (
	"fmt"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/server/devserver"
)

// BenchmarkRoundTrip pushes and waits for the reply, over loopback; the baseline writes and reads
// the same frames with the bare WebSocket library.
func BenchmarkRoundTrip(b *testing.B) {
	server := devserver.New(devserver.Options{})
	require.NoError(b, server.Start("127.0.0.1:0"))
	defer server.Close()

	b.Run("client", func(b *testing.B) {
		s, channel := joined(b, server)
		defer func() { _ = s.Close() }()
		b.ReportAllocs()
		for b.Loop() {
			push, err := channel.Push("echo", core.JSONPayload([]byte(`{"x":1,"y":2}`)))
			require.NoError(b, err)
			<-push.Done()
		}
	})
	b.Run("baseline", func(b *testing.B) {
		conn, _, err := websocket.DefaultDialer.Dial(server.URL()+"/websocket?vsn=2.0.0", nil)
		require.NoError(b, err)
		defer func() { _ = conn.Close() }()
		send := func(text string) {
			require.NoError(b, conn.WriteMessage(websocket.TextMessage, []byte(text)))
			_, _, err := conn.ReadMessage()
			require.NoError(b, err)
		}
		send(`["1","1","room:b","phx_join",{"presence":false}]`)
		ref := 1
		b.ReportAllocs()
		for b.Loop() {
			ref++
			send(fmt.Sprintf(`["1","%d","room:b","echo",{"x":1,"y":2}]`, ref))
		}
	})
}

// BenchmarkFlood measures the rate of incoming messages from a server that sends as fast as it can.
func BenchmarkFlood(b *testing.B) {
	server := devserver.New(devserver.Options{})
	require.NoError(b, server.Start("127.0.0.1:0"))
	defer server.Close()
	s, channel := joined(b, server)
	defer func() { _ = s.Close() }()
	const batch = 1000
	ticks := make(chan struct{}, batch)
	channel.On("tick", func(*core.Message) { ticks <- struct{}{} })
	b.ReportAllocs()
	for b.Loop() {
		_, err := channel.Push("flood", map[string]int{"n": batch})
		require.NoError(b, err)
		for range batch {
			<-ticks
		}
	}
	b.ReportMetric(float64(b.N)*batch/b.Elapsed().Seconds(), "messages/s")
}

func joined(b *testing.B, server *devserver.Server) (*core.Socket, *core.Channel) {
	s, err := core.NewSocket(server.URL(), core.Config{})
	require.NoError(b, err)
	require.NoError(b, s.Connect())
	channel, err := s.Channel("room:b", map[string]bool{"presence": false})
	require.NoError(b, err)
	push, err := channel.Join()
	require.NoError(b, err)
	reply, err := push.Wait(b.Context())
	require.NoError(b, err)
	require.Equal(b, core.StatusOK, reply.Status)
	return s, channel
}
