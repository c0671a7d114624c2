package wire_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/relay/wire"
)

const interval = 15 * time.Millisecond

// ms is a time.
func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }

// newLink returns a link that is connected.
func newLink(t *testing.T) *wire.Link {
	t.Helper()
	link := wire.NewLink(interval)
	require.NoError(t, link.Resume(0))
	return link
}

// frameOf returns the next frame, nil without one.
func frameOf(link *wire.Link, now time.Duration) []byte {
	frame, _ := link.Frame(nil, now)
	return frame
}

// receive hands a frame to a link.
func receive(t *testing.T, link *wire.Link, frame []byte, now time.Duration) wire.Received {
	t.Helper()
	received, err := link.Receive(frame, now)
	require.NoError(t, err)
	return received
}

// dueOf returns when a link has something to send; -1 never.
func dueOf(link *wire.Link, now time.Duration) time.Duration {
	at, ok := link.Due(now)
	if !ok {
		return -1
	}
	return at
}

func TestFramesAsDescribed(t *testing.T) {
	link := newLink(t)
	link.Reliable([]byte("one"))
	link.Reliable([]byte("two"))
	link.Unreliable([]byte("loose"), 0)
	assert.Equal(t, []byte("\x00\x01\x06onetwoloose"), frameOf(link, 0))
	link.Unreliable([]byte("loose"), 0)
	assert.Equal(t, []byte("\x00\x00loose"), frameOf(link, interval))
	link.Reliable([]byte("three"))
	receive(t, link, []byte("\x02\x01\x01r"), ms(20))
	assert.Equal(t, []byte("\x01\x02\x05three"), frameOf(link, ms(30)))
	receive(t, link, []byte("\x03\x00"), ms(40))
	assert.Nil(t, frameOf(link, time.Hour), "an acknowledgement is not acknowledged")
}

func TestReceiveReturnsEntries(t *testing.T) {
	link := newLink(t)
	assert.Equal(t, wire.Received{Reliable: []byte("r"), Unreliable: []byte("u")}, receive(t, link, []byte("\x00\x01\x01ru"), 0))
	assert.Equal(t, wire.Received{Unreliable: []byte("u")}, receive(t, link, []byte("\x00\x00u"), 0))
	assert.EqualValues(t, 1, link.Got())
}

func TestFramesThatAreRefused(t *testing.T) {
	for name, test := range map[string]struct{ frame, text string }{
		"nothing":                         {"", "malformed: acknowledgement is cut off"},
		"no number":                       {"\x00", "malformed: section's number is cut off"},
		"no size":                         {"\x00\x01", "malformed: section's size is cut off"},
		"a section that is cut off":       {"\x00\x01\x05abc", "malformed: section has 5 bytes, 3 are left"},
		"a section of 4 GiB":              {"\x00\x01\xff\xff\xff\xff\x0fabc", "malformed: section has 4294967295 bytes"},
		"the section after the next":      {"\x00\x02\x01x", "bad sequence: "},
		"a frame that was not sent":       {"\x01\x00", "malformed: 1 frames acknowledged of 0"},
		"a number that has 33 bits":       {"\xff\xff\xff\xff\x1f\x00", "malformed: acknowledgement has more than 32 bits"},
		"an earlier frame, not sent also": {"\x05\x01\x01x", "malformed: 5 frames acknowledged of 0"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newLink(t).Receive([]byte(test.frame), 0)
			reasonOf(t, err)
			assert.Contains(t, err.Error(), test.text)
		})
	}
}

func TestASectionThatCameBeforeIsRefused(t *testing.T) {
	link := newLink(t)
	receive(t, link, []byte("\x00\x01\x01x"), 0)
	_, err := link.Receive([]byte("\x00\x01\x01x"), 0)
	assert.Equal(t, wire.ReasonBadSequence, reasonOf(t, err))
}

func TestAnOlderAcknowledgementChangesNothing(t *testing.T) {
	link := newLink(t)
	link.Reliable([]byte("x"))
	frameOf(link, 0)
	receive(t, link, []byte("\x01\x00"), 0)
	receive(t, link, []byte("\x00\x00"), 0)
	assert.Zero(t, link.Buffered())
}

func TestAcknowledgementsAreDue(t *testing.T) {
	link := newLink(t)
	assert.EqualValues(t, -1, dueOf(link, 0))
	receive(t, link, []byte("\x00\x00u"), ms(10))
	receive(t, link, []byte("\x00\x00u"), ms(30))
	assert.Equal(t, ms(60), dueOf(link, ms(30)), "50 ms after the first frame")
	assert.Nil(t, frameOf(link, ms(59)))
	assert.Equal(t, []byte("\x02\x00"), frameOf(link, ms(60)))
	assert.EqualValues(t, -1, dueOf(link, ms(60)))
	for range 16 {
		assert.Nil(t, frameOf(link, ms(70)))
		receive(t, link, []byte("\x00\x00u"), ms(70))
	}
	assert.Equal(t, []byte("\x12\x00"), frameOf(link, ms(70)), "after 16 frames")

	large := append([]byte("\x00\x00"), make([]byte, 128<<10)...)
	receive(t, link, large, ms(80))
	assert.Nil(t, frameOf(link, ms(80)))
	receive(t, link, large, ms(80))
	assert.Equal(t, []byte("\x14\x00"), frameOf(link, ms(80)), "after 256 KiB")
	receive(t, link, []byte("\x00\x00u"), ms(80))
	assert.Equal(t, ms(130), dueOf(link, ms(80)), "from anew")
}

func TestAnAcknowledgementLeavesWithTheNextFrame(t *testing.T) {
	link := newLink(t)
	receive(t, link, []byte("\x00\x00u"), 0)
	link.Reliable([]byte("x"))
	assert.Equal(t, []byte("\x01\x01\x01x"), frameOf(link, 0))
	assert.EqualValues(t, -1, dueOf(link, 0))
}

func TestEntriesWithinAnIntervalTravelTogether(t *testing.T) {
	link := newLink(t)
	link.Unreliable([]byte("a"), ms(100))
	assert.Equal(t, ms(100), dueOf(link, ms(100)), "at once after a pause")
	frameOf(link, ms(100))
	link.Unreliable([]byte("b"), ms(101))
	link.Reliable([]byte("c"))
	assert.Equal(t, ms(115), dueOf(link, ms(101)))
	assert.Nil(t, frameOf(link, ms(114)))
	link.Unreliable([]byte("d"), ms(114))
	assert.Equal(t, []byte("\x00\x01\x01cbd"), frameOf(link, ms(115)))
}

func TestABurstDoesNotWaitForTheInterval(t *testing.T) {
	link := newLink(t)
	link.Unreliable([]byte("a"), 0)
	frameOf(link, 0)
	link.Unreliable(make([]byte, 64<<10), ms(1))
	assert.Equal(t, ms(1), dueOf(link, ms(1)))
	assert.NotNil(t, frameOf(link, ms(1)))
}

func TestSectionsAreCut(t *testing.T) {
	link := newLink(t)
	entry := make([]byte, 20<<10)
	for range 4 {
		link.Reliable(entry)
	}
	link.Reliable(make([]byte, 100<<10))
	link.Reliable([]byte("last"))
	assert.Equal(t, 180<<10+4, link.Buffered())
	var sizes []int
	for frame := frameOf(link, 0); frame != nil; frame = frameOf(link, 0) {
		sizes = append(sizes, len(receive(t, newLinkThatGot(t, len(sizes)), frame, 0).Reliable))
	}
	assert.Equal(t, []int{60 << 10, 20 << 10, 100 << 10, 4}, sizes)
}

// newLinkThatGot returns a link that has received n sections.
func newLinkThatGot(t *testing.T, n int) *wire.Link {
	link := newLink(t)
	for i := range n {
		receive(t, link, []byte{0, byte(i + 1), 0}, 0)
	}
	return link
}

func TestUnacknowledgedSectionsAreSentAgain(t *testing.T) {
	link := newLink(t)
	for i := range 3 {
		link.Reliable([]byte{byte('1' + i)})
		frameOf(link, time.Duration(i)*interval)
	}
	receive(t, link, []byte("\x01\x00"), time.Hour)
	assert.Equal(t, 2, link.Buffered())
	link.Lost()
	assert.EqualValues(t, -1, dueOf(link, time.Hour))
	link.Reliable([]byte("4"))
	link.Unreliable([]byte("dropped"), time.Hour)
	require.NoError(t, link.Resume(2))
	assert.Equal(t, []byte("\x00\x03\x013"), frameOf(link, 0))
	assert.Equal(t, []byte("\x00\x04\x014"), frameOf(link, 0), "what was sent before does not grow")
	assert.Nil(t, frameOf(link, 0))
	link.Lost()
	require.NoError(t, link.Resume(4))
	assert.Nil(t, frameOf(link, time.Hour))
	assert.Zero(t, link.Buffered())
}

func TestResumeRefusesSectionsThatDoNotFit(t *testing.T) {
	link := newLink(t)
	for i := range 3 {
		link.Reliable([]byte("x"))
		frameOf(link, time.Duration(i)*interval)
	}
	receive(t, link, []byte("\x02\x00"), time.Hour)
	link.Lost()
	link.Reliable([]byte("never sent"))
	for _, got := range []uint32{0, 1, 4, 1 << 31, 1<<32 - 1} {
		assert.Equal(t, wire.ReasonBadSequence, reasonOf(t, link.Resume(got)), got)
	}
	assert.NoError(t, link.Resume(2))
}

func TestASlowLinkDropsOldUnreliableEntries(t *testing.T) {
	link := newLink(t)
	link.Unreliable([]byte("a"), 0)
	frameOf(link, 0)
	receive(t, link, []byte("\x01\x00"), ms(20)) // the least delay
	link.Reliable([]byte("b"))
	frameOf(link, ms(100))
	assert.False(t, link.Slow(ms(370)))
	assert.True(t, link.Slow(ms(371)))
	link.Unreliable([]byte("old"), ms(380))
	assert.EqualValues(t, -1, dueOf(link, ms(380)), "it waits")
	link.Reliable([]byte("reliable"))
	link.Unreliable([]byte("new"), ms(390))
	assert.Equal(t, []byte("\x00\x02\x08reliable"), frameOf(link, ms(390)), "reliable ones go on")
	receive(t, link, []byte("\x03\x00"), ms(481))
	assert.Equal(t, []byte("\x00\x00new"), frameOf(link, ms(481)))
	assert.Equal(t, 1, link.Dropped())
}

func TestALinkWithoutAnAcknowledgementIsSlowAfterASecond(t *testing.T) {
	link := newLink(t)
	link.Unreliable([]byte("a"), 0)
	frameOf(link, 0)
	assert.False(t, link.Slow(ms(1000)))
	assert.True(t, link.Slow(ms(1001)))
	receive(t, link, []byte("\x01\x00"), ms(1001))
	assert.False(t, link.Slow(ms(1001)))
}

func TestEntriesThatAllBecameTooOldMakeNoFrame(t *testing.T) {
	link := newLink(t)
	link.Unreliable([]byte("a"), 0)
	assert.Nil(t, frameOf(link, ms(101)))
	assert.Equal(t, 1, link.Dropped())
}

func TestWhatWaitsOnASlowLinkIsBounded(t *testing.T) {
	link := newLink(t)
	link.Unreliable([]byte("a"), 0)
	frameOf(link, 0)
	now := ms(1100)
	for i := range 1000 {
		link.Unreliable(bytes.Repeat([]byte{byte(i)}, 1<<10), now)
	}
	receive(t, link, []byte("\x01\x00"), now)
	frame := frameOf(link, now)
	assert.Len(t, frame, 2+64<<10)
	assert.Equal(t, byte(999&0xff), frame[len(frame)-1], "the newest are kept")
	assert.Equal(t, 1000-64, link.Dropped())
}

func TestOneLargeEntryMayWaitOnASlowLink(t *testing.T) {
	link := newLink(t)
	link.Unreliable([]byte("a"), 0)
	frameOf(link, 0)
	now := ms(1100)
	link.Unreliable([]byte("small"), now)
	link.Unreliable(make([]byte, 100<<10), now)
	receive(t, link, []byte("\x01\x00"), now)
	assert.Len(t, frameOf(link, now), 2+100<<10)
}

func TestALinkWithAMegabyteOnItsWayIsSlow(t *testing.T) {
	link := newLink(t)
	for range 17 {
		link.Unreliable(make([]byte, 64<<10), 0)
		frameOf(link, 0)
	}
	assert.True(t, link.Slow(0))
}

// TestLinksDeliverExactlyOnce plays two links over connections that end at any time, with frames
// lost at their ends.
func TestLinksDeliverExactlyOnce(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, seed))
			sides := [2]*wire.Link{wire.NewLink(0), wire.NewLink(interval)}
			var sent, received [2][]byte
			var onTheWay [2][][]byte // by receiver
			require.NoError(t, sides[0].Resume(0))
			require.NoError(t, sides[1].Resume(0))
			deliver := func(to int, now time.Duration) {
				frame := onTheWay[to][0]
				onTheWay[to] = onTheWay[to][1:]
				received[to] = append(received[to], receive(t, sides[to], frame, now).Reliable...)
			}
			for step := range 20_000 {
				now, side := ms(step), random.IntN(2)
				switch action := random.IntN(1000); {
				case action < 300:
					sent[1-side] = append(sent[1-side], byte(step))
					sides[side].Reliable([]byte{byte(step)})
				case action < 600:
					sides[side].Unreliable([]byte{byte(step)}, now)
				case action < 998 && len(onTheWay[side]) > 0:
					deliver(side, now)
				case action == 999:
					onTheWay = [2][][]byte{}
					got := [2]uint32{sides[0].Got(), sides[1].Got()}
					for i, link := range sides {
						link.Lost()
						require.NoError(t, link.Resume(got[1-i]))
					}
				}
				for i, link := range sides {
					for frame, ok := link.Frame(nil, now); ok; frame, ok = link.Frame(nil, now) {
						onTheWay[1-i] = append(onTheWay[1-i], frame)
					}
				}
			}
			for now := ms(20_000); now < ms(21_000); now += ms(1) {
				for i, link := range sides {
					if frame, ok := link.Frame(nil, now); ok {
						onTheWay[1-i] = append(onTheWay[1-i], frame)
					}
					if len(onTheWay[i]) > 0 {
						deliver(i, now)
					}
				}
			}
			assert.Equal(t, sent, received)
			assert.Zero(t, sides[0].Buffered()+sides[1].Buffered())
		})
	}
}

func BenchmarkLink(b *testing.B) {
	up, down := wire.NewLink(0), wire.NewLink(interval)
	_, _ = up.Resume(0), down.Resume(0)
	entry := wire.AppendPacket(nil, wire.Reliable, 0, 1, make([]byte, 64))
	var buffer []byte
	now := time.Duration(0)
	b.ReportAllocs()
	for b.Loop() {
		now += interval
		for range 20 {
			down.Reliable(entry)
			down.Unreliable(entry, now)
		}
		buffer, _ = down.Frame(buffer[:0], now)
		_, _ = up.Receive(buffer, now)
		if frame, ok := up.Frame(buffer[:0], now); ok {
			_, _ = down.Receive(frame, now)
		}
	}
}
