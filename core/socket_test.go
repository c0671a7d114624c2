package core

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestJoinPushReplyLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		channel := peer.join(s, "room:1")

		push, err := channel.Push("move", map[string]any{"x": 1})
		require.NoError(t, err)
		m := peer.expect("room:1", "move")
		require.Equal(t, `{"x":1}`, m.Payload)
		require.Equal(t, channel.JoinRef(), m.JoinRef)
		peer.reply(m, "ok", `{"y":2}`)
		reply, err := push.Wait(t.Context())
		require.NoError(t, err)
		require.Equal(t, "ok", reply.Status)
		require.Equal(t, `{"y":2}`, reply.Response.String())

		leave, err := channel.Leave()
		require.NoError(t, err)
		require.Equal(t, ChannelLeaving, channel.State())
		peer.reply(peer.expect("room:1", "phx_leave"), "ok", "{}")
		<-leave.Done()
		require.Equal(t, ChannelClosed, channel.State())
		require.Empty(t, s.Channels())
	})
}

func TestReconnectStepsAreThoseOfTheOfficialClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		p.refuse(503)
		s := p.socket(nil)
		var attempts recorder[time.Time]
		s.OnState(func(state SocketState) {
			if state == SocketConnecting {
				attempts.add(time.Now())
			}
		})
		require.NoError(t, s.Connect())
		time.Sleep(20 * time.Second)
		times := attempts.take()
		var steps []time.Duration
		for i := 1; i < len(times); i++ {
			steps = append(steps, times[i].Sub(times[i-1]))
		}
		require.Equal(t, milliseconds(10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000, 5000), steps[:11])
	})
}
