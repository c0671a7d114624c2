package devserver_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/server/devserver"
)

const crashReport = `["1","1","room:1","phx_error",{"reason":"channel_crash"}]`

func TestPayloadsThatARoomCannotUse(t *testing.T) {
	server := start(t, devserver.Options{})
	c := dial(t, server, "")
	c.send(joinQuietly)
	c.next()
	for _, push := range []struct{ event, payload string }{
		{"status", `{}`}, {"status", `{"status":1}`}, {"status", `null`},
		{"flood", `{"n":-1}`}, {"flood", `{"n":"many"}`}, {"flood", `{"n":1e3}`}, {"flood", `{"n":99999999999999999999}`},
		{"delay", `{"ms":1.5}`}, {"big", `{"size":-1}`}, {"push_binary", `{"size":true}`}, {"broadcast_binary", `{"size":100000001}`},
		{"update_meta", `[1]`}, {"shout", `[1]`}, {"shout_from", `null`},
	} {
		c.refuse("room:1", push.event, push.payload, "invalid")
	}
}

func TestEventsThatARoomDoesNotKnowCrashIt(t *testing.T) {
	server := start(t, devserver.Options{})
	for _, push := range []string{`"no_such_event",{}`, `7,{}`} {
		c := dial(t, server, "")
		c.send(joinQuietly)
		c.next()
		c.send(`["1","2","room:1",` + push + `]`)
		c.expect(crashReport)
		c.send(heartbeat)
		c.expect(heartbeatReply)
	}
}

func TestJoinParamsThatARoomCannotUse(t *testing.T) {
	server := start(t, devserver.Options{})
	c := dial(t, server, "")
	c.send(`["1","1","room:1","phx_join",{"sleep_ms":"long"}]`)
	c.expect(`["1","1","room:1","phx_reply",{"status":"error","response":{"reason":"invalid"}}]`)
	require.NoError(t, c.WriteMessage(websocket.BinaryMessage, []byte("\x00\x01\x01\x06\x0811room:1phx_join!")))
	c.expect(`["1","1","room:1","phx_reply",{"status":"error","response":{"reason":"join crashed"}}]`)
}

func TestAFloodComesInOrderAndItsReplyLast(t *testing.T) {
	server := start(t, devserver.Options{})
	c := dial(t, server, "")
	c.send(joinQuietly)
	c.next()
	c.send(`["1","2","room:1","flood",{"n":2500,"reply":true}]`)
	for n := 1; n <= 2500; n++ {
		require.Contains(t, c.next(), fmt.Sprintf(`"n":%d,`, n))
	}
	c.expect(`["1","2","room:1","phx_reply",{"status":"ok","response":{"n":2500}}]`)
}

func TestATopicTooLongForABinaryFrameCrashesItsChannel(t *testing.T) {
	server := start(t, devserver.Options{})
	c := dial(t, server, "")
	topic := "room:" + strings.Repeat("x", 300)
	c.send(`["1","1","` + topic + `","phx_join",{"presence":false}]`)
	c.next()
	c.send(`["1","2","` + topic + `","push_binary",{}]`)
	c.expect(`["1","1","` + topic + `","phx_error",{"reason":"channel_crash"}]`)
}

func TestABinaryBroadcastToOldClientsCrashesTheSender(t *testing.T) {
	server := start(t, devserver.Options{})
	conn, _, err := websocket.DefaultDialer.Dial(server.URL()+"/websocket?vsn=1.0.0", nil)
	require.NoError(t, err)
	defer conn.Close()
	old := client{t, conn}
	old.send(`{"topic":"room:1","event":"phx_join","payload":{"presence":false},"ref":"1","join_ref":"1"}`)
	old.next()
	c := dial(t, server, "")
	c.send(joinQuietly)
	c.next()
	c.send(`["1","2","room:1","broadcast_binary",{}]`)
	c.expect(crashReport)
}

func TestUpdatesOfAMetaAddUp(t *testing.T) {
	server := start(t, devserver.Options{})
	c := dial(t, server, "user_id=ann")
	c.send(`["1","1","room:1","phx_join",{"device":"laptop"}]`)
	for range 3 {
		c.next()
	}
	for _, update := range []string{`{"b":1}`, `{"a":2}`} {
		c.send(`["1","2","room:1","update_meta",` + update + `]`)
		c.next()
		c.next()
	}
	c.send(`["1","3","room:1","who",{}]`)
	assert.Regexp(t, `^\["1","3","room:1","phx_reply",\{"status":"ok","response":\{"ann":\{"metas":\[\{"device":"laptop",`+
		`"phx_ref":"[\w-]{16}","phx_ref_prev":"[\w-]{16}","online_at":\d+,"a":2,"b":1\}\]\}\}\}\]$`, c.next())
	c.send(`["1","4","room:1","untrack",{}]`)
	c.next()
	assert.Contains(t, c.next(), `"leaves":{"ann":`)
	c.send(`["1","5","room:1","update_meta",{"c":1}]`) // of nobody: no diff
	c.send(`["1","6","room:1","who",{}]`)
	c.expect(`["1","5","room:1","phx_reply",{"status":"ok","response":{}}]`,
		`["1","6","room:1","phx_reply",{"status":"ok","response":{}}]`)
}
