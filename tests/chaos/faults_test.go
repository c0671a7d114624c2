package chaos_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"
)

// fault does something to a link and gives its name; empty when it could not.
type fault func(n *network, l *link, random *rand.Rand) string

// faults are drawn evenly.
var faults = []fault{cut, reset, stall, delay, throttle, blackHole, closeFrame, closeFrame, refuseHandshakes}

func cut(_ *network, l *link, _ *rand.Rand) string {
	l.cut()
	return "cut"
}

func reset(_ *network, l *link, _ *rand.Rand) string {
	l.reset()
	return "reset"
}

// stall stops in the middle of the next bytes, for less or for more than a heartbeat allows.
func stall(_ *network, l *link, random *rand.Rand) string {
	f, direction := direction(l, random)
	f.set(func(f *flow) { f.stall = between(random, 20*time.Millisecond, 3*time.Second) })
	return "stall " + direction
}

func delay(_ *network, l *link, random *rand.Rand) string {
	f, direction := direction(l, random)
	f.set(func(f *flow) {
		f.delay, f.bytesPerSecond = between(random, 10*time.Millisecond, 500*time.Millisecond), 0
		f.until = time.Now().Add(between(random, 100*time.Millisecond, 2*time.Second))
	})
	return "delay " + direction
}

func throttle(_ *network, l *link, random *rand.Rand) string {
	f, direction := direction(l, random)
	f.set(func(f *flow) {
		f.delay, f.bytesPerSecond = 0, 2048
		f.until = time.Now().Add(between(random, 500*time.Millisecond, 4*time.Second))
	})
	return "throttle " + direction
}

func blackHole(_ *network, l *link, random *rand.Rand) string {
	f, direction := direction(l, random)
	f.set(func(f *flow) { f.blackHole = true })
	return "black hole " + direction
}

// closeCodes are all that the protocol names, those that no frame may carry included, and some of
// an application's.
var closeCodes = []int{
	1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 1015, 3000, 4000, 4001, 4999,
}

// closeFrame closes as a server would, with any code or none, and ends the connection a moment
// later.
func closeFrame(n *network, l *link, random *rand.Rand) string {
	name, payload := "close without a code", []byte(nil)
	if i := random.IntN(len(closeCodes) + 1); i < len(closeCodes) {
		name = fmt.Sprintf("close %d", closeCodes[i])
		payload = append(binary.BigEndian.AppendUint16(nil, uint16(closeCodes[i])), "chaos"...)
	}
	rest := between(random, 0, 300*time.Millisecond)
	n.running.Go(func() { // a frame that stalls is over first
		if l.sayGoodbye(payload) {
			n.count(name)
			l.sleep(rest)
			l.cut()
		}
	})
	return ""
}

var handshakeStatuses = []int{403, 404, 429, 502, 301, 302, 307, 200}

// refuseHandshakes ends a link, and refuses the next connections of all clients.
func refuseHandshakes(n *network, l *link, random *rand.Rand) string {
	for range 1 + random.IntN(3) {
		r := refusalGarbage()
		if i := random.IntN(len(handshakeStatuses) + 1); i < len(handshakeStatuses) {
			r = refusalStatus(handshakeStatuses[i])
		}
		n.refuse(r)
	}
	l.cut()
	return "cut"
}

// direction chooses one at random.
func direction(l *link, random *rand.Rand) (*flow, string) {
	if random.IntN(2) == 0 {
		return &l.toClient, "to the client"
	}
	return &l.toServer, "to the server"
}

func between(random *rand.Rand, low, high time.Duration) time.Duration {
	return low + time.Duration(random.Int64N(int64(high-low)))
}
