package devserver_test

import (
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/server/devserver"
)

const pongReply = `["1","2","game:1","phx_reply",{"status":"ok","response":{"pong":"success!"}}]`

func TestGameChannel(t *testing.T) {
	server := start(t, devserver.Options{})
	ann, bob := dial(t, server, "user_id=ann"), dial(t, server, "user_id=bob")
	reply, state := ann.join("game:1", `{}`)
	assert.Regexp(t, `^\["1","1","game:1","phx_reply",\{"status":"ok","response":\{"connection_id":"\w{16,}"\}\}\]$`, reply)
	assert.Regexp(t, `^\["1",null,"game:1","presence_state",`+
		`\{"ann":\{"metas":\[\{"phx_ref":"[\w-]{16}","online_at":\d+,"connection_id":"\w{16,}"\}\]\}\}\]$`, state)
	bob.join("game:1", `null`)
	assert.Contains(t, ann.next(), `"presence_diff",{"leaves":{},"joins":{"bob":`)

	ann.send(`["1","2","game:1","ping",{}]`)
	ann.expect(pongReply)
	ann.send(`["1","2","game:1","ping",{"broadcast":true}]`)
	pong := `[null,null,"game:1","pong",{"pong":"success!","from":"ann"}]`
	ann.expect(pong, pongReply)
	bob.expect(pong)
	ann.send(`["1","5","game:1","shout",{"x":1}]`)
	shout := `[null,null,"game:1","shout",{"x":1}]`
	ann.expect(shout)
	bob.expect(shout)
	ann.pushBinary("game:1", "shout", "\x00\xff")
	ann.expect("\x02\x06\x05game:1shout\x00\xff")
	bob.expect("\x02\x06\x05game:1shout\x00\xff")
}

func TestGameJoinTakesAnyPayload(t *testing.T) {
	server := start(t, devserver.Options{})
	c := dial(t, server, "")
	require.NoError(t, c.WriteMessage(websocket.BinaryMessage, []byte("\x00\x01\x01\x06\x0811game:1phx_join!")))
	assert.Contains(t, c.next(), `"connection_id":`)
}

func TestAGameGoesOnAfterPushesThatItCannotUse(t *testing.T) {
	server := start(t, devserver.Options{})
	c := dial(t, server, "")
	c.join("game:1", `{}`)
	for _, push := range []struct{ event, payload, reason string }{
		{"ping", `{"error":true}`, "ping was asked to fail"},
		{"ping", `{"error":true,"broadcast":true}`, "ping was asked to fail"},
		{"ping", `{"error":1}`, "invalid"},
		{"ping", `{"broadcast":"yes"}`, "invalid"},
		{"ping", `{"broadcast":null}`, "invalid"},
		{"ping", `[]`, "invalid"},
		{"shout", `["no", "object"]`, "invalid"},
		{"fly", `{}`, "unknown event"},
	} {
		c.refuse("game:1", push.event, push.payload, push.reason)
	}
	c.pushBinary("game:1", "ping", "")
	c.expect(`["1","p","game:1","phx_reply",{"status":"error","response":{"reason":"invalid"}}]`)
	c.push("game:1", "ping", `{"error":false,"broadcast":false,"more":1}`, "ok", `{"pong":"success!"}`)
}
