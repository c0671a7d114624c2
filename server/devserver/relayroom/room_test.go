package relayroom_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/relay/wire"
	"phoenixchannels/server/devserver/relayroom"
)

func TestSeatsAndIDs(t *testing.T) {
	for _, shape := range []relayroom.Shape{relayroom.ShapeHost, relayroom.ShapeMesh} {
		t.Run(string(shape), func(t *testing.T) {
			h, host := open(t, limits, request(0, inShape(shape)))
			assert.Equal(t, shape == relayroom.ShapeHost, host.welcome.ID == 1)
			seen := map[uint32]bool{host.welcome.ID: true}
			for i := 1; i < limits.MaxPeers; i++ {
				g := h.enter(request(i, inShape(shape)))
				assert.EqualValues(t, i, g.welcome.Seat)
				assert.Zero(t, g.welcome.Host)
				assert.Greater(t, g.welcome.ID, uint32(1))
				assert.Less(t, g.welcome.ID, uint32(1<<31))
				assert.False(t, seen[g.welcome.ID])
				seen[g.welcome.ID] = true
			}
		})
	}
}

func TestJoinsThatAreRefused(t *testing.T) {
	h, host := open(t, limits, request(0, func(r *relayroom.Request) { r.MaxPeers = 3 }))
	h.enter(request(1))
	for _, test := range []struct {
		name   string
		change func(*relayroom.Request)
		err    error
	}{
		{"to resume", func(r *relayroom.Request) { r.Resume = true }, relayroom.ErrSeatGone},
		{"as host", func(r *relayroom.Request) { r.Role = relayroom.RoleHost }, relayroom.ErrHostTaken},
		{"in another shape", inShape(relayroom.ShapeHost), relayroom.ErrWrongShape},
		{"who has received what was not sent", func(r *relayroom.Request) { r.Got = 1 }, relayroom.ErrInvalid},
	} {
		_, err := h.room.Join(request(9, test.change), nil, 0)
		assert.ErrorIs(t, err, test.err, test.name)
	}
	host.control(wire.UpLock, 0)
	_, err := h.room.Join(request(9), nil, 0)
	assert.ErrorIs(t, err, relayroom.ErrLocked)
	host.reliable(wire.AppendUpControl(nil, wire.UpControl{Kind: wire.UpLock}))
	h.enter(request(9))
	_, err = h.room.Join(request(10), nil, 0)
	assert.ErrorIs(t, err, relayroom.ErrFull)
}

func TestSeatTimesAndSizesAreWithinTheLimits(t *testing.T) {
	for asked, given := range map[time.Duration]time.Duration{0: time.Second, 5 * time.Second: 5 * time.Second, time.Hour: time.Minute} {
		_, host := open(t, limits, request(0, func(r *relayroom.Request) { r.SeatTime = asked }))
		assert.Equal(t, given.Milliseconds(), host.welcome.SeatTimeMS)
	}
	h, _ := open(t, limits, request(0, func(r *relayroom.Request) { r.MaxPeers, r.Listed = 99, true }))
	entry, isListed := h.room.Entry()
	assert.True(t, isListed)
	assert.Equal(t, relayroom.Entry{Shape: relayroom.ShapeMesh, Peers: 1, MaxPeers: limits.MaxPeers, Host: "0"}, entry)
}

func TestPeersMeetWhenTheHostAdmitsThem(t *testing.T) {
	h, host := open(t, limits, request(0))
	one, two := h.enter(request(1)), h.enter(request(2))
	assert.Equal(t, []string{"peer 1 1", "peer 2 2"}, host.took())
	assert.Equal(t, []string{"peer 0 0"}, one.took())
	assert.Equal(t, []string{"peer 0 0"}, two.took())
	one.say(two, "unknown")
	host.control(wire.UpAdmit, 1)
	assert.Empty(t, one.took(), "the other is not admitted")
	host.control(wire.UpAdmit, 2)
	host.control(wire.UpAdmit, 2)
	assert.Equal(t, []string{"peer 2 2"}, one.took())
	assert.Equal(t, []string{"peer 1 1"}, two.took())
	one.say(two, "known")
	assert.Equal(t, []string{"1: known"}, two.took())
}

func TestNobodyMeetsAPeerThatIsAway(t *testing.T) {
	h, host := open(t, limits, request(0))
	one := h.enter(request(1))
	host.took()
	host.detach()
	two := h.enter(request(2))
	assert.Empty(t, two.took())
	assert.Equal(t, []string{"peer 0 0", "away 0"}, one.took())
	host.again()
	assert.Equal(t, []string{"back 0"}, one.took())
	assert.Equal(t, []string{"peer 0 0"}, two.took())
	assert.Equal(t, []string{"peer 2 2"}, host.took())
	one.detach()
	host.control(wire.UpAdmit, 1)
	host.control(wire.UpAdmit, 2)
	assert.Empty(t, two.took())
	one.again()
	assert.Equal(t, []string{"peer 1 1"}, two.took())
	assert.Equal(t, []string{"peer 2 2"}, one.took())
}

func TestAwaySeatsAreKeptAndGivenUp(t *testing.T) {
	h, g := mesh(t, limits, 3)
	g[1].detach()
	assert.Equal(t, []string{"away 1"}, g[0].took())
	h.pass(29 * time.Second)
	g[1].again()
	assert.Equal(t, []string{"back 1"}, g[0].took())
	assert.True(t, g[1].welcome.Resumed)
	g[1].detach()
	h.pass(30 * time.Second)
	assert.Equal(t, []string{"away 1", "gone 1"}, g[0].took())
	_, err := h.room.Join(request(1, func(r *relayroom.Request) { r.Resume = true }), nil, h.now)
	assert.ErrorIs(t, err, relayroom.ErrSeatGone)
}

func TestASeatWhosePeerNeverAttachesIsGivenUp(t *testing.T) {
	h, g := mesh(t, limits, 1)
	late := &testPeer{}
	seat, err := h.room.Join(request(1), late, h.now)
	require.NoError(t, err)
	h.flush()
	h.pass(30 * time.Second)
	_, ok := h.room.Attach(seat, late, h.now)
	assert.False(t, ok)
	assert.Empty(t, g[0].took(), "nobody has heard of it")
}

func TestReliableEntriesSurviveAGap(t *testing.T) {
	h, g := mesh(t, limits, 2)
	g[0].say(g[1], "before")
	g[1].silent = true
	g[0].say(g[1], "on its way")
	h.pass(20 * time.Millisecond)
	g[1].inbox, g[1].silent = nil, false
	g[1].detach()
	g[0].say(g[1], "during")
	g[0].link.Unreliable(wire.AppendPacket(nil, wire.Unreliable, 0, 1, []byte("lost")), h.now)
	g[0].send()
	g[1].link.Reliable(wire.AppendPacket(nil, wire.Reliable, 0, 0, []byte("from there")))
	h.pass(time.Second)
	g[1].again()
	assert.Equal(t, []string{"0: before", "0: on its way", "0: during"}, g[1].took())
	assert.Equal(t, []string{"away 1", "back 1", "1: from there"}, g[0].took())
}

func TestASecondConnectionTakesTheSeat(t *testing.T) {
	h, g := mesh(t, limits, 2)
	old := g[1]
	young := &testPeer{harness: h, link: old.link, request: old.request}
	young.join()
	assert.Equal(t, []string{""}, old.ended)
	old.detach()
	old.leave()
	old.frame([]byte("\xff"))
	young.attach()
	assert.Equal(t, old.welcome.ID, young.welcome.ID)
	assert.Equal(t, []string{"away 1", "back 1"}, g[0].took())
	young.say(g[0], "hello")
	assert.Equal(t, []string{"1: hello"}, g[0].took())
}

func TestOfTwoJoinsForASeatTheLastOneHasIt(t *testing.T) {
	h, g := mesh(t, limits, 2)
	g[1].detach()
	first := &testPeer{harness: h, link: g[1].link, request: g[1].request}
	last := &testPeer{harness: h, link: g[1].link, request: g[1].request}
	first.join()
	last.join()
	assert.Equal(t, []string{""}, first.ended)
	_, ok := h.room.Attach(first.seat, first, h.now)
	assert.False(t, ok)
	last.attach()
	last.say(g[0], "hello")
	assert.Equal(t, []string{"away 1", "back 1", "1: hello"}, g[0].took())
}

func TestAJoinWithSectionsThatDoNotFitIsInvalid(t *testing.T) {
	h, g := mesh(t, limits, 2)
	_, err := h.room.Join(request(1, func(r *relayroom.Request) { r.Got = 99 }), nil, h.now)
	assert.ErrorIs(t, err, relayroom.ErrInvalid)
	assert.Equal(t, []string{""}, g[1].ended)
	g[1].link.Lost()
	g[1].again()
}

func TestTheNextHost(t *testing.T) {
	for name, test := range map[string]struct {
		admitted, away []int
		next           int
	}{
		"came first":                 {[]int{1, 2, 3}, nil, 1},
		"is admitted":                {[]int{2, 3}, nil, 2},
		"is there":                   {[]int{1, 2, 3}, []int{1, 2}, 3},
		"is away if all are":         {[]int{2, 3}, []int{1, 2, 3}, 2},
		"is admitted more than here": {[]int{3}, []int{3}, 3},
		"is not admitted if none is": {nil, nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			h, host := open(t, limits, request(0))
			peers := []*testPeer{host, h.enter(request(1)), h.enter(request(2)), h.enter(request(3))}
			for _, i := range test.admitted {
				host.control(wire.UpAdmit, uint8(i))
			}
			h.pass(time.Second)
			for _, i := range test.away {
				peers[i].detach()
			}
			h.pass(time.Second)
			host.leave()
			h.flush()
			late := h.enter(request(4))
			assert.EqualValues(t, test.next, late.welcome.Host)
		})
	}
}

func TestTheNextHostMeetsThoseNotAdmitted(t *testing.T) {
	h, host := open(t, limits, request(0))
	one := h.enter(request(1))
	host.control(wire.UpAdmit, 1)
	two, three := h.enter(request(2)), h.enter(request(3))
	for _, g := range []*testPeer{one, two, three} {
		g.took()
	}
	host.leave()
	assert.Equal(t, []string{"gone 0", "host 1", "peer 2 2", "peer 3 3"}, one.took())
	assert.Equal(t, []string{"gone 0", "host 1", "peer 1 1"}, two.took())
	one.control(wire.UpAdmit, 2)
	assert.Empty(t, two.took())
	one.control(wire.UpAdmit, 3)
	assert.Equal(t, []string{"peer 3 3"}, two.took())
}

func TestARoomOfShapeHostEndsWithItsHost(t *testing.T) {
	h, host := open(t, limits, request(0, inShape(relayroom.ShapeHost)))
	one, two := h.enter(request(1, inShape(relayroom.ShapeHost))), h.enter(request(2, inShape(relayroom.ShapeHost)))
	host.say(one, "bye")
	two.detach()
	host.leave()
	assert.True(t, h.room.Closed())
	assert.Equal(t, []string{"peer 0 0", "0: bye", "gone 0"}, one.got, "at once")
	assert.Equal(t, []string{""}, one.ended)
	assert.Empty(t, two.ended)
	assert.Equal(t, relayroom.Never, h.room.Tick(time.Hour))
	_, isListed := h.room.Entry()
	assert.False(t, isListed)
}

func TestARoomEndsWithItsLastSeat(t *testing.T) {
	h, g := mesh(t, limits, 2)
	g[0].detach()
	g[1].detach()
	h.pass(29 * time.Second)
	assert.False(t, h.room.Closed())
	h.pass(time.Second)
	assert.True(t, h.room.Closed())
}

func TestKick(t *testing.T) {
	h, g := mesh(t, limits, 3)
	g[0].control(wire.UpKick, 1)
	assert.Equal(t, []string{"kicked"}, g[1].ended)
	assert.Equal(t, []string{"gone 1"}, g[2].took())
	g[2].detach()
	g[0].control(wire.UpKick, 2)
	assert.Empty(t, g[2].ended, "there is no channel to end")
	assert.Equal(t, []string{"gone 1", "away 2", "gone 2"}, g[0].took())
	for _, seat := range []uint8{1, 2, 77, 250, 255} {
		g[0].control(wire.UpKick, seat)
		g[0].control(wire.UpAdmit, seat)
	}
	assert.False(t, h.room.Closed())
	assert.Empty(t, g[0].ended)
	g[0].control(wire.UpKick, 0)
	assert.Empty(t, g[0].ended, "a host does not know itself")
}

func TestWhatOnlyTheHostMayDo(t *testing.T) {
	for _, kind := range []wire.UpKind{wire.UpAdmit, wire.UpKick, wire.UpLock} {
		_, g := mesh(t, limits, 3)
		g[1].control(kind, 2)
		assert.Equal(t, []string{"not allowed"}, g[1].ended)
		assert.Equal(t, []string{"gone 1"}, g[2].took())
	}
}

func TestLockAndRoundTripsAreTold(t *testing.T) {
	_, g := mesh(t, limits, 3)
	g[0].control(wire.UpLock, 0)
	g[0].control(wire.UpLock, 0)
	g[2].control(wire.UpRoundTrip, 0)
	assert.Equal(t, []string{"locked true", "round trip 2"}, g[0].took())
	assert.Equal(t, []string{"locked true", "round trip 2"}, g[1].took())
	assert.Equal(t, []string{"locked true"}, g[2].took())
}

func TestAPacketForAPeerThatLeftDoesNotReachTheNextOneInItsSeat(t *testing.T) {
	h, g := mesh(t, limits, 3)
	g[2].silent = true
	g[1].leave()
	next := h.enter(request(9))
	g[0].took()
	g[0].control(wire.UpAdmit, 1)
	assert.EqualValues(t, 1, next.welcome.Seat)
	h.pass(100 * time.Millisecond)
	g[2].say(next, "for the one before")
	g[2].silent = false
	g[2].read()
	g[2].say(next, "for this one")
	assert.Equal(t, []string{"peer 0 0", "peer 2 2", "2: for this one"}, next.took())
}

func TestAKickOfAPeerThatLeftDoesNotHitTheNextOneInItsSeat(t *testing.T) {
	h, g := mesh(t, limits, 2)
	g[0].silent = true
	g[1].leave()
	next := h.enter(request(9))
	h.pass(100 * time.Millisecond)
	g[0].control(wire.UpKick, 1)
	assert.Empty(t, next.ended)
	g[0].silent = false
	g[0].read()
	g[0].control(wire.UpKick, 1)
	assert.Equal(t, []string{"kicked"}, next.ended)
}

func TestFramesAreJoinedForOneRecipient(t *testing.T) {
	h, g := mesh(t, limits, 3)
	g[2].silent = true
	g[0].say(g[2], "a")
	require.Len(t, g[2].inbox, 1, "at once")
	g[1].say(g[2], "b")
	h.pass(10 * time.Millisecond)
	g[0].say(g[2], "c")
	require.Len(t, g[2].inbox, 1)
	h.pass(5 * time.Millisecond)
	require.Len(t, g[2].inbox, 2)
	g[2].read()
	assert.Equal(t, []string{"0: a", "1: b", "0: c"}, g[2].took())
}

func TestTheRoomAcknowledges(t *testing.T) {
	h, g := mesh(t, limits, 2)
	g[0].say(g[1], "a")
	assert.NotZero(t, g[0].link.Buffered())
	h.pass(50 * time.Millisecond)
	assert.Zero(t, g[0].link.Buffered())
}

func TestIDsAreNeverGivenTwice(t *testing.T) {
	h, host := open(t, limits, request(0))
	seen := map[uint32]bool{host.welcome.ID: true}
	for i := range 20_000 {
		g := &testPeer{harness: h}
		seat, err := h.room.Join(request(1), g, 0)
		require.NoError(t, err)
		welcome, _ := h.room.Attach(seat, g, 0)
		require.False(t, seen[welcome.ID], i)
		seen[welcome.ID] = true
		h.room.Leave(seat, g)
		h.room.Flush(0)
	}
}

func TestConnectionThatJoinsWithAnotherTokenGivesItsSeatUp(t *testing.T) {
	over := func(connection any) func(*relayroom.Request) {
		return func(r *relayroom.Request) { r.Connection = connection }
	}
	h, host := open(t, limits, request(0, over("x")))
	other := h.enter(request(1, over("y")))
	other.took()
	h.enter(request(2, over("x")))
	assert.Equal(t, []string{"gone 0", "host 1", "peer 0 2"}, other.took())
	host.leave()        // is read late
	h.enter(request(3)) // over a connection that is not known
	h.enter(request(4))
	assert.Equal(t, []string{"peer 2 3", "peer 3 4"}, other.took())
}

func TestSeatThatChangesItsConnectionIsKept(t *testing.T) {
	h, host := open(t, limits, request(0, func(r *relayroom.Request) { r.Connection = "x" }))
	host.detach()
	host.request.Connection = "y"
	host.again()
	h.enter(request(1, func(r *relayroom.Request) { r.Connection = "x" }))
	assert.Equal(t, []string{"peer 1 1"}, host.took())
}

func TestLastSeatThatIsGivenUpEndsTheRoom(t *testing.T) {
	for _, shape := range []relayroom.Shape{relayroom.ShapeHost, relayroom.ShapeMesh} {
		over := func(r *relayroom.Request) { r.Connection, r.Shape = "x", shape }
		h, _ := open(t, limits, request(0, over))
		_, err := h.room.Join(request(1, over), nil, 0)
		require.ErrorIs(t, err, relayroom.ErrNoRoom)
		assert.True(t, h.room.Closed())
	}
}
