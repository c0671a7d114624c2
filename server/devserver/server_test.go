package devserver_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/server/devserver"
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

// pass reads frames until one holds all of these texts, and returns it.
func (c client) pass(texts ...string) string {
	c.t.Helper()
	for {
		frame := c.next()
		if !slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(frame, text) }) {
			return frame
		}
	}
}

// join joins a topic with join_ref 1 and reads up to its presence_state.
func (c client) join(topic, params string) (reply, state string) {
	c.t.Helper()
	c.send(`["1","1","` + topic + `","phx_join",` + params + `]`)
	return c.pass(`"phx_reply"`), c.pass(`"presence_state"`)
}

// push pushes an event with a ref of its own and expects this status and response.
func (c client) push(topic, event, payload, status, response string) {
	c.t.Helper()
	c.send(`["1","p","` + topic + `","` + event + `",` + payload + `]`)
	assert.Equal(c.t, `["1","p","`+topic+`","phx_reply",{"status":"`+status+`","response":`+response+`}]`,
		c.pass(`"phx_reply"`), payload)
}

// pushBinary is push with bytes.
func (c client) pushBinary(topic, event, data string) {
	c.t.Helper()
	frame := []byte{0, 1, 1, byte(len(topic)), byte(len(event))}
	frame = append(frame, "1p"+topic+event+data...)
	require.NoError(c.t, c.WriteMessage(websocket.BinaryMessage, frame))
}

func (c client) refuse(topic, event, payload, reason string) {
	c.t.Helper()
	c.push(topic, event, payload, "error", `{"reason":"`+reason+`"}`)
}

func TestAUserWithoutAnIDIsAGuest(t *testing.T) {
	server := start(t, devserver.Options{})
	guests := map[string]bool{}
	for _, query := range []string{"", "", "user_id=", "user_id=%20%E2%80%83", "user_id[a]=1"} {
		c := dial(t, server, query)
		c.send(joinQuietly)
		c.next()
		c.send(`["1","2","room:1","whoami",{}]`)
		frame := c.next()
		found := regexp.MustCompile(`"user_id":"(guest-[a-z2-7]{8})"`).FindStringSubmatch(frame)
		require.NotNil(t, found, frame)
		guests[found[1]] = true
	}
	assert.Len(t, guests, 5)
}
