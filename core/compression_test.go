package core_test

import (
	"bytes"
	"encoding/base64"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/server/devserver"
)

// Like Bandit, the server rejects messages that decompress to more than 25 times their compressed
// size.
func TestMessagesAreCompressedUnlessTheyShrinkTooMuch(t *testing.T) {
	server := devserver.New(devserver.Options{})
	require.NoError(t, server.Start("127.0.0.1:0"))
	t.Cleanup(server.Close)
	socket, err := core.NewSocket(strings.Replace(server.URL(), "/socket", "/zip", 1), core.Config{Compression: true})
	require.NoError(t, err)
	t.Cleanup(func() { _ = socket.Close() })
	require.NoError(t, socket.Connect())
	channel, err := socket.Channel("room:zip", map[string]bool{"presence": false})
	require.NoError(t, err)
	join, err := channel.Join()
	require.NoError(t, err)
	<-join.Done()

	noise := make([]byte, 3000)
	random := rand.NewChaCha8([32]byte{})
	_, _ = random.Read(noise)
	words := []byte(base64.StdEncoding.EncodeToString(noise))
	for name, test := range map[string]struct {
		data       []byte
		compressed bool
	}{
		"small, shrinks to a hundredth":    {bytes.Repeat([]byte("again "), 1000), true},
		"large, shrinks to two thirds":     {bytes.Repeat(append(words, noise...), 10), true},
		"large, shrinks to a tenth":        {bytes.Repeat(append(words, bytes.Repeat([]byte("again "), 6000)...), 10), true},
		"large, shrinks to a thousandth":   {bytes.Repeat([]byte("again "), 100_000), false},
		"large, shrinks to a thirtieth":    {bytes.Repeat(append(noise, make([]byte, 100_000)...), 10), false},
		"as large as is always compressed": {make([]byte, 8<<10-100), true},
	} {
		t.Run(name, func(t *testing.T) {
			before := socket.Statistics()
			push, err := channel.Push("binary", core.BinaryPayload(test.data))
			require.NoError(t, err)
			select {
			case <-push.Done():
			case <-time.After(time.Minute):
				require.Fail(t, "no reply")
			}
			reply, _ := push.Reply()
			assert.Equal(t, "ok", reply.Status)
			assert.True(t, bytes.Equal(test.data, reply.Response.Binary()), "the reply has what was sent")
			ping, err := socket.Ping() // sent after the push, whose last bytes are counted by then; the push's reply may arrive earlier
			require.NoError(t, err)
			<-ping.Done()
			after := socket.Statistics()
			assert.Equal(t, before.Connects, after.Connects, "the connection stays")
			sent := int(after.BytesOut - before.BytesOut)
			assert.Equal(t, test.compressed, sent < len(test.data), "%d bytes sent for %d", sent, len(test.data))
		})
	}
}
