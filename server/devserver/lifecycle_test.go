package devserver_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/server/devserver"
	"phoenixchannels/server/devserver/memnet"
)

// inBubble runs a test against a server on a network in memory, in a synctest bubble. The bubble
// ends only when all goroutines of the server have.
func inBubble(t *testing.T, options devserver.Options, test func(t *testing.T, server *devserver.Server, dial func(query string) client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		listener := memnet.Listen()
		server := devserver.New(options)
		require.NoError(t, server.Serve(listener))
		defer server.Close()
		dialer := websocket.Dialer{NetDial: func(string, string) (net.Conn, error) { return listener.Dial() }}
		test(t, server, func(query string) client {
			conn, response, err := dialer.Dial("ws://memory/socket/websocket?vsn=2.0.0&"+query, nil)
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
			t.Cleanup(func() { _ = conn.Close() })
			return client{t, conn}
		})
	})
}

const (
	heartbeat      = `[null,"h","phoenix","heartbeat",{}]`
	heartbeatReply = `[null,"h","phoenix","phx_reply",{"status":"ok","response":{}}]`
	joinQuietly    = `["1","1","room:1","phx_join",{"presence":false}]`
)

// closeCode reads until the connection ends and returns the code of the close frame, 1006 for none.
func (c client) closeCode() int {
	c.t.Helper()
	for {
		if _, _, err := c.ReadMessage(); err != nil {
			var closed *websocket.CloseError
			require.ErrorAs(c.t, err, &closed)
			return closed.Code
		}
	}
}

func TestDropConnectionsEndsTCPWithoutACloseFrame(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, server *devserver.Server, dial func(string) client) {
		one, two := dial("user_id=1"), dial("user_id=2")
		synctest.Wait()
		assert.Equal(t, 2, server.Connections())
		server.DropConnections()
		assert.Equal(t, websocket.CloseAbnormalClosure, one.closeCode())
		assert.Equal(t, websocket.CloseAbnormalClosure, two.closeCode())
		synctest.Wait()
		assert.Zero(t, server.Connections())
		three := dial("user_id=3")
		three.send(heartbeat)
		three.expect(heartbeatReply)
	})
}

func TestDroppedClientsLeaveThePresence(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, server *devserver.Server, dial func(string) client) {
		ann, bob := dial("user_id=ann"), dial("user_id=bob")
		ann.send(joinQuietly)
		ann.next()
		bob.send(`["1","1","room:1","phx_join",{}]`)
		assert.Contains(t, ann.next(), `"joins":{"bob":`)
		require.NoError(t, bob.Close())
		assert.Contains(t, ann.next(), `"leaves":{"bob":`)
	})
}

func TestKillTransportEndsTCP(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, _ *devserver.Server, dial func(string) client) {
		c := dial("")
		c.send(joinQuietly)
		c.send(`["1","2","room:1","kill_transport",{}]`)
		assert.Equal(t, websocket.CloseAbnormalClosure, c.closeCode())
	})
}

func TestMuteHeartbeats(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, server *devserver.Server, dial func(string) client) {
		c := dial("")
		server.MuteHeartbeats(true)
		c.send(heartbeat)
		c.send(joinQuietly)
		assert.Contains(t, c.next(), `"joined":"room:1"`, "only heartbeats are muted")
		server.MuteHeartbeats(false)
		c.send(heartbeat)
		c.expect(heartbeatReply)
	})
}

func TestPauseReading(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, server *devserver.Server, dial func(string) client) {
		c := dial("")
		synctest.Wait() // the server reads
		server.PauseReading(true)
		c.send(joinQuietly) // the read that was under way takes this one
		assert.Contains(t, c.next(), `"joined":"room:1"`)
		c.send(heartbeat)
		time.Sleep(10 * time.Minute) // no idle timeout either
		assert.Equal(t, 1, server.Connections())
		require.NoError(t, server.Broadcast("room:1", "news", `{"b":1,"a":2}`))
		c.expect(`[null,null,"room:1","news",{"a":2,"b":1}]`)
		server.PauseReading(false)
		c.expect(heartbeatReply)
	})
}

func TestAFrozenServerDoesNothingOnItsConnections(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, server *devserver.Server, dial func(string) client) {
		c := dial("")
		c.send(joinQuietly)
		assert.Contains(t, c.next(), `"joined":"room:1"`)
		synctest.Wait() // the server reads
		server.Freeze(true)
		c.send(heartbeat)
		require.NoError(t, server.Broadcast("room:1", "news", `{"b":1,"a":2}`))
		heard := make(chan string, 1)
		go func() { heard <- c.next() }()
		time.Sleep(time.Second)
		assert.Empty(t, heard)
		server.Freeze(false)
		assert.Equal(t, `[null,null,"room:1","news",{"a":2,"b":1}]`, <-heard)
		c.expect(heartbeatReply)
	})
}

func TestAFrozenServerCloses(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, server *devserver.Server, dial func(string) client) {
		dial("")
		server.Freeze(true)
		server.Close()
	})
}

func TestRefuseHandshakes(t *testing.T) {
	server := start(t, devserver.Options{})
	server.RefuseHandshakes(http.StatusServiceUnavailable)
	_, response, err := websocket.DefaultDialer.Dial(server.URL()+"/websocket", nil)
	require.ErrorIs(t, err, websocket.ErrBadHandshake)
	assert.Equal(t, http.StatusServiceUnavailable, response.StatusCode)
	response, err = http.Get(strings.Replace(server.URL(), "ws:", "http:", 1) + "/longpoll?vsn=2.0.0")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusServiceUnavailable, response.StatusCode)
	server.RefuseHandshakes(0)
	dial(t, server, "")
}

func TestShutdownTellsTheClients(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, server *devserver.Server, dial func(string) client) {
		joined, idle := dial(""), dial("")
		joined.send(joinQuietly)
		joined.next()
		done := make(chan error, 1)
		go func() { done <- server.Shutdown(t.Context()) }()
		assert.Equal(t, websocket.CloseServiceRestart, joined.closeCode())
		assert.Equal(t, websocket.CloseNormalClosure, idle.closeCode())
		require.NoError(t, joined.Close())
		require.NoError(t, idle.Close())
		require.NoError(t, <-done)
		assert.Zero(t, server.Connections())
	})
}

func TestShutdownDropsClientsThatDoNotReadWhenItsTimeIsOver(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, server *devserver.Server, dial func(string) client) {
		c := dial("")
		c.send(joinQuietly)
		c.send(`["1","2","room:1","flood",{"n":10000}]`) // more than the connection holds
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		require.ErrorIs(t, server.Shutdown(ctx), context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(began))
	})
}

func TestCloseEndsASlowJoinAndAWaitingPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		listener := memnet.Listen()
		server := devserver.New(devserver.Options{})
		require.NoError(t, server.Serve(listener))
		get := func(path string) (status int, body string) {
			conn, err := listener.Dial()
			require.NoError(t, err)
			defer conn.Close()
			_, err = io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nhost: memory\r\nconnection: close\r\n\r\n")
			require.NoError(t, err)
			response, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				return 0, ""
			}
			text, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			return response.StatusCode, string(text)
		}
		_, body := get("/socket/longpoll?vsn=2.0.0")
		_, token, _ := strings.Cut(body, `"token":"`)
		go get("/socket/longpoll?vsn=2.0.0&token=" + strings.TrimSuffix(token, `"}`))
		dialer := websocket.Dialer{NetDial: func(string, string) (net.Conn, error) { return listener.Dial() }}
		conn, _, err := dialer.Dial("ws://memory/socket/websocket?vsn=2.0.0", nil)
		require.NoError(t, err)
		defer conn.Close()
		require.NoError(t, conn.WriteMessage(websocket.TextMessage, []byte(`["1","1","room:1","phx_join",{"sleep_ms":3600000}]`)))
		synctest.Wait()
		assert.Equal(t, 2, server.Connections())
		began := time.Now()
		server.Close()
		assert.Zero(t, time.Since(began))
		assert.Zero(t, server.Connections())
		server.Close() // a second time does nothing
	})
}

func TestStart(t *testing.T) {
	server := start(t, devserver.Options{})
	assert.Regexp(t, `^ws://127\.0\.0\.1:\d+/socket$`, server.URL())
	assert.Error(t, server.Start("127.0.0.1:0"), "a second start")

	busy := devserver.New(devserver.Options{})
	assert.ErrorContains(t, busy.Start(server.Addr().String()), server.Addr().String())
	assert.Empty(t, busy.URL())
	busy.Close()
	assert.Error(t, busy.Start("127.0.0.1:0"), "after Close")
}

func TestABadBroadcastIsAnError(t *testing.T) {
	server := devserver.New(devserver.Options{})
	assert.Error(t, server.Broadcast("room:1", "e", `{"a":`))
	assert.Error(t, server.Broadcast("room:\xff", "e", `{}`))
	assert.NoError(t, server.Broadcast("room:nobody", "e", `{}`))
}

func TestGorillaClientsMayCompress(t *testing.T) {
	server := start(t, devserver.Options{})
	dialer := websocket.Dialer{EnableCompression: true}
	conn, response, err := dialer.Dial(strings.Replace(server.URL(), "/socket", "/zip", 1)+"/websocket?vsn=2.0.0", nil)
	require.NoError(t, err)
	defer conn.Close()
	assert.Contains(t, response.Header.Get("Sec-WebSocket-Extensions"), "permessage-deflate")
	c := client{t, conn}
	c.send(joinQuietly)
	c.next()
	for range 3 {
		long := strings.Repeat("again and ", 1000)
		c.send(`["1","2","room:1","echo",{"s":"` + long + `"}]`)
		c.expect(`["1","2","room:1","phx_reply",{"status":"ok","response":{"s":"` + long + `"}}]`)
	}
}

// Bandit's limit: 25 times the received bytes, beyond the first 16 KiB.
func TestAMessageThatGrowsTooMuchEndsTheConnection(t *testing.T) {
	server := start(t, devserver.Options{})
	dialer := websocket.Dialer{EnableCompression: true}
	conn, _, err := dialer.Dial(strings.Replace(server.URL(), "/socket", "/zip", 1)+"/websocket?vsn=2.0.0", nil)
	require.NoError(t, err)
	defer conn.Close()
	c := client{t, conn}
	c.send(joinQuietly)
	c.next()
	c.send(`["1","2","room:1","noreply",{"s":"` + strings.Repeat("again and ", 100_000) + `"}]`)
	_, _, err = conn.ReadMessage()
	assert.True(t, websocket.IsCloseError(err, websocket.CloseMessageTooBig), "%v", err)
}
