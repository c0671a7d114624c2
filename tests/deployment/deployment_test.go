// Package deployment_test plays against a deployed server of several nodes behind a proxy, and
// loses one of the nodes.
package deployment_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	phoenix "phoenixchannels/core"
)

var (
	server   = flag.String("server", "", "URL of the deployment's socket; without it the test is skipped")
	killNode = flag.String("kill", "", "shell command that kills one of the nodes")
)

const (
	players = 8 // enough that a proxy that counts connections uses all nodes
	limit   = 30 * time.Second
)

// player is a client in the room that all players share.
type player struct {
	channel *phoenix.Channel
	heard   chan string
}

func join(t *testing.T, room string, number int) player {
	t.Helper()
	socket, err := phoenix.NewSocket(*server, phoenix.Config{Params: map[string]string{"user_id": fmt.Sprintf("player %d", number)}})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, socket.Close()) })
	require.NoError(t, socket.Connect())
	channel, err := socket.Channel(room, nil)
	require.NoError(t, err)
	heard := make(chan string, 100)
	channel.On("message", func(message *phoenix.Message) { heard <- textOf(t, message.Payload) })
	push, err := channel.Join()
	require.NoError(t, err)
	assert.Equal(t, "ok", wait(t, push))
	return player{channel, heard}
}

func textOf(t *testing.T, payload phoenix.Payload) string {
	var message struct {
		Text string `json:"text"`
	}
	assert.NoError(t, json.Unmarshal(payload.JSON(), &message))
	return message.Text
}

func wait(t *testing.T, push *phoenix.Push) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	reply, err := push.Wait(ctx)
	require.NoError(t, err)
	return reply.Status
}

// say pushes a text, and reports whether all others hear it before it times out.
func say(t *testing.T, all []player, speaker int, text string, timeout time.Duration) bool {
	t.Helper()
	push, err := all[speaker].channel.Push("message", map[string]any{"text": text})
	require.NoError(t, err)
	if wait(t, push) != "ok" {
		return false
	}
	deadline := time.After(timeout)
	for number, listener := range all {
		for heard := number == speaker; !heard; {
			select {
			case other := <-listener.heard:
				heard = other == text // or one that was said before
			case <-deadline:
				return false
			}
		}
	}
	return true
}

func TestPlayersOfAllNodesStayTogetherWhenOneDies(t *testing.T) {
	if *server == "" {
		t.Skip("-server is not set; ./build.sh test --docker sets it")
	}
	room := fmt.Sprintf("chat:%d", time.Now().UnixNano())
	var all []player
	for number := range players {
		all = append(all, join(t, room, number))
	}
	for speaker := range all {
		assert.True(t, say(t, all, speaker, fmt.Sprintf("before, by %d", speaker), limit), "all hear player %d", speaker)
	}
	if *killNode == "" {
		return
	}
	output, err := exec.CommandContext(t.Context(), "sh", "-c", *killNode).CombinedOutput()
	require.NoError(t, err, "%s", output)
	// A message that is said before everyone is back is not repeated, so it is said again.
	together := false
	for began := time.Now(); !together && time.Since(began) < limit; {
		together = say(t, all, 0, fmt.Sprintf("after %s", time.Since(began)), 2*time.Second)
	}
	assert.True(t, together, "all are back within %s", limit)
	for speaker := range all {
		assert.True(t, say(t, all, speaker, fmt.Sprintf("afterwards, by %d", speaker), limit), "all hear player %d", speaker)
	}
}
