package core

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

// observed records observations as lines.
type observed struct{ lines recorder[string] }

func (o *observed) config(c *Config) {
	c.Observer = func(seen Observation) { o.lines.add(observationLine(seen)) }
}

// take waits until all events so far have been observed.
func (o *observed) take() []string {
	time.Sleep(observeEvery)
	synctest.Wait()
	return o.lines.take()
}

func observationLine(o Observation) string {
	kind := [...]string{ObservedIn: "in", ObservedOut: "out", Happened: "happened"}[o.Kind]
	fields := []string{kind, o.Topic, o.Event, o.Status, o.Ref, o.JoinRef, o.Origin}
	for _, flag := range []struct {
		name  string
		isSet bool
	}{{"binary", o.IsBinary}, {"cut", o.IsCut}, {"secrets", o.HasSecrets}, {"warning", o.IsWarning}} {
		if flag.isSet {
			fields = append(fields, flag.name)
		}
	}
	fields = append(fields, string(o.Payload))
	return strings.Join(strings.Fields(strings.Join(fields, " ")), " ")
}

func TestObserverSeesWhatTravels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen observed
		s, peer := newPeer(t).connect(seen.config)
		require.Equal(t, []string{
			"happened connecting connecting endpoint=ws://peer/socket transport=websocket params={} headers=User-Agent: " + userAgent + " auth_token=false",
			"happened open connected endpoint=ws://peer/socket transport=websocket",
		}, seen.take())

		c := peer.join(s, "room:1")
		push, err := c.PushFrom("res://ship.gd:7:fly", "move", JSONPayload(raw(`{"x":1}`)), 0)
		require.NoError(t, err)
		peer.reply(peer.expect("room:1", "move"), "ok", `{"y":2}`)
		synctest.Wait()
		require.NoError(t, s.PushFrom("res://ship.gd:9:cry", Message{Topic: "room:2", Event: "raw", Ref: "own"}))
		peer.expect("room:2", "raw")
		peer.push("", "room:1", "shout", `"hey"`)
		require.Equal(t, []string{
			"out room:1 phx_join 1 1 {}",
			"in room:1 phx_reply ok 1 1 {}",
			`out room:1 move 2 1 res://ship.gd:7:fly {"x":1}`,
			`in room:1 phx_reply ok 2 1 {"y":2}`,
			"out room:2 raw own res://ship.gd:9:cry {}",
			`in room:1 shout "hey"`,
		}, seen.take())
		require.Equal(t, "ok", statusOf(push))
	})
}

// Handlers do not receive these messages: multiplayer packets.
func TestObserverSeesFeedsAndInterceptedMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen recorder[Observation]
		s, peer := newPeer(t).connect(func(c *Config) { c.Observer = func(o Observation) { seen.add(o) } })
		c := peer.join(s, "room:1")
		c.Intercept(func(*Message) bool { return true })
		buffer := []byte("first")
		feed, err := c.NewFeed("m", func(string) []byte { return buffer })
		require.NoError(t, err)
		time.Sleep(observeEvery)
		seen.take()

		feed.Wake()
		require.Equal(t, websocket.BinaryMessage, peer.next().kind)
		copy(buffer, "other") // the feed keeps the buffer only until the next message
		peer.push(c.JoinRef(), "room:1", "taken", `{}`)
		time.Sleep(observeEvery)
		all := seen.take()
		require.Len(t, all, 2)
		require.Equal(t, []any{ObservedOut, "m", "first", true, 5}, []any{all[0].Kind, all[0].Event, string(all[0].Payload), all[0].IsBinary, all[0].Size})
		require.Equal(t, []any{ObservedIn, "taken", "{}", false, 2}, []any{all[1].Kind, all[1].Event, string(all[1].Payload), all[1].IsBinary, all[1].Size})
	})
}

func TestObserverSeesWhatHappens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen observed
		p := newPeer(t)
		s, peer := p.connect(seen.config)
		c, _ := joining(t, s, "room:1", nil)
		peer.reply(peer.expect("room:1", "phx_join"), "error", `{"reason":"full","token":"abcdef"}`)
		seen.take()
		time.Sleep(time.Second) // and it rejoins
		peer.reply(peer.expect("room:1", "phx_join"), "ok", `{}`)
		time.Sleep(observeEvery)
		pushing(t, c, "ask", nil)
		peer.expect("room:1", "ask")
		time.Sleep(10*time.Second + time.Millisecond)
		synctest.Wait()
		p.refuse(http.StatusServiceUnavailable)
		peer.drop()
		time.Sleep(10*time.Millisecond + observeEvery)
		require.Equal(t, []string{
			"out room:1 phx_join 2 2 {}",
			"in room:1 phx_reply ok 2 2 {}",
			"out room:1 ask 3 2 {}",
			"happened room:1 timeout 3 warning no reply in time event=ask after=10s",
			"happened error warning error: websocket: close 1006 (abnormal closure): unexpected EOF",
			"happened close disconnected code=1006 reason=websocket: close 1006 (abnormal closure): unexpected EOF will_reconnect=true",
			"happened wait waiting for the next attempt in=10ms reason=websocket: close 1006 (abnormal closure): unexpected EOF",
		}, seen.take()[:7])
		wait, isWaiting := s.NextAttempt()
		require.True(t, isWaiting)
		require.Positive(t, wait)
		require.NoError(t, s.Disconnect(0, ""))
		_, isWaiting = s.NextAttempt()
		require.False(t, isWaiting)
	})
}

func TestObserverSeesRefusedJoins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen observed
		s, peer := newPeer(t).connect(seen.config)
		seen.take()
		joining(t, s, "room:1", nil)
		peer.reply(peer.expect("room:1", "phx_join"), "error", `{"reason":"full","token":"abcdef"}`)
		require.Equal(t, []string{
			"out room:1 phx_join 1 1 {}",
			`in room:1 phx_reply error 1 1 secrets {"reason":"full","token":"[hidden]"}`,
			`happened room:1 join_error 1 secrets warning the join was refused status=error response={"reason":"full","token":"[hidden]"}`,
			"happened room:1 rejoin waiting for the next join in=1s",
		}, seen.take())
	})
}

func TestObserverGetsNoSecret(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen recorder[string]
		p := newPeer(t)
		s := p.socket(func(c *Config) {
			c.Observer = func(o Observation) { seen.add(fmt.Sprintf("%s %s %s %s", o.Topic, o.Event, o.Status, o.Payload)) }
			c.AuthToken = "auth-PLANTED"
			c.Params = raw(`{"access_token":"param-PLANTED"}`)
			c.Header = http.Header{"Authorization": {"Bearer header-PLANTED"}}
		})
		require.NoError(t, s.SetEndpoint("ws://user:url-PLANTED@peer/socket?token=query-PLANTED"))
		require.NoError(t, s.Connect())
		peer := p.accept()
		c, _ := joining(t, s, "room:auth-PLANTED", map[string]string{"password": "join-PLANTED"})
		m := peer.expect("room:auth-PLANTED", "phx_join")
		peer.reply(m, "ok", `{"a":"auth-PLANTED","b":"param-PLANTED","c":["header-PLANTED"],"d":"url-PLANTED","e":"query-PLANTED","f":"join-PLANTED","token":"reply-PLANTED"}`)
		synctest.Wait()
		pushing(t, c, "event-auth-PLANTED", []byte("\x00\x01reply-PLANTED\x02"))
		peer.next()
		peer.reply(m, "auth-PLANTED", `{"cookie":[["deep-PLANTED"]]}`)
		peer.push("", m.Topic, "shout", `{"said":"deep-PLANTED"}`)
		require.NoError(t, peer.ws.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(4001, "bad auth-PLANTED")))
		time.Sleep(10*time.Second + observeEvery)
		text := strings.Join(seen.take(), "\n")
		require.NotContains(t, text, "PLANTED")
		require.Contains(t, text, "room:[hidden]")
		require.Contains(t, text, "\x00\x01[hidden]\x02")
		require.Contains(t, text, "bad [hidden]")
	})
}

func TestObserverGetsTheBeginningOfALargePayload(t *testing.T) {
	secret := "secret-of-some-length"
	for _, test := range []struct {
		name      string
		payload   Payload
		want      int
		isCut     bool
		hasSecret bool
	}{
		{"small", JSONPayload(raw(`{"x":1}`)), 7, false, false},
		{"as large as it may be", BinaryPayload(make([]byte, MaxObserved)), MaxObserved, false, false},
		{"larger", BinaryPayload(make([]byte, MaxObserved+1)), MaxObserved, true, false},
		{"JSON", JSONPayload(raw(`["` + strings.Repeat("x", 3*MaxObserved) + `"]`)), MaxObserved, true, false},
		{"within a character", JSONPayload(raw(`"` + strings.Repeat("é", MaxObserved) + `"`)), MaxObserved - 1, true, false},
		{"within a secret", BinaryPayload([]byte(strings.Repeat("x", MaxObserved-4) + secret)), MaxObserved, true, true},
		{"nothing", Payload{}, 2, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []Observation
			j := journal{observer: func(o Observation) { got = append(got, o) }, guard: func() {}}
			j.secrets.learnOwn(secret)
			j.handle(&record{kind: ObservedIn, message: Message{Payload: test.payload}})
			require.Len(t, got, 1)
			o := got[0]
			require.Len(t, o.Payload, test.want)
			require.Equal(t, []any{test.isCut, test.hasSecret, max(test.payload.Len(), 2)}, []any{o.IsCut, o.HasSecrets, o.Size})
			require.NotContains(t, string(o.Payload), secret[:4])
		})
	}
}

func TestSlowObserverLosesRecordsRatherThanMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		block, got := make(chan struct{}), 0
		dropped := 0
		j := journal{guard: func() {}, observer: func(o Observation) {
			<-block
			got++
			dropped += o.Dropped
		}}
		add := func(n, size int) {
			for range n {
				j.message(ObservedIn, &Message{Payload: BinaryPayload(make([]byte, size))}, "")
			}
		}
		add(1, 0)
		time.Sleep(observeEvery)
		synctest.Wait() // the observer has received it
		add(maxWaitingRecords+3, 0)
		require.Len(t, j.waiting, maxWaitingRecords)
		block <- struct{}{}
		synctest.Wait()
		add(10, maxWaitingBytes/4)
		require.Equal(t, maxWaitingBytes, j.bytes)
		close(block)
		time.Sleep(observeEvery)
		synctest.Wait()
		require.Equal(t, []int{3 + 6, 1 + maxWaitingRecords + 1 + 4 + 1}, []int{dropped, got})
	})
}

func TestObserversAndLoggersPanicsDoNoHarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen observed
		var panics recorder[any]
		s, peer := newPeer(t).connect(func(c *Config) {
			c.OnPanic = func(value any, _ []byte) { panics.add(value) }
			c.Observer = func(o Observation) {
				if o.Event == "phx_join" {
					panic("observer")
				}
				seen.lines.add(observationLine(o))
			}
		})
		peer.join(s, "room:1")
		require.Equal(t, "in room:1 phx_reply ok 1 1 {}", seen.take()[2])
		require.Equal(t, []any{"observer"}, panics.take())
	})
}

// The cost of the observer for a message when there is no observer.
func BenchmarkMessageThatNobodyObserves(b *testing.B) {
	j := new(journal)
	m := &Message{Topic: "room:1", Event: "move", Payload: JSONPayload(raw(`{"x":1}`))}
	for range b.N { // b.Loop would cost more than the measured code
		j.message(ObservedIn, m, "")
	}
}

// The same with an observer, on the goroutines that read and write.
func BenchmarkMessageThatIsObserved(b *testing.B) {
	j := journal{guard: func() {}, observer: func(Observation) {}}
	m := &Message{Topic: "room:1", Event: "move", Payload: JSONPayload(raw(`{"x":1}`))}
	b.ReportAllocs()
	for b.Loop() {
		j.message(ObservedIn, m, "")
	}
}
