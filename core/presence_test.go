package core

import (
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// present returns the refs of all metas: "key:ref,ref key:ref".
func present(p *Presence) string {
	text := ""
	for _, key := range p.Keys() {
		if text != "" {
			text += " "
		}
		text += key
		for i, meta := range p.Get(key).Metas {
			text += []string{":", ","}[min(i, 1)] + meta.Ref
		}
	}
	return text
}

// presenceDiff is the payload of a diff, as the server writes it.
func presenceDiff(joins, leaves string) string {
	return `{"joins":` + joins + `,"leaves":` + leaves + `}`
}

// user is a presence state of one key with metas with these refs.
func user(key string, refs ...string) string {
	text := `{` + string(appendString(nil, key)) + `:{"metas":[`
	for i, ref := range refs {
		if i > 0 {
			text += ","
		}
		text += `{"phx_ref":"` + ref + `"}`
	}
	return text + `]}}`
}

func TestPresenceFollowsItsChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c, _ := joining(t, s, "room:1", nil)
		p := NewPresence(c, PresenceEvents{})
		log := logPresence(p)
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		peer.push(c.JoinRef(), "room:1", "presence_state", `{"u1":{"metas":[{"phx_ref":"1"}]},"u2":{"metas":[{"phx_ref":"2"}]}}`)
		synctest.Wait()
		require.Equal(t, "u1:1 u2:2", present(p))
		peer.push("", "room:1", "presence_diff", presenceDiff(`{}`, user("u1", "1")))
		synctest.Wait()
		require.Equal(t, "u2:2", present(p))
		require.Equal(t, []string{
			`join u1: nobody + {"metas":[{"phx_ref":"1"}]}`, `join u2: nobody + {"metas":[{"phx_ref":"2"}]}`, "sync",
			`leave u1: {"metas":[]} - {"metas":[{"phx_ref":"1"}]}`, "sync",
		}, log.take())
	})
}

func TestDiffsWaitForTheState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		p := NewPresence(c, PresenceEvents{})
		log := logPresence(p)
		peer.push("", "room:1", "presence_diff", presenceDiff(`{}`, user("u2", "2")))
		peer.push("", "room:1", "presence_diff", presenceDiff(user("u3", "3"), `{}`))
		require.Empty(t, log.take())
		require.Empty(t, present(p))
		peer.push(c.JoinRef(), "room:1", "presence_state", `{"u1":{"metas":[{"phx_ref":"1"}]},"u2":{"metas":[{"phx_ref":"2"}]}}`)
		require.Equal(t, []string{
			`join u1: nobody + {"metas":[{"phx_ref":"1"}]}`, `join u2: nobody + {"metas":[{"phx_ref":"2"}]}`,
			`leave u2: {"metas":[]} - {"metas":[{"phx_ref":"2"}]}`, `join u3: nobody + {"metas":[{"phx_ref":"3"}]}`, "sync",
		}, log.take())
		require.Equal(t, "u1:1 u3:3", present(p))
	})
}

// As the recording presence shows, after a join the client's own diff arrives before the state,
// which includes it as well.
func TestOwnDiffBeforeTheStateJoinsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		p := NewPresence(c, PresenceEvents{})
		log := logPresence(p)
		peer.push("", "room:1", "presence_diff", presenceDiff(user("me", "1"), `{}`))
		peer.push(c.JoinRef(), "room:1", "presence_state", user("me", "1"))
		require.Equal(t, []string{`join me: nobody + {"metas":[{"phx_ref":"1"}]}`, "sync"}, log.take())
		require.Equal(t, "me:1", present(p))
	})
}

func TestDiffsOfARejoinWaitForItsState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		c := peer.join(s, "room:1")
		presence := NewPresence(c, PresenceEvents{})
		log := logPresence(presence)
		peer.push("", "room:1", "presence_diff", presenceDiff(user("never", "0"), `{}`)) // its state never arrives
		synctest.Wait()
		peer.drop()
		peer = p.accept()
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		synctest.Wait()
		peer.push(c.JoinRef(), "room:1", "presence_state", `{"u1":{"metas":[{"phx_ref":"1"}]},"u2":{"metas":[{"phx_ref":"2"}]}}`)
		require.Len(t, log.take(), 3, "the diff of the join before is void: the state has it all")
		require.Equal(t, "u1:1 u2:2", present(presence))

		peer.drop()
		synctest.Wait()
		require.Equal(t, "u1:1 u2:2", present(presence), "the list stays while the connection is away")
		peer = p.accept()
		join := peer.expect("room:1", "phx_join")
		peer.push("", "room:1", "presence_diff", presenceDiff(user("u3", "3"), user("u1", "1")))
		peer.reply(join, "ok", "{}")
		require.Empty(t, log.take())
		require.Equal(t, "u1:1 u2:2", present(presence))
		peer.push(c.JoinRef(), "room:1", "presence_state", `{"u1":{"metas":[{"phx_ref":"1"}]},"u4":{"metas":[{"phx_ref":"4"}]}}`)
		require.Equal(t, []string{
			`join u4: nobody + {"metas":[{"phx_ref":"4"}]}`, `leave u2: {"metas":[]} - {"metas":[{"phx_ref":"2"}]}`,
			`join u3: nobody + {"metas":[{"phx_ref":"3"}]}`, `leave u1: {"metas":[]} - {"metas":[{"phx_ref":"1"}]}`, "sync",
		}, log.take())
		require.Equal(t, "u4:4 u3:3", present(presence))
	})
}

func TestPresenceOfTheSameAfterARejoinTellsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		c := peer.join(s, "room:1")
		log := logPresence(NewPresence(c, PresenceEvents{}))
		peer.push(c.JoinRef(), "room:1", "presence_state", user("u", "1", "2"))
		require.Len(t, log.take(), 2)
		peer.drop()
		peer = p.accept()
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		synctest.Wait()
		peer.push(c.JoinRef(), "room:1", "presence_state", user("u", "1", "2"))
		require.Equal(t, []string{"sync"}, log.take())
	})
}

func TestPresenceWithEventsOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		own := NewPresence(c, PresenceEvents{State: "the_state", Diff: "the_diff"})
		half := NewPresence(c, PresenceEvents{State: "half_state"})
		peer.push(c.JoinRef(), "room:1", "the_state", user("u1", "1"))
		peer.push("", "room:1", "the_diff", presenceDiff(user("u2", "2"), `{}`))
		peer.push(c.JoinRef(), "room:1", "half_state", user("h", "1"))
		peer.push(c.JoinRef(), "room:1", "presence_state", user("x", "1"))
		peer.push("", "room:1", "presence_diff", presenceDiff(user("y", "2"), `{}`))
		synctest.Wait()
		require.Equal(t, "u1:1 u2:2", present(own))
		require.Equal(t, "h:1 y:2", present(half))
	})
}

func TestMalformedPresenceIsReportedAndSkipped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		p := NewPresence(c, PresenceEvents{})
		log := logPresence(p)
		var errs recorder[error]
		s.OnError(errs.add)
		peer.push(c.JoinRef(), "room:1", "presence_state", user("u1", "1"))
		require.Len(t, log.take(), 2)

		peer.push(c.JoinRef(), "room:1", "presence_state", `{"u1":7}`)
		peer.push("", "room:1", "presence_diff", `{"joins":[]}`)
		peer.write(2, serverBinary(binaryBroadcast, Message{Topic: "room:1", Event: "presence_diff", Payload: BinaryPayload([]byte{1})}))
		got := errs.take()
		require.Len(t, got, 3)
		for _, err := range got {
			require.ErrorContains(t, err, "malformed presence")
			require.ErrorContains(t, err, `"room:1"`)
		}
		require.Equal(t, 3, s.Statistics().MalformedMessages)
		require.Empty(t, log.take())

		peer.push("", "room:1", "presence_diff", presenceDiff(user("u2", "2"), `{}`))
		require.Len(t, log.take(), 2)
		require.Equal(t, "u1:1 u2:2", present(p))
		require.Equal(t, ChannelJoined, c.State())
	})
}

func TestErrorOfAPresenceStandsWhereItsMessageDid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(func(c *Config) { c.ManualDispatch = true })
		c, err := s.Channel("room:1", nil)
		require.NoError(t, err)
		_, err = c.Join()
		require.NoError(t, err)
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		NewPresence(c, PresenceEvents{})
		var told recorder[string]
		c.OnMessage(func(m *Message) { told.add(m.Event) })
		s.OnError(func(error) { told.add("error") })
		push, err := c.Push("e", nil)
		require.NoError(t, err)
		push.OnComplete(func(r Reply) { told.add(r.Status) })
		asked := peer.expect("room:1", "e")
		synctest.Wait()
		s.Dispatch(0)
		told.take()

		peer.push("", "room:1", "presence_state", `[]`)
		peer.push("", "room:1", "next", `{}`)
		peer.reply(asked, "ok", `{}`)
		synctest.Wait()
		s.Dispatch(0)
		require.Equal(t, []string{"presence_state", "error", "next", "phx_reply", "ok"}, told.take())
	})
}

func TestMalformedDiffThatWaitedSpoilsNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		p := NewPresence(c, PresenceEvents{})
		var errs recorder[error]
		s.OnError(errs.add)
		peer.push("", "room:1", "presence_diff", `{"joins":7}`)
		peer.push("", "room:1", "presence_diff", presenceDiff(user("u2", "2"), `{}`))
		peer.push(c.JoinRef(), "room:1", "presence_state", user("u1", "1"))
		require.Len(t, errs.take(), 1)
		require.Equal(t, "u1:1 u2:2", present(p))
	})
}

func TestDiffsThatWaitForAStateThatNeverComesAreLimited(t *testing.T) {
	for name, test := range map[string]struct{ diffs, bytes, kept int }{
		"in number":                  {maxHeldDiffs + 10, 60, maxHeldDiffs/2 + 10},
		"in bytes":                   {24, 100_000, 9},
		"but one over all is kept":   {1, 2_000_000, 1},
		"and takes what came before": {3, 2_000_000, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, peer := newPeer(t).connect(func(c *Config) { c.MaxQueuedBytes = 1_000_000 })
				c := peer.join(s, "room:1")
				p := NewPresence(c, PresenceEvents{})
				for i := range test.diffs {
					key := "u" + strconv.Itoa(i)
					peer.push("", "room:1", "presence_diff", presenceDiff(user(key+strings.Repeat("-", test.bytes), "1"), `{}`))
				}
				synctest.Wait()
				p.mu.Lock()
				require.Equal(t, test.kept, len(p.waiting))
				require.Contains(t, string(p.waiting[test.kept-1].raw[:30]), "u"+strconv.Itoa(test.diffs-1)+"-", "the latest")
				p.mu.Unlock()
				peer.push(c.JoinRef(), "room:1", "presence_state", `{}`)
				synctest.Wait()
				require.Len(t, p.Keys(), test.kept)
				require.Zero(t, p.held)
			})
		})
	}
}

// A game ported from another client may itself call SyncState and SyncDiff for a presence that
// follows a channel.
func TestSyncingByHandAsWellTellsEachChangeOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		p := NewPresence(c, PresenceEvents{})
		var changes recorder[int]
		p.OnChange(func(joins, leaves []PresenceChange) { changes.add(len(joins) - len(leaves)) })
		c.On("presence_state", func(m *Message) { require.NoError(t, p.SyncState(m.Payload.JSON())) })
		c.On("presence_diff", func(m *Message) { require.NoError(t, p.SyncDiff(m.Payload.JSON())) })
		peer.push(c.JoinRef(), "room:1", "presence_state", user("u1", "1", "2"))
		peer.push("", "room:1", "presence_diff", presenceDiff(user("u2", "3"), `{}`))
		peer.push("", "room:1", "presence_diff", presenceDiff(`{}`, user("u1", "1")))
		require.Equal(t, []int{1, 1, -1}, changes.take())
		require.Equal(t, "u1:2 u2:3", present(p))
	})
}

func TestClearForgetsAndTheNextStateBringsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		p := NewPresence(c, PresenceEvents{})
		log := logPresence(p)
		peer.push(c.JoinRef(), "room:1", "presence_state", user("u1", "1"))
		require.Len(t, log.take(), 2)
		left := p.Clear()
		require.Len(t, left, 1)
		require.Equal(t, "u1", left[0].Key)
		require.Empty(t, left[0].Current.Metas, "nothing remains")
		require.Equal(t, "1", left[0].Changed.Metas[0].Ref)
		require.Empty(t, p.Clear(), "nobody is left to leave")
		require.Empty(t, p.Keys())
		require.Equal(t, "{}", string(p.JSON()))
		require.Empty(t, log.take(), "nobody is told")
		peer.push("", "room:1", "presence_diff", presenceDiff(user("u2", "2"), `{}`))
		synctest.Wait()
		require.Equal(t, "u2:2", present(p))
		peer.push(c.JoinRef(), "room:1", "presence_state", user("u1", "1"))
		synctest.Wait()
		require.Equal(t, "u1:1", present(p))
	})
}

func TestPresenceHandlersMayCallBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		p := NewPresence(c, PresenceEvents{})
		var seen recorder[string]
		var joins Subscription
		joins = p.OnJoin(func(key string, _, _ *PresenceEntry) {
			seen.add(key + " of " + present(p))
			joins.Cancel()
			leaving(t, c)
		})
		p.OnSync(func() { seen.add(string(p.JSON())) })
		peer.push(c.JoinRef(), "room:1", "presence_state", user("u1", "1"))
		require.Equal(t, []string{"u1 of u1:1", user("u1", "1")}, seen.take())
		peer.expect("room:1", "phx_leave")
	})
}

func TestPresenceMayBeAskedFromAnyGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		p := NewPresence(c, PresenceEvents{})
		done := make(chan struct{})
		go func() {
			defer close(done)
			for range 50 {
				for _, key := range p.Keys() {
					if entry := p.Get(key); entry != nil {
						entry.JSON()
					}
				}
				p.JSON()
				p.OnSync(func() {}).Cancel()
				time.Sleep(time.Millisecond)
			}
		}()
		for range 50 {
			peer.push(c.JoinRef(), "room:1", "presence_state", user("u1", "1", "2"))
			peer.push("", "room:1", "presence_diff", presenceDiff(user("u2", "3"), user("u1", "1")))
			time.Sleep(time.Millisecond)
		}
		<-done
		require.Equal(t, "u1:2 u2:3", present(p))
	})
}

func TestPresenceHandlersAddUp(t *testing.T) {
	p := NewPresence(nil, PresenceEvents{})
	var told recorder[string]
	var subscriptions []Subscription
	for _, name := range []string{"first", "second"} {
		tell := func(key string, _, _ *PresenceEntry) { told.add(name + " " + key) }
		subscriptions = append(subscriptions, p.OnJoin(tell), p.OnLeave(tell), p.OnSync(func() { told.add(name) }),
			p.OnChange(func(_, _ []PresenceChange) { told.add(name + " change") }))
	}
	require.NoError(t, p.SyncState([]byte(user("u1", "1"))))
	require.Equal(t, []string{"first change", "second change", "first u1", "second u1", "first", "second"}, told.all())
	for _, subscription := range subscriptions {
		subscription.Cancel()
	}
	require.NoError(t, p.SyncState([]byte(`{}`)))
	require.Len(t, told.all(), 6, "nobody is told any more")
}

func TestPresenceMovedBetweenChannelsLeavesNoHandlersBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		first, second := peer.join(s, "room:1"), peer.join(s, "room:2")
		p := NewPresence(first, PresenceEvents{})
		push := func(c *Channel, event, payload string) {
			peer.push(c.JoinRef(), c.Topic(), event, payload)
			synctest.Wait()
		}
		push(first, "presence_state", user("u1", "1"))
		for range 3 {
			p.Follow(second)
			p.Follow(nil)
			p.Follow(first)
		}
		require.Empty(t, second.bindings)
		require.Len(t, first.bindings, 2)
		require.Len(t, first.bindings["presence_diff"], 1)
		push(first, "presence_diff", presenceDiff(user("u2", "2"), `{}`))
		require.Equal(t, "u1:1 u2:2", present(p), "it still has the state of the first channel's join")

		p.Follow(second)
		push(first, "presence_diff", presenceDiff(user("u3", "3"), `{}`))
		push(second, "presence_diff", presenceDiff(user("u4", "4"), `{}`))
		require.Equal(t, "u1:1 u2:2", present(p), "the diff waits for the state of the second")
		push(second, "presence_state", user("u2", "2"))
		require.Equal(t, "u2:2 u4:4", present(p))
	})
}

func TestPresenceSyncedByHandGoesOnWithTheDiffsOfTheChannelThatItFollows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		p := NewPresence(nil, PresenceEvents{})
		require.NoError(t, p.SyncState([]byte(user("u1", "1"))))
		p.Follow(c)
		peer.push("", "room:1", "presence_diff", presenceDiff(user("u2", "2"), `{}`))
		synctest.Wait()
		require.Equal(t, "u1:1 u2:2", present(p))

		p.Clear()
		peer.push("", "room:1", "presence_diff", presenceDiff(user("u3", "3"), `{}`))
		synctest.Wait()
		require.Equal(t, "u3:3", present(p))
	})
}
