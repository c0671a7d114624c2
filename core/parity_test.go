package core

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/tests/testnames"
)

// docs/parity.md promises a test for each behaviour of the official client. This test keeps the
// table up to date.
func TestParityTableNamesTestsThatExist(t *testing.T) {
	page, err := os.ReadFile("../docs/parity.md")
	require.NoError(t, err)
	tests, err := testnames.Below(".")
	require.NoError(t, err)
	official, differences := 0, map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^- \*\*(D\d+) `).FindAllStringSubmatch(string(page), -1) {
		differences[m[1]] = true
	}
	section := ""
	for line := range strings.Lines(string(page)) {
		if strings.HasPrefix(line, "## ") {
			section = strings.TrimSpace(line[3:])
		}
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 4 || strings.HasPrefix(cells[1], "-") || strings.Contains(cells[1], "**") || strings.TrimSpace(cells[2]) == "here" {
			continue
		}
		if section != "Beyond the official client" && !strings.Contains(cells[1], "skipped there") {
			official++
		}
		require.NotEmpty(t, strings.TrimSpace(cells[2]), "nothing stands for %q", cells[1])
		for _, m := range regexp.MustCompile(`D\d+`).FindAllString(cells[2], -1) {
			require.True(t, differences[m], "%s is not explained", m)
		}
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[2], -1) {
			assert.NoError(t, tests.Check(m[1]), cells[1])
		}
	}
	require.Equal(t, 182, official, "cases of the official suite")
}

func TestReconnectsWhenAConnectAfterADisconnectFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		require.NoError(t, s.Disconnect(0, ""))
		require.Equal(t, 1000, peer.closeError().Code)
		time.Sleep(time.Minute)
		require.Equal(t, 1, p.attempts())
		p.refuse(503)
		require.NoError(t, s.Connect())
		time.Sleep(time.Second)
		require.Greater(t, p.attempts(), 3)
		p.refuse(0)
		p.accept()
		require.NoError(t, s.WaitOpen(t.Context()))
	})
}

func TestWithoutAuthTokenLongPollSendsNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPollPeer(t)
		s := p.open(nil)
		require.NoError(t, s.Push(Message{Topic: "t", Event: "e"}))
		<-p.sends
		synctest.Wait()
		require.GreaterOrEqual(t, p.attempts(), 3, "open, poll, send")
		for i := range p.attempts() {
			require.NotContains(t, p.request(i).Header, "X-Phoenix-Authtoken")
			require.NotContains(t, p.request(i).Header, "Sec-Websocket-Protocol")
		}
	})
}

func TestLongPollSendThatIsNotAnsweredReconnects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPollPeer(t)
		hang := make(chan struct{})
		defer close(hang)
		p.status = func(body string) int {
			if strings.Contains(body, "unanswered") {
				<-hang
			}
			return 200
		}
		s := p.open(func(c *Config) { c.LongPollTimeout = 12 * time.Second })
		var errs recorder[error]
		s.OnError(errs.add)
		require.NoError(t, s.Push(Message{Topic: "t", Event: "unanswered"}))
		<-p.sends
		time.Sleep(12*time.Second - time.Millisecond)
		require.Empty(t, errs.take())
		time.Sleep(time.Second)
		require.ErrorContains(t, errs.take()[0], "no answer within 12s")
		require.NoError(t, s.WaitOpen(t.Context()))
		require.NoError(t, s.Push(Message{Topic: "t", Event: "next"}))
		require.Equal(t, []string{`[null,null,"t","next",{}]`}, <-p.sends, "the next is not held up by the one that hangs")
	})
}
