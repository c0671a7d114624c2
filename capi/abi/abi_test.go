package abi_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/capi/abi"
)

func TestSessionFromConnectToClose(t *testing.T) {
	server := startServer(t)
	h := newHost(t, server.URL(), `{"params": {"user_id": "ann"}, "timeout": 5000}`)
	require.NoError(t, abi.Connect(h.socket))
	opened := h.await(abi.EventOpen)
	assert.Equal(t, server.URL(), opened.text)
	state, err := abi.SocketState(h.socket)
	require.NoError(t, err)
	assert.Equal(t, abi.SocketOpen, state)

	channel := h.join("room:1")
	state, err = abi.ChannelState(channel)
	require.NoError(t, err)
	assert.Equal(t, abi.ChannelJoined, state)

	push, err := abi.Push(channel, "echo", `{"n": 9007199254740993}`, 0)
	require.NoError(t, err)
	reply := h.await(abi.EventReply)
	assert.Equal(t, push, reply.Push)
	assert.Equal(t, channel, reply.Channel)
	assert.Equal(t, []string{"room:1", "echo", "ok"}, []string{reply.topic, reply.event, reply.status})
	assert.JSONEq(t, `{"n": 9007199254740993}`, reply.payload)

	push, err = abi.PushBinary(channel, "binary", []byte{0, 1, 255}, 0)
	require.NoError(t, err)
	reply = h.await(abi.EventReply)
	assert.Equal(t, push, reply.Push)
	assert.Equal(t, abi.FlagBinary, reply.Flags)
	assert.Equal(t, "\x00\x01\xff", reply.payload)

	shout, err := abi.Push(channel, "shout", "", 0)
	require.NoError(t, err)
	message := h.await(abi.EventMessage)
	assert.Equal(t, []string{"room:1", "shout", "{}"}, []string{message.topic, message.event, message.payload})

	push, err = abi.Leave(channel, 0)
	require.NoError(t, err)
	first, second := h.await(abi.EventReply), h.await(abi.EventReply)
	assert.Equal(t, map[int64]string{push: "ok", shout: "closed"}, map[int64]string{first.Push: first.status, second.Push: second.status})
	assert.Equal(t, `"leave"`, h.await(abi.EventChannelClose).payload)

	require.NoError(t, abi.Disconnect(h.socket, 3001, "enough"))
	closed := h.await(abi.EventClose)
	assert.Equal(t, int32(3001), closed.Code)
	assert.Equal(t, abi.FlagWasRequested, closed.Flags)
	assert.Equal(t, "enough", closed.text)
	h.nothing()
}

func TestPushThatTimesOut(t *testing.T) {
	h := connectedHost(t, "")
	channel := h.join("room:1")
	push, err := abi.Push(channel, "noreply", "", time.Millisecond)
	require.NoError(t, err)
	reply := h.await(abi.EventReply)
	assert.Equal(t, push, reply.Push)
	assert.Equal(t, "timeout", reply.status)
}

func TestOneOfManyThreadsThatJoinHasTheNumberOfTheJoin(t *testing.T) {
	h := connectedHost(t, "")
	for range 100 {
		channel, err := abi.NewChannel(h.socket, "room:1", "", 0)
		require.NoError(t, err)
		numbers := make(chan int64, 4)
		var threads sync.WaitGroup
		for range cap(numbers) {
			threads.Go(func() {
				if push, err := abi.Join(channel, 0); err == nil {
					numbers <- push
				}
			})
		}
		threads.Wait()
		require.Len(t, numbers, 1)
		joined := h.poll()
		for joined.Kind != abi.EventJoin {
			joined = h.poll() // its presence
		}
		require.Equal(t, <-numbers, joined.Push)
		require.NoError(t, abi.FreeChannel(channel))
	}
}

func TestRefusedJoinTellsEachAttempt(t *testing.T) {
	h := connectedHost(t, `{"rejoin_after": [1]}`)
	channel, err := abi.NewChannel(h.socket, "room:1", `{"reject": true}`, 0)
	require.NoError(t, err)
	push, err := abi.Join(channel, 0)
	require.NoError(t, err)
	for range 3 {
		joined := h.await(abi.EventJoin)
		assert.Equal(t, push, joined.Push)
		assert.Equal(t, "error", joined.status)
		assert.JSONEq(t, `{"reason": "rejected"}`, joined.payload)
	}
}

func TestJoinOfAChannelThatIsLeftBefore(t *testing.T) {
	h := newHost(t, "ws://127.0.0.1:1/socket", "")
	channel, err := abi.NewChannel(h.socket, "room:1", "", 0)
	require.NoError(t, err)
	join, err := abi.Join(channel, 0)
	require.NoError(t, err)
	leave, err := abi.Leave(channel, 0)
	require.NoError(t, err)
	left := h.await(abi.EventReply)
	assert.Equal(t, leave, left.Push)
	joined := h.await(abi.EventJoin)
	assert.Equal(t, join, joined.Push)
	assert.Equal(t, "closed", joined.status)
	h.await(abi.EventChannelClose)
	h.nothing()
}

func TestCrashedChannelRejoins(t *testing.T) {
	h := connectedHost(t, `{"rejoin_after": [1]}`)
	channel := h.join("room:1")
	_, err := abi.Push(channel, "crash", "", 0)
	require.NoError(t, err)
	assert.Equal(t, channel, h.await(abi.EventChannelError).Channel)
	assert.Equal(t, "ok", h.await(abi.EventJoin).status)
}

func TestPresenceIsTold(t *testing.T) {
	h := connectedHost(t, `{"params": {"user_id": "ann"}}`)
	channel, err := abi.NewChannel(h.socket, "room:1", "", abi.WithPresence)
	require.NoError(t, err)
	_, err = abi.Join(channel, 0)
	require.NoError(t, err)
	for {
		if e := h.poll(); e.Kind == abi.EventPresence && strings.Contains(e.payload, "ann") {
			assert.Contains(t, e.payload, `"metas"`)
			return
		}
	}
}

func TestServerThatRefusesOrIsNotThere(t *testing.T) {
	h := newHost(t, strings.TrimSuffix(startServer(t).URL(), "/socket")+"/none", `{"reconnect_after": [3600000], "reconnect_jitter": 0}`)
	require.NoError(t, abi.Connect(h.socket))
	var refused, closed polled
	for refused.Kind == 0 || closed.Kind == 0 {
		switch e := h.poll(); e.Kind {
		case abi.EventError:
			refused = e
		case abi.EventClose:
			closed = e
		}
	}
	assert.Equal(t, int32(404), refused.Code)
	assert.Equal(t, abi.FlagWillReconnect, closed.Flags)
	assert.Equal(t, uint32(3_600_000), closed.RetryInMs)
}

func TestEventThatDoesNotFitIsKept(t *testing.T) {
	h := connectedHost(t, "")
	channel := h.join("room:1")
	_, err := abi.Push(channel, "big", `{"size": 100000}`, 0)
	require.NoError(t, err)
	size, err := abi.Poll(h.socket, nil, limit)
	require.ErrorIs(t, err, abi.ErrorBuffer)
	require.Greater(t, size, 100_000)
	again, err := abi.Poll(h.socket, make([]byte, size-1), 0)
	require.ErrorIs(t, err, abi.ErrorBuffer)
	require.Equal(t, size, again)
	buffer := make([]byte, size)
	again, err = abi.Poll(h.socket, buffer, 0)
	require.NoError(t, err)
	require.Equal(t, size, again)
	assert.Len(t, read(buffer).payload, len(`{"data":""}`)+100_000)
	h.nothing()
}

func TestFreedChannelIsToldOfNoMore(t *testing.T) {
	h := connectedHost(t, "")
	channel, other := h.join("room:1"), h.join("room:2")
	_, err := abi.Push(channel, "echo", "", 0)
	require.NoError(t, err)
	_, err = abi.Poll(h.socket, nil, limit) // the reply is ready
	require.ErrorIs(t, err, abi.ErrorBuffer)
	require.NoError(t, abi.FreeChannel(channel))
	_, err = abi.Push(other, "echo", "", 0)
	require.NoError(t, err)
	assert.Equal(t, other, h.await(abi.EventReply).Channel)
	require.ErrorIs(t, abi.FreeChannel(channel), abi.ErrorHandle)
	_, err = abi.Push(channel, "echo", "", 0)
	require.ErrorIs(t, err, abi.ErrorHandle)
}

func TestFreeingASocketFreesItsChannelsAndWakesThePoller(t *testing.T) {
	h := connectedHost(t, "")
	channel := h.join("room:1")
	polled := make(chan error, 2)
	for range 2 { // one polls, the other waits for its turn
		go func() {
			_, err := abi.Poll(h.socket, make([]byte, 1<<16), -1)
			polled <- err
		}()
	}
	require.NoError(t, abi.FreeSocket(h.socket))
	require.ErrorIs(t, <-polled, abi.ErrorHandle)
	require.ErrorIs(t, <-polled, abi.ErrorHandle)
	require.ErrorIs(t, abi.FreeSocket(h.socket), abi.ErrorHandle)
	require.ErrorIs(t, abi.FreeChannel(channel), abi.ErrorHandle)
}

func TestConfigureHoldsFromTheNextConnectionOn(t *testing.T) {
	h := connectedHost(t, `{"params": {"user_id": "ann"}, "headers": {"x-a": "1"}}`)
	for _, wrong := range []string{`{"params": [1]}`, `{"params": {"user_id": "eve"}, "auth_token": "a\nb"}`} {
		assert.Equal(t, abi.ErrorOption, abi.CodeOf(abi.Configure(h.socket, wrong)), wrong)
	}
	require.NoError(t, abi.Configure(h.socket, `{"headers": {"x-b": "2"}}`))
	require.NoError(t, abi.Disconnect(h.socket, 0, ""))
	h.await(abi.EventClose)
	require.NoError(t, abi.Connect(h.socket))
	h.await(abi.EventOpen)
	channel := h.join("room:1")
	_, err := abi.Push(channel, "whoami", "", 0)
	require.NoError(t, err)
	reply := h.await(abi.EventReply).payload
	assert.Contains(t, reply, `"ann"`)
	assert.Contains(t, reply, "x-b")
	assert.NotContains(t, reply, "x-a")
}

func TestLongPoll(t *testing.T) {
	h := connectedHost(t, `{"transport": "longpoll"}`)
	channel := h.join("room:1")
	_, err := abi.Push(channel, "ok_only", "", 0)
	require.NoError(t, err)
	assert.Equal(t, "ok", h.await(abi.EventReply).status)
}

func TestManyThreadsAtOnce(t *testing.T) {
	h := connectedHost(t, "")
	channel := h.join("room:1")
	const threads, each = 8, 50
	var all sync.WaitGroup
	var mu sync.Mutex
	open, replied := map[int64]bool{}, map[int64]bool{}
	for range threads {
		all.Go(func() {
			for range each {
				push, err := abi.Push(channel, "echo", "", 0)
				if !assert.NoError(t, err) {
					return
				}
				mu.Lock()
				open[push] = true
				mu.Unlock()
			}
		})
		all.Go(func() {
			buffer := make([]byte, 1<<16)
			for {
				mu.Lock()
				enough := len(replied) == threads*each
				mu.Unlock()
				if enough {
					return
				}
				size, err := abi.Poll(h.socket, buffer, 10*time.Millisecond)
				if !assert.NoError(t, err) {
					return
				}
				if size > 0 {
					mu.Lock()
					replied[read(buffer).Push] = true
					mu.Unlock()
				}
			}
		})
		all.Go(func() {
			for i := range each {
				made, err := abi.NewChannel(h.socket, fmt.Sprint("room:x", i), "", 0)
				if assert.NoError(t, err) {
					assert.NoError(t, abi.FreeChannel(made))
				}
			}
		})
	}
	all.Wait()
	assert.Equal(t, open, replied)
}
