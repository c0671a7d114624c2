package core

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

func TestCloseByTheServerSaysWhatHappened(t *testing.T) {
	tests := map[string]struct {
		code         int
		given        string
		reason, fail string
	}{
		"normal":                        {1000, "", "normal closure", ""},
		"of a server that stops":        {1001, "", "going away", ""},
		"of a deploy":                   {1012, "", "service restart", ""},
		"after a crash":                 {1011, "", "internal error", ""},
		"without a code":                {1005, "", "no status received", ""},
		"of the game's own kind":        {4000, "", "", ""},
		"in the server's words":         {1012, "back in a minute", "back in a minute", ""},
		"of its own kind, in its words": {4001, "kicked", "kicked", ""},
		"after silence": {
			1002, "", "protocol error", "phoenix: the server closed the connection with 1002, protocol error: Phoenix does so when it receives nothing for its socket's timeout",
		},
		"of what it cannot take":      {1003, "", "unsupported data", "with 1003, unsupported data: it does not accept messages of this kind"},
		"of what is not valid":        {1007, "", "invalid frame payload data", "with 1007, invalid frame payload data: a message was invalid"},
		"of a message too big":        {1009, "", "message too big", "with 1009, message too big: a message was larger than its max_frame_size"},
		"of a missing extension":      {1010, "", "mandatory extension", "with 1010, mandatory extension: it requires"},
		"over an error, in its words": {1002, "bad opcode", "bad opcode", `with 1002, protocol error: "bad opcode"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				s, peer := p.connect(nil)
				var closes recorder[CloseEvent]
				var errs recorder[error]
				s.OnClose(closes.add)
				s.OnError(errs.add)
				frame := websocket.FormatCloseMessage(test.code, test.given)
				require.NoError(t, peer.ws.WriteControl(websocket.CloseMessage, frame, time.Now().Add(time.Second)))
				p.accept()
				require.Equal(t, []CloseEvent{{Code: test.code, Reason: test.reason, WillReconnect: true, RetryIn: 10 * time.Millisecond}}, closes.take())
				got := errs.take()
				if test.fail == "" {
					require.Empty(t, got)
					return
				}
				require.Len(t, got, 1)
				require.ErrorContains(t, got[0], test.fail)
			})
		})
	}
}

func TestCloseThatWasRequestedKeepsItsWords(t *testing.T) {
	for _, code := range []int{1000, 1002, 1009} {
		t.Run("answered with "+strconv.Itoa(code), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, peer := newPeer(t).connect(nil)
				peer.ws.SetCloseHandler(func(int, string) error {
					return peer.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
				})
				var closes recorder[CloseEvent]
				var errs recorder[error]
				s.OnClose(closes.add)
				s.OnError(errs.add)
				require.NoError(t, s.Disconnect(0, ""))
				time.Sleep(time.Minute)
				require.Equal(t, []CloseEvent{{WasRequested: true, Code: 1000}}, closes.take())
				require.Empty(t, errs.take())
			})
		})
	}
}
