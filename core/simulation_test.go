package core

import (
	"encoding/json/jsontext"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

// roundTrip pushes and waits for the reply, which the server sends immediately.
func roundTrip(t *testing.T, channel *Channel, peer *peerConn) time.Duration {
	t.Helper()
	began := time.Now()
	replied := make(chan time.Duration, 1)
	push, err := channel.Push("ask", nil)
	require.NoError(t, err)
	push.OnComplete(func(Reply) { replied <- time.Since(began) })
	peer.reply(peer.expect(channel.Topic(), "ask"), "ok", "{}")
	return <-replied
}

func TestSimulatedNetwork(t *testing.T) {
	t.Run("delays each direction by its latency", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, peer := newPeer(t).connect(nil)
			channel := peer.join(s, "room:1")
			require.NoError(t, s.Simulate(Simulation{Latency: 70 * time.Millisecond}))
			require.Equal(t, 140*time.Millisecond, roundTrip(t, channel, peer))
			require.Equal(t, 140*time.Millisecond, roundTrip(t, channel, peer))
			require.NoError(t, s.Simulate(Simulation{}))
			require.Zero(t, roundTrip(t, channel, peer))
		})
	})
	t.Run("takes two round trips to connect", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			s := p.socket(nil)
			require.NoError(t, s.Simulate(Simulation{Latency: 50 * time.Millisecond}))
			began := time.Now()
			require.NoError(t, s.Connect())
			require.NoError(t, s.WaitOpen(t.Context()))
			require.Equal(t, 200*time.Millisecond, time.Since(began))
		})
	})
	t.Run("keeps the order of what it delays by chance", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, peer := newPeer(t).connect(nil)
			channel := peer.join(s, "room:1")
			require.NoError(t, s.Simulate(Simulation{Jitter: time.Second}))
			began := time.Now()
			var got recorder[string]
			channel.On("n", func(m *Message) { got.add(m.Payload.String()) })
			var want []string
			for i := range 50 {
				want = append(want, string(rune('0'+i%10)))
				peer.push("", "room:1", "n", want[i])
			}
			time.Sleep(time.Second)
			synctest.Wait()
			require.Equal(t, want, got.take())
			require.LessOrEqual(t, time.Since(began), time.Second)
		})
	})
	t.Run("carries so many bytes a second", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, peer := newPeer(t).connect(nil)
			channel := peer.join(s, "room:1")
			require.NoError(t, s.Simulate(Simulation{BytesPerSecond: 1000}))
			began := time.Now()
			for range 5 {
				_, err := channel.Push("fill", textOf(1000))
				require.NoError(t, err)
			}
			for range 5 {
				peer.expect("room:1", "fill")
			}
			require.InDelta(t, 5, time.Since(began).Seconds(), 0.5)
		})
	})
	t.Run("does not take a slow message for a dead connection", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, peer := newPeer(t).connect(func(c *Config) { c.HeartbeatInterval, c.HeartbeatTimeout = time.Second, time.Second })
			channel := peer.join(s, "room:1")
			require.NoError(t, s.Simulate(Simulation{BytesPerSecond: 1000}))
			began := time.Now()
			var got recorder[int]
			channel.On("big", func(m *Message) { got.add(m.Payload.Len()) })
			peer.push("", "room:1", "big", string(textOf(20_000)))
			for time.Since(began) < 25*time.Second {
				peer.reply(peer.expect("phoenix", "heartbeat"), "ok", "{}")
			}
			require.Equal(t, []int{20_000}, got.take())
			require.Equal(t, SocketOpen, s.State())
		})
	})
	t.Run("stalls, and goes on", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, peer := newPeer(t).connect(nil)
			channel := peer.join(s, "room:1")
			require.NoError(t, s.Simulate(Simulation{Stall: 3 * time.Second}))
			require.Equal(t, 3*time.Second, roundTrip(t, channel, peer))
			require.Zero(t, roundTrip(t, channel, peer))
		})
	})
	t.Run("stalls again and again", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, peer := newPeer(t).connect(nil)
			channel := peer.join(s, "room:1")
			began := time.Now()
			require.NoError(t, s.Simulate(Simulation{Stall: 2 * time.Second, StallEvery: 5 * time.Second}))
			require.Zero(t, roundTrip(t, channel, peer))
			for range 3 {
				time.Sleep(5*time.Second - time.Since(began)%(5*time.Second))
				require.Equal(t, 2*time.Second, roundTrip(t, channel, peer))
				require.Zero(t, roundTrip(t, channel, peer))
			}
		})
	})
	t.Run("holds both sides back while too much is in transit", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, peer := newPeer(t).connect(nil)
			channel := peer.join(s, "room:1")
			var got recorder[int]
			channel.On("n", func(m *Message) { got.add(m.Payload.Len()) })
			require.NoError(t, s.Simulate(Simulation{BytesPerSecond: 50_000}))
			began := time.Now()
			var want []int
			for i := range 6 {
				text := textOf(50_000 + i)
				want = append(want, len(text))
				_, err := channel.Push("n", text)
				require.NoError(t, err)
			}
			sent := make(chan struct{})
			go func() {
				defer close(sent)
				for _, size := range want {
					_ = peer.ws.WriteMessage(websocket.TextMessage, []byte(`[null,null,"room:1","n",`+string(textOf(size))+`]`)) // peer.push would keep the lock that reading needs
				}
			}()
			synctest.Wait()
			require.Positive(t, s.Statistics().BufferedPushes)
			select {
			case <-sent:
				require.Fail(t, "the server could send everything at once")
			default:
			}
			for _, size := range want {
				require.Len(t, peer.expect("room:1", "n").Payload, size)
			}
			<-sent
			time.Sleep(10 * time.Second)
			require.Equal(t, want, got.take())
			require.GreaterOrEqual(t, time.Since(began), 6*time.Second)
			require.Zero(t, s.Statistics().BufferedPushes)
		})
	})
	t.Run("ends while it holds both sides back", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			s, peer := p.connect(nil)
			channel := peer.join(s, "room:1")
			require.NoError(t, s.Simulate(Simulation{BytesPerSecond: 1000}))
			for range 6 {
				_, err := channel.Push("n", textOf(50_000))
				require.NoError(t, err)
			}
			go func() {
				for range 6 {
					_ = peer.ws.WriteMessage(websocket.TextMessage, []byte(`[null,null,"room:1","n",`+string(textOf(50_000))+`]`))
				}
			}()
			synctest.Wait()
			require.NoError(t, s.Close())
			<-s.Ended()
		})
	})
	t.Run("cuts a connection", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			s, peer := p.connect(nil)
			peer.join(s, "room:1")
			var closes recorder[CloseEvent]
			s.OnClose(closes.add)
			require.NoError(t, s.Simulate(Simulation{Cut: true}))
			p.accept().expect("room:1", "phx_join")
			require.Equal(t, []CloseEvent{{
				WillReconnect: true, RetryIn: 10 * time.Millisecond, Code: 1006, Reason: "phoenix: the connection was cut (simulated)",
			}}, closes.take())
		})
	})
	t.Run("is offline for a time", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			s, _ := p.connect(nil)
			var errs recorder[error]
			s.OnError(errs.add)
			before, began := p.attempts(), time.Now()
			require.NoError(t, s.Simulate(Simulation{Offline: time.Second}))
			p.accept()
			require.GreaterOrEqual(t, time.Since(began), time.Second)
			require.Equal(t, before+1, p.attempts(), "none of the others got to the server")
			all := errs.take()
			require.Greater(t, len(all), 3)
			require.ErrorIs(t, all[1], errSimulatedOffline)
			require.EqualError(t, all[1], "phoenix: connecting to ws://peer/socket: the network is unreachable (simulated)")
		})
	})
	t.Run("refuses connects with a status", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			s, _ := p.connect(nil)
			var errs recorder[error]
			s.OnError(errs.add)
			began := time.Now()
			simulation := SimulationPresets["server deploy"]
			require.NoError(t, s.Simulate(simulation))
			p.accept()
			require.GreaterOrEqual(t, time.Since(began), simulation.Refuse)
			var refusal *HandshakeError
			require.ErrorAs(t, errs.take()[1], &refusal)
			require.Equal(t, http.StatusServiceUnavailable, refusal.StatusCode)
			require.Equal(t, "ws://peer/socket/websocket", refusal.Endpoint)
		})
	})
	t.Run("refuses until it is told otherwise", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			s := p.socket(nil)
			require.NoError(t, s.Simulate(Simulation{RefuseStatus: 403}))
			require.NoError(t, s.Connect())
			time.Sleep(time.Hour)
			require.Zero(t, p.attempts())
			require.NoError(t, s.Simulate(Simulation{}))
			p.accept()
		})
	})
	t.Run("that stalls is a connect that times out", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := newPeer(t).socket(nil)
			var errs recorder[error]
			s.OnError(errs.add)
			require.NoError(t, s.Simulate(Simulation{Stall: time.Hour}))
			require.NoError(t, s.Connect())
			time.Sleep(s.config.Timeout)
			synctest.Wait()
			require.Len(t, errs.take(), 1)
		})
	})
	t.Run("lets a goodbye through after what was pushed", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, peer := newPeer(t).connect(nil)
			channel := peer.join(s, "room:1")
			require.NoError(t, s.Simulate(Simulation{Latency: 100 * time.Millisecond}))
			_, err := channel.Push("last", nil)
			require.NoError(t, err)
			require.NoError(t, s.Disconnect(0, ""))
			peer.expect("room:1", "last")
			require.Equal(t, 1000, peer.closeError().Code)
		})
	})
	t.Run("works over long poll", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPollPeer(t)
			s := p.open(nil)
			began := time.Now()
			require.NoError(t, s.Simulate(Simulation{Cut: true, Latency: 25 * time.Millisecond}))
			synctest.Wait()
			require.NotEqual(t, SocketOpen, s.State())
			require.NoError(t, s.WaitOpen(t.Context()))
			require.Equal(t, 110*time.Millisecond, time.Since(began))
		})
	})
}

// textOf returns a JSON text of the given size.
func textOf(size int) jsontext.Value {
	return jsontext.Value(strconv.Quote(strings.Repeat("x", size-2)))
}

func TestSimulationsByName(t *testing.T) {
	tests := map[string]struct {
		values map[string]any
		want   Simulation
		err    string
	}{
		"nothing":               {},
		"all that lasts":        {values: map[string]any{"latency_ms": int64(1), "jitter_ms": int64(2), "bytes_per_second": int64(3)}, want: Simulation{Latency: time.Millisecond, Jitter: 2 * time.Millisecond, BytesPerSecond: 3}},
		"stalls":                {values: map[string]any{"stall_ms": int64(1), "stall_every_ms": int64(2)}, want: Simulation{Stall: time.Millisecond, StallEvery: 2 * time.Millisecond}},
		"outages":               {values: map[string]any{"cut": true, "offline_ms": int64(4), "refuse_status": int64(503), "refuse_ms": int64(5)}, want: Simulation{Cut: true, Offline: 4 * time.Millisecond, RefuseStatus: 503, Refuse: 5 * time.Millisecond}},
		"a preset":              {values: map[string]any{"preset": "train"}, want: SimulationPresets["train"]},
		"a preset with changes": {values: map[string]any{"preset": "server deploy", "refuse_ms": int64(1)}, want: Simulation{RefuseStatus: 503, Refuse: time.Millisecond}},
		"an unknown preset":     {values: map[string]any{"preset": "4G"}, err: `simulation: unknown preset "4G"; the presets are 3G, server deploy, train`},
		"a preset by number":    {values: map[string]any{"preset": int64(1)}, err: `simulation: unknown preset "1"; the presets are 3G, server deploy, train`},
		"an unknown key":        {values: map[string]any{"latency": int64(1)}, err: `simulation has no "latency"; its keys are preset, latency_ms, jitter_ms, bytes_per_second, stall_ms, stall_every_ms, cut, offline_ms, refuse_status, refuse_ms`},
		"a negative time":       {values: map[string]any{"stall_ms": int64(-1)}, err: "simulation: stall_ms is -1; it must be from 0 to 86400000"},
		"a text for a time":     {values: map[string]any{"stall_ms": "1"}, err: "simulation: stall_ms must be an integer from 0 to 86400000"},
		"true for a time":       {values: map[string]any{"stall_ms": true}, err: "simulation: stall_ms must be an integer from 0 to 86400000"},
		"a number for a switch": {values: map[string]any{"cut": int64(1)}, err: "simulation: cut must be true or false"},
		"a status of success":   {values: map[string]any{"refuse_status": int64(200)}, err: "simulation: refuse_status is 200; it must be from 400 to 599"},
		"a time without status": {values: map[string]any{"refuse_ms": int64(1)}, err: "simulation: refuse_ms needs refuse_status"},
		"stalls without end":    {values: map[string]any{"stall_ms": int64(2), "stall_every_ms": int64(2)}, err: "simulation: a stall of 2 ms every 2 ms leaves no time in between"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := ParseSimulation(test.values)
			if test.err != "" {
				require.ErrorIs(t, err, ErrInvalidConfig)
				require.EqualError(t, err, ErrInvalidConfig.Error()+": "+test.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
	require.ErrorIs(t, newPeer(t).socket(nil).Simulate(Simulation{Latency: -1}), ErrInvalidConfig)
	require.ErrorIs(t, newPeer(t).socket(nil).Simulate(Simulation{RefuseStatus: 200}), ErrInvalidConfig)
}
