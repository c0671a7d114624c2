package relay

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/server/devserver"
	"phoenixchannels/server/devserver/memnet"
)

// witness records what one client learns of its room's host.
type witness struct {
	mu       sync.Mutex
	client   *Client
	id, host int32
	isOver   bool
}

func newWitness(t *testing.T, channel *core.Channel) *witness {
	w := &witness{}
	w.mu.Lock()
	defer w.mu.Unlock()
	var err error
	w.client, err = New(channel, nil, Options{Shape: ShapeMesh}, Handlers{Deliver: w.deliver})
	require.NoError(t, err)
	return w
}

func (w *witness) deliver(records []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range readRecords(records) {
		switch r.Kind {
		case KindConnected:
			w.id, w.host = r.Peer, int32(binary.LittleEndian.Uint32(r.Data[1:]))
		case KindHostChanged:
			w.host = r.Peer
		case KindPeerConnected:
			go w.client.Admit(r.Peer) // as the main thread does, if this is the host
		case KindEnded:
			w.isOver = true
		}
	}
}

// A client that leaves and joins again at once sends both in one burst. The server may read the
// join before the channel has handled the leave.
func TestEveryoneKnowsTheHostAfterRejoins(t *testing.T) {
	for seed := range uint64(30) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				random := rand.New(rand.NewPCG(seed, 0))
				server := devserver.New(devserver.Options{})
				listener := memnet.Listen()
				require.NoError(t, server.Serve(listener))
				t.Cleanup(server.Close)
				var witnesses []*witness
				for range 3 {
					channel, err := newSocket(t, (&cuttable{listener: listener}).dial).Channel(topic, nil)
					require.NoError(t, err)
					witnesses = append(witnesses, newWitness(t, channel))
				}
				for range 10 {
					for range 3 {
						time.Sleep(time.Duration(random.IntN(40)) * time.Millisecond)
						i := random.IntN(len(witnesses))
						client := witnesses[i].client
						client.Close()
						if random.IntN(2) == 0 {
							client.channel.Close()
						}
						witnesses[i] = newWitness(t, client.channel)
					}
					time.Sleep(5 * time.Second)
					requireOneHost(t, witnesses)
				}
			})
		})
	}
}

func requireOneHost(t *testing.T, witnesses []*witness) {
	t.Helper()
	var ids []int32
	for _, w := range witnesses {
		w.mu.Lock()
		defer w.mu.Unlock()
		require.False(t, w.isOver)
		require.Equal(t, witnesses[0].host, w.host)
		ids = append(ids, w.id)
	}
	require.Contains(t, ids, witnesses[0].host)
}
