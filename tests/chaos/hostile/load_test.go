// Package hostile has no code of its own: its tests load the Go client until something has to give.
package hostile

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/server/devserver"
)

const patience = time.Minute // this is no test of speed

func open(t *testing.T, options devserver.Options, config core.Config) (*devserver.Server, *core.Socket) {
	server := devserver.New(options)
	require.NoError(t, server.Start("127.0.0.1:0"))
	t.Cleanup(server.Close)
	config.Params = map[string]string{"user_id": "load"}
	config.Timeout = patience
	s, err := core.NewSocket(server.URL(), config)
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, s.Close())
		<-s.Ended()
	})
	require.NoError(t, s.Connect())
	require.NoError(t, s.WaitOpen(t.Context()))
	return server, s
}

func join(t *testing.T, s *core.Socket, topic string) (*core.Channel, core.Reply) {
	channel, err := s.Channel(topic, nil)
	require.NoError(t, err)
	push, err := channel.Join()
	require.NoError(t, err)
	reply, err := push.Wait(t.Context())
	require.NoError(t, err)
	return channel, reply
}

// TestLargestMessagesPassBothWays echoes what is just below the server's limit of 8 MB, as text and
// as binary.
func TestLargestMessagesPassBothWays(t *testing.T) {
	_, s := open(t, devserver.Options{}, core.Config{})
	channel, reply := join(t, s, "room:large")
	require.Equal(t, core.StatusOK, reply.Status)
	const size = 7_900_000
	random := make([]byte, size)
	state := uint32(1)
	for i := range random {
		state = state*1664525 + 1013904223
		random[i] = 'a' + byte(state>>24)%26 // a letter, so that it is as long as JSON
	}
	for _, c := range []struct {
		event   string
		payload any
		part    func(core.Payload) []byte
	}{
		{"echo", map[string]string{"text": string(random)}, func(p core.Payload) []byte {
			var got struct {
				Text string `json:"text"`
			}
			require.NoError(t, p.Decode(&got))
			return []byte(got.Text)
		}},
		{"binary", random, func(p core.Payload) []byte { return p.Binary() }},
	} {
		push, err := channel.Push(c.event, c.payload)
		require.NoError(t, err)
		reply, err := push.Wait(t.Context())
		require.NoError(t, err)
		require.Equal(t, core.StatusOK, reply.Status, c.event)
		require.Equal(t, string(random), string(c.part(reply.Response)), c.event)
	}
	require.Equal(t, 1, s.Statistics().Connects)
}

// TestChannelOverTheServersCapIsToldWhy joins as many channels as a server allows on a connection,
// and one more.
func TestChannelOverTheServersCapIsToldWhy(t *testing.T) {
	_, s := open(t, devserver.Options{}, core.Config{})
	const most = 100
	var channels []*core.Channel
	for i := range most {
		channel, reply := join(t, s, fmt.Sprintf("room:%d", i))
		require.Equal(t, core.StatusOK, reply.Status, "channel %d", i)
		channels = append(channels, channel)
	}
	more, reply := join(t, s, "room:more")
	require.Equal(t, core.StatusError, reply.Status)
	require.JSONEq(t, `{"reason":"too many channels joined"}`, string(reply.Response.JSON()))
	require.Equal(t, core.ChannelErrored, more.State())
	for i, channel := range channels {
		push, err := channel.Push("echo", i)
		require.NoError(t, err)
		reply, err := push.Wait(t.Context())
		require.NoError(t, err)
		require.Equal(t, core.StatusOK, reply.Status, "channel %d goes on", i)
	}

	// It goes on asking, and gets in once another is left.
	joined := make(chan struct{})
	more.OnJoin(func(r core.Reply) {
		if r.Status == core.StatusOK {
			close(joined)
		}
	})
	leave, err := channels[0].Leave()
	require.NoError(t, err)
	_, err = leave.Wait(t.Context())
	require.NoError(t, err)
	select {
	case <-joined:
	case <-time.After(patience):
		require.Fail(t, "it did not get in")
	}
}

// TestFloodIntoAStandingGameIsBounded floods a client whose handlers stand still. It keeps no more
// than it was told to keep, and nothing is lost once they go on.
func TestFloodIntoAStandingGameIsBounded(t *testing.T) {
	const messages, limit, largest = 100_000, 1 << 20, 1 << 10
	_, s := open(t, devserver.Options{}, core.Config{ManualDispatch: true, MaxQueuedBytes: limit})
	channel, reply := join(t, s, "room:flood")
	require.Equal(t, core.StatusOK, reply.Status)
	got := 0
	channel.On("tick", func(m *core.Message) {
		var body struct {
			N int `json:"n"`
		}
		require.NoError(t, m.Payload.Decode(&body))
		got++
		require.Equal(t, got, body.N, "in order")
	})
	_, err := channel.Push("flood", map[string]int{"n": messages})
	require.NoError(t, err)

	for full := time.Now().Add(patience); s.Statistics().QueuedBytes < limit; {
		require.True(t, time.Now().Before(full), "the queue did not fill: %+v", s.Statistics())
		time.Sleep(time.Millisecond)
	}
	most := 0
	for end := time.Now().Add(patience); got < messages; {
		require.True(t, time.Now().Before(end), "%d of %d came", got, messages)
		most = max(most, s.Statistics().QueuedBytes)
		if s.Dispatch(500) == 0 {
			time.Sleep(time.Millisecond)
		}
	}
	require.LessOrEqual(t, most, limit+largest, "what may wait, and the message that comes last")
	require.Zero(t, s.Statistics().QueuedBytes)
	require.Equal(t, 1, s.Statistics().Connects)
}
