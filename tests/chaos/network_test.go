// Package chaos_test holds core against a network that fails, a server that restarts, and a deploy
// that rolls, and keeps docs/guarantees.md true. `./build.sh chaos` runs it for longer; a run
// prints its seed.
package chaos_test

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// network is a TCP proxy in front of a server, which spoils what it carries when told to. It never
// reorders and never duplicates, as TCP does not.
type network struct {
	listener net.Listener
	running  sync.WaitGroup

	mu       sync.Mutex
	target   string
	links    map[*link]struct{}
	refusals []refusal // for the next connections
	injected map[string]int
	closed   bool
}

// newNetwork starts a proxy in front of the server at an address.
func newNetwork(t *testing.T, target string) *network {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	n := &network{listener: listener, target: target, links: map[*link]struct{}{}, injected: map[string]int{}}
	n.running.Go(n.accept)
	return n
}

// url is the endpoint for a client.
func (n *network) url() string { return "ws://" + n.listener.Addr().String() + "/socket" }

// retarget sends the connections that come from now on to another server.
func (n *network) retarget(target string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.target = target
}

// close ends the proxy, all links and all goroutines.
func (n *network) close() {
	n.mu.Lock()
	n.closed = true
	links := slices.Collect(maps.Keys(n.links))
	n.mu.Unlock()
	_ = n.listener.Close()
	for _, l := range links {
		l.cut()
	}
	n.running.Wait()
}

func (n *network) accept() {
	for {
		conn, err := n.listener.Accept()
		if err != nil {
			return
		}
		n.running.Go(func() { n.serve(conn.(*net.TCPConn)) })
	}
}

// serve carries one connection of a client, or refuses it.
func (n *network) serve(client *net.TCPConn) {
	defer client.Close()
	n.mu.Lock()
	target, refused := n.target, len(n.refusals) > 0
	var r refusal
	if refused {
		r, n.refusals = n.refusals[0], n.refusals[1:]
	}
	n.mu.Unlock()
	if refused {
		if r.answer(client) {
			n.count(r.name)
		}
		return
	}
	conn, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	server := conn.(*net.TCPConn)
	defer server.Close()
	l := newLink(client, server)
	if !n.add(l) {
		return
	}
	var flows sync.WaitGroup
	flows.Go(l.carryToServer)
	flows.Go(l.carryToClient)
	flows.Wait()
	l.cut()
	n.mu.Lock()
	delete(n.links, l)
	n.mu.Unlock()
}

func (n *network) add(l *link) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.closed {
		n.links[l] = struct{}{}
	}
	return !n.closed
}

// count notes an injected fault.
func (n *network) count(name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.injected[name]++
}

// total is how many faults were injected.
func (n *network) total() (total int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, count := range n.injected {
		total += count
	}
	return total
}

// pick gives a link that is up, nil when there is none.
func (n *network) pick(random *rand.Rand) *link {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.links) == 0 {
		return nil
	}
	skip := random.IntN(len(n.links))
	for l := range n.links {
		if skip == 0 {
			return l
		}
		skip--
	}
	return nil
}

// refuse has the next connections answered like this, one each.
func (n *network) refuse(with ...refusal) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.refusals = append(n.refusals, with...)
}

// calm takes back the refusals that nobody met.
func (n *network) calm() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.refusals = nil
}

// refusal is how a connection is answered instead of being carried.
type refusal struct {
	name string
	text string // of the answer
}

// refusalStatus answers the handshake with an HTTP status; redirects lead to where nothing is.
func refusalStatus(status int) refusal {
	location := ""
	if status >= 300 && status < 400 {
		location = "Location: /elsewhere\r\n"
	}
	return refusal{
		name: fmt.Sprintf("handshake %d", status),
		text: fmt.Sprintf("HTTP/1.1 %d %s\r\n%sContent-Length: 0\r\nConnection: close\r\n\r\n", status, http.StatusText(status), location),
	}
}

// refusalGarbage answers with something other than HTTP.
func refusalGarbage() refusal { return refusal{"handshake garbage", "SSH-2.0-nothing\r\n\x00\x01\x02"} }

// answer reports whether there was a request to answer.
func (r refusal) answer(client net.Conn) bool {
	request, err := http.ReadRequest(bufio.NewReader(client))
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, request.Body)
	_, err = io.WriteString(client, r.text)
	return err == nil
}
