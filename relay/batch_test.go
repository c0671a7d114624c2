package relay

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"phoenixchannels/relay/wire"
)

// put is one packet that the engine puts.
type put struct {
	mode    wire.Mode
	channel uint16
	targets []uint8
	data    string
}

// entriesOf are the entries that a batch makes of them: mode/channel, then for each target its seat
// and copy.
func entriesOf(t *testing.T, b *batch, puts []put) (entries []string) {
	t.Helper()
	for _, p := range puts {
		var targets seatSet
		for _, seat := range p.targets {
			targets.add(seat)
		}
		b.add(p.mode, p.channel, &targets, []byte(p.data))
	}
	for mode, entry := range b.each {
		var up wire.Up
		rest, err := wire.ReadUp(entry, wire.Section(mode == wire.Reliable), 1<<20, &up)
		require.NoError(t, err)
		require.Empty(t, rest)
		var copies []string
		for seat, patch := range up.Targets() {
			data := append([]byte(nil), up.Data...)
			if patch != nil {
				wire.Patch(data, patch)
			}
			copies = append(copies, fmt.Sprintf("%d %s", seat, data))
		}
		entries = append(entries, fmt.Sprintf("%d/%d: %s", up.Mode, up.Channel, strings.Join(copies, ", ")))
	}
	return entries
}

func TestBatchMergesWhatIsEqual(t *testing.T) {
	const loose, ordered, firm = wire.Unreliable, wire.UnreliableOrdered, wire.Reliable
	to := func(seats ...uint8) []uint8 { return seats }
	for _, test := range []struct {
		name string
		puts []put
		want []string
	}{
		{"the same bytes to each", []put{{firm, 0, to(1), "hi"}, {firm, 0, to(0), "hi"}, {firm, 0, to(249), "hi"}}, []string{"2/0: 0 hi, 1 hi, 249 hi"}},
		{"several at once", []put{{firm, 0, to(5, 64), "hi"}, {firm, 0, to(2), "hi"}}, []string{"2/0: 2 hi, 5 hi, 64 hi"}},
		{"twice to the same one", []put{{firm, 0, to(1), "hi"}, {firm, 0, to(1), "hi"}}, []string{"2/0: 1 hi", "2/0: 1 hi"}},
		{"a synchronizer's counter", []put{{loose, 0, to(9), "s12state"}, {loose, 0, to(2), "s34state"}, {loose, 0, to(4), "s56state"}},
			[]string{"0/0: 2 s34state, 4 s56state, 9 s12state"}},
		{"a counter that is the same", []put{{loose, 0, to(1), "s12"}, {loose, 0, to(2), "s12"}, {loose, 0, to(3), "s99"}, {loose, 0, to(4), "s12"}},
			[]string{"0/0: 1 s12, 2 s12, 3 s99, 4 s12"}},
		{"states in turn", []put{{loose, 0, to(1), "state"}, {loose, 0, to(1), "delta"}, {loose, 0, to(2), "state"}, {loose, 0, to(2), "delta"}},
			[]string{"0/0: 1 state, 2 state", "0/0: 1 delta, 2 delta"}},
		{"what would come too early", []put{{firm, 0, to(1), "a"}, {firm, 0, to(2), "b"}, {firm, 0, to(2), "a"}}, []string{"2/0: 1 a", "2/0: 2 b", "2/0: 2 a"}},
		{"after an entry of the other section", []put{{firm, 0, to(1), "a"}, {loose, 0, to(2), "b"}, {firm, 0, to(2), "a"}}, []string{"2/0: 1 a, 2 a", "0/0: 2 b"}},
		{"other modes", []put{{loose, 0, to(1), "a"}, {ordered, 0, to(2), "a"}}, []string{"0/0: 1 a", "1/0: 2 a"}},
		{"other channels", []put{{firm, 0, to(1), "a"}, {firm, 7, to(2), "a"}, {firm, 7, to(3), "a"}}, []string{"2/0: 1 a", "2/7: 2 a, 3 a"}},
		{"other lengths", []put{{firm, 0, to(1), "abc"}, {firm, 0, to(2), "abcd"}}, []string{"2/0: 1 abc", "2/0: 2 abcd"}},
		{"other commands", []put{{firm, 0, to(1), "abc"}, {firm, 0, to(2), "xbc"}}, []string{"2/0: 1 abc", "2/0: 2 xbc"}},
		{"nothing", []put{{firm, 0, to(1), ""}, {firm, 0, to(2), ""}}, []string{"2/0: 1 , 2 "}},
		{"two bytes", []put{{firm, 0, to(1), "ab"}, {firm, 0, to(2), "ac"}}, []string{"2/0: 1 ab", "2/0: 2 ac"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b batch
			for range 2 { // what it keeps from the first time does no harm
				require.Equal(t, test.want, entriesOf(t, &b, test.puts))
			}
		})
	}
}

// manyPuts is what the engine puts for a frame with a synchronizer for each of 31 others.
func manyPuts(b *batch) {
	state := []byte("\x05\x00\x00a synchronizer's state of 48 bytes, as of a player")
	for seat := range uint8(31) {
		var targets seatSet
		targets.add(seat)
		state[1] = seat
		b.add(wire.Unreliable, 0, &targets, state)
	}
}

func TestBatchNeedsNoMemoryOnceItHasSome(t *testing.T) {
	var b batch
	size := 0
	require.Zero(t, testing.AllocsPerRun(100, func() {
		manyPuts(&b)
		for _, entry := range b.each {
			size = len(entry)
		}
	}))
	require.Less(t, size, 53+2*31+10, "one entry with a patch for each")
}

func BenchmarkBatch(b *testing.B) {
	var all batch
	b.ReportAllocs()
	for b.Loop() {
		manyPuts(&all)
		for range all.each {
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/31, "ns/packet")
}
