package relay

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/relay/wire"
)

// A game that quits sends, leaves and sees the end before the connection's writer runs.
func TestWhatWasSentBeforeALeaveIsWrittenBeforeIt(t *testing.T) {
	for name, leave := range map[string]func(*Client) error{
		"of the channel":        func(c *Client) error { c.channel.Close(); return nil },
		"and then a disconnect": func(c *Client) error { c.channel.Close(); return c.channel.Socket().Disconnect(0, "") },
		"after a close":         func(c *Client) error { c.Close(); c.channel.Close(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g, c := linked(t, newScripted(t), Options{}, "")
				c.delay.Store(int64(1200 * time.Millisecond)) // for so long it reads nothing after a heartbeat
				time.Sleep(31 * time.Second)
				_, err := g.client.channel.Push("large", make([]byte, 1<<20)) // the writer waits in it
				require.NoError(t, err)
				synctest.Wait()
				g.send(1007, wire.Reliable, "last words")
				require.NoError(t, leave(g.client))
				synctest.Wait() // the client has ended
				for m := range c.messages {
					if m.event == "large" { // and no acknowledgement
						break
					}
				}
				require.Contains(t, string(c.expect(eventFrame).payload), "last words")
				c.expect("phx_leave")
			})
		})
	}
}
