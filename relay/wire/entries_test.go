package wire_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/relay/wire"
)

const maxPacket = 64

// target is one of Up.Targets.
type target struct {
	seat  uint8
	patch string
}

func targetsOf(entry *wire.Up) (targets []target) {
	for seat, patch := range entry.Targets() {
		targets = append(targets, target{seat, string(patch)})
	}
	return targets
}

func TestPacketsFromClients(t *testing.T) {
	for name, test := range map[string]struct {
		bytes   []byte
		written []byte // by the Append function for the same entry
		mode    wire.Mode
		channel uint16
		data    string
		targets []target
	}{
		"to one seat": {
			bytes:   []byte{0, 7, 2, 'h', 'i'},
			written: wire.AppendPacket(nil, wire.Unreliable, 0, 7, []byte("hi")),
			data:    "hi", targets: []target{{7, ""}},
		},
		"on a channel": {
			bytes:   []byte{1 | 4, 0xff, 0xff, 3, 249, 0},
			written: wire.AppendPacket(nil, wire.UnreliableOrdered, 65535, 249, nil),
			mode:    wire.UnreliableOrdered, channel: 65535, targets: []target{{249, ""}},
		},
		"to several seats": {
			bytes:   []byte{2 | 8, 2, 0x82, 0x01, 1, 'x'},
			written: wire.AppendPacketToMany(nil, wire.Reliable, 0, []byte{0x82, 0x01}, []byte("x"), nil),
			mode:    wire.Reliable, data: "x", targets: []target{{1, ""}, {7, ""}, {8, ""}},
		},
		"patched for each seat": {
			bytes:   []byte{2 | 8 | 16, 1, 0x05, 3, 'x', 'y', 'z', 1, 2, 3, 4},
			written: wire.AppendPacketToMany(nil, wire.Reliable, 0, []byte{0x05}, []byte("xyz"), []byte{1, 2, 3, 4}),
			mode:    wire.Reliable, data: "xyz", targets: []target{{0, "\x01\x02"}, {2, "\x03\x04"}},
		},
		"patched for one seat": {
			bytes: []byte{16, 9, 3, 'x', 'y', 'z', 1, 2},
			data:  "xyz", targets: []target{{9, "\x01\x02"}},
		},
		"to no seat": {bytes: []byte{8, 0, 1, 'x'}, data: "x"},
		"numbers that are longer than needed": {
			bytes: []byte{4, 0x80, 0x80, 0x00, 1, 0x81, 0x00, 'x'}, data: "x", targets: []target{{1, ""}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if test.written != nil {
				assert.Equal(t, test.bytes, test.written)
			}
			var entry wire.Up
			section := wire.Section(test.mode == wire.Reliable)
			rest, err := wire.ReadUp(append(test.bytes, "rest"...), section, maxPacket, &entry)
			require.NoError(t, err)
			assert.Equal(t, "rest", string(rest))
			assert.Equal(t, test.mode, entry.Mode)
			assert.Equal(t, test.channel, entry.Channel)
			assert.Equal(t, test.data, string(entry.Data))
			assert.Equal(t, test.targets, targetsOf(&entry))
		})
	}
}

func TestControlFromClients(t *testing.T) {
	for name, test := range map[string]struct {
		bytes   []byte
		control wire.UpControl
	}{
		"admit":      {[]byte{3, 1, 5}, wire.UpControl{Kind: wire.UpAdmit, Seat: 5}},
		"kick":       {[]byte{3, 2, 5}, wire.UpControl{Kind: wire.UpKick, Seat: 5}},
		"lock":       {[]byte{3, 3, 1}, wire.UpControl{Kind: wire.UpLock, On: true}},
		"unlock":     {[]byte{3, 3, 0}, wire.UpControl{Kind: wire.UpLock}},
		"round trip": {[]byte{3, 4, 0xac, 2}, wire.UpControl{Kind: wire.UpRoundTrip, Milliseconds: 300}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.bytes, wire.AppendUpControl(nil, test.control))
			var entry wire.Up
			rest, err := wire.ReadUp(test.bytes, wire.ReliableSection, maxPacket, &entry)
			require.NoError(t, err)
			assert.Empty(t, rest)
			assert.Equal(t, wire.Up{Mode: wire.Control, Control: test.control}, entry)
		})
	}
}

func TestEntriesFromTheRelay(t *testing.T) {
	control := func(bytes []byte, c wire.DownControl) downTest {
		return downTest{bytes, wire.AppendDownControl(nil, c), wire.Down{Mode: wire.Control, Control: c}}
	}
	for name, test := range map[string]downTest{
		"packet": {
			[]byte{1 | 4, 2, 249, 2, 'h', 'i'},
			wire.AppendPacket(nil, wire.UnreliableOrdered, 2, 249, []byte("hi")),
			wire.Down{Mode: wire.UnreliableOrdered, Channel: 2, Seat: 249, Data: []byte("hi")},
		},
		"peer": control([]byte{3, 1, 4, 0x78, 0x56, 0x34, 0x12, 2, '{', '}'},
			wire.DownControl{Kind: wire.DownPeer, Seat: 4, ID: 0x12345678, Info: []byte("{}")}),
		"gone":       control([]byte{3, 2, 4}, wire.DownControl{Kind: wire.DownGone, Seat: 4}),
		"host":       control([]byte{3, 3, 4}, wire.DownControl{Kind: wire.DownHost, Seat: 4}),
		"away":       control([]byte{3, 4, 4}, wire.DownControl{Kind: wire.DownAway, Seat: 4}),
		"back":       control([]byte{3, 5, 4}, wire.DownControl{Kind: wire.DownBack, Seat: 4}),
		"round trip": control([]byte{3, 6, 4, 0xac, 2}, wire.DownControl{Kind: wire.DownRoundTrip, Seat: 4, Milliseconds: 300}),
		"locked":     control([]byte{3, 7, 1}, wire.DownControl{Kind: wire.DownLocked, On: true}),
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.bytes, test.written)
			var entry wire.Down
			rest, err := wire.ReadDown(append(test.bytes, "rest"...), wire.Section(test.entry.Mode == wire.Control), maxPacket, &entry)
			require.NoError(t, err)
			assert.Equal(t, "rest", string(rest))
			assert.Equal(t, test.entry, entry)
		})
	}
}

type downTest struct {
	bytes   []byte
	written []byte
	entry   wire.Down
}

// reasonOf returns the reason of a *Violation.
func reasonOf(t *testing.T, err error) string {
	t.Helper()
	var violation *wire.Violation
	require.ErrorAs(t, err, &violation)
	assert.Equal(t, violation.Reason+": "+violation.Detail, err.Error())
	return violation.Reason
}

func TestEntriesThatAreRefused(t *testing.T) {
	const reliable, unreliable = wire.ReliableSection, wire.UnreliableSection
	up := func(data []byte, section wire.Section) error {
		var entry wire.Up
		_, err := wire.ReadUp(data, section, maxPacket, &entry)
		return err
	}
	down := func(data []byte, section wire.Section) error {
		var entry wire.Down
		_, err := wire.ReadDown(data, section, maxPacket, &entry)
		return err
	}
	for name, test := range map[string]struct {
		read    func([]byte, wire.Section) error
		data    []byte
		section wire.Section
		text    string // of the error
	}{
		"a bit without a meaning":             {up, []byte{32, 1, 0}, unreliable, "malformed: unknown bits in the head 0x20"},
		"targets from the relay":              {down, []byte{8, 1, 1, 0}, unreliable, "malformed: unknown bits"},
		"a control entry on a channel":        {up, []byte{3 | 4, 1, 1, 1}, reliable, "malformed: unknown bits"},
		"reliable among unreliable":           {up, []byte{2, 1, 0}, unreliable, "malformed: entry of mode 2 in the wrong section"},
		"control among unreliable":            {down, []byte{3, 2, 0}, unreliable, "malformed: entry of mode 3"},
		"unreliable among reliable":           {up, []byte{1, 1, 0}, reliable, "malformed: entry of mode 1"},
		"a channel that is too large":         {up, []byte{4, 0x80, 0x80, 4, 1, 0}, unreliable, "malformed: channel 65536 is above 65535"},
		"a number of more than 32 bits":       {up, []byte{4, 0xff, 0xff, 0xff, 0xff, 0x10}, unreliable, "malformed: channel has more than 32 bits"},
		"a number of more than 64 bits":       {up, append([]byte{4}, strings.Repeat("\xff", 12)...), unreliable, "malformed: channel has more than 32 bits"},
		"a number that is cut off":            {up, []byte{4, 0x80}, unreliable, "malformed: channel is cut off"},
		"no target":                           {up, []byte{0}, unreliable, "malformed: target is missing"},
		"no targets":                          {up, []byte{8}, unreliable, "malformed: size of the targets is missing"},
		"targets that are cut off":            {up, []byte{8, 3, 1, 1}, unreliable, "malformed: list of targets has 3 bytes, 2 are left"},
		"no size":                             {up, []byte{0, 1}, unreliable, "malformed: size is cut off"},
		"a packet that is cut off":            {up, []byte{0, 1, 3, 'x'}, unreliable, "malformed: packet has 3 bytes, 1 are left"},
		"a packet that is too big":            {up, []byte{0, 1, 65}, unreliable, "packet too big: packet is larger than the limit"},
		"a packet of 4 GiB":                   {up, []byte{0, 1, 0xff, 0xff, 0xff, 0xff, 0x0f}, unreliable, "packet too big"},
		"a patched packet that is too short":  {up, []byte{16, 1, 2, 'x', 'y', 1, 2}, unreliable, "malformed: patched packet of 2 bytes"},
		"patches that are cut off":            {up, []byte{24, 1, 3, 3, 'x', 'y', 'z', 1, 2, 3}, unreliable, "malformed: list of patches has 4 bytes"},
		"control without a kind":              {up, []byte{3}, reliable, "malformed: kind of a control entry is missing"},
		"control of kind 0":                   {up, []byte{3, 0}, reliable, "malformed: unknown kind 0"},
		"control of an unknown kind":          {up, []byte{3, 5, 0}, reliable, "malformed: unknown kind 5"},
		"admit without a seat":                {up, []byte{3, 1}, reliable, "malformed: seat is missing"},
		"a lock that is neither on nor off":   {up, []byte{3, 3, 2}, reliable, "malformed: lock is 2"},
		"a round trip that is cut off":        {up, []byte{3, 4, 0x80}, reliable, "malformed: round trip is cut off"},
		"no sender":                           {down, []byte{0}, unreliable, "malformed: sender is missing"},
		"relay's control without a kind":      {down, []byte{3}, reliable, "malformed: kind of a control entry is missing"},
		"relay's control of an unknown kind":  {down, []byte{3, 8, 0}, reliable, "malformed: unknown kind 8"},
		"a gone without a seat":               {down, []byte{3, 2}, reliable, "malformed: seat is missing"},
		"a peer whose id is cut off":          {down, []byte{3, 1, 1, 1, 2, 3}, reliable, "malformed: id has 4 bytes, 3 are left"},
		"a peer whose info is cut off":        {down, []byte{3, 1, 1, 1, 2, 3, 4, 2, '{'}, reliable, "malformed: info has 2 bytes, 1 are left"},
		"a peer whose info is too large":      {down, []byte{3, 1, 1, 1, 2, 3, 4, 65}, reliable, "packet too big: info"},
		"a relay's packet that is too big":    {down, []byte{0, 1, 65}, unreliable, "packet too big"},
		"a relay's packet on a high channel":  {down, []byte{4, 0xff, 0xff, 4, 1, 0}, unreliable, "malformed: channel 81919"},
		"a relay's lock neither on nor off":   {down, []byte{3, 7, 9}, reliable, "malformed: lock is 9"},
		"a relay's round trip that is absent": {down, []byte{3, 6, 1}, reliable, "malformed: round trip is cut off"},
	} {
		t.Run(name, func(t *testing.T) {
			err := test.read(test.data, test.section)
			reasonOf(t, err)
			assert.Contains(t, err.Error(), test.text)
		})
	}
}

func TestPatchReplacesTheCounterOfACopy(t *testing.T) {
	data := []byte("abcd")
	wire.Patch(data, []byte("12"))
	assert.Equal(t, "a12d", string(data))
}

func TestTargetsBeyondAllSeatsAreSkipped(t *testing.T) {
	var entry wire.Up
	seats := slices.Concat(make([]byte, 31), []byte{0x80}, []byte{0xff, 0xff})
	_, err := wire.ReadUp(wire.AppendPacketToMany(nil, wire.Unreliable, 0, seats, nil, nil), wire.UnreliableSection, maxPacket, &entry)
	require.NoError(t, err)
	assert.Equal(t, []target{{255, ""}}, targetsOf(&entry))
	for range entry.Targets() {
		break // stopping early is allowed
	}
}

func TestReadingAllocatesNothing(t *testing.T) {
	data := wire.AppendPacketToMany(nil, wire.Unreliable, 3, []byte{0xff, 0x03}, []byte("packet"), make([]byte, 20))
	var entry wire.Up
	sum := 0
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		if _, err := wire.ReadUp(data, wire.UnreliableSection, maxPacket, &entry); err != nil {
			panic(err)
		}
		for seat := range entry.Targets() {
			sum += int(seat)
		}
	}))
	assert.Positive(t, sum)
}

// FuzzFrame: no frame makes a link or the readers panic, and entries come out the same when they
// are written and read again.
func FuzzFrame(f *testing.F) {
	for _, entry := range [][]byte{
		wire.AppendPacket(nil, wire.Reliable, 0, 1, []byte("hi")),
		wire.AppendPacketToMany(nil, wire.Reliable, 9, []byte{3}, []byte("hi!"), []byte("1234")),
		wire.AppendUpControl(nil, wire.UpControl{Kind: wire.UpRoundTrip, Milliseconds: 9}),
		wire.AppendDownControl(nil, wire.DownControl{Kind: wire.DownPeer, Seat: 1, ID: 2, Info: []byte("{}")}),
	} {
		f.Add(slices.Concat([]byte{0, 1, byte(len(entry))}, entry, wire.AppendPacket(nil, wire.Unreliable, 0, 1, []byte("x"))))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		link := wire.NewLink(0)
		require.NoError(t, link.Resume(0))
		received, err := link.Receive(frame, 0)
		if err != nil {
			reasonOf(t, err)
			return
		}
		for section, entries := range map[wire.Section][]byte{
			wire.ReliableSection: received.Reliable, wire.UnreliableSection: received.Unreliable,
		} {
			readAllUp(t, section, entries)
			readAllDown(t, section, entries)
		}
	})
}

func readAllUp(t *testing.T, section wire.Section, data []byte) {
	for len(data) > 0 {
		var entry, again wire.Up
		rest, err := wire.ReadUp(data, section, maxPacket, &entry)
		if err != nil {
			require.True(t, errors.As(err, new(*wire.Violation)))
			return
		}
		data = rest
		written := wire.AppendUpControl(nil, entry.Control)
		if entry.Mode != wire.Control {
			written = writeAgain(&entry)
		}
		_, err = wire.ReadUp(written, section, maxPacket, &again)
		require.NoError(t, err)
		require.Equal(t, entry.Control, again.Control)
		require.Equal(t, string(entry.Data), string(again.Data))
		require.Equal(t, entry.Channel, again.Channel)
		require.Equal(t, targetsOf(&entry), targetsOf(&again))
	}
}

// writeAgain writes a packet with its targets as a bitset.
func writeAgain(entry *wire.Up) []byte {
	var seats [32]byte
	var patches []byte
	for seat, patch := range entry.Targets() {
		seats[seat>>3] |= 1 << (seat & 7)
		patches = append(patches, patch...)
	}
	return wire.AppendPacketToMany(nil, entry.Mode, entry.Channel, seats[:], entry.Data, patches)
}

func readAllDown(t *testing.T, section wire.Section, data []byte) {
	for len(data) > 0 {
		var entry, again wire.Down
		rest, err := wire.ReadDown(data, section, maxPacket, &entry)
		if err != nil {
			require.True(t, errors.As(err, new(*wire.Violation)))
			return
		}
		data = rest
		written := wire.AppendDownControl(nil, entry.Control)
		if entry.Mode != wire.Control {
			written = wire.AppendPacket(nil, entry.Mode, entry.Channel, entry.Seat, entry.Data)
		}
		_, err = wire.ReadDown(written, section, maxPacket, &again)
		require.NoError(t, err)
		require.Equal(t, entry, again)
	}
}
