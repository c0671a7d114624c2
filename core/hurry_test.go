package core

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// tries returns the times at which attempts start, relative to the first.
func tries(closes []CloseEvent) (all []time.Duration) {
	at := time.Duration(0)
	for _, e := range closes {
		at += e.RetryIn
		all = append(all, at)
	}
	return all
}

func TestChannelInAHurryIsBackSoonAfterTheOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		c := peer.join(s, "room:1")
		c.SetHurry(30 * time.Second)
		var closes recorder[CloseEvent]
		s.OnClose(closes.add)
		for range 10 { // more attempts than the usual limit would allow
			p.network.fail(errors.New("no network"))
			peer.drop()
			time.Sleep(20 * time.Second)
			p.network.fail(nil)
			began := time.Now()
			peer = p.accept()
			peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
			require.LessOrEqual(t, time.Since(began), hurryStep)
			time.Sleep(minHurryLife)
		}
		for _, e := range closes.take() {
			require.LessOrEqual(t, e.RetryIn, hurryStep)
		}
	})
}

func TestHurryEnds(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Channel)
		after  time.Duration
	}{
		"when its time is over":         {func(*Channel) {}, 3 * time.Second},
		"when it is set to 0":           {func(c *Channel) { c.SetHurry(0) }, 0},
		"when the channel is left":      {func(c *Channel) { _, _ = c.Leave() }, 0},
		"before it begins, without one": {func(c *Channel) { c.SetHurry(-1) }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				s, peer := p.connect(nil)
				c := peer.join(s, "room:1")
				c.SetHurry(3 * time.Second)
				var closes recorder[CloseEvent]
				s.OnClose(closes.add)
				p.network.fail(errors.New("no network"))
				peer.drop()
				synctest.Wait()
				test.change(c)
				time.Sleep(time.Minute)
				late := 0
				for _, at := range tries(closes.take()) {
					if at > test.after+5*time.Second {
						late++
					}
				}
				require.LessOrEqual(t, late, 12, "attempts are rare again")
				require.Greater(t, late, 5)
			})
		})
	}
}

func TestChannelThatIsNotJoinedIsInNoHurry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		c, err := s.Channel("room:1", nil)
		require.NoError(t, err)
		c.SetHurry(time.Hour)
		_, err = c.Join()
		require.NoError(t, err)
		var closes recorder[CloseEvent]
		s.OnClose(closes.add)
		p.network.fail(errors.New("no network"))
		peer.drop()
		time.Sleep(time.Minute)
		require.Less(t, len(closes.take()), 25)
	})
}

func TestHurriedAttemptsGiveUpSoonOnASilentNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		c := peer.join(s, "room:1")
		c.SetHurry(time.Minute)
		var errs recorder[string]
		s.OnError(func(err error) { errs.add(err.Error()) })
		p.network.hold(true)
		peer.drop()
		time.Sleep(5 * time.Second)
		require.GreaterOrEqual(t, len(errs.take()), 3)
		p.network.hold(false)
		began := time.Now()
		peer = p.accept()
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		require.LessOrEqual(t, time.Since(began), 500*time.Millisecond)

		p.network.hold(true)
		peer.drop()
		time.Sleep(time.Minute)
		synctest.Wait()
		s.mu.Lock()
		defer s.mu.Unlock()
		require.Greater(t, s.hurriedTries, 5)
		require.Less(t, s.hurriedTries, 30, "each is more patient")
	})
}

func TestHurryWaitsAsLongAsTheServerAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		c := peer.join(s, "room:1")
		c.SetHurry(time.Minute)
		p.refuse(403)
		var closes recorder[CloseEvent]
		s.OnClose(closes.add)
		peer.drop()
		time.Sleep(time.Second)
		all := closes.take()
		require.GreaterOrEqual(t, all[len(all)-1].RetryIn, refusedRetry)
	})
}

func TestServerThatEndsJoinsAtOnceIsNotStormedInAHurry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		c := peer.join(s, "room:1")
		c.SetHurry(30 * time.Second)
		attempts, began := 0, time.Now()
		for ; time.Since(began) < 10*time.Minute; attempts++ {
			peer.drop()
			peer = p.accept()
			peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
			synctest.Wait()
		}
		require.Less(t, attempts, int(30*time.Second/hurryStep)+30+12*10)
	})
}
