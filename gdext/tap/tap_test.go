package tap

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
)

func TestNothingIsSentUntilAnEditorWatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEditor(t)
		e.observe("move", "{}")
		e.send("more", 5)
		time.Sleep(time.Minute)
		require.Empty(t, e.take())
	})
}

func TestAnEditorGetsHelloThenTheTreeThenWhatCameBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEditor(t)
		e.observe("before", `{"n":1}`)
		e.watch(5)
		time.Sleep(batchEvery)
		synctest.Wait()
		got := e.take()
		require.Equal(t, []string{"phoenix:hello", "phoenix:state", "phoenix:batch"}, names(got))
		batch := e.decode(got[2].data)
		require.Equal(t, []any{int64(0), int64(0), true}, []any{batch.first, batch.dropped, batch.isNewTable})
		require.Len(t, batch.rows, 1)
		require.Equal(t, []string{"before", `{"n":1}`}, []string{batch.rows[0].event, string(batch.rows[0].payload)})
	})
}

func TestEachBatchNeedsACredit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEditor(t)
		e.watch(2)
		count := func() (batches int) {
			for i := range 10 {
				e.observe("move", fmt.Sprint(i))
				time.Sleep(batchEvery)
			}
			for _, name := range names(e.take()) {
				if name == "phoenix:batch" {
					batches++
				}
			}
			return batches
		}
		require.Equal(t, 2, count())
		require.Equal(t, 0, count())
		e.send("more", 3)
		require.Equal(t, 3, count())
		e.send("more", -3)
		e.send("more", 1)
		require.Equal(t, 1, count())
	})
}

func TestBatchesAreFewAndNotTooLarge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEditor(t)
		e.watch(1000)
		payload := strings.Repeat("x", 60<<10)
		var last time.Time
		received := 0
		for range 50 {
			for range 20 {
				e.observe("move", payload)
			}
			time.Sleep(20 * time.Millisecond)
		}
		time.Sleep(time.Second)
		for _, m := range e.take() {
			if m.name != "phoenix:batch" {
				continue
			}
			require.LessOrEqual(t, len(m.data), maxBatch)
			require.GreaterOrEqual(t, m.at.Sub(last), batchEvery)
			last = m.at
			received += len(e.decode(m.data).rows)
		}
		require.Greater(t, received, 300)
	})
}

func TestAnEditorThatStandsStillCostsABoundedRing(t *testing.T) {
	for _, test := range []struct {
		name, payload string
		n             int
	}{{"many", "", 5 * maxRows}, {"large", strings.Repeat("x", core.MaxObserved), 1000}} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := newEditor(t)
				e.watch(0)
				for range test.n {
					e.observe("move", test.payload)
				}
				ring := &e.tap.ring
				require.LessOrEqual(t, ring.count, maxRows)
				require.LessOrEqual(t, ring.bytes, maxBytes)
				require.LessOrEqual(t, len(ring.rows), maxRows)
				kept := ring.count

				e.send("more", 1000)
				time.Sleep(time.Minute)
				synctest.Wait()
				rows, dropped := e.rows(e.take())
				require.Len(t, rows, kept)
				require.EqualValues(t, test.n-kept, dropped)
				require.EqualValues(t, test.n-1, rows[kept-1].number)
			})
		})
	}
}

func TestWatchingAnewBeginsANewTable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEditor(t)
		e.watch(9)
		next := func() decoded {
			e.observe("move", "{}")
			time.Sleep(2 * batchEvery)
			synctest.Wait()
			for _, m := range e.take() {
				if m.name == "phoenix:batch" {
					return e.decode(m.data)
				}
			}
			require.Fail(t, "there is no batch")
			return decoded{}
		}
		require.True(t, next().isNewTable)
		require.False(t, next().isNewTable)
		e.watch(9)
		again := next()
		require.True(t, again.isNewTable)
		require.Equal(t, []any{int64(2), "move"}, []any{again.first, again.rows[0].event})
	})
}

func TestAFullTableBeginsAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEditor(t)
		e.watch(10)
		var begins []bool
		for _, size := range []int{0, maxTable - 1, maxTable} {
			for i := len(e.tap.table); i < size; i++ {
				e.tap.table[fmt.Sprint(i)] = int32(i)
			}
			for len(e.table) < size {
				e.table = append(e.table, fmt.Sprint(len(e.table)))
			}
			e.observe(fmt.Sprintf("event %d", size), "")
			time.Sleep(time.Second)
			for _, m := range e.take() {
				if m.name == "phoenix:batch" {
					b := e.decode(m.data)
					require.Equal(t, fmt.Sprintf("event %d", size), b.rows[0].event)
					begins = append(begins, b.isNewTable)
				}
			}
		}
		require.Equal(t, []bool{true, false, true}, begins)
	})
}

func TestAnEditorThatHasGoneLeavesTheRing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEditor(t)
		e.watch(100)
		time.Sleep(time.Second)
		e.send("unwatch")
		e.take()
		e.observe("alone", "{}")
		time.Sleep(time.Minute)
		require.Empty(t, e.take())
		e.watch(100)
		time.Sleep(time.Second)
		rows, _ := e.rows(e.take())
		require.Len(t, rows, 1)
		require.Equal(t, "alone", rows[0].event)
	})
}

func TestAnEditorOfAnotherProtocolGetsHelloOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEditor(t)
		e.observe("move", "{}")
		e.send("watch", Protocol+1, 100)
		time.Sleep(time.Second)
		require.Equal(t, []string{"phoenix:hello"}, names(e.take()))
	})
}

func TestTheTreeIsSentWhenItHasChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEditor(t)
		set := func(text string) {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.state = array([]string{text}, func(text string) signals.Encoded { return signals.Dictionary("name", text) })
		}
		e.watch(1)
		time.Sleep(time.Minute)
		require.Equal(t, []string{"phoenix:hello", "phoenix:state"}, names(e.take()))
		for i := range 20 {
			set(fmt.Sprint(i))
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(time.Second)
		got := e.take()
		require.InDelta(t, 4, len(got), 1)
		require.Contains(t, string(got[len(got)-1].data), "19")

		e.observe("last credit", "{}")
		time.Sleep(time.Second)
		e.take()
		set("not seen")
		time.Sleep(time.Minute)
		require.Empty(t, e.take(), "without a credit")
	})
}

func TestRowsHaveWhatWasObserved(t *testing.T) {
	at := time.UnixMicro(1_700_000_000_123_456)
	long := strings.Repeat("n", 2*maxName)
	for _, test := range []struct {
		name     string
		observed core.Observation
		want     row
	}{
		{"a message in", core.Observation{Kind: core.ObservedIn, Topic: "room:1", Event: "shout", JoinRef: "3", Payload: []byte(`{"a":1}`), Size: 7},
			row{kind: kindIn, topic: "room:1", event: "shout", size: 7, ref: none, joinRef: 3, payload: []byte(`{"a":1}`)}},
		{"a push", core.Observation{Kind: core.ObservedOut, Topic: "room:1", Event: "move", Ref: "17", JoinRef: "3", Origin: "res://a.gd:1:f"},
			row{kind: kindOut, topic: "room:1", event: "move", line: "res://a.gd:1:f", ref: 17, joinRef: 3}},
		{"a reply to nothing", core.Observation{Kind: core.ObservedIn, Event: "phx_reply", Status: "ok", Ref: "99"},
			row{kind: kindIn, event: "phx_reply", status: "ok", ref: 99, joinRef: none}},
		{"a ref of the game's own", core.Observation{Kind: core.ObservedOut, Ref: "mine", JoinRef: "-5"}, row{kind: kindOut, ref: none, joinRef: none}},
		{"a cut binary payload with secrets", core.Observation{Kind: core.ObservedIn, IsBinary: true, IsCut: true, HasSecrets: true, Size: 1 << 20},
			row{kind: kindIn, flags: flagBinary | flagCut | flagSecret, size: 1 << 20, ref: none, joinRef: none}},
		{"an error", core.Observation{Kind: core.Happened, Event: "error", IsWarning: true, Payload: []byte("lost")},
			row{kind: kindHappening, flags: flagWarning, event: "error", ref: none, joinRef: none, payload: []byte("lost")}},
		{"long names", core.Observation{Kind: core.ObservedIn, Topic: long, Event: long}, row{kind: kindIn, topic: long[:maxName], event: long[:maxName], ref: none, joinRef: none}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := newEditor(t)
				e.watch(1)
				test.observed.Time = at
				e.tap.Observe(4, test.observed)
				time.Sleep(time.Second)
				rows, _ := e.rows(e.take())
				test.want.socket, test.want.time, test.want.took, test.want.link = 4, at.UnixMicro(), none, none
				require.Len(t, rows, 1)
				if len(test.want.payload) == 0 {
					test.want.payload = []byte{}
				}
				require.Equal(t, test.want, rows[0])
			})
		})
	}
}

func TestOutcomesAreLinkedToTheirPush(t *testing.T) {
	start := time.UnixMicro(1_700_000_000_000_000)
	e := &Tap{links: links{}, reasons: reasons{}}
	observe := func(socket int32, at time.Duration, kind core.ObservationKind, event, ref string) row {
		e.Observe(socket, core.Observation{Time: start.Add(at), Kind: kind, Event: event, Ref: ref})
		return e.ring.rows[e.ring.count-1]
	}
	check := func(r row, link int64, took time.Duration) {
		t.Helper()
		assert.Equal(t, []int64{link, took.Microseconds()}, []int64{r.link, int64(r.took)})
	}
	const nothing = none * time.Microsecond
	observe(1, 0, core.ObservedOut, "first", "5")                                      // row 0
	observe(2, time.Millisecond, core.ObservedOut, "of another socket", "5")           // row 1
	check(observe(1, 5*time.Millisecond, core.ObservedIn, "move", "5"), none, nothing) // not a reply
	check(observe(1, 7*time.Millisecond, core.ObservedIn, "phx_reply", "5"), 0, 7*time.Millisecond)
	check(observe(1, 8*time.Millisecond, core.ObservedIn, "phx_reply", "5"), none, nothing) // repeated
	check(observe(2, 9*time.Millisecond, core.Happened, "timeout", "5"), 1, 8*time.Millisecond)
	check(observe(2, 10*time.Millisecond, core.ObservedIn, "phx_reply", "5"), 1, 9*time.Millisecond) // late
	observe(1, 0, core.ObservedOut, "lost", "6")
	observe(1, 0, core.Happened, "close", "")
	check(observe(1, time.Second, core.ObservedIn, "phx_reply", "6"), none, nothing)
	for i := range 3 * maxLinks { // refs of the game's own, which never get a reply
		observe(1, 0, core.ObservedOut, "raw", fmt.Sprint(1000+i))
	}
	assert.LessOrEqual(t, len(e.links), maxLinks)
	e.Forget(1)
	assert.Empty(t, e.links)
}

func TestWhatObservingLostIsAGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEditor(t)
		e.watch(10)
		e.observe("a", "")
		e.tap.Observe(1, core.Observation{Kind: core.Happened, Event: "warning", Dropped: 7})
		e.observe("b", "")
		time.Sleep(time.Second)
		rows, dropped := e.rows(e.take())
		require.Equal(t, []int64{0, 8, 9, 7}, []int64{rows[0].number, rows[1].number, rows[2].number, dropped})
	})
}

func TestReasonsWhyASocketIsNotConnected(t *testing.T) {
	r := reasons{}
	for _, step := range []struct{ event, text, want string }{
		{"error", "error: phoenix: refused", "refused"},
		{"close", "disconnected code=1006 reason=refused", "refused"},
		{"open", "connected", ""},
		{"error", "error: a malformed message", ""},
		{"close", "disconnected code=1001 reason=", "code=1001 reason="},
		{"wait", "waiting", "code=1001 reason="},
	} {
		r.note(1, step.event, step.text)
		require.Equal(t, step.want, r[1].text, step.event)
	}
}

func TestCommandsReachTheHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEditor(t)
		arguments := signals.Encoded(append(variant.AppendArray(nil, 2), append(variant.AppendString(nil, "move"), signals.Dictionary("x", 1)...)...))
		require.True(t, e.send("do", 1, "push", 2, arguments))
		require.Equal(t, []string{`push ["move",{"x":1}]`}, e.did)
		e.tap.Did(1, "the channel is closed")
		got := e.take()
		require.Equal(t, []string{"phoenix:did"}, names(got))
		text, err := variant.AppendJSON(nil, got[0].data)
		require.NoError(t, err)
		require.Equal(t, `[1,"the channel is closed"]`, string(text))
	})
}

func TestMessagesThatMakeNoSenseAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEditor(t)
		for _, name := range []string{"watch", "more", "unwatch", "do"} {
			for _, data := range [][]byte{nil, {1}, signals.Null, signals.Encoded(variant.AppendArray(nil, 5)), array([]string{"a", "b"}, func(text string) signals.Encoded { return variant.AppendString(nil, text) })} {
				require.True(t, e.tap.Handle(name, data), name)
			}
		}
		require.False(t, e.tap.Handle("of a later version", variant.AppendArray(nil, 0)))
		time.Sleep(time.Second)
		require.Empty(t, e.take())
		require.Empty(t, e.did)
	})
}

func TestNothingIsSentAfterClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		tap := New(Host{Send: func(string, []byte) { sent++ }})
		tap.Close()
		tap.Did(1, "")
		tap.Handle("watch", array([]int{1, 5}, func(n int) signals.Encoded { return variant.AppendInt(nil, int64(n)) }))
		time.Sleep(time.Minute)
		require.Zero(t, sent)
	})
}
