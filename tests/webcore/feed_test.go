//go:build js

package webcore_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"syscall/js"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	phoenix "phoenixchannels/core"
)

// A feed's messages are made when the browser takes them, and an interceptor has binary messages
// before they are queued.
func TestFeedAndInterceptorOfAChannel(t *testing.T) {
	b := newBrowser(t)
	s := newSocket(t, "ws://host.example/socket", phoenix.Config{})
	r := new(told).follow(s)
	w := connect(t, s, b)
	channel, err := s.Channel("room:a", nil)
	require.NoError(t, err)
	taken := make(chan string, 1)
	channel.Intercept(func(m *phoenix.Message) bool {
		taken <- string(m.Payload.Binary())
		return true
	})
	made := 0
	feed, err := channel.NewFeed("m", func(string) []byte {
		made++
		return fmt.Appendf(nil, "frame %d", made)
	})
	require.NoError(t, err)
	_, err = channel.Join()
	require.NoError(t, err)
	var join []string
	require.NoError(t, json.Unmarshal([]byte(strings.Replace(w.receive(), ",{}]", "]", 1)), &join))
	w.message(fmt.Sprintf(`[%q,%q,"room:a","phx_reply",{"status":"ok","response":{}}]`, join[0], join[1]))
	require.True(t, eventually(func() bool { return channel.State() == phoenix.ChannelJoined }))

	w.stall(true)
	_, err = channel.Push("large", phoenix.BinaryPayload(make([]byte, 100<<10)))
	require.NoError(t, err)
	w.receive()
	for range 3 {
		feed.Wake()
	}
	time.Sleep(20 * time.Millisecond) // several looks of the writer at what the browser has sent
	assert.Zero(t, made)
	w.stall(false)
	assert.Equal(t, "\x00"+string([]byte{byte(len(join[0])), 0, 6, 1})+join[0]+"room:am"+"frame 1", w.receive())

	bytes := append([]byte{2, 6, 1}, "room:amhello"...)
	array := global.Get("Uint8Array").New(len(bytes))
	js.CopyBytesToJS(array, bytes)
	w.message(array.Get("buffer"))
	select {
	case text := <-taken:
		assert.Equal(t, "hello", text)
	case <-time.After(patience):
		require.Fail(t, "nothing was taken")
	}
	require.NoError(t, s.Disconnect(0, ""))
	r.closed(t, 0)
	assert.NotContains(t, r.events, "m")
}
