package relay

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/relay/wire"
)

// joinedRoom is a client of a mesh with three others, over no connection: what it receives is given
// to it, and what it sends is asked for.
func joinedRoom(tb testing.TB, delivered *int) *Client {
	tb.Helper()
	socket, err := core.NewSocket("ws://relay/socket", core.Config{ManualDispatch: true})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, socket.Close()) })
	channel, err := socket.Channel(topic, nil)
	require.NoError(tb, err)
	client, err := New(channel, nil, Options{Shape: ShapeMesh}, Handlers{Deliver: func(records []byte) { *delivered += len(records) }})
	require.NoError(tb, err)
	client.receive(&core.Message{Event: eventWelcome, Payload: core.JSONPayload([]byte(welcomeOf("")))})
	client.receive(&core.Message{Event: eventFrame, Payload: core.BinaryPayload(section(0, 1, joinedEntry(0), joinedEntry(7), joinedEntry(8)))})
	return client
}

const burstSize = 20

// exchange gives a client a frame with a burst of packets, of which half are reliable, and lets it
// send as many, once to each peer.
func exchange(tb testing.TB) (once func()) {
	delivered := 0
	client := joinedRoom(tb, &delivered)
	data := make([]byte, 64)
	var firm, loose, packets []byte
	for range burstSize / 2 {
		firm = wire.AppendPacket(firm, wire.Reliable, 0, 7, data)
		loose = wire.AppendPacket(loose, wire.Unreliable, 0, 7, data)
	}
	for _, id := range []int32{1000, 1007, 1008} {
		for i := range burstSize {
			data[10] = byte(i)
			packets = AppendRecord(packets, Record{Peer: id, Mode: uint8(wire.Unreliable), Data: data})
		}
	}
	var frame []byte
	message := &core.Message{Event: eventFrame}
	seq, acked := uint64(1), uint64(0)
	return func() {
		seq++
		frame = binary.AppendUvarint(binary.AppendUvarint(frame[:0], acked), seq)
		frame = append(binary.AppendUvarint(frame, uint64(len(firm))), firm...)
		frame = append(frame, loose...)
		message.Payload = core.BinaryPayload(frame)
		before := delivered
		client.receive(message)
		if delivered-before != burstSize*(headSize+64) {
			tb.Fatalf("%d bytes were delivered", delivered-before)
		}
		client.Send(packets)
		if hasEntries(client.fill(client.joinRef)) {
			acked++
		}
	}
}

// hasEntries reports whether a frame is one to be acknowledged: on a slow machine some only
// acknowledge.
func hasEntries(frame []byte) bool {
	_, n := binary.Uvarint(frame)
	return len(frame) > n+1
}

func TestBurstOfPacketsNeedsNoMemory(t *testing.T) {
	once := exchange(t)
	require.Zero(t, testing.AllocsPerRun(1000, once))
}

func BenchmarkClient(b *testing.B) {
	once := exchange(b)
	b.ReportAllocs()
	for b.Loop() {
		once()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(burstSize+3*burstSize), "ns/packet")
}
