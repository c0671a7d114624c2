package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// serve answers a WebSocket's first message with reply.
func serve(t *testing.T, reply string) (endpoint string) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/socket/websocket" {
			http.NotFound(w, r)
			return
		}
		socket, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer socket.Close()
		if _, _, err := socket.ReadMessage(); err == nil {
			_ = socket.WriteMessage(websocket.TextMessage, []byte(`[null,null,"game:probe","presence_diff",{}]`))
			_ = socket.WriteMessage(websocket.TextMessage, []byte(reply))
		}
	}))
	t.Cleanup(server.Close)
	return "ws" + strings.TrimPrefix(server.URL, "http")
}

func TestProbe(t *testing.T) {
	ok := serve(t, `["1","1","game:probe","phx_reply",{"response":{},"status":"ok"}]`)
	refuses := serve(t, `[null,"1","game:probe","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]`)

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	silent := "ws://" + listener.Addr().String() + "/socket"

	tests := []struct {
		name, endpoint string
		status         int
		text           string
	}{
		{"a server with the channels", ok + "/socket", 0, "a server with the demo's channels answers"},
		{"an endpoint that names the transport", ok + "/socket/websocket", 0, "answers"},
		{"a server that refuses the topic", refuses + "/socket", statusOther, "unmatched topic"},
		{"a server without the path", ok + "/elsewhere", statusOther, "404"},
		{"no server", silent, statusSilent, "nothing answers"},
		{"no URL", "127.0.0.1:4000", statusUsage, "is no URL of a socket"},
		{"a URL of another scheme", "http://127.0.0.1/socket", statusUsage, "is no URL of a socket"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			status, text := probe(test.endpoint)
			assert.Equal(t, test.status, status)
			assert.Contains(t, text, test.text)
		})
	}
}
