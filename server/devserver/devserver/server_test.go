package devserver_test

import (
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/server/devserver/devserver"
)

// start runs a server for the test on a free port.
func start(t *testing.T, options devserver.Options) *devserver.Server {
	t.Helper()
	server := devserver.New(options)
	require.NoError(t, server.Start("127.0.0.1:0"))
	t.Cleanup(server.Close)
	return server
}

// client is a connection that writes and expects whole frames.
type client struct {
	t *testing.T
	*websocket.Conn
}

func dial(t *testing.T, server *devserver.Server, query string) client {
	t.Helper()
	conn, response, err := websocket.DefaultDialer.Dial(server.URL()+"/websocket?vsn=2.0.0&"+query, nil)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	t.Cleanup(func() { _ = conn.Close() })
	return client{t, conn}
}

func (c client) send(frame string) {
	c.t.Helper()
	require.NoError(c.t, c.WriteMessage(websocket.TextMessage, []byte(frame)))
}

// next returns the next frame from the server.
func (c client) next() string {
	c.t.Helper()
	require.NoError(c.t, c.SetReadDeadline(time.Now().Add(5*time.Second)))
	_, data, err := c.ReadMessage()
	require.NoError(c.t, err)
	return string(data)
}

func (c client) expect(frames ...string) {
	c.t.Helper()
	for _, frame := range frames {
		assert.Equal(c.t, frame, c.next())
	}
}

func TestGameChannel(t *testing.T) {
	server := start(t, devserver.Options{})
	ann, bob := dial(t, server, "user_id=ann"), dial(t, server, "")

	ann.send(`["1","1","game:1","phx_join",{}]`)
	assert.Regexp(t, `^\["1","1","game:1","phx_reply",\{"status":"ok","response":\{"connection_id":"\w{16,}"\}\}\]$`, ann.next())
	assert.Regexp(t, `^\[null,null,"game:1","presence_diff",\{"leaves":\{\},"joins":\{"ann":.*"online_at":\d+`, ann.next())
	assert.Regexp(t, `^\["1",null,"game:1","presence_state",\{"ann":\{"metas":\[\{"phx_ref":"[\w-]{16}","online_at":\d+`, ann.next())

	bob.send(`["1","1","game:1","phx_join",{}]`)
	joined := bob.next()
	_, id, _ := strings.Cut(joined, `"connection_id":"`)
	id, _, _ = strings.Cut(id, `"`)
	assert.Contains(t, ann.next(), `"joins":{"`+id+`":`, "a client without user_id is tracked under its connection id")
	assert.Contains(t, bob.next(), "presence_diff")
	assert.Contains(t, bob.next(), "presence_state")

	ann.send(`["1","2","game:1","ping",{}]`)
	ann.expect(`["1","2","game:1","phx_reply",{"status":"ok","response":{"pong":"success!"}}]`)
	ann.send(`["1","3","game:1","ping",{"error":true}]`)
	ann.expect(`["1","3","game:1","phx_reply",{"status":"error","response":{"reason":"ping was asked to fail"}}]`)
	ann.send(`["1","4","game:1","ping",{"broadcast":true}]`)
	pong := `[null,null,"game:1","pong",{"pong":"success!","from":"ann"}]`
	ann.expect(pong, `["1","4","game:1","phx_reply",{"status":"ok","response":{"pong":"success!"}}]`)
	bob.expect(pong)
	ann.send(`["1","5","game:1","shout",{"x":1}]`)
	ann.expect(`[null,null,"game:1","shout",{"x":1}]`)
	bob.expect(`[null,null,"game:1","shout",{"x":1}]`)
	ann.send(`["1","6","game:1","fly",{}]`)
	ann.expect(`["1","1","game:1","phx_error",{"reason":"channel_crash"}]`)
	assert.Contains(t, bob.next(), `"presence_diff",{"leaves":{"ann":`)
}
