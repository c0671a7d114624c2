package core

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// A hook that is set after the push has completed runs where all handlers run, in the order of the
// events.

func TestHooksOfACompletedPushRunWhereHandlersDo(t *testing.T) {
	hooks := map[string]func(*Push, func(Reply)){
		"of Receive":    func(p *Push, fn func(Reply)) { p.Receive("ok", fn) },
		"of OnComplete": func(p *Push, fn func(Reply)) { p.OnComplete(fn) },
	}
	for name, set := range hooks {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, peer := newPeer(t).connect(func(c *Config) { c.ManualDispatch = true })
				c := peer.join(s, "room:1")
				push := pushing(t, c, "ask", nil)
				peer.reply(peer.expect("room:1", "ask"), "ok", "1")
				synctest.Wait()
				s.Dispatch(0)

				var got recorder[string]
				c.OnMessage(func(m *Message) { got.add(m.Event) })
				peer.push("", "room:1", "before", `{}`)
				synctest.Wait()
				set(push, func(r Reply) { got.add("hook " + r.Response.String()) })
				peer.push("", "room:1", "after", `{}`)
				require.Empty(t, got.take(), "before Dispatch")
				s.Dispatch(0)
				require.Equal(t, []string{"before", "hook 1", "after"}, got.take())

				require.NoError(t, s.Close())
				set(push, func(r Reply) { got.add("hook " + r.Response.String()) })
				require.Empty(t, got.take(), "before Dispatch")
				s.Dispatch(0)
				require.Equal(t, []string{"hook 1"}, got.take(), "of a closed socket")
			})
		})
	}
}

func TestHookOfAJoinHearsTheOutcomesInTheirOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(func(c *Config) { c.ManualDispatch = true })
		_, join := joining(t, s, "room:1", nil)
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "1")
		synctest.Wait()
		s.Dispatch(0)
		peer.drop()
		peer = p.accept()
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "2")
		synctest.Wait() // queued, not delivered

		var got recorder[string]
		join.Receive("ok", func(r Reply) { got.add(r.Response.String()) })
		s.Dispatch(0)
		require.Equal(t, []string{"1", "2"}, got.take())
		s.Dispatch(0)
		require.Empty(t, got.take(), "once")
	})
}

func TestPanicInAHookOfACompletedPushIsCaught(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		panics := make(chan any, 1)
		s, peer := newPeer(t).connect(func(c *Config) { c.OnPanic = func(value any, _ []byte) { panics <- value } })
		push := pushing(t, peer.join(s, "room:1"), "ask", nil)
		peer.reply(peer.expect("room:1", "ask"), "ok", `{}`)
		time.Sleep(time.Millisecond)
		var got recorder[string]
		push.Receive("ok", func(Reply) { panic("oops") }).Receive("ok", func(Reply) { got.add("next") })
		require.Equal(t, []string{"next"}, got.take())
		require.Equal(t, "oops", <-panics)
	})
}
