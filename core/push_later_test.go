package core

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// collector makes pushes when the writer asks for them.
type collector struct {
	channel *Channel
	events  []string
	made    []*Push
}

func (c *collector) flush() {
	for _, event := range c.events {
		c.made = append(c.made, c.channel.PushLater("", event, JSONPayload(raw(`{}`)), 0))
	}
	c.events = nil
}

func TestWriterMakesCollectedPushesInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		later := &collector{}
		s, peer := newPeer(t).connect(func(c *Config) { c.BeforeWrite = later.flush })
		later.channel = peer.join(s, "room:1")
		later.events = []string{"a", "b", "c"}
		s.WakeWriter()
		for _, event := range []string{"a", "b", "c"} {
			peer.reply(peer.expect("room:1", event), "ok", "{}")
		}
		for _, push := range later.made {
			require.Equal(t, "ok", statusOf(push))
		}
	})
}

func TestWakeWriterWithoutConnectionDoesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newPeer(t).socket(func(c *Config) { c.BeforeWrite = func() { t.Error("nothing can be written") } })
		s.WakeWriter()
		synctest.Wait()
	})
}

func TestPanicBeforeWriteDoesNotStopTheWriter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var panics recorder[any]
		armed := false
		s, peer := newPeer(t).connect(func(c *Config) {
			c.OnPanic = func(value any, _ []byte) { panics.add(value) }
			c.BeforeWrite = func() {
				if armed {
					armed = false
					panic("planted")
				}
			}
		})
		c := peer.join(s, "room:1")
		armed = true
		pushing(t, c, "n", nil)
		peer.expect("room:1", "n")
		require.Equal(t, []any{"planted"}, panics.all())
	})
}

func TestPushMayBeMadeLaterOnlyWhileItWouldBeSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		c, _ := joining(t, s, "room:1", nil)
		require.False(t, c.CanPushLater("n"), "joining")
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		synctest.Wait()
		require.True(t, c.CanPushLater("n"))
		for _, event := range []string{"", "phx_join", "not \xff UTF-8"} {
			require.False(t, c.CanPushLater(event), "event %q", event)
		}
		peer.drop()
		synctest.Wait()
		require.False(t, c.CanPushLater("n"), "the connection is lost")
		peer = p.accept()
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		synctest.Wait()
		require.True(t, c.CanPushLater("n"), "rejoined")
		leave, err := c.Leave()
		require.NoError(t, err)
		require.False(t, c.CanPushLater("n"), "leaving")
		peer.reply(peer.expect("room:1", "phx_leave"), "ok", "{}")
		require.Equal(t, "ok", statusOf(leave))
	})
}

func TestPushMayBeMadeLaterOnlyIfTheBuffersHaveRoom(t *testing.T) {
	for name, change := range map[string]func(*Settings){
		"pushes": func(c *Settings) { c.MaxBufferedPushes = MaxLaterPushes - 1 },
		"bytes":  func(c *Settings) { c.MaxBufferedBytes = MaxLaterBytes - 1 },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var config Config
				s, peer := newPeer(t).connect(func(c *Config) { config = *c })
				c := peer.join(s, "room:1")
				require.True(t, c.CanPushLater("n"))
				settings := config.Settings
				change(&settings)
				require.NoError(t, s.Configure(settings))
				require.False(t, c.CanPushLater("n"))
			})
		})
	}
}

func TestCollectedPushOfAChannelThatHasClosedCompletesWithClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		peer.push(c.JoinRef(), "room:1", "phx_close", "{}")
		synctest.Wait()
		require.Equal(t, ChannelClosed, c.State())
		var statuses recorder[string]
		c.PushLater("", "n", JSONPayload(raw(`{}`)), time.Second).OnOutcome(func(r Reply) { statuses.add(r.Status) })
		synctest.Wait()
		require.Equal(t, []string{StatusClosed}, statuses.all())
		require.Zero(t, s.Statistics().PendingPushes)
		require.Zero(t, s.Statistics().BufferedPushes)
	})
}
