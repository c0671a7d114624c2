package devserver_test

import (
	"encoding/json/jsontext"
	"encoding/json/v2"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/server/devserver"
)

type chatMessage struct {
	ID   int64  `json:"id"`
	From string `json:"from"`
	Name string `json:"name"`
	Text string `json:"text"`
	At   int64  `json:"at"`
}

// payloadOf decodes the payload of a JSON frame.
func payloadOf[T any](t *testing.T, frame string) (payload T) {
	t.Helper()
	var fields [5]jsontext.Value
	require.NoError(t, json.Unmarshal([]byte(frame), &fields))
	require.NoError(t, json.Unmarshal(fields[4], &payload), frame)
	return payload
}

type responseTo[T any] struct {
	Status   string `json:"status"`
	Response T      `json:"response"`
}

// enterChat joins chat:1 and returns the texts of the history.
func enterChat(c client) (texts []string) {
	c.t.Helper()
	reply, _ := c.join("chat:1", `{}`)
	type response struct {
		History []chatMessage `json:"history"`
	}
	for _, message := range payloadOf[responseTo[response]](c.t, reply).Response.History {
		texts = append(texts, message.Text)
	}
	return texts
}

// say sends a message to chat:1 and returns it as the reply has it.
func say(c client, payload string) chatMessage {
	c.t.Helper()
	c.send(`["1","p","chat:1","message",` + payload + `]`)
	type response struct {
		Message chatMessage `json:"message"`
	}
	reply := payloadOf[responseTo[response]](c.t, c.pass(`"phx_reply"`))
	require.Equal(c.t, "ok", reply.Status)
	return reply.Response.Message
}

func TestChatMessages(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, _ *devserver.Server, dial func(string) client) {
		ann, bob := dial("user_id=ann"), dial("user_id=bob")
		reply, state := ann.join("chat:1", `{"name":" Ann "}`)
		assert.Equal(t, `["1","1","chat:1","phx_reply",{"status":"ok","response":{"history":[]}}]`, reply)
		assert.Regexp(t, `\{"ann":\{"metas":\[\{"phx_ref":"[\w-]{16}","name":"Ann","typing":false,"online_at":\d+\}\]\}\}`, state)
		bob.join("chat:1", `{}`)

		message := say(ann, `{"text":"\u2003 hello\tthere \n"}`)
		assert.Equal(t, chatMessage{message.ID, "ann", "Ann", "hello\tthere", time.Now().UnixMilli()}, message)
		got := bob.pass(`"message"`)
		assert.Regexp(t, `^\[null,null,"chat:1","message",`, got)
		assert.Equal(t, message, payloadOf[chatMessage](t, got))
		answer := say(bob, `{"text":"`+strings.Repeat("é", 500)+`"}`)
		assert.Greater(t, answer.ID, message.ID)
		assert.Equal(t, answer, payloadOf[chatMessage](t, ann.pass(`"message"`)), "the sender got none itself")
	})
}

func TestChatTyping(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, _ *devserver.Server, dial func(string) client) {
		c := dial("user_id=ann")
		c.join("chat:1", `{}`)
		c.send(`["1","p","chat:1","typing",{"typing":true}]`)
		assert.Regexp(t, `"leaves":\{"ann":.*"typing":false.*"joins":\{"ann":.*"phx_ref_prev":"[\w-]{16}","name":"ann","typing":true`, c.next())
		okReply := `["1","p","chat:1","phx_reply",{"status":"ok","response":{}}]`
		c.expect(okReply)
		c.send(`["1","p","chat:1","typing",{"typing":true}]`)
		c.expect(okReply) // and no diff
		c.send(`["1","p","chat:1","typing",{"typing":false}]`)
		assert.Regexp(t, `"joins":\{"ann":.*"typing":false`, c.next())
		c.expect(okReply)
	})
}

func TestChatRefuses(t *testing.T) {
	server := start(t, devserver.Options{})
	c := dial(t, server, "")
	c.join("chat:1", `{}`)
	for _, push := range []struct{ event, payload, reason string }{
		{"message", `null`, "invalid"},
		{"message", `{}`, "invalid"},
		{"message", `{"text":7}`, "invalid"},
		{"message", `{"text":"a","nonce":7}`, "invalid"},
		{"message", `{"text":"a","nonce":null}`, "invalid"},
		{"message", `{"text":"a","nonce":""}`, "invalid"},
		{"message", `{"text":"a","nonce":"` + strings.Repeat("n", 65) + `"}`, "invalid"},
		{"message", `{"text":""}`, "empty"},
		{"message", `{"text":" \t\u00a0\n"}`, "empty"},
		{"message", `{"text":"` + strings.Repeat("é", 501) + `"}`, "too long"},
		{"typing", `{}`, "invalid"},
		{"typing", `{"typing":1}`, "invalid"},
		{"typing", `true`, "invalid"},
		{"shout", `{}`, "unknown event"},
	} {
		c.refuse("chat:1", push.event, push.payload, push.reason)
	}
	c.pushBinary("chat:1", "message", "text")
	c.expect(`["1","p","chat:1","phx_reply",{"status":"error","response":{"reason":"invalid"}}]`)
}

func TestJoinsThatChatAndArenaRefuse(t *testing.T) {
	server := start(t, devserver.Options{})
	c := dial(t, server, "")
	for _, kind := range []string{"chat:", "arena:"} {
		for topic, params := range map[string]string{
			kind + "1": `[]`, kind + "2": `{"name":7}`, kind + "3": `{"name":" "}`, kind + "4": `{"name":null}`,
			kind + "5": `{"name":"` + strings.Repeat("é", 25) + `"}`,
			kind:       `{}`, kind + strings.Repeat("x", 65): `{}`,
		} {
			c.send(`["1","1","` + topic + `","phx_join",` + params + `]`)
			c.expect(`["1","1","` + topic + `","phx_reply",{"status":"error","response":{"reason":"invalid"}}]`)
		}
		reply, state := c.join(kind+strings.Repeat("x", 64), `{"name":"`+strings.Repeat("é", 24)+`"}`)
		assert.Contains(t, reply, `"status":"ok"`)
		assert.Contains(t, state, strings.Repeat("é", 24))
	}
}

func TestANameThatIsNotGivenIsTheShortenedUserID(t *testing.T) {
	server := start(t, devserver.Options{})
	c := dial(t, server, "user_id=%20"+strings.Repeat("%C3%A9", 30))
	_, state := c.join("chat:1", `{}`)
	assert.Contains(t, state, `"name":"`+strings.Repeat("é", 24)+`"`)
}

func TestChatIsNoFasterThanFiveMessagesASecond(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, _ *devserver.Server, dial func(string) client) {
		c := dial("")
		c.join("chat:1", `{}`)
		sayFive := func() {
			for range 5 {
				say(c, `{"text":"a","nonce":"n"}`) // of a repetition only the first counts
				say(c, `{"text":"a"}`)
				time.Sleep(100 * time.Millisecond)
			}
		}
		c.push("chat:1", "message", `{"text":""}`, "error", `{"reason":"empty"}`) // does not count
		say(c, `{"text":"a","nonce":"n"}`)
		time.Sleep(time.Second)
		sayFive()
		c.refuse("chat:1", "message", `{"text":"a"}`, "too fast")
		time.Sleep(499 * time.Millisecond) // after 999 ms
		c.refuse("chat:1", "message", `{"text":"a"}`, "too fast")
		time.Sleep(time.Millisecond)
		say(c, `{"text":"a"}`)
		c.refuse("chat:1", "message", `{"text":"a"}`, "too fast")
		time.Sleep(time.Second)
		sayFive()
	})
}

func TestARepeatedNonceHasTheFirstReply(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, _ *devserver.Server, dial func(string) client) {
		ann, bob := dial("user_id=ann"), dial("user_id=bob")
		enterChat(ann)
		enterChat(bob)
		first := say(ann, `{"text":"once","nonce":"1"}`)
		assert.Equal(t, first, say(ann, `{"text":"once","nonce":"1"}`))
		assert.Equal(t, first, payloadOf[chatMessage](t, bob.pass(`"message"`)))
		assert.NotEqual(t, first, say(bob, `{"text":"mine","nonce":"1"}`), "a nonce belongs to its user")

		require.NoError(t, ann.Close()) // before the reply came, say
		again := dial("user_id=ann")
		assert.Equal(t, []string{"once", "mine"}, enterChat(again))
		assert.Equal(t, first, say(again, `{"text":"once","nonce":"1"}`))
		for n := range 198 {
			say(again, fmt.Sprintf(`{"text":"%d","nonce":"x%d"}`, n, n))
			time.Sleep(200 * time.Millisecond)
		}
		assert.Equal(t, first, say(again, `{"text":"once","nonce":"1"}`), "200 nonces are remembered")
		say(again, `{"text":"the 201st","nonce":"y"}`)
		time.Sleep(time.Second)
		assert.NotEqual(t, first, say(again, `{"text":"once","nonce":"1"}`))
	})
}

func TestTheHistoryIsTheLastFiftyMessages(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, _ *devserver.Server, dial func(string) client) {
		ann := dial("user_id=ann")
		enterChat(ann)
		var want []string
		for n := range 60 {
			want = append(want, say(ann, fmt.Sprintf(`{"text":"m%d"}`, n)).Text)
			time.Sleep(200 * time.Millisecond)
		}
		assert.Equal(t, want[10:], enterChat(dial("")))
		require.NoError(t, ann.Close())
		assert.Equal(t, want[10:], enterChat(dial("")))
	})
}

func TestTheHistoryOfEmptyRoomsIsBounded(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, _ *devserver.Server, dial func(string) client) {
		c := dial("")
		visit := func(room, params string) string {
			topic := `"chat:` + room + `"`
			c.send(`["1","1",` + topic + `,"phx_join",` + params + `]`)
			reply := c.pass(`"phx_reply"`)
			c.send(`["1","2",` + topic + `,"message",{"text":"in ` + room + `"}]`)
			c.pass(`"phx_reply"`)
			c.send(`["1","3",` + topic + `,"phx_leave",{}]`)
			c.pass(`"phx_close"`)
			return reply
		}
		for n := range 100 {
			visit(fmt.Sprint(n), `{}`)
		}
		assert.Contains(t, visit("0", `{}`), "in 0", "100 empty rooms are kept; this is now the newest")
		visit("100", `{}`)
		assert.NotContains(t, visit("1", `{}`), "in 1", "the room that was empty for longest is forgotten")
		assert.Contains(t, visit("0", `{}`), "in 0")
		c.send(`["1","1","chat:silent","phx_join",{}]`)
		c.send(`["1","3","chat:silent","phx_leave",{}]`)
		c.pass(`"chat:silent","phx_close"`)
		assert.Contains(t, visit("3", `{}`), "in 3", "a room where nothing was said takes nobody's place")
	})
}
