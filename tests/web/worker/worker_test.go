package worker_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/web/protocol"
)

func TestSaysThatItRuns(t *testing.T) {
	onEach(t, func(t *testing.T, p *page) {
		assert.Equal(t, []any{core.Version}, p.next(protocol.Started, 0).values)
	})
}

func TestConnectsJoinsAndPushes(t *testing.T) {
	server := serve(t)
	onEach(t, func(t *testing.T, p *page) {
		socket := p.openSocket(server.URL(), nil)
		assert.Equal(t, []any{true}, p.next(protocol.Connecting, socket).values)
		assert.Equal(t, []any{false}, p.next(protocol.Connecting, socket).values)

		channel, join := p.id(), p.id()
		p.command(protocol.Channel, channel, socket, "room:worker", false, object(`{"device":"test","presence":false}`))
		p.command(protocol.Join, channel, join, -1)
		result := p.next(protocol.JoinResult, channel)
		assert.Equal(t, "ok", result.values[0])
		assert.Equal(t, "room:worker", result.values[1].(map[string]any)["joined"])
		assert.Equal(t, []any{"ok", result.values[1]}, p.next(protocol.Completed, join).values)
		p.awaitState(protocol.ChannelState, channel, int(core.ChannelJoined))
		p.awaitState(protocol.SocketState, socket, int(core.SocketOpen))

		push := p.id()
		p.command(protocol.Push, channel, push, "echo", -1, object(`{"n":9007199254740993,"text":"grüße"}`))
		event := p.next(protocol.Event, channel)
		assert.Equal(t, []any{"echo", "ok", true}, event.values[:3])
		assert.Equal(t, "grüße", event.values[3].(map[string]any)["text"])
		assert.Equal(t, []any{"ok", event.values[3]}, p.next(protocol.Completed, push).values)

		p.command(protocol.Push, channel, p.id(), "shout", -1, object(`{"text":"hello"}`))
		assert.Equal(t, []any{"shout", "ok", false, map[string]any{"text": "hello"}}, p.next(protocol.Event, channel).values)
	})
}

func TestIntegersKeep64Bits(t *testing.T) {
	server := serve(t)
	onEach(t, func(t *testing.T, p *page) {
		channel := p.joined(p.openSocket(server.URL(), nil), "room:integers")
		p.command(protocol.Push, channel, p.id(), "echo", -1, object(`{"n":9007199254740993}`))
		p.next(protocol.Event, channel)
		assert.Contains(t, p.latest, `"n":9007199254740993`)
	})
}

func TestBinaryPayloadsTravelAsBytes(t *testing.T) {
	server := serve(t)
	onEach(t, func(t *testing.T, p *page) {
		channel := p.joined(p.openSocket(server.URL(), nil), "room:bytes")
		status, response := p.ask(channel, "binary", []byte{1, 0, 255})
		assert.Equal(t, "ok", status)
		assert.Equal(t, "[1, 0, 255]", response)
	})
}

func TestOtherPayloadsAreRefused(t *testing.T) {
	server := serve(t)
	onEach(t, func(t *testing.T, p *page) {
		channel := p.joined(p.openSocket(server.URL(), nil), "room:refused")
		push := p.id()
		p.command(protocol.Push, channel, push, "echo", -1, "text")
		reason := "a payload must be a Dictionary, or a PackedByteArray for a binary message; this is a String"
		assert.Equal(t, []any{`PhoenixChannel.push(): event "echo": ` + reason + ".", reason}, p.next(protocol.Refused, push).values)
	})
}

func TestTellsWhyAConnectFailed(t *testing.T) {
	server := serve(t)
	url := server.URL()
	server.Close()
	onEach(t, func(t *testing.T, p *page) {
		socket := p.makeSocket(url, settings{"reconnect_after": []int64{60000}})
		p.command(protocol.Connect, socket)
		message := p.next(protocol.Error, socket).values[0].(map[string]any)["message"].(string)
		assert.Contains(t, message, url)
		outage := p.next(protocol.Outage, socket).values[0].(string)
		assert.Contains(t, outage, message)
		assert.Contains(t, outage, "The next attempt is in")
		closed := p.next(protocol.Closed, socket).values[0].(map[string]any)
		assert.Equal(t, true, closed["will_reconnect"])
		assert.Equal(t, 1006.0, closed["code"])
	})
}

func TestReconnectsAndRejoins(t *testing.T) {
	server := serve(t)
	onEach(t, func(t *testing.T, p *page) {
		socket := p.openSocket(server.URL(), nil)
		channel := p.joined(socket, "room:rejoin")
		p.next(protocol.JoinResult, channel)
		server.DropConnections()
		p.next(protocol.ChannelError, channel)
		p.next(protocol.Closed, socket)
		p.next(protocol.Open, socket)
		assert.Equal(t, "ok", p.next(protocol.JoinResult, channel).values[0])
	})
}

func TestLeaves(t *testing.T) {
	server := serve(t)
	onEach(t, func(t *testing.T, p *page) {
		channel := p.joined(p.openSocket(server.URL(), nil), "room:leave")
		push := p.id()
		p.command(protocol.Leave, channel, push, -1)
		assert.Equal(t, []any{map[string]any{"reason": "leave"}}, p.next(protocol.ChannelClosed, channel).values)
		assert.Equal(t, "ok", p.next(protocol.Completed, push).values[0])
		p.awaitState(protocol.ChannelState, channel, int(core.ChannelClosed))
	})
}

func TestAClosedChannelIsSilent(t *testing.T) {
	server := serve(t)
	onEach(t, func(t *testing.T, p *page) {
		socket := p.openSocket(server.URL(), nil)
		channel := p.joined(socket, "room:silent")
		p.next(protocol.JoinResult, channel)
		push := p.id()
		p.command(protocol.Push, channel, push, "delay", -1, object(`{"ms":60000}`))
		p.command(protocol.ChannelClose, channel)
		assert.Equal(t, "closed", p.next(protocol.Completed, push).values[0])
		p.joined(socket, "room:silent")
		for _, r := range p.told {
			assert.False(t, r.id == channel && r.kind != protocol.ChannelState, "%v", r)
		}
	})
}

func TestPing(t *testing.T) {
	server := serve(t)
	onEach(t, func(t *testing.T, p *page) {
		socket, early := p.makeSocket(server.URL(), nil), p.id()
		p.command(protocol.Ping, socket, early)
		assert.Equal(t, "the socket is not connected: call connect_socket() and wait for on_open", p.next(protocol.Refused, early).values[1])
		p.command(protocol.Connect, socket)
		p.next(protocol.Open, socket)
		push := p.id()
		p.command(protocol.Ping, socket, push)
		pong := p.next(protocol.Completed, push)
		assert.Equal(t, "ok", pong.values[0])
		assert.Positive(t, pong.values[1].(map[string]any)["round_trip_ms"])
	})
}

func TestAsksThePageForCredentials(t *testing.T) {
	server := serve(t)
	onEach(t, func(t *testing.T, p *page) {
		socket := p.makeSocket(server.URL(), nil, "params", "auth_token")
		p.command(protocol.Connect, socket)
		answered := 0
		for answered < 2 {
			question, what := p.nextQuestion(socket)
			answered++
			if what == "params" {
				p.command(protocol.Answer, question, object(`{"user_id":"ada"}`))
			} else {
				p.command(protocol.Answer, question, "a token")
			}
		}
		p.next(protocol.Open, socket)
		channel, push := p.id(), p.id()
		p.command(protocol.Channel, channel, socket, "room:asked", true, nil)
		p.command(protocol.Join, channel, push, -1)
		question, what := p.nextQuestion(channel)
		assert.Equal(t, "params", what)
		p.command(protocol.Answer, question, object(`{"device":"phone"}`))
		joined := p.next(protocol.Completed, push)
		assert.Equal(t, map[string]any{"device": "phone"}, joined.values[1].(map[string]any)["params"])
		_, who := p.ask(channel, "whoami", object("{}"))
		assert.Equal(t, "ada", who.(map[string]any)["user_id"])
	})
}

func TestAWrongAnswerFailsTheAttempt(t *testing.T) {
	server := serve(t)
	onEach(t, func(t *testing.T, p *page) {
		socket := p.makeSocket(server.URL(), nil, "params")
		p.command(protocol.Connect, socket)
		question, _ := p.nextQuestion(socket)
		p.command(protocol.Answer, question, "text")
		message := p.next(protocol.Error, socket).values[0].(map[string]any)["message"]
		assert.Contains(t, message, "the function returned a String; it must return a Dictionary")
		question, _ = p.nextQuestion(socket)
		p.command(protocol.AnswerFailed, question, "the function cannot be called: it has gone")
		message = p.next(protocol.Error, socket).values[0].(map[string]any)["message"]
		assert.Contains(t, message, "the function cannot be called: it has gone")
	})
}

func TestShowsAllMessagesToWhoListens(t *testing.T) {
	server := serve(t)
	onEach(t, func(t *testing.T, p *page) {
		socket := p.openSocket(server.URL(), settings{"report_sent": true})
		channel := p.joined(socket, "room:listen")
		p.command(protocol.Listen, socket, true)
		p.command(protocol.Push, channel, p.id(), "shout", -1, object(`{"text":"all"}`))
		for {
			m := p.next(protocol.Message, socket)
			if m.values[1] == "shout" {
				assert.Equal(t, []any{"room:listen", "shout", "", "", map[string]any{"text": "all"}}, m.values)
				break
			}
		}
		assert.Equal(t, "phx_join", p.next(protocol.Sent, socket).values[1])
		shout := p.next(protocol.Sent, socket)
		assert.Equal(t, "shout", shout.values[1])
		assert.Equal(t, map[string]any{"text": "all"}, shout.values[4])

		p.ask(channel, "echo", object(`{"a":1}`))
		for {
			m := p.next(protocol.Message, socket)
			if m.values[1] == "phx_reply" {
				assert.Equal(t, map[string]any{"status": "ok", "response": map[string]any{"a": 1.0}}, m.values[4])
				break
			}
		}
		p.command(protocol.PushRaw, socket, "room:listen", "shout", "", "", object(`{"raw":true}`))
		for {
			if m := p.next(protocol.Message, socket); m.values[1] == "shout" {
				assert.Equal(t, map[string]any{"raw": true}, m.values[4])
				break
			}
		}
	})
}

func TestPresence(t *testing.T) {
	server := serve(t)
	onEach(t, func(t *testing.T, p *page) {
		socket := p.openSocket(server.URL(), settings{"params": object(`{"user_id":"ada"}`)})
		presence, channel := p.id(), p.id()
		p.command(protocol.Presence, presence)
		p.command(protocol.Channel, channel, socket, "room:presence", false, object("{}"))
		p.command(protocol.Follow, presence, channel)
		p.command(protocol.Join, channel, p.id(), -1)
		changed := p.next(protocol.Changed, presence)
		joins, now := changed.values[0].([]any), changed.values[2].(map[string]any)
		require.Len(t, joins, 1)
		join := joins[0].(map[string]any)
		assert.Equal(t, "ada", join["key"])
		assert.Nil(t, join["current_presence"])
		assert.Equal(t, join["new_presence"], now["ada"])
		assert.Empty(t, changed.values[1])
		p.next(protocol.Sync, presence)

		p.command(protocol.Leave, channel, p.id(), -1)
		for changed = p.next(protocol.Changed, presence); len(changed.values[1].([]any)) == 0; {
			changed = p.next(protocol.Changed, presence)
		}
		leave := changed.values[1].([]any)[0].(map[string]any)
		assert.Equal(t, "ada", leave["key"])
		assert.Equal(t, map[string]any{"ada": nil}, changed.values[2])
		p.next(protocol.Sync, presence)
		p.next(protocol.ChannelClosed, channel)
	})
}

// The page has told the game of what it syncs by hand: it gets how the list is, without joins,
// leaves or a sync.
func TestPresenceByHand(t *testing.T) {
	onEach(t, func(t *testing.T, p *page) {
		presence := p.id()
		p.command(protocol.Presence, presence)
		p.command(protocol.SyncState, presence, object(`{"ada":{"metas":[{"phx_ref":"1"}]}}`))
		changed := p.next(protocol.Changed, presence)
		assert.Empty(t, changed.values[0])
		assert.Contains(t, changed.values[2], "ada")
		p.command(protocol.SyncDiff, presence, object(`{"joins":{},"leaves":{"ada":{"metas":[{"phx_ref":"1"}]}}}`))
		changed = p.next(protocol.Changed, presence)
		assert.Empty(t, changed.values[1])
		assert.Equal(t, map[string]any{"ada": nil}, changed.values[2])
		p.command(protocol.SyncState, presence, object(`{"ada":1}`))
		assert.Contains(t, p.next(protocol.Refused, presence).values[0], "PhoenixPresence.sync_state(): ")
	})
}

func TestAFreedSocketCompletesItsPushes(t *testing.T) {
	server := serve(t)
	onEach(t, func(t *testing.T, p *page) {
		socket := p.openSocket(server.URL(), nil)
		channel := p.joined(socket, "room:freed")
		push := p.id()
		p.command(protocol.Push, channel, push, "delay", -1, object(`{"ms":60000}`))
		p.command(protocol.Close, socket)
		assert.Equal(t, "closed", p.next(protocol.Completed, push).values[0])
		late := p.id()
		p.command(protocol.Push, channel, late, "echo", -1, object(`{}`))
		p.next(protocol.Refused, late)
	})
}

func TestStatistics(t *testing.T) {
	server := serve(t)
	onEach(t, func(t *testing.T, p *page) {
		socket := p.openSocket(server.URL(), nil)
		p.joined(socket, "room:statistics")
		for {
			bytes := p.next(protocol.Statistics, socket).values[0].(string)
			if numbers := dictionaryOf(t, bytes); numbers["messages_in"].(float64) >= 1 {
				assert.Equal(t, 1.0, numbers["connects"])
				assert.Equal(t, 0.0, numbers["pending_pushes"])
				break
			}
		}
	})
}

func TestDebugLogShowsMessagesButNoSecrets(t *testing.T) {
	server := serve(t)
	onEach(t, func(t *testing.T, p *page) {
		socket := p.openSocket(server.URL(), settings{"debug_log": true, "params": object(`{"password":"hunter2"}`)})
		p.joined(socket, "room:log")
		all := ""
		for !strings.Contains(all, "phx_join") { // the lines come beside the other records
			all += p.next(protocol.Log, socket).values[0].(string)
		}
		assert.Contains(t, all, "[hidden]")
		assert.NotContains(t, all, "hunter2")
	})
}

func TestSettingsChange(t *testing.T) {
	server := serve(t)
	onEach(t, func(t *testing.T, p *page) {
		socket := p.makeSocket("ws://127.0.0.1:1/socket", nil)
		p.command(protocol.Configure, socket, []string{}, settings{"endpoint": server.URL(), "params": object(`{"user_id":"bob"}`)})
		p.command(protocol.Connect, socket)
		p.next(protocol.Open, socket)
		channel := p.joined(socket, "room:settings")
		_, who := p.ask(channel, "whoami", object("{}"))
		assert.Equal(t, "bob", who.(map[string]any)["user_id"])
		p.command(protocol.Configure, socket, []string{}, settings{"endpoint": "nothing"})
		assert.Contains(t, p.next(protocol.Refused, socket).values[0], `the endpoint "nothing" has no scheme`)
	})
}

func TestSimulatedNetworkBeginsWhenItIsSet(t *testing.T) {
	server := serve(t)
	onEach(t, func(t *testing.T, p *page) {
		socket := p.makeSocket(server.URL(), settings{"simulation": object(`{"latency_ms":1}`)})
		p.command(protocol.Connect, socket)
		p.next(protocol.Open, socket)
		p.command(protocol.Configure, socket, []string{}, settings{"simulation": object(`{"refuse_status":418}`)})
		assert.Equal(t, "the connection was cut (simulated)", p.next(protocol.Error, socket).values[0].(map[string]any)["message"])
		assert.EqualValues(t, 418, p.next(protocol.Error, socket).values[0].(map[string]any)["status_code"])
		p.command(protocol.Configure, socket, []string{}, settings{"timeout": 1000}) // does not begin it anew
		p.command(protocol.Configure, socket, []string{}, settings{"simulation": object(`{"latency":5}`)})
		assert.Contains(t, p.next(protocol.Refused, socket).values[0], `simulation has no "latency"`)
		p.command(protocol.Configure, socket, []string{}, settings{"simulation": object(`{}`)})
		p.next(protocol.Open, socket)
	})
}

func TestAPageThatTakesNothingIsSentLittle(t *testing.T) {
	server := serve(t)
	onEach(t, func(t *testing.T, p *page) {
		socket := p.openSocket(server.URL(), nil)
		channel := p.joined(socket, "room:hidden")
		other := p.openSocket(server.URL(), nil)
		p.hidden = true
		const flood = 5000
		p.hidden = true
		p.command(protocol.Push, channel, p.id(), "flood", -1, object(fmt.Sprintf(`{"n":%d,"reply":true}`, flood)))
		p.hidden = true
		ping := p.id()
		p.command(protocol.Ping, other, ping)
		p.next(protocol.Completed, ping) // the other socket goes on
		for p.ticks(channel) < 100 {
			p.take(<-p.batches)
		}
		p.hidden = false
		for id, n := range p.owed {
			p.command(protocol.Ack, id, int(n))
		}
		seen := 0
		for seen < flood {
			if p.next(protocol.Event, channel).values[0] == "tick" {
				seen++
			}
		}
	})
}
