package worker_test

import (
	"encoding/json/jsontext"
	json "encoding/json/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
	"phoenixchannels/relay"
	"phoenixchannels/web/protocol"
)

// list is an Array in a command.
func list(values ...any) signals.Encoded {
	b := variant.AppendArray(nil, len(values))
	for _, value := range values {
		b = signals.Append(b, value)
	}
	return b
}

// nextForDebugger waits for a message to the debugger whose data contain a text, as JSON or bytes.
func (p *page) nextForDebugger(name, text string) {
	p.t.Helper()
	for {
		r := p.next(protocol.Debugger, 0)
		data, _ := jsontext.AppendQuote(nil, r.values[1].(string)) // a PackedByteArray has the text of its numbers
		if r.values[0] == name && (text == "" || strings.Contains(string(data), bytesText(text))) {
			return
		}
	}
}

// nextTree waits for a debugger message with a tree that is as wanted.
func (p *page) nextTree(isWanted func([]shownSocket) bool) {
	p.t.Helper()
	for started := time.Now(); ; {
		r := p.next(protocol.Debugger, 0)
		require.Less(p.t, time.Since(started), patience, "%v", r)
		if r.values[0] != "phoenix:state" {
			continue
		}
		var numbers []int // json would take bytes for base64
		require.NoError(p.t, json.Unmarshal([]byte(r.values[1].(string)), &numbers))
		var data []byte
		for _, n := range numbers {
			data = append(data, byte(n))
		}
		text, err := variant.AppendJSON(nil, data)
		require.NoError(p.t, err)
		var tree [][]shownSocket
		require.NoError(p.t, json.Unmarshal(text, &tree))
		if isWanted(tree[0]) {
			return
		}
	}
}

type shownSocket struct {
	Peers []shownPeer `json:"peers"`
}

type shownPeer struct {
	State    int     `json:"state"`
	UniqueID int32   `json:"unique_id"`
	IsHost   bool    `json:"is_host"`
	Shape    int     `json:"shape"`
	Peers    []int32 `json:"peers"`
}

// bytesText is how the bytes of a text look in the text of a PackedByteArray.
func bytesText(text string) string {
	b, err := variant.AppendJSON(nil, variant.AppendBytes(nil, []byte(text)))
	if err != nil {
		panic(err)
	}
	return strings.Trim(string(b), `"[]`)
}

func TestDebuggerSeesWhatASocketDoes(t *testing.T) {
	server := serve(t)
	onEach(t, func(t *testing.T, p *page) {
		p.command(protocol.Debug, "attach", list())
		p.command(protocol.Debug, "watch", list(1, 1000))
		p.nextForDebugger("phoenix:hello", "Web")
		socket := p.openSocket(server.URL(), settings{"params": object(`{"access_token":"param-PLANTED"}`)})
		channel := p.joined(socket, "room:debugger")
		p.nextForDebugger("phoenix:batch", "room:debugger")
		p.nextForDebugger("phoenix:state", "room:debugger")
		p.command(protocol.Debug, "push", list(channel, "echo", `[1, "by hand"]`))
		p.nextForDebugger("phoenix:batch", `[1, "by hand"]`)
		require.NotContains(t, p.latest, bytesText("PLANTED"))
	})
}

func TestDebuggerSeesTheRoomsOfPeers(t *testing.T) {
	onEach(t, func(t *testing.T, p *page) {
		server := serve(t)
		p.command(protocol.Debug, "attach", list())
		p.command(protocol.Debug, "watch", list(1, 1000))
		const topic = "relay:debugger"
		for range 2 {
			channel := p.id()
			p.command(protocol.Channel, channel, p.openSocket(server.URL(), nil), topic, false, object("{}"))
			p.command(protocol.Peer, p.id(), channel, p.id(), int(relay.RoleAuto), int(relay.ShapeMesh), 0, false, 0, 0, object("{}"))
		}
		p.nextTree(func(sockets []shownSocket) bool {
			if len(sockets) != 2 || len(sockets[0].Peers) != 1 || len(sockets[1].Peers) != 1 {
				return false
			}
			one, other := sockets[0].Peers[0], sockets[1].Peers[0]
			return len(one.Peers) == 1 && len(other.Peers) == 1 && one.Peers[0] == other.UniqueID && other.Peers[0] == one.UniqueID &&
				one.State == 2 && other.State == 2 && one.IsHost != other.IsHost &&
				one.Shape == int(relay.ShapeMesh) && other.Shape == int(relay.ShapeMesh)
		})
	})
}
