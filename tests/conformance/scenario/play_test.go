package scenario

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	phoenix "phoenixchannels/core"
	"phoenixchannels/server/devserver"
)

// played plays a text, behind a title and "in room:<run>", against a server of its own.
func played(t *testing.T, text string, change func(*Server)) error {
	t.Helper()
	server := devserver.New(devserver.Options{})
	require.NoError(t, server.Start("127.0.0.1:0"))
	t.Cleanup(server.Close)
	to := Server{Endpoint: server.URL(), Patience: 5 * time.Second}
	if change != nil {
		change(&to)
	}
	scenarios, err := Parse("f", "== title\nin room:<run>\n"+text)
	require.NoError(t, err)
	err = scenarios[0].Play(t.Context(), to)
	assert.Eventually(t, func() bool { return server.Connections() == 0 }, 10*time.Second, time.Millisecond, "all have ended")
	return err
}

func impatient(s *Server) { s.Patience = 200 * time.Millisecond }

const join = "ann joins\n  reply ok <object>\n"

func TestWhatDoesNotGoAsItShouldIsReported(t *testing.T) {
	for _, c := range []struct {
		name, text string
		change     func(*Server)
		want       []string
	}{
		{"a reply of another status", join + "  pushes ok_only\n  reply error", nil,
			[]string{"f:6: title\n  reply error\n    got another status: reply ok {} (to ok_only)"}},
		{"a reply with another response", join + `  pushes echo {"a": 1, "b": {"c": [1, 2]}, "d": 0}` + "\n" + `  reply ok {"a": 2, "b": {"c": [1, "2"]}, "e": <int>}`, nil,
			[]string{"payload.a: want 2, got 1", `payload.b.c[1]: want "2", got 2`, "payload.d: want nothing, got 0", "payload.e: want <int>, got nothing"}},
		{"an event instead of a reply", join + "  casts shout\n  pushes ok_only\n  reply ok", nil, []string{"got another event: gets shout {}"}},
		{"another event", join + "  casts shout\n  gets whisper", nil, []string{"got another event: gets shout {}"}},
		{"a reply to another push", join + "  casts echo\n  pushes ok_only\n  reply ok", nil, []string{"got no reply to ok_only: reply ok {} (to echo)"}},
		{"a message of another topic", join + "  casts shout\nin room:<run>-2\nann gets shout", nil, []string{"got what is of the topic room:"}},
		{"nothing", join + "  gets shout", impatient, []string{"nothing came within 200ms", "the last that came to this client:\n    room:"}},
		{"nothing, as the connection ended", join + "  casts drain_me\n  gets shout", nil, []string{"nothing came: the connection has ended", "closed 1012"}},
		{"more than the scenario has", join + "  casts shout {\"x\": 1}\n  casts echo", nil, []string{"f:1: title", "ann got what was not expected: gets shout {\"x\":1}"}},
		{"a number that did not grow", join + "  pushes echo {\"n\": 1}\n  reply ok {\"n\": <n: int>}\n  pushes echo {\"n\": 1}\n  reply ok {\"n\": <int over n>}", nil,
			[]string{"payload.n: want <int over n>, got 1"}},
		{"never the right one", join + "  casts shout {\"x\": 1}\n  finally gets shout {\"x\": 2}", impatient, []string{"nothing came within"}},
		{"somebody else is present", join + "  sees {\"<ann>\": [<object>], \"bob\": [<object>]}", impatient,
			[]string{"present is {\"ann-", "payload.bob: want [<object>], got nothing"}},
		{"presence of a topic that was not joined", join + "in room:<run>-2\nann sees {}", nil, []string{"ann has not joined room:"}},
		{"a push to a topic that was not joined", "ann casts echo", nil, []string{"ann has not joined room:"}},
		{"a leave of a topic that was not joined", "ann connects\n  leaves\n  reply ok", nil, []string{"ann has not joined room:"}},
		{"bytes instead of JSON", join + "  pushes echo bytes u8 1\n  reply ok {}", nil, []string{"payload: want JSON, got bytes hex 01"}},
		{"other bytes", join + "  pushes echo bytes u8 1\n  reply ok bytes u16 1", nil, []string{"payload: want bytes hex 0100, got bytes hex 01"}},
		{"JSON instead of bytes", join + "  pushes echo\n  reply ok bytes", nil, []string{"payload: want bytes hex , got {}"}},
		{"a number too large for its bytes", join + "  pushes echo {\"n\": 256}\n  reply ok {\"n\": <n: int>}\n  casts echo bytes u8 <n>", nil,
			[]string{"256 is no number of 1 bytes"}},
		{"another close code", join + "  casts drain_me\n  is closed 1001", nil, []string{"want code 1001, got 1012"}},
		{"no close", join + "  is closed", impatient, []string{"nothing came within"}},
		{"a refused connect", "ann connects {\"token\": \"bad\"}", nil, []string{"f:3: title\n  ann connects", "403"}},
		{"an event that the client refuses", join + "  casts phx_leave", nil, []string{"invalid event"}},
		{"a connection that is lost", join + "  casts kill_transport", nil, []string{"at the end", "ann is not connected any more"}},
		{"a second join", join + "  joins\n  reply ok", nil, []string{"f:6"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := played(t, c.text, c.change)
			for _, want := range c.want {
				assert.ErrorContains(t, err, want)
			}
		})
	}
}

func TestWhatDoesNotGoAsItShouldInARelayIsReported(t *testing.T) {
	const enter = "in relay:<run>\nann enters\n  reply ok\n  gets welcome <object>\n"
	const both = enter + "bob enters\n  reply ok\n  gets welcome {\"id\": <bob_id: int>, ...}\n"
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"another entry", both + "ann receives reliable bytes u8 3, u8 2, u8 1", []string{"payload: want bytes hex 030201, got bytes hex 030101"}},
		{"no entry", enter + "  receives reliable bytes u8 3, u8 2, u8 1", []string{"nothing came within 200ms"}},
		{"an entry that is not asked for", both + "bob receives reliable bytes hex 030100", []string{"got bytes hex 030100"}},
		{"an entry more", both, []string{"at the end", "received what was not expected: reliable bytes hex 0301"}},
		{"a stream that was not entered", "in room:<run>\nann joins\n  reply ok <object>\n  sends reliable bytes u8 3", []string{"ann has not entered room:"}},
		{"the same, receiving", "in room:<run>\nann joins\n  reply ok <object>\n  receives reliable bytes u8 3", []string{"ann has not entered room:"}},
		{"the same, acknowledged", "in room:<run>\nann joins\n  reply ok <object>\n  is acknowledged", []string{"ann has not entered room:"}},
		{"a frame that the server did not make", enter + "  casts m bytes u8 0, u8 0, u8 0, u8 77, u8 0\n  sends reliable bytes u8 2, u8 77, u8 0\n  is acknowledged",
			[]string{"malformed: 2 frames acknowledged of 1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := played(t, c.text, impatient)
			for _, want := range c.want {
				assert.ErrorContains(t, err, want)
			}
		})
	}
}

func TestKindsOfValues(t *testing.T) {
	all := []string{"null", "true", "1", "-1.5", `""`, `"ab"`, `"abc"`, "[]", "[1]", "{}", `{"a":1}`}
	for kind, fits := range map[string][]string{
		"any": all, "bool": {"true"}, "int": {"1"}, "number": {"1", "-1.5"}, "text": {`""`, `"ab"`, `"abc"`}, "text [ab]+": {`"ab"`},
		"list": {"[]", "[1]"}, "list 1": {"[1]"}, "object": {"{}", `{"a":1}`},
	} {
		want, err := parseTemplate("<" + kind + ">")
		require.NoError(t, err)
		for _, value := range all {
			m, err := match(want, []byte(value), nil)
			require.NoError(t, err)
			assert.Equal(t, slices.Contains(fits, value), len(m.differences) == 0, "%s: %s", kind, value)
		}
	}
}

func TestEllipses(t *testing.T) {
	for _, c := range []struct {
		pattern, value string
		fits           bool
	}{
		{`{"a": 1, ...}`, `{"a":1,"b":2}`, true},
		{`{...}`, `{}`, true},
		{`{"a": 1, ...}`, `{"b":2}`, false},
		{`{"a": {"b": 1, ...}}`, `{"a":{"b":1,"c":2}}`, true},
		{`{"a": {"b": 1, ...}}`, `{"a":{"b":1},"c":2}`, false},
		{`[1, ..., 9]`, `[1,2,3,9]`, true},
		{`[1, ..., 9]`, `[1,9]`, true},
		{`[1, ..., 9]`, `[1]`, false},
		{`[..., 9]`, `[9,8]`, false},
		{`[...]`, `{}`, false},
		{`{"...": 1}`, `{"...":1}`, true},
	} {
		want, err := parseTemplate(c.pattern)
		require.NoError(t, err)
		m, err := match(want, []byte(c.value), nil)
		require.NoError(t, err)
		assert.Equal(t, c.fits, len(m.differences) == 0, "%s %s: %s", c.pattern, c.value, m.differences)
	}
}

func TestALongPayloadIsShownInPart(t *testing.T) {
	err := played(t, join+"  pushes big {\"size\": 5000}\n  reply error", nil)
	assert.ErrorContains(t, err, "xxx… (5011 bytes)")
}

func TestAScenarioEndsWithItsContext(t *testing.T) {
	scenarios, err := Parse("f", "== title\nwait 1 h")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, scenarios[0].Play(ctx, Server{}), context.Canceled)
}

func TestAServerThatIsNotThere(t *testing.T) {
	nobody := httptest.NewServer(nil)
	nobody.Close()
	for _, transport := range []phoenix.Transport{phoenix.WebSocket, phoenix.LongPoll} {
		err := played(t, join, func(s *Server) { s.Endpoint, s.Transport = nobody.URL, transport })
		assert.ErrorContains(t, err, "connection refused")
	}
	err := played(t, join, func(s *Server) { s.Endpoint = "here" })
	assert.ErrorContains(t, err, `"here" has no scheme`)
}

func TestAServerWithTLS(t *testing.T) {
	server := devserver.New(devserver.Options{LongPollWindow: 100 * time.Millisecond})
	defer server.Close()
	secure := httptest.NewUnstartedServer(server.Handler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // it is told of the client that does not trust it
	secure.StartTLS()
	defer secure.Close()
	roots := x509.NewCertPool()
	roots.AddCert(secure.Certificate())
	for _, transport := range []phoenix.Transport{phoenix.WebSocket, phoenix.LongPoll} {
		assert.NoError(t, played(t, join, func(s *Server) {
			s.Endpoint = strings.Replace(secure.URL, "https", "wss", 1) + "/socket"
			s.Transport, s.TLS = transport, &tls.Config{RootCAs: roots}
		}))
	}
	assert.ErrorContains(t, played(t, join, func(s *Server) { s.Endpoint = secure.URL + "/socket" }), "certificate")
}

func TestPatience(t *testing.T) {
	assert.Equal(t, 10*time.Second, Server{}.patience())
	assert.Equal(t, 45*time.Second, Server{Transport: phoenix.LongPoll}.patience())
}
