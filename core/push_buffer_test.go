package core

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPushesWaitForTheJoinAndGoOutInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c, _ := joining(t, s, "room:1", nil)
		var pushes []*Push
		for i := range 20 {
			pushes = append(pushes, pushing(t, c, "n", i))
			require.Empty(t, pushes[i].Ref(), "not sent yet")
		}
		join := peer.expect("room:1", "phx_join")
		time.Sleep(5 * time.Second)
		peer.silent()
		require.Equal(t, 20, s.Statistics().BufferedPushes)
		peer.reply(join, "ok", "{}")
		for i := range 20 {
			m := peer.expect("room:1", "n")
			require.Equal(t, wire{c.JoinRef(), pushes[i].Ref(), "room:1", "n", strconv.Itoa(i)}, m)
			peer.reply(m, "ok", strconv.Itoa(i))
		}
		for _, push := range pushes {
			require.Equal(t, "ok", statusOf(push))
		}
		peer.silent()
		require.Zero(t, s.Statistics().BufferedPushes)
		require.Zero(t, s.Statistics().BufferedBytes)
	})
}

func TestPushesMadeInTheJoinsHandlersComeAfterThoseThatWaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c, join := joining(t, s, "room:1", nil)
		pushing(t, c, "first", nil)
		join.Receive("ok", func(Reply) { pushing(t, c, "second", nil) })
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		peer.expect("room:1", "first")
		peer.expect("room:1", "second")
	})
}

func TestPushThatTimedOutWhileItWaitedIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(func(c *Config) { c.HeartbeatInterval = time.Hour })
		c, _ := joining(t, s, "room:1", nil)
		timeouts := []time.Duration{time.Second, time.Minute, 2 * time.Second, 3 * time.Second, time.Minute}
		var pushes []*Push
		for i, timeout := range timeouts {
			push, err := c.PushTimeout("n", i, timeout)
			require.NoError(t, err)
			pushes = append(pushes, push)
		}
		join := peer.expect("room:1", "phx_join")
		time.Sleep(5 * time.Second)
		for i, timeout := range timeouts {
			require.Equal(t, timeout < 5*time.Second, statusOf(pushes[i]) == StatusTimeout)
		}
		require.Equal(t, 2, s.Statistics().BufferedPushes)
		peer.reply(join, "ok", "{}")
		for _, i := range []int{1, 4} {
			m := peer.expect("room:1", "n")
			require.Equal(t, strconv.Itoa(i), m.Payload)
			peer.reply(m, "ok", "{}")
			require.Equal(t, "ok", statusOf(pushes[i]))
		}
		peer.silent()
	})
}

func TestPushTimeoutBeginsAnewWithTheSending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c, _ := joining(t, s, "room:1", nil)
		push := pushing(t, c, "ask", nil)
		time.Sleep(9 * time.Second)
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		time.Sleep(9 * time.Second)
		require.Empty(t, statusOf(push))
		peer.reply(peer.expect("room:1", "ask"), "ok", "{}")
		require.Equal(t, "ok", statusOf(push))
		require.Equal(t, 9*time.Second, push.RoundTrip(), "measured from the sending")
	})
}

func TestPushesStayBufferedWhileTheJoinIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c, _ := joining(t, s, "room:1", nil)
		push := pushing(t, c, "ask", nil)
		peer.reply(peer.expect("room:1", "phx_join"), "error", "{}")
		peer.silent()
		require.Equal(t, 1, s.Statistics().BufferedPushes)
		meanwhile := pushing(t, c, "meanwhile", nil)
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		peer.reply(peer.expect("room:1", "ask"), "ok", "{}")
		peer.reply(peer.expect("room:1", "meanwhile"), "ok", "{}")
		require.Equal(t, []string{"ok", "ok"}, []string{statusOf(push), statusOf(meanwhile)})
	})
}

func TestPushesOfACrashedChannelWaitForTheRejoin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		lost := pushing(t, c, "crash", nil)
		peer.expect("room:1", "crash")
		peer.push(c.JoinRef(), "room:1", "phx_error", `{}`)
		synctest.Wait()
		asked := pushing(t, c, "ask", nil)
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		m := peer.expect("room:1", "ask")
		require.Equal(t, c.JoinRef(), m.JoinRef)
		peer.reply(m, "ok", "{}")
		require.Equal(t, "ok", statusOf(asked))
		time.Sleep(10 * time.Second)
		require.Equal(t, StatusTimeout, statusOf(lost), "what the server has seen is not sent again")
		peer.silent()
	})
}

func TestPushesUnsentAtACrashGoOutUnderTheRejoin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(func(c *Config) { c.HeartbeatInterval = time.Hour })
		c, other := peer.join(s, "room:1"), peer.join(s, "room:2")
		stale := c.JoinRef()
		resume := peer.stopReading()
		read := pushing(t, c, "n", 0)
		writing := pushing(t, c, "n", 1)
		synctest.Wait()
		late, err := c.PushTimeout("late", nil, 500*time.Millisecond)
		require.NoError(t, err)
		pushing(t, other, "other", nil)
		var pushes []*Push
		for i := range 3 {
			pushes = append(pushes, pushing(t, c, "n", i+2))
		}
		buffered := s.Statistics()
		require.Equal(t, 5, buffered.BufferedPushes)

		peer.push(stale, "room:1", "phx_error", "{}")
		synctest.Wait()
		require.Equal(t, ChannelErrored, c.State())
		require.Equal(t, buffered.BufferedBytes, s.Statistics().BufferedBytes, "they wait as before")
		pushes = append(pushes, pushing(t, c, "n", 5))
		time.Sleep(500 * time.Millisecond)
		require.Equal(t, StatusTimeout, statusOf(late))
		resume()
		peer.expect("room:1", "n")
		peer.expect("room:1", "n")
		peer.reply(peer.expect("room:2", "other"), "ok", "{}")
		peer.reply(peer.expect("room:1", "phx_join"), "error", "{}") // refused once: the pushes stay buffered
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		for i, push := range pushes {
			m := peer.expect("room:1", "n")
			require.Equal(t, wire{c.JoinRef(), push.Ref(), "room:1", "n", strconv.Itoa(i + 2)}, m)
			peer.reply(m, "ok", "{}")
			require.Equal(t, "ok", statusOf(push))
		}
		time.Sleep(time.Minute)
		peer.silent()
		require.Equal(t, []string{StatusTimeout, StatusTimeout}, []string{statusOf(read), statusOf(writing)}, "not sent twice")
		n := s.Statistics()
		require.Zero(t, n.BufferedPushes+n.BufferedBytes+n.PendingPushes, "%+v", n)
	})
}

func TestPushesWrittenBeforeTheConnectionWasLostAreNotSentTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		c := peer.join(s, "room:1")
		written := pushing(t, c, "written", nil)
		peer.expect("room:1", "written")
		peer.drop()
		synctest.Wait()
		waiting := pushing(t, c, "waits", nil)
		next := p.accept()
		next.reply(next.expect("room:1", "phx_join"), "ok", "{}")
		next.reply(next.expect("room:1", "waits"), "ok", "{}")
		require.Equal(t, "ok", statusOf(waiting))
		time.Sleep(10 * time.Second)
		next.silent()
		require.Equal(t, StatusTimeout, statusOf(written))
		require.Equal(t, 0, s.Statistics().LateReplies)
	})
}

func TestPushesUnsentWhenTheConnectionWasLostAreSentAfterTheRejoin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		a, b := peer.join(s, "room:a"), peer.join(s, "room:b")
		stop := peer.stopReading()
		defer stop()
		var pushes []*Push
		for i := range 6 {
			pushes = append(pushes, pushing(t, []*Channel{a, b}[i%2], "n", i))
		}
		synctest.Wait() // the first was read, the second is being written
		require.Equal(t, 4, s.Statistics().BufferedPushes)
		peer.drop()
		next := p.accept()
		next.reply(next.expect("room:a", "phx_join"), "ok", "{}")
		next.reply(next.expect("room:b", "phx_join"), "ok", "{}")
		var got []string
		for range 4 {
			m := next.nextMessage()
			got = append(got, m.Topic+m.Payload)
			next.reply(m, "ok", "{}")
		}
		require.Equal(t, []string{"room:a2", "room:a4", "room:b3", "room:b5"}, got, "in the order of each channel")
		for _, push := range pushes[2:] {
			require.Equal(t, "ok", statusOf(push))
		}
		time.Sleep(10 * time.Second)
		require.Equal(t, StatusTimeout, statusOf(pushes[0]))
		require.Equal(t, StatusTimeout, statusOf(pushes[1]), "begun to be written: not sent twice")
		next.silent()
	})
}

func TestPushesThatTimedOutBeforeTheConnectionWasLostAreNotSentAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		c := peer.join(s, "room:1")
		stop := peer.stopReading()
		defer stop()
		pushing(t, c, "read", nil)
		pushing(t, c, "being written", nil)
		synctest.Wait()
		late, err := c.PushTimeout("late", nil, time.Second)
		require.NoError(t, err)
		waiting := pushing(t, c, "waits", nil)
		time.Sleep(2 * time.Second)
		require.Equal(t, StatusTimeout, statusOf(late))
		peer.drop()
		next := p.accept()
		next.reply(next.expect("room:1", "phx_join"), "ok", "{}")
		next.reply(next.expect("room:1", "waits"), "ok", "{}")
		require.Equal(t, "ok", statusOf(waiting))
		next.silent()
		require.Equal(t, 2, s.Statistics().PendingPushes, "those that were written")
		time.Sleep(10 * time.Second)
		require.Zero(t, s.Statistics().PendingPushes)
	})
}

func TestPushesUnsentGoBeforeThoseMadeMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		c := peer.join(s, "room:1")
		stop := peer.stopReading()
		defer stop()
		for i := range 4 {
			pushing(t, c, "n", i)
			synctest.Wait()
		}
		p.refuse(503)
		peer.drop()
		synctest.Wait()
		pushing(t, c, "n", 4)
		p.refuse(0)
		next := p.accept()
		next.reply(next.expect("room:1", "phx_join"), "ok", "{}")
		for _, want := range []string{"2", "3", "4"} {
			require.Equal(t, want, next.expect("room:1", "n").Payload)
		}
	})
}

func TestRawPushesUnsentWhenTheConnectionWasLostGoOverTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		stop := peer.stopReading()
		defer stop()
		raw := func(n int) {
			require.NoError(t, s.Push(Message{Topic: "t", Event: "e", Payload: JSONPayload([]byte(strconv.Itoa(n)))}))
		}
		for n := range 4 { // one is read, one is being written
			raw(n)
		}
		synctest.Wait()
		p.refuse(503)
		peer.drop()
		synctest.Wait()
		raw(4)
		p.refuse(0)
		next := p.accept()
		for _, want := range []string{"2", "3", "4"} {
			require.Equal(t, want, next.expect("t", "e").Payload)
		}
		next.silent()
		require.Zero(t, s.Statistics().BufferedBytes)
	})
}

func TestPushesThatTimedOutBeforeTheyWereWrittenAreNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(func(c *Config) { c.HeartbeatInterval = time.Hour })
		c := peer.join(s, "room:1")
		resume := peer.stopReading()
		pushing(t, c, "read", nil)
		pushing(t, c, "being written", nil)
		late, err := c.PushTimeout("late", nil, time.Second)
		require.NoError(t, err)
		time.Sleep(2 * time.Second)
		require.Equal(t, StatusTimeout, statusOf(late))
		pushing(t, c, "next", nil)
		resume()
		peer.expect("room:1", "read")
		peer.expect("room:1", "being written")
		peer.expect("room:1", "next")
		peer.silent()
		require.Zero(t, s.Statistics().BufferedPushes)
	})
}

func TestBufferOfPushesIsLimitedByCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(func(c *Config) { c.MaxBufferedPushes = 3 })
		a, _ := joining(t, s, "room:a", nil)
		b, _ := joining(t, s, "room:b", nil)
		pushing(t, a, "n", 0)
		pushing(t, b, "n", 1)
		require.NoError(t, s.Push(Message{Topic: "room:c", Event: "raw"}))
		synctest.Wait() // that one is written immediately
		pushing(t, a, "n", 2)
		push, err := b.Push("over", nil)
		require.Nil(t, push)
		require.ErrorIs(t, err, ErrBufferFull)
		for _, part := range []string{"MaxBufferedPushes", "3 pushes", `"over"`, `"room:b"`} {
			require.ErrorContains(t, err, part)
		}
		require.ErrorIs(t, s.Push(Message{Topic: "room:c", Event: "raw"}), ErrBufferFull)
		require.Equal(t, 3, s.Statistics().BufferedPushes)

		peer.reply(peer.expect("room:a", "phx_join"), "ok", "{}")
		synctest.Wait()
		require.Equal(t, 1, s.Statistics().BufferedPushes, "room again")
		pushing(t, b, "n", 3)
		for i := range 1000 { // pushes that are sent immediately do not fill the buffer
			pushing(t, a, "n", i)
			synctest.Wait()
		}
	})
}

func TestBufferOfPushesIsLimitedByBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(func(c *Config) { c.MaxBufferedBytes = 1000 })
		c, _ := joining(t, s, "room:1", nil)
		first := pushing(t, c, "e", make([]byte, 500))
		before := s.Statistics().BufferedBytes
		require.Greater(t, before, 500)
		_, err := c.Push("e", make([]byte, 500))
		require.ErrorIs(t, err, ErrBufferFull)
		require.ErrorContains(t, err, "MaxBufferedBytes")
		require.ErrorContains(t, err, "1000")
		require.Equal(t, before, s.Statistics().BufferedBytes)
		pushing(t, c, "e", make([]byte, 100))

		time.Sleep(9 * time.Second)
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		synctest.Wait()
		require.Zero(t, s.Statistics().BufferedBytes)
		require.NotEmpty(t, first.Ref())
		_, err = c.Push("e", make([]byte, 1001))
		require.ErrorIs(t, err, ErrInvalidPayload, "it could never be sent")
		require.ErrorContains(t, err, "it has 1001 bytes, and at most 1000 can be queued")
	})
}

func TestRoomInTheBufferComesBackWhateverEndsAPush(t *testing.T) {
	ends := map[string]func(t *testing.T, c *Channel){
		"timeout": func(*testing.T, *Channel) { time.Sleep(10 * time.Second) },
		"leave":   func(t *testing.T, c *Channel) { leaving(t, c) },
		"close":   func(t *testing.T, c *Channel) { require.NoError(t, c.Socket().Close()) },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newPeer(t).socket(nil)
				c, _ := joining(t, s, "room:1", nil)
				push := pushing(t, c, "e", "payload")
				require.NoError(t, s.Push(Message{Topic: "room:2", Event: "raw"}))
				require.Equal(t, 2, s.Statistics().BufferedPushes)
				end(t, c)
				require.NotEmpty(t, statusOf(push))
				raw := 1 // the message of Socket.Push stays buffered
				if name == "close" {
					raw = 0
				}
				require.Equal(t, raw, s.Statistics().BufferedPushes)
				require.Equal(t, raw == 0, s.Statistics().BufferedBytes == 0)
			})
		})
	}
}
