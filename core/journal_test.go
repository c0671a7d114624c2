package core

import (
	"context"
	"encoding/json/jsontext"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

// lineHandler collects each record as one line: its message and its attributes.
type lineHandler struct {
	level slog.Level
	lines recorder[string]
	block chan struct{} // if not nil, records wait for it
}

func (h *lineHandler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level }

func (h *lineHandler) Handle(_ context.Context, r slog.Record) error {
	if h.block != nil {
		<-h.block
	}
	line := r.Message
	r.Attrs(func(a slog.Attr) bool {
		line += " " + a.String()
		return true
	})
	h.lines.add(line)
	return nil
}

func (h *lineHandler) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h *lineHandler) WithGroup(string) slog.Handler      { return h }

func TestLogTellsWhatHappenedInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		handler := &lineHandler{level: slog.LevelDebug}
		s := p.socket(func(c *Config) {
			c.Logger = slog.New(handler)
			c.Params = map[string]string{"user_id": "ada"}
			c.Header = http.Header{"X-Build": {"7"}}
			c.ManualDispatch = true // the log does not wait for the handlers
		})
		require.NoError(t, s.Connect())
		peer := p.accept()
		synctest.Wait()
		c, _ := joining(t, s, "room:1", map[string]int{"level": 3})
		peer.reply(peer.expect("room:1", "phx_join"), "ok", `{"hp":10}`)
		synctest.Wait()
		pushing(t, c, "pixels", []byte{1, 2, 3})
		peer.next()
		require.NoError(t, s.Disconnect(0, ""))
		synctest.Wait()
		require.Equal(t, []string{
			`connecting endpoint=ws://peer/socket transport=websocket params={"user_id":"ada"} headers=User-Agent: ` + userAgent + `, X-Build: 7 auth_token=false`,
			`connected endpoint=ws://peer/socket transport=websocket`,
			`push topic=room:1 event=phx_join ref=1 join_ref=1 payload={"level":3}`,
			`receive topic=room:1 event=phx_reply ref=1 join_ref=1 status=ok payload={"hp":10}`,
			`push topic=room:1 event=pixels ref=2 join_ref=1 payload=binary payload of 3 bytes`,
			`disconnected code=1000 reason= will_reconnect=false`,
		}, handler.lines.take())
	})
}

func TestNilLoggerIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(func(c *Config) { c.Logger = nil })
		require.NoError(t, s.Connect())
		p.accept()
		synctest.Wait()
		require.Nil(t, s.journal.logger)
	})
}

func TestDisabledLogComposesNothing(t *testing.T) {
	j := journal{logger: slog.New(&lineHandler{level: slog.LevelInfo})}
	m := &Message{Topic: "room:1", Event: "move", Payload: JSONPayload(jsontext.Value(`{"x":1}`))}
	require.Zero(t, testing.AllocsPerRun(100, func() { j.message(ObservedOut, m, "") }))
	require.Empty(t, j.waiting)
}

func TestSecretsAreHiddenInTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		handler := &lineHandler{level: slog.LevelDebug}
		s := p.socket(func(c *Config) {
			c.Logger = slog.New(handler)
			c.AuthToken = "auth-PLANTED"
			c.Params = jsontext.Value(`{"access_token":"param-PLANTED","user_id":"ada"}`)
			c.Header = http.Header{"Authorization": {"Bearer header-PLANTED"}, "Cookie": {"theme=dark; id=cookie-PLANTED"}, "X-Api-Key": {"key-PLANTED"}, "X-Build": {"7"}}
		})
		require.NoError(t, s.SetEndpoint("ws://user:url-PLANTED@peer/socket?token=query-PLANTED"))
		require.NoError(t, s.Connect())
		peer := p.accept()
		c, _ := joining(t, s, "room:1", map[string]string{"password": "join-PLANTED"})
		peer.reply(peer.expect("room:1", "phx_join"), "ok", `{"a":"auth-PLANTED","b":"param-PLANTED","c":["header-PLANTED"],"d":"cookie-PLANTED","e":"key-PLANTED",
			"f":"url-PLANTED","g":"query-PLANTED","h":"join-PLANTED","session":{"refresh_token":"reply-PLANTED"},"hp":10}`)
		synctest.Wait()
		pushing(t, c, "again", map[string]string{"echo": "reply-PLANTED", "name": "ada"})
		peer.next()
		require.NoError(t, peer.ws.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(4001, "bad auth-PLANTED")))
		synctest.Wait()
		log := strings.Join(handler.lines.take(), "\n")
		require.NotContains(t, log, "PLANTED")
		for _, shown := range []string{"X-Build: 7", `"user_id":"ada"`, `"hp":10`, `"name":"ada"`, `"session":{"refresh_token":"[hidden]"}`, "bad [hidden]"} {
			require.Contains(t, log, shown)
		}
	})
}

func TestSlowLogHandlerLosesRecordsRatherThanMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := &lineHandler{block: make(chan struct{})}
		j := journal{logger: slog.New(handler), guard: func() {}}
		j.note(slog.LevelInfo, happenedOpen, "first")
		synctest.Wait() // the handler has the first record
		for range maxWaitingRecords + 3 {
			j.note(slog.LevelInfo, happenedOpen, "more")
		}
		close(handler.block)
		synctest.Wait()
		lines := handler.lines.take()
		require.Len(t, lines, 1+maxWaitingRecords+1)
		require.Equal(t, "the log handler is too slow, records were dropped records=3", lines[len(lines)-1])
		j.note(slog.LevelInfo, happenedOpen, "again")
		synctest.Wait()
		require.Equal(t, []string{"again"}, handler.lines.take())
	})
}
