package bench_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	phoenix "phoenixchannels/core"
	"phoenixchannels/relay/wire"
)

// What a peer of the load does.
const (
	packetEvery = 50 * time.Millisecond
	packetBytes = 64
)

// BenchmarkRelay lets peers of one room send packets to all others for five seconds, half of them
// unreliable. It reports how much of a processor the server needs, and how long a packet takes from
// its push to the other peers, at most 15 ms of waiting for others included.
func BenchmarkRelay(b *testing.B) {
	for _, peers := range []int{2, 50} {
		b.Run(fmt.Sprintf("peers=%d", peers), func(b *testing.B) {
			for b.Loop() {
				playRelay(b, peers)
			}
		})
	}
}

func playRelay(b *testing.B, count int) {
	server := startProcess(b)
	began := time.Now()
	room := &relayRoom{began: began}
	for n := range count {
		room.enter(b, server.url, n)
	}
	ctx, cancel := context.WithTimeout(b.Context(), playTime)
	defer cancel()
	var playing sync.WaitGroup
	for _, p := range room.peers {
		playing.Go(func() { p.play(ctx, count) })
	}
	playing.Wait()
	for _, p := range room.peers {
		p.end(b)
	}
	used, took := server.stop(b), time.Since(began)

	packets, frames := 0, 0
	for _, p := range room.peers {
		packets, frames = packets+p.packets, frames+p.frames
	}
	report(b, float64(used)/float64(took), room.latencies)
	b.ReportMetric(float64(packets)/playTime.Seconds(), "deliveries/s")
	b.ReportMetric(float64(frames)/playTime.Seconds(), "frames/s")
}

// relayRoom is what the peers have measured.
type relayRoom struct {
	began time.Time
	peers []*relayPeer

	mu        sync.Mutex
	latencies []time.Duration
}

type relayPeer struct {
	room     *relayRoom
	socket   *phoenix.Socket
	channel  *phoenix.Channel
	seat     uint8
	observes bool

	mu      sync.Mutex
	link    *wire.Link
	ack     *time.Timer
	packets int
	frames  int
}

func (r *relayRoom) now() time.Duration { return time.Since(r.began) }

func (r *relayRoom) enter(b *testing.B, url string, n int) {
	b.Helper()
	socket, err := phoenix.NewSocket(url, phoenix.Config{})
	require.NoError(b, err)
	require.NoError(b, socket.Connect())
	channel, err := socket.Channel("relay:load", map[string]any{"peer": map[string]any{
		"version": 1, "token": fmt.Sprintf("%032x", n), "resume": false, "got": 0, "role": "auto", "shape": "mesh",
		"info": map[string]any{}, "max_peers": 0, "listed": false, "seat_ms": 30000,
	}})
	require.NoError(b, err)
	p := &relayPeer{
		room: r, socket: socket, channel: channel, link: wire.NewLink(0), seat: uint8(n),
		observes: n < observers,
	}
	p.ack = time.AfterFunc(time.Hour, p.flush)
	welcome := make(chan struct{})
	channel.On("welcome", func(*phoenix.Message) {
		p.mu.Lock()
		defer p.mu.Unlock()
		_ = p.link.Resume(0)
		close(welcome)
	})
	channel.On("m", p.receive)
	_, err = channel.Join()
	require.NoError(b, err)
	select {
	case <-welcome:
	case <-time.After(10 * time.Second):
		b.Fatal("no welcome")
	}
	r.peers = append(r.peers, p)
	if n > 0 {
		r.peers[0].reliable(wire.AppendUpControl(nil, wire.UpControl{Kind: wire.UpAdmit, Seat: p.seat}))
	}
}

func (p *relayPeer) reliable(entry []byte) {
	p.mu.Lock()
	p.link.Reliable(entry)
	p.mu.Unlock()
	p.flush()
}

func (p *relayPeer) flush() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.room.now()
	for frame, ok := p.link.Frame(nil, now); ok; frame, ok = p.link.Frame(nil, now) {
		_, _ = p.channel.PushTimeout("m", frame, pushTimeout) // what cannot be pushed is missed in the figures
	}
	if at, ok := p.link.Due(now); ok {
		p.ack.Reset(max(at-now, time.Millisecond))
	}
}

func (p *relayPeer) receive(m *phoenix.Message) {
	p.mu.Lock()
	now := p.room.now()
	received, err := p.link.Receive(m.Payload.Binary(), now)
	if err != nil {
		panic(err) // the server's mistake
	}
	p.frames++
	var latencies []time.Duration
	for section, data := range map[wire.Section][]byte{
		wire.ReliableSection: received.Reliable, wire.UnreliableSection: received.Unreliable,
	} {
		for len(data) > 0 {
			var entry wire.Down
			if data, err = wire.ReadDown(data, section, packetBytes, &entry); err != nil {
				panic(err)
			}
			if entry.Mode != wire.Control {
				p.packets++
				latencies = append(latencies, now-time.Duration(binary.LittleEndian.Uint64(entry.Data)))
			}
		}
	}
	p.mu.Unlock()
	p.flush()
	if p.observes {
		p.room.mu.Lock()
		defer p.room.mu.Unlock()
		p.room.latencies = append(p.room.latencies, latencies...)
	}
}

// play sends to all until the time is over. Peers begin at different moments.
func (p *relayPeer) play(ctx context.Context, peers int) {
	time.Sleep(rand.N(packetEvery))
	ticker := time.NewTicker(packetEvery)
	defer ticker.Stop()
	all := make([]byte, (peers+7)/8)
	for seat := range peers {
		all[seat>>3] |= 1 << (seat & 7)
	}
	data := make([]byte, packetBytes)
	for n := 0; ; n++ {
		now := p.room.now()
		binary.LittleEndian.PutUint64(data, uint64(now))
		if n%2 == 0 {
			p.reliable(wire.AppendPacketToMany(nil, wire.Reliable, 0, all, data, nil))
		} else {
			p.mu.Lock()
			p.link.Unreliable(wire.AppendPacketToMany(nil, wire.UnreliableOrdered, 0, all, data, nil), now)
			p.mu.Unlock()
			p.flush()
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

func (p *relayPeer) end(b *testing.B) {
	require.NoError(b, p.socket.Close())
	<-p.socket.Ended()
	p.ack.Stop()
}
