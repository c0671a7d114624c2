package devserver_test

import (
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/server/devserver"
)

// enterArena joins arena:1 and returns the player's number.
func enterArena(c client) uint32 {
	c.t.Helper()
	reply, _ := c.join("arena:1", `{}`)
	return payloadOf[responseTo[struct {
		ID uint32 `json:"id"`
	}]](c.t, reply).Response.ID
}

func (c client) pos(data string) {
	c.t.Helper()
	c.pushBinary("arena:1", "pos", data)
}

// fire fires a shot and returns its number.
func (c client) fire() int {
	c.t.Helper()
	c.send(`["1","p","arena:1","fire",{"x":1,"y":2,"heading":3}]`)
	return payloadOf[responseTo[struct {
		Shot int `json:"shot"`
	}]](c.t, c.pass(`"phx_reply"`, `"ok"`)).Response.Shot
}

func hit(shot int, target uint32) string { return fmt.Sprintf(`{"shot":%d,"target":%d}`, shot, target) }

// positions is the frame of a positions broadcast.
func positions(ids []uint32, pos ...string) string {
	frame := []byte("\x02\x07\x09arena:1positions")
	for i, id := range ids {
		frame = append(binary.LittleEndian.AppendUint32(frame, id), pos[i]...)
	}
	return string(frame)
}

func TestArenaJoin(t *testing.T) {
	server := start(t, devserver.Options{})
	ann, bot := dial(t, server, "user_id=ann"), dial(t, server, "user_id=robo")
	reply, state := ann.join("arena:1", `{"name":"Ann"}`)
	assert.Equal(t, `["1","1","arena:1","phx_reply",{"status":"ok","response":`+
		`{"id":1,"width":1600,"height":900,"tick_ms":50,"score":0}}]`, reply)
	assert.Regexp(t, `\{"ann":\{"metas":\[\{"phx_ref":"[\w-]{16}","id":1,"name":"Ann","hue":\d+,"score":0,"bot":false,"online_at":\d+\}\]\}\}`, state)
	reply, _ = bot.join("arena:1", `{"bot":true}`)
	assert.Contains(t, reply, `"id":2,`)
	assert.Regexp(t, `"joins":\{"robo":.*"id":2,"name":"robo","hue":\d+,"score":0,"bot":true`, ann.next())
	other, _ := bot.join("arena:2", `{"bot":false}`)
	assert.Contains(t, other, `"id":1,`, "numbers count in each arena")
	bot.send(`["1","1","arena:3","phx_join",{"bot":"yes"}]`)
	bot.expect(`["1","1","arena:3","phx_reply",{"status":"error","response":{"reason":"invalid"}}]`)
}

func TestAnArenaNeedsAProtocolWithBinaryPayloads(t *testing.T) {
	server := start(t, devserver.Options{})
	conn, _, err := websocket.DefaultDialer.Dial(server.URL()+"/websocket?vsn=1.0.0", nil)
	require.NoError(t, err)
	defer conn.Close()
	old := client{t, conn}
	old.send(`{"topic":"arena:1","event":"phx_join","payload":{},"ref":"1","join_ref":"1"}`)
	assert.Contains(t, old.next(), `{"status":"error","response":{"reason":"protocol 2.0.0 needed"}}`)
}

func TestAnArenaNeedsAWebSocket(t *testing.T) {
	server := start(t, devserver.Options{})
	poll := func(method, token, body string) string {
		url := strings.Replace(server.URL(), "ws:", "http:", 1) + "/longpoll?vsn=2.0.0&token=" + token
		request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
		require.NoError(t, err)
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return string(text)
	}
	_, token, _ := strings.Cut(poll("GET", "", ""), `"token":"`)
	token = strings.TrimSuffix(token, `"}`)
	poll("POST", token, `["1","1","arena:1","phx_join",{}]`)
	assert.Contains(t, poll("GET", token, ""), `{\"reason\":\"websocket needed\"}`)
}

func TestTheSixtyFifthPlayerIsRefused(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, _ *devserver.Server, dial func(string) client) {
		var players []client
		for id := range uint32(64) {
			players = append(players, dial(""))
			assert.Equal(t, id+1, enterArena(players[id]))
		}
		late := dial("")
		late.send(`["1","1","arena:1","phx_join",{}]`)
		late.expect(`["1","1","arena:1","phx_reply",{"status":"error","response":{"reason":"full"}}]`)
		require.NoError(t, players[10].Close())
		synctest.Wait()
		assert.EqualValues(t, 65, enterArena(late), "and a number is not given twice")
	})
}

func TestPositionsAreBroadcastOnceATick(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, _ *devserver.Server, dial func(string) client) {
		ann, bob, eve := dial("user_id=ann"), dial("user_id=bob"), dial("user_id=eve")
		a, b, e := enterArena(ann), enterArena(bob), enterArena(eve)
		ann.pass("presence_diff", "eve")
		bob.pass("presence_diff", "eve")
		began := time.Now()
		ann.pos("ann is 1")
		synctest.Wait()
		bob.pos("bob is 1")
		ann.pos("ann is 2")
		first := positions([]uint32{a, b}, "ann is 2", "bob is 1")
		ann.expect(first)
		assert.Equal(t, 50*time.Millisecond, time.Since(began))
		bob.expect(first)
		eve.expect(first)
		time.Sleep(20 * time.Millisecond)
		eve.pos("eve is 1")
		ann.expect(positions([]uint32{e}, "eve is 1"))
		assert.Equal(t, 100*time.Millisecond, time.Since(began), "ticks keep their pace")
		time.Sleep(10 * time.Second)
		eve.pos("eve is 2")
		ann.expect(positions([]uint32{e}, "eve is 2")) // nothing was sent in between
		eve.pos("eve is 3")
		synctest.Wait()
		ann.pos("ann is 3")
		require.NoError(t, eve.Close())
		ann.pass(`"presence_diff"`)
		ann.expect(positions([]uint32{a}, "ann is 3")) // who has left is nowhere
	})
}

func TestAnArenaWithoutPlayersDoesNotTick(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, server *devserver.Server, dial func(string) client) {
		c := dial("")
		enterArena(c)
		c.pos("12345678")
		synctest.Wait()
		require.NoError(t, c.Close())
		synctest.Wait()
		time.Sleep(time.Minute)
		c = dial("")
		assert.EqualValues(t, 1, enterArena(c), "the arena is a new one")
		c.pos("87654321")
		c.expect(positions([]uint32{1}, "87654321"))
	})
}

func TestShots(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, _ *devserver.Server, dial func(string) client) {
		ann, bob := dial("user_id=ann"), dial("user_id=bob")
		a, b := enterArena(ann), enterArena(bob)
		ann.send(`["1","2","arena:1","fire",{"x":1600,"y":0.5,"heading":255}]`)
		assert.Contains(t, ann.next(), "presence_diff")
		ann.expect(`["1","2","arena:1","phx_reply",{"status":"ok","response":{"shot":1}}]`)
		bob.expect(`[null,null,"arena:1","shot",{"by":1,"shot":1,"x":1600,"y":0.5,"heading":255}]`)
		time.Sleep(249 * time.Millisecond)
		ann.refuse("arena:1", "fire", `{"x":0,"y":900,"heading":0}`, "too soon")
		assert.Equal(t, 2, bob.fire(), "each player has an own cooldown")
		ann.expect(`[null,null,"arena:1","shot",{"by":2,"shot":2,"x":1,"y":2,"heading":3}]`)
		time.Sleep(time.Millisecond)
		assert.Equal(t, 3, ann.fire())
		ann.refuse("arena:1", "hit", hit(2, b), "no such shot") // it is bob's
		ann.refuse("arena:1", "hit", hit(1, 7), "no such player")
		ann.refuse("arena:1", "hit", hit(1, a), "no such player") // oneself
		ann.send(`["1","9","arena:1","hit",` + hit(1, b) + `]`)
		broadcast := `[null,null,"arena:1","hit",{"by":1,"target":2,"shot":1,"score":1}]`
		ann.expect(broadcast)
		assert.Regexp(t, `"joins":\{"ann":.*"phx_ref_prev".*"score":1`, ann.next())
		ann.expect(`["1","9","arena:1","phx_reply",{"status":"ok","response":{"score":1}}]`)
		bob.expect(`[null,null,"arena:1","shot",{"by":1,"shot":3,"x":1,"y":2,"heading":3}]`, broadcast)
		ann.refuse("arena:1", "hit", hit(1, b), "no such shot") // it has been used
		ann.push("arena:1", "hit", hit(3, b), "ok", `{"score":2}`)
	})
}

func TestAShotHitsForThreeSeconds(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, _ *devserver.Server, dial func(string) client) {
		ann, bob := dial("user_id=ann"), dial("user_id=bob")
		enterArena(ann)
		b := enterArena(bob)
		first := ann.fire()
		time.Sleep(time.Second)
		second := ann.fire()
		time.Sleep(2 * time.Second)
		ann.push("arena:1", "hit", hit(first, b), "ok", `{"score":1}`)
		time.Sleep(time.Second + time.Millisecond)
		ann.refuse("arena:1", "hit", hit(second, b), "no such shot")
	})
}

func TestAUserWhoComesBackWithinAMinuteHasTheirScore(t *testing.T) {
	inBubble(t, devserver.Options{IdleTimeout: 24 * time.Hour}, func(t *testing.T, _ *devserver.Server, dial func(string) client) {
		ann, bob := dial("user_id=ann"), dial("user_id=bob")
		enterArena(ann)
		b := enterArena(bob)
		ann.push("arena:1", "hit", hit(ann.fire(), b), "ok", `{"score":1}`)
		rejoin := func(c client, id, score int) {
			t.Helper()
			reply, state := c.join("arena:1", `{}`)
			assert.Contains(t, reply, fmt.Sprintf(`{"id":%d,"width":1600,"height":900,"tick_ms":50,"score":%d}`, id, score))
			assert.Contains(t, state, fmt.Sprintf(`"id":%d,"name":"ann","hue":`, id))
			assert.Contains(t, state, fmt.Sprintf(`"score":%d`, score))
		}
		leave := func(c client) {
			t.Helper()
			c.send(`["1","2","arena:1","phx_leave",{}]`)
			c.pass("phx_close")
		}
		twin := dial("user_id=ann")
		rejoin(twin, 3, 1)
		time.Sleep(time.Second)
		twin.push("arena:1", "hit", hit(twin.fire(), b), "ok", `{"score":2}`)
		leave(ann)
		time.Sleep(time.Hour)
		rejoin(ann, 4, 2) // the other connection kept it
		leave(ann)
		leave(twin)
		time.Sleep(time.Minute)
		rejoin(ann, 5, 2)
		leave(ann)
		leave(bob)
		time.Sleep(time.Minute)
		rejoin(ann, 6, 2) // the arena was empty
		leave(ann)
		time.Sleep(time.Minute + time.Millisecond)
		rejoin(ann, 1, 0)
	})
}

func TestAScoreIsForgottenWhileOthersPlay(t *testing.T) {
	inBubble(t, devserver.Options{IdleTimeout: 24 * time.Hour}, func(t *testing.T, _ *devserver.Server, dial func(string) client) {
		ann, bob := dial("user_id=ann"), dial("user_id=bob")
		enterArena(ann)
		b := enterArena(bob)
		ann.push("arena:1", "hit", hit(ann.fire(), b), "ok", `{"score":1}`)
		ann.send(`["1","2","arena:1","phx_leave",{}]`)
		ann.pass("phx_close")
		time.Sleep(time.Minute + time.Millisecond)
		reply, _ := ann.join("arena:1", `{}`)
		assert.Contains(t, reply, `"score":0}`)
	})
}

func TestArenaRefuses(t *testing.T) {
	server := start(t, devserver.Options{})
	c := dial(t, server, "")
	enterArena(c)
	for _, push := range []struct{ event, payload, reason string }{
		{"pos", `{}`, "invalid"},
		{"fire", `[]`, "invalid"},
		{"fire", `{"y":0,"heading":0}`, "invalid"},
		{"fire", `{"x":0,"heading":0}`, "invalid"},
		{"fire", `{"x":0,"y":0}`, "invalid"},
		{"fire", `{"x":"0","y":0,"heading":0}`, "invalid"},
		{"fire", `{"x":-0.5,"y":0,"heading":0}`, "invalid"},
		{"fire", `{"x":0,"y":900.5,"heading":0}`, "invalid"},
		{"fire", `{"x":0,"y":0,"heading":256}`, "invalid"},
		{"fire", `{"x":0,"y":0,"heading":-1}`, "invalid"},
		{"fire", `{"x":0,"y":0,"heading":1.0}`, "invalid"},
		{"hit", `null`, "invalid"},
		{"hit", `{"shot":1}`, "invalid"},
		{"hit", `{"target":1}`, "invalid"},
		{"hit", `{"shot":"1","target":1}`, "invalid"},
		{"hit", `{"shot":1,"target":1}`, "no such shot"},
		{"hit", `{"shot":-1,"target":-1}`, "no such shot"},
		{"jump", `{}`, "unknown event"},
	} {
		c.refuse("arena:1", push.event, push.payload, push.reason)
	}
	invalid := `["1","p","arena:1","phx_reply",{"status":"error","response":{"reason":"invalid"}}]`
	for _, data := range []string{"", "1234567", "123456789"} {
		c.pos(data)
		c.expect(invalid)
	}
	c.pushBinary("arena:1", "fire", "12345678")
	c.expect(invalid)
	shot := c.fire()
	for _, target := range []int64{0, -1, 2, 1 << 32, 1<<32 + 1} {
		c.refuse("arena:1", "hit", fmt.Sprintf(`{"shot":%d,"target":%d}`, shot, target), "no such player")
	}
}
