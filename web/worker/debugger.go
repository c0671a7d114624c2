package worker

import (
	"encoding/json/jsontext"
	"slices"
	"sync"

	"phoenixchannels/core"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/tap"
	"phoenixchannels/gdext/variant"
	"phoenixchannels/web/protocol"
)

// debugger connects to the "Phoenix" tab of the editor's debugger, through the page. Package tap
// runs a goroutine of its own.
type debugger struct {
	tap *tap.Tap // nil if no debugger is attached

	mu       sync.Mutex
	messages []debuggerMessage // to be posted to the page
	tree     []byte            // the Array of sockets as of the latest flush
	isAsked  bool              // a new tree has been requested
}

type debuggerMessage struct {
	name string
	data []byte
}

// debug handles DEBUG.
func (w *Worker) debug(args *variant.Reader) {
	switch message := args.String(); message {
	case "attach":
		w.attachDebugger()
	case "push":
		w.pushFromTab(args)
	default:
		if w.debugger.tap != nil {
			w.debugger.tap.Handle(message, args.Rest())
		}
	}
}

func (w *Worker) attachDebugger() {
	if w.debugger.tap != nil {
		return
	}
	w.debugger.tree = variant.AppendArray(nil, 0)
	w.debugger.tap = tap.New(tap.Host{
		Platform: "Web",
		Send:     w.tellDebugger,
		State:    w.latestTree,
		Do:       func(int64, string, int64, []byte) {}, // the page does that
	})
}

// tellDebugger queues a debugger message for the page.
func (w *Worker) tellDebugger(name string, data []byte) {
	w.debugger.mu.Lock()
	w.debugger.messages = append(w.debugger.messages, debuggerMessage{name, slices.Clone(data)})
	w.debugger.mu.Unlock()
	w.host.Wake()
}

// latestTree appends the tree of the latest flush and requests a new one from the next flush: only
// the goroutine in run may access the sockets.
func (w *Worker) latestTree(dst []byte) []byte {
	defer w.host.Wake()
	w.debugger.mu.Lock()
	defer w.debugger.mu.Unlock()
	w.debugger.isAsked = true
	return append(dst, w.debugger.tree...)
}

// flushDebugger adds the queued debugger messages as records.
func (w *Worker) flushDebugger() {
	d := &w.debugger
	if d.tap == nil {
		return
	}
	d.mu.Lock()
	messages, isAsked := d.messages, d.isAsked
	d.messages, d.isAsked = nil, false
	d.mu.Unlock()
	for _, m := range messages {
		w.loose.begin(protocol.Debugger, 0, 2)
		w.loose.text(m.name)
		w.loose.records = variant.AppendBytes(w.loose.records, m.data)
	}
	if !isAsked {
		return
	}
	var sockets []tap.Socket
	for _, s := range w.sockets {
		if !s.closed {
			sockets = append(sockets, s.shown())
		}
	}
	tree := d.tap.AppendState(nil, sockets)
	d.mu.Lock()
	d.tree = tree
	d.mu.Unlock()
}

// observer returns core's Observer for a socket, nil if no debugger is attached.
func (w *Worker) observer(id int64) func(core.Observation) {
	if w.debugger.tap == nil {
		return nil
	}
	return func(o core.Observation) { w.debugger.tap.Observe(int32(id), o) }
}

func (s *socket) shown() tap.Socket {
	shown := tap.Socket{Number: int32(s.id), ID: s.id, Core: s.core, Simulation: s.simulated}
	for _, c := range s.channels {
		if c.closed {
			continue
		}
		item := tap.Channel{ID: c.id, Topic: c.core.Topic(), Core: c.core}
		for _, p := range s.worker.presences {
			if p.channel == c {
				item.Presence, item.PresenceID = p.core, p.id
			}
		}
		shown.Channels = append(shown.Channels, item)
	}
	for _, p := range s.peers {
		shown.Peers = append(shown.Peers, p.shown())
	}
	return shown
}

// The states of the engine's MultiplayerPeer.
const (
	peerDisconnected = iota
	peerConnecting
	peerConnected
)

func (p *peer) shown() tap.Peer {
	p.mu.Lock()
	defer p.mu.Unlock()
	shown := tap.Peer{ID: p.id, Room: p.topic, State: peerConnecting, Core: p.client}
	switch {
	case p.isOver:
		shown.State, shown.Core = peerDisconnected, nil
	case p.isIn:
		shown.State = peerConnected
	}
	return shown
}

// pushFromTab pushes any JSON text. Only the tab can do that: a game pushes Dictionaries.
func (w *Worker) pushFromTab(args *variant.Reader) {
	args.Array()
	c, event, text := w.channelNamed(args), args.String(), args.String()
	if c != nil && args.Err() == nil {
		_, err := c.core.Push(event, jsontext.Value(text))
		if err != nil {
			w.refuse(&c.socket.out, c.id, "PhoenixChannel.push", signals.About("event", event), err)
		}
	}
}
