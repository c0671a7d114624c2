package relayroom_test

import (
	"bytes"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/relay/wire"
	"phoenixchannels/server/devserver/relayroom"
)

// frame is one with a section and unreliable entries.
func frame(seq byte, section, unreliable string) []byte {
	return append([]byte{0, seq, byte(len(section))}, section+unreliable...)
}

func TestAHostilePeerIsEndedAndHarmsNobody(t *testing.T) {
	const big = "\x00\x01\x81\x80\x80\x01" // to seat 1, 2 MiB and 1 byte
	for name, test := range map[string]struct {
		frames [][]byte
		reason string
	}{
		"an empty frame":             {[][]byte{{}}, "malformed"},
		"a forged acknowledgement":   {[][]byte{{99, 0}}, "malformed"},
		"a forged number":            {[][]byte{frame(7, "", "")}, "bad sequence"},
		"a number from before":       {[][]byte{frame(1, "", ""), frame(1, "", "")}, "bad sequence"},
		"a section that is cut off":  {[][]byte{{0, 1, 200, 1}}, "malformed"},
		"an entry that is cut off":   {[][]byte{frame(1, "\x02\x00\x09x", "")}, "malformed"},
		"control by a client":        {[][]byte{frame(1, "\x03\x02\x00", "")}, "not allowed"},
		"unknown control":            {[][]byte{frame(1, "\x03\x63", "")}, "malformed"},
		"a relay's control":          {[][]byte{frame(1, "\x03\x07\x01", "")}, "malformed"},
		"a reliable entry in hiding": {[][]byte{frame(1, "", "\x02\x00\x01x")}, "malformed"},
		"a length":                   {[][]byte{append([]byte{0, 0}, big...)}, "packet too big"},
		"a burst of bytes":           {[][]byte{append([]byte{0, 1}, make([]byte, 5<<20)...)}, "too many bytes"},
		"a burst of packets":         {[][]byte{frame(1, "", string(bytes.Repeat([]byte{0, 77, 0}, 4001)))}, "too many packets"},
		"a burst of empty frames":    {repeated([]byte{0, 0}, 4001), "too many packets"},
	} {
		t.Run(name, func(t *testing.T) {
			h, g := mesh(t, limits, 3)
			h.pass(10 * time.Second)
			for _, f := range test.frames {
				require.Empty(t, g[1].ended)
				g[1].frame(f)
			}
			assert.Equal(t, []string{test.reason}, g[1].ended)
			g[1].frame([]byte{})
			g[0].say(g[2], "still here")
			assert.Equal(t, []string{"gone 1", "0: still here"}, g[2].took())
			assert.Equal(t, []string{"gone 1"}, g[0].took())
			assert.Len(t, g[1].ended, 1)
		})
	}
}

func repeated(frame []byte, n int) (frames [][]byte) {
	for range n {
		frames = append(frames, frame)
	}
	return frames
}

func TestTargetsThatAreNotThereAreSkipped(t *testing.T) {
	_, g := mesh(t, limits, 3)
	all := bytes.Repeat([]byte{0xff}, 255)
	patches := make([]byte, 2*8*255)
	g[1].reliable(wire.AppendPacketToMany(nil, wire.Reliable, 0, all, []byte("patched"), patches))
	for seat := range 256 {
		if seat != 0 {
			g[1].reliable(wire.AppendPacket(nil, wire.Reliable, 0, uint8(seat), []byte("one")))
		}
	}
	assert.Empty(t, g[1].ended)
	assert.Equal(t, []string{"1: p\x00\x00ched"}, g[0].took())
	assert.Equal(t, []string{"1: p\x00\x00ched", "1: one"}, g[2].took())
	assert.Empty(t, g[1].took())
}

func TestWhatMayBeSentComesBackWithTime(t *testing.T) {
	h, g := mesh(t, limits, 2)
	h.pass(10 * time.Second)
	burst := func(n int) {
		g[1].link.Unreliable(bytes.Repeat([]byte{0, 77, 0}, n), h.now)
		g[1].send()
	}
	burst(4000)
	h.pass(time.Second)
	burst(1000)
	assert.Empty(t, g[1].ended)
	g[1].detach()
	g[1].again()
	burst(1)
	assert.Equal(t, []string{"too many packets"}, g[1].ended, "a new connection is not a new beginning")
}

func TestAPeerThatFallsTooFarBehindIsEnded(t *testing.T) {
	packet := make([]byte, 300<<10)
	for name, slow := range map[string]func(g *testPeer){
		"away":               (*testPeer).detach,
		"not acknowledging":  func(g *testPeer) { g.silent = true },
		"not reading at all": func(g *testPeer) { g.backlog = limits.MaxBuffered + 1 },
	} {
		t.Run(name, func(t *testing.T) {
			h, g := mesh(t, limits, 3)
			slow(g[1])
			g[2].took()
			for range 4 {
				g[0].reliable(wire.AppendPacket(nil, wire.Reliable, 0, 1, packet))
				h.pass(time.Second)
			}
			assert.Equal(t, []string{"gone 1"}, g[2].took())
			if name == "away" {
				assert.Empty(t, g[1].ended)
			} else {
				assert.Equal(t, []string{"too far behind"}, g[1].ended)
			}
			_, err := h.room.Join(request(1, func(r *relayroom.Request) { r.Resume = true }), nil, h.now)
			assert.ErrorIs(t, err, relayroom.ErrSeatGone)
		})
	}
}

func TestASlowPeerGetsTheNewestUnreliablePackets(t *testing.T) {
	h, g := mesh(t, limits, 2)
	g[1].silent = true
	for i := range 300 {
		g[0].link.Unreliable(wire.AppendPacket(nil, wire.UnreliableOrdered, 0, 1, []byte{byte(i), byte(i >> 8)}), h.now)
		g[0].send()
		h.pass(10 * time.Millisecond)
	}
	kept := len(g[1].inbox)
	g[1].silent = false
	g[1].read()
	g[1].got = nil
	g[1].send()
	got := g[1].took()
	assert.Less(t, kept, 90, "none was sent while the link was slow")
	assert.LessOrEqual(t, len(got), 11, "those of the last 100 ms")
	require.NotEmpty(t, got)
	assert.Equal(t, "0: \x2b\x01", got[len(got)-1])
}

func TestAMillionPacketsLeaveNothingBehind(t *testing.T) {
	generous := limits
	generous.PacketsPerSecond, generous.BytesPerSecond = 1e6, 1e9
	h, g := mesh(t, generous, 5)
	everyone := []byte{0xff}
	round := func(packets int) {
		for range packets / 4 / len(g) {
			for _, from := range g {
				from.link.Reliable(wire.AppendPacketToMany(nil, wire.Reliable, 0, everyone, []byte("packet"), nil))
				from.link.Unreliable(wire.AppendPacketToMany(nil, wire.Unreliable, 0, everyone, []byte("packet"), nil), h.now)
				from.send()
				from.got = from.got[:0]
			}
			h.pass(5 * time.Millisecond)
		}
	}
	memory := func() uint64 {
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	round(10_000)
	before := memory()
	round(500_000) // each time a reliable one and an unreliable one
	h.pass(time.Second)
	for _, from := range g {
		from.send()
		from.got = nil
		assert.Empty(t, from.ended)
		assert.Zero(t, from.link.Buffered())
	}
	assert.Less(t, memory(), before+1<<20)
	runtime.KeepAlive(h)
}
