package core

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// crowd returns a state of count keys, each with one meta.
func crowd(first, count int, ref string) string {
	users := make([]string, count)
	for i := range users {
		key := strconv.Itoa(first + i)
		users[i] = `"user:` + key + `":{"metas":[{"phx_ref":"` + ref + key + `","filler":"` + strings.Repeat("-", 40) + `"}]}`
	}
	return "{" + strings.Join(users, ",") + "}"
}

// follower is a presence in parts with the list that a game would build from the parts.
type follower struct {
	*Presence
	t        *testing.T
	present  map[string]int // metas by key
	parts    []*PresencePart
	synced   int
	kept     atomic.Int64 // prepared values not yet released
	preparer func(*PresencePart)
	onPart   func(*PresencePart)
}

type keptValue struct{ follower *follower }

func (k keptValue) Release() { k.follower.kept.Add(-1) }

func follow(t *testing.T, c *Channel) *follower {
	f := &follower{Presence: NewPresence(c, PresenceEvents{}), t: t, present: map[string]int{}}
	f.InParts(PresenceParts{
		Prepare: func() func(*PresencePart) {
			return func(part *PresencePart) {
				if f.preparer != nil {
					f.preparer(part)
				}
				f.kept.Add(1)
				part.Prepared = keptValue{f}
			}
		},
		Deliver: f.applyPart,
	})
	f.OnSync(func() { f.synced++ })
	return f
}

// applyPart applies the changes as a game would, and compares the result with the presence's list.
func (f *follower) applyPart(part *PresencePart) {
	require.NotNil(f.t, part.Prepared)
	f.parts = append(f.parts, part)
	for _, change := range part.Joins {
		require.Equal(f.t, f.present[change.Key] == 0, change.Current == nil, change.Key)
		f.present[change.Key] += len(change.Changed.Metas)
	}
	for _, change := range part.Leaves {
		f.present[change.Key] -= len(change.Changed.Metas)
		require.Len(f.t, change.Current.Metas, f.present[change.Key], change.Key)
		if f.present[change.Key] == 0 {
			delete(f.present, change.Key)
		}
	}
	require.Equal(f.t, len(f.present), f.Count())
	for _, change := range part.Now {
		require.Equal(f.t, change.Entry, f.Get(change.Key), change.Key)
	}
	if f.onPart != nil {
		f.onPart(part)
	}
}

// inParts runs a test with a joined channel of a socket with manual dispatch.
func inParts(t *testing.T, test func(*Socket, *peerConn, *Channel, *follower)) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(func(c *Config) { c.ManualDispatch = true })
		c := peer.join(s, "room:1")
		f := follow(t, c)
		s.Dispatch(0)
		test(s, peer, c, f)
		require.NoError(t, s.Close())
		synctest.Wait()
		s.Dispatch(0)
		synctest.Wait()
		require.Zero(t, f.kept.Load(), "values that nobody released")
		require.Zero(t, s.Queued())
	})
}

func TestLargeStateIsToldInPartsAsThereIsRoom(t *testing.T) {
	inParts(t, func(s *Socket, peer *peerConn, c *Channel, f *follower) {
		var heard recorder[string]
		c.OnMessage(func(m *Message) { heard.add(m.Event) })
		peer.push(c.JoinRef(), "room:1", "presence_state", crowd(0, 1100, "a"))
		peer.push("", "room:1", "next", `{}`)
		synctest.Wait()
		require.Equal(t, 1, s.Dispatch(1), "the message")
		synctest.Wait()
		for _, told := range []int{500, 1000} {
			require.Equal(t, 500, s.Dispatch(500))
			require.Len(t, f.present, told)
			require.Equal(t, told, f.Count())
			require.Equal(t, []string{"presence_state"}, heard.all(), "what came later waits")
			require.Zero(t, f.synced)
			require.Positive(t, s.Queued())
		}
		require.Equal(t, 100+1, s.Dispatch(500))
		require.Equal(t, 1100, f.Count())
		require.Equal(t, 1, f.synced)
		require.Equal(t, []string{"presence_state", "next"}, heard.take())
		for _, part := range f.parts {
			require.True(t, part.Beside)
			require.LessOrEqual(t, len(part.Joins), maxPartKeys)
		}

		peer.push(c.JoinRef(), "room:1", "presence_state", crowd(0, 1100, "a"))
		synctest.Wait()
		s.Dispatch(1)
		synctest.Wait()
		require.Zero(t, s.Dispatch(1), "the same state tells nobody")
		require.Equal(t, 2, f.synced)
	})
}

// After a restart of the server each key has a new meta.
func TestKeyJoinsAndLeavesInOnePart(t *testing.T) {
	inParts(t, func(s *Socket, peer *peerConn, c *Channel, f *follower) {
		peer.push(c.JoinRef(), "room:1", "presence_state", crowd(0, 1000, "a"))
		synctest.Wait()
		s.Dispatch(0)
		f.parts = nil
		peer.push(c.JoinRef(), "room:1", "presence_state", crowd(300, 1000, "b"))
		synctest.Wait()
		s.Dispatch(0)
		require.Len(t, f.parts, 4+2)
		for _, part := range f.parts[:4] {
			for _, leave := range part.Leaves {
				require.True(t, slices.ContainsFunc(part.Joins, func(j PresenceChange) bool { return j.Key == leave.Key }))
			}
		}
		for _, part := range f.parts[4:] {
			require.Empty(t, part.Joins)
		}
		require.Len(t, f.present, 1000)
		require.Equal(t, 2, f.synced)
	})
}

func TestSmallUpdatesAreToldInOnePart(t *testing.T) {
	inParts(t, func(s *Socket, peer *peerConn, c *Channel, f *follower) {
		peer.push(c.JoinRef(), "room:1", "presence_state", user("u1", "1"))
		peer.push("", "room:1", "presence_diff", presenceDiff(user("u2", "2"), user("u1", "1")))
		synctest.Wait()
		require.Equal(t, 2, s.Dispatch(2), "a message, and who joined")
		require.Equal(t, "u1:1", present(f.Presence))
		require.Equal(t, 1+2, s.Dispatch(2), "a part is told as a whole")
		require.Equal(t, "u2:2", present(f.Presence))
		require.Len(t, f.parts, 2)
		require.False(t, f.parts[1].Beside)
		require.Equal(t, 2, f.synced)
	})
}

func TestDispatchWaitsForNobodyUnlessItIsToDeliverAll(t *testing.T) {
	inParts(t, func(s *Socket, peer *peerConn, c *Channel, f *follower) {
		f.preparer = func(*PresencePart) { time.Sleep(time.Second) }
		peer.push(c.JoinRef(), "room:1", "presence_state", crowd(0, 1000, "a"))
		peer.push("", "room:1", "next", `{}`)
		synctest.Wait()
		began := time.Now()
		s.Dispatch(1 << 30)
		require.Zero(t, s.Dispatch(1<<30))
		require.Zero(t, time.Since(began))
		require.Empty(t, f.present)
		require.Equal(t, 2, s.Queued())
		require.Equal(t, 1000+1, s.Dispatch(0))
		require.Equal(t, 4*time.Second, time.Since(began))
		require.Len(t, f.present, 1000)
	})
}

func TestNothingIsToldAfterAPresenceWasEnded(t *testing.T) {
	for name, end := range map[string]func(*Channel, *follower){
		"cleared":         func(_ *Channel, f *follower) { require.Len(f.t, f.Clear(), 250); clear(f.present) },
		"left":            func(c *Channel, f *follower) { leaving(f.t, c) },
		"given a new one": func(_ *Channel, f *follower) { require.NoError(f.t, f.SyncState([]byte("{}"))) },
	} {
		t.Run(name, func(t *testing.T) {
			inParts(t, func(s *Socket, peer *peerConn, c *Channel, f *follower) {
				f.onPart = func(*PresencePart) {
					f.onPart = nil
					end(c, f)
				}
				peer.push(c.JoinRef(), "room:1", "presence_state", crowd(0, 1000, "a"))
				synctest.Wait()
				s.Dispatch(1)
				synctest.Wait()
				s.Dispatch(1)
				before := present(f.Presence)
				s.Dispatch(0)
				require.Equal(t, before, present(f.Presence))
				require.LessOrEqual(t, len(f.parts), 2)
				require.LessOrEqual(t, f.synced, 1, "of the new one")
			})
		})
	}
}

func TestDiffGoesOnFromAStateThatWasCleared(t *testing.T) {
	inParts(t, func(s *Socket, peer *peerConn, c *Channel, f *follower) {
		peer.push(c.JoinRef(), "room:1", "presence_state", crowd(0, 1000, "a"))
		peer.push("", "room:1", "presence_diff", presenceDiff(user("u1", "1"), `{}`))
		synctest.Wait()
		s.Dispatch(1)
		f.Clear()
		s.Dispatch(0)
		require.Equal(t, "u1:1", present(f.Presence))
		require.Equal(t, 1, f.synced)
	})
}

func TestDiffByHandComesAfterWhatIsBeingTold(t *testing.T) {
	inParts(t, func(s *Socket, peer *peerConn, c *Channel, f *follower) {
		peer.push(c.JoinRef(), "room:1", "presence_state", crowd(0, 1000, "a"))
		synctest.Wait()
		s.Dispatch(1)
		require.NoError(t, f.SyncDiff([]byte(presenceDiff(user("u1", "1"), crowd(0, 999, "a")))))
		require.Equal(t, []string{"user:999", "u1"}, f.Keys())
		require.Equal(t, 2, f.synced)
		require.Zero(t, s.Dispatch(0))
	})
}

func TestMalformedLargeStateIsAnErrorAndChangesNothing(t *testing.T) {
	inParts(t, func(s *Socket, peer *peerConn, c *Channel, f *follower) {
		var errs recorder[error]
		s.OnError(errs.add)
		state := crowd(0, 1000, "a")
		peer.push(c.JoinRef(), "room:1", "presence_state", strings.TrimSuffix(state, "}")+`,"last":{}}`)
		synctest.Wait()
		s.Dispatch(0)
		require.Len(t, errs.take(), 1)
		require.Zero(t, f.Count())
		require.Zero(t, f.synced)
	})
}

func TestPanicInPreparingEndsTheUpdateOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var panics recorder[any]
		s, peer := newPeer(t).connect(func(c *Config) {
			c.ManualDispatch = true
			c.OnPanic = func(v any, _ []byte) { panics.add(v) }
		})
		c := peer.join(s, "room:1")
		p := NewPresence(c, PresenceEvents{})
		parts := 0
		p.InParts(PresenceParts{
			Prepare: func() func(*PresencePart) { return func(*PresencePart) { panic("oops") } },
			Deliver: func(*PresencePart) { parts++ },
		})
		peer.push(c.JoinRef(), "room:1", "presence_state", crowd(0, 1000, "a"))
		synctest.Wait()
		s.Dispatch(0)
		require.Len(t, panics.take(), 4)
		require.Equal(t, 4, parts)
		require.Equal(t, 1000, p.Count())
	})
}

func TestOneKeyWithThousandsOfMetas(t *testing.T) {
	inParts(t, func(s *Socket, peer *peerConn, c *Channel, f *follower) {
		metas := func(first, end int) string {
			var list []string
			for i := first; i < end; i++ {
				list = append(list, `{"phx_ref":"`+strconv.Itoa(i)+`"}`)
			}
			return `{"all":{"metas":[` + strings.Join(list, ",") + `]}}`
		}
		for _, state := range []string{metas(0, 20_000), metas(1, 20_001)} {
			peer.push(c.JoinRef(), "room:1", "presence_state", state)
			synctest.Wait()
			s.Dispatch(0)
		}
		require.Len(t, f.Get("all").Metas, 20_000)
		last := f.parts[len(f.parts)-1]
		require.Len(t, last.Joins[0].Changed.Metas, 1)
		require.Len(t, last.Leaves[0].Changed.Metas, 1)
	})
}

// Whatever arrives, and in whatever portions it is delivered, a presence in parts ends up the same
// as one without parts.
func TestPartsAddUpToTheWhole(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	inParts(t, func(s *Socket, peer *peerConn, c *Channel, f *follower) {
		whole := NewPresence(nil, PresenceEvents{})
		for range 60 {
			count := random.IntN(1500)
			state := crowd(random.IntN(500), count, string(rune('a'+random.IntN(3))))
			if random.IntN(3) == 0 {
				peer.push(c.JoinRef(), "room:1", "presence_state", state)
				require.NoError(t, whole.SyncState([]byte(state)))
			} else {
				diff := presenceDiff(crowd(random.IntN(500), random.IntN(300), "c"), state)
				peer.push("", "room:1", "presence_diff", diff)
				if f.Presence.synced.joinRef != "" || whole.Count() > 0 {
					require.NoError(t, whole.SyncDiff([]byte(diff)))
				}
			}
			synctest.Wait()
			for s.Queued() > 0 && random.IntN(8) > 0 {
				s.Dispatch(1 + random.IntN(600))
				synctest.Wait()
			}
		}
		s.Dispatch(0)
		require.Equal(t, slices.Sorted(slices.Values(whole.Keys())), slices.Sorted(maps.Keys(f.present)))
		for _, key := range whole.Keys() {
			require.Equal(t, fmt.Sprint(whole.Get(key)), fmt.Sprint(f.Get(key)))
		}
	})
}
