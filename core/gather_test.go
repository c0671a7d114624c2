package core

import (
	"context"
	"errors"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// writesConn records what is written to it, and how long each write may take.
type writesConn struct {
	net.Conn
	deadline time.Time
	writes   []string
	err      error
}

func (c *writesConn) Write(p []byte) (int, error) {
	text := string(p)
	if !c.deadline.IsZero() {
		text += " in time"
	}
	c.writes = append(c.writes, text)
	return len(p), c.err
}

func (c *writesConn) SetWriteDeadline(t time.Time) error {
	c.deadline = t
	return nil
}

func TestHeldWritesGoOutTogether(t *testing.T) {
	message, control := time.Time{}, time.Now().Add(time.Second)
	tests := map[string]struct {
		steps string // h: hold, l: let go, f: flush, a small letter: a message, a capital: a control frame
		want  []string
	}{
		"nothing is held":                         {"abP", []string{"a", "b", "P in time"}},
		"messages wait for the last":              {"habclde", []string{"abcd", "e"}},
		"a control frame goes along":              {"haPbld", []string{"aPbd"}},
		"a control frame does not hurry messages": {"hablPcQ", []string{"abPc", "Q in time"}},
		"none but the last":                       {"hlaP", []string{"a", "P in time"}},
		"the last does not come":                  {"habPf", []string{"abP in time"}},
		"there is nothing to flush":               {"hfa", []string{"a"}},
		"again and again":                         {"halbhclde", []string{"ab", "cd", "e"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			below := &writesConn{}
			c := &gatheringConn{Conn: below}
			for _, step := range test.steps {
				switch step {
				case 'h':
					c.hold()
					continue
				case 'l':
					c.letGo()
					continue
				case 'f':
					c.flush()
					continue
				case 'P', 'Q':
					require.NoError(t, c.SetWriteDeadline(control))
				default:
					require.NoError(t, c.SetWriteDeadline(message))
				}
				n, err := c.Write([]byte(string(step)))
				require.NoError(t, err)
				require.Equal(t, 1, n)
			}
			require.Equal(t, test.want, below.writes)
		})
	}
}

func TestErrorOfWhatWasHeldIsThatOfTheLastWrite(t *testing.T) {
	below := &writesConn{err: errors.New("no route")}
	c := &gatheringConn{Conn: below}
	c.hold()
	_, err := c.Write([]byte("a"))
	require.NoError(t, err)
	c.letGo()
	_, err = c.Write([]byte("b"))
	require.ErrorIs(t, err, below.err)
}

// writeCounter counts the writes on the connections that it opens.
type writeCounter struct {
	net.Conn
	count *atomic.Int64
}

func (c writeCounter) Write(p []byte) (int, error) {
	c.count.Add(1)
	return c.Conn.Write(p)
}

func TestBurstOfPushesGoesOutInFewWritesAndInOrder(t *testing.T) {
	large := `"` + strings.Repeat("x", 40<<10) + `"`
	tests := map[string]struct {
		payload func(n int) string
		atMost  int64
	}{
		"small": {strconv.Itoa, 10},
		"large": {func(int) string { return large }, 10000},
		"small and large": {func(n int) string {
			if n%10 == 9 {
				return large
			}
			return strconv.Itoa(n)
		}, 120},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var writes atomic.Int64
				s, peer := newPeer(t).connect(func(c *Config) {
					dial := c.DialContext
					c.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
						conn, err := dial(ctx, network, addr)
						return writeCounter{conn, &writes}, err
					}
				})
				c, _ := joining(t, s, "room:1", nil)
				join := peer.expect("room:1", "phx_join")
				const pushes = 200
				for n := range pushes { // all wait for the join
					pushing(t, c, "n", raw(test.payload(n)))
				}
				before := writes.Load()
				peer.reply(join, "ok", "{}")
				for n := range pushes {
					require.Equal(t, test.payload(n), peer.expect("room:1", "n").Payload)
				}
				peer.silent()
				require.LessOrEqual(t, writes.Load()-before, test.atMost)
			})
		})
	}
}
