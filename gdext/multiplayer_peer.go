package gdext

import (
	"errors"
	"fmt"
	"maps"
	"sync"

	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/relay"
)

var (
	onHostChanged       = engine.NewSignal("host_changed", engine.P("id").Of(engine.TypeInt))
	onConnectionLost    = engine.NewSignal("connection_lost")
	onConnectionResumed = engine.NewSignal("connection_resumed", engine.P("gap_ms").Of(engine.TypeInt))
	onEnded             = engine.NewSignal("ended", engine.P("reason").Of(engine.TypeString))

	// Signals of MultiplayerPeer.
	onPeerConnected    = engine.NewSignal("peer_connected", engine.P("id").Of(engine.TypeInt))
	onPeerDisconnected = engine.NewSignal("peer_disconnected", engine.P("id").Of(engine.TypeInt))
)

var peerClass = &engine.Class{
	Name:          classPeer,
	Parent:        "MultiplayerPeerExtension",
	New:           newPeer,
	Virtuals:      engine.MultiplayerPeerMethods,
	Notifications: []engine.Notification{engine.NotificationInternalProcess},
	Signals:       []*engine.Signal{onHostChanged, onConnectionLost, onConnectionResumed, onEnded},
	Inherited:     []*engine.Signal{onPeerConnected, onPeerDisconnected},
	Enums: []engine.Enum{
		{Name: "Role", Constants: []string{"ROLE_AUTO", "ROLE_HOST", "ROLE_CLIENT"}},
		{Name: "Shape", Constants: []string{"SHAPE_HOST", "SHAPE_MESH"}},
	},
	Properties: []engine.Property{
		engine.Computed("channel", (*peer).getChannel).Hidden(classChannel),
		engine.Computed("host_id", func(p *peer) int64 { return int64(p.view().host) }),
		engine.Computed("shape", func(p *peer) int64 { return int64(p.view().shape) }).Enum("Host,Mesh", "PhoenixMultiplayerPeer.Shape"),
	},
	Methods: []engine.Method{
		engine.Static2("create", createPeer, engine.P("channel").Is(classChannel), engine.P("options").Default(signals.EmptyDictionary)).Class(classPeer),
		engine.Static1("make_code", makeCode, engine.P("length").Default(intDefault(defaultCodeLength))),
		engine.Func0("get_peers", (*peer).getPeers).Const(),
		engine.Func1("get_peer_info", (*peer).getPeerInfo, engine.P("id")).Const(),
		engine.Func0("get_statistics", (*peer).getStatistics).Const(),
		engine.Func0("is_locked", (*peer).isLocked).Const(),
	},
}

// peer is the Go side of a PhoenixMultiplayerPeer: it connects a relay client to the engine.
// Packets do not pass through it: they go from the client into the queue, and from there to the
// engine.
type peer struct {
	instance
	queue *engine.PacketQueue

	mu      sync.Mutex
	channel *channel
	client  *relay.Client // nil for a peer created with new()
	over    bool          // the session has ended
	state   peerView
	known   map[int32]*peerInfo
	muted   map[int32]bool // peers that the game has disconnected, until the relay confirms it
	locked  bool           // whether the room is locked

	abandoned bool // because the game does not read its packets
}

// peerView is the state as announced to the engine, which lags behind the relay's.
type peerView struct {
	engine.PeerState
	shape     relay.Shape
	host      int32          // 0 if there is none
	announced map[int32]bool // peers with peer_connected emitted, but not yet peer_disconnected
	refuses   bool           // refuse_new_connections
}

func newPeer(o engine.Object) any {
	return &peer{
		instance: instance{object: o}, queue: engine.NewPacketQueue(o),
		state: peerView{announced: make(map[int32]bool)}, known: make(map[int32]*peerInfo), muted: make(map[int32]bool),
	}
}

// createPeer creates the peer for a channel and joins the channel.
func createPeer(given engine.ObjectArg, options engine.Dictionary) *engine.Ref {
	const method = "PhoenixMultiplayerPeer.create"
	c, ok := given.Value().(*channel)
	if !ok {
		mistake(method, "", errNoChannel)
		return nil
	}
	chosen, err := peerOptions(options)
	var object engine.Object
	if err == nil {
		object, err = engine.Construct(classPeer)
	}
	if err != nil {
		mistake(method, "", err)
		return nil
	}
	self := object.Keep()
	if err := object.Value().(*peer).connect(c, chosen); err != nil {
		self.Release()
		mistake(method, signals.About("the channel", c.getTopic()), err)
		return nil
	}
	return self
}

// errNoChannel is the error for create() without a channel.
var errNoChannel = errors.New("it needs a PhoenixChannel: create one with socket.channel(\"relay:\" + code), with the same code for all players")

// errJoined is the error for a channel that is already joined, without the params that the relay
// needs.
var errJoined = errors.New("it is already joined: pass a channel that is not; create() joins it")

// connect starts a relay client on the channel and joins it.
func (p *peer) connect(c *channel, options relay.Options) error {
	b, err := c.bindRelay(p)
	if err != nil {
		return err
	}
	p.changeView(func(v *peerView) {
		v.Status, v.MaxPacket, v.shape = engine.PeerConnecting, maxPacket, options.Shape
	})
	client, err := relay.New(b.core, b.askParams, options, relay.Handlers{Deliver: p.deliver})
	if err != nil {
		return err
	}
	p.mu.Lock()
	p.channel, p.client = c, client
	p.mu.Unlock()
	c.joinedBy(b)
	return nil
}

// view returns the state as announced to the engine.
func (p *peer) view() peerView {
	p.mu.Lock()
	defer p.mu.Unlock()
	view := p.state
	view.announced = maps.Clone(view.announced)
	return view
}

// changeView changes the state that is announced to the engine.
func (p *peer) changeView(change func(*peerView)) peerView {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.state)
	p.queue.SetState(p.state.PeerState)
	return p.state
}

// relayClient returns the client during a session, and otherwise nil.
func (p *peer) relayClient() *relay.Client {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return nil
	}
	return p.client
}

// ClosePeer leaves the room.
func (p *peer) ClosePeer() {
	p.flush()
	p.release()
}

// release ends the session, and reports the peer as disconnected to the engine.
func (p *peer) release() {
	p.mu.Lock()
	client := p.client
	p.over = true
	clear(p.known)
	clear(p.muted)
	p.locked = false
	p.mu.Unlock()
	p.changeView(func(v *peerView) {
		v.Status, v.ID, v.host = engine.PeerDisconnected, 0, 0
		clear(v.announced)
	})
	p.queue.Clear()
	if client != nil {
		client.Close()
	}
}

// Freed leaves the room.
func (p *peer) Freed() {
	p.gone.Store(true)
	defer p.queue.Free()
	p.ClosePeer()
}

// DisconnectPeer removes another peer from the room if this peer is the host. In a mesh, a peer
// that is not the host stops listening to the other peer.
func (p *peer) DisconnectPeer(id int32) {
	view, client := p.view(), p.relayClient()
	isHost := view.host == view.ID
	var err error
	switch {
	case client == nil:
	case view.announced[id] && isHost:
		p.mute(id)
		client.Kick(id)
	case view.announced[id] && view.shape == relay.ShapeMesh:
		p.mute(id)
	case view.announced[id]: // the host; no session exists without it
		p.ClosePeer()
	case isHost || view.shape == relay.ShapeMesh:
		err = fmt.Errorf("the room has no other peer %d", id)
	default:
		err = errors.New("only the host may remove others from the room; call close() to leave it")
	}
	if err != nil {
		mistake("PhoenixMultiplayerPeer.disconnect_peer", "", err)
	}
}

// mute drops a peer's packets, which the engine no longer expects.
func (p *peer) mute(id int32) {
	p.mu.Lock()
	p.muted[id] = true
	p.mu.Unlock()
	p.queue.Forget(id)
}

// filter returns the peers whose packets are dropped, and whether all packets are.
func (p *peer) filter() (muted map[int32]bool, isAbandoned bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.muted) > 0 {
		muted = maps.Clone(p.muted)
	}
	return muted, p.abandoned
}

// SetRefusing locks or unlocks the room if this peer is the host. Otherwise the room is locked when
// this peer becomes the host.
func (p *peer) SetRefusing(refuses bool) {
	view := p.changeView(func(v *peerView) { v.refuses = refuses })
	if client := p.relayClient(); client != nil && view.Status == engine.PeerConnected && view.host == view.ID {
		client.Lock(refuses)
	}
}

// lockAsHost locks the room if this peer has become the host and refuses new connections. A room
// that the previous host has locked stays locked.
func (p *peer) lockAsHost() {
	if p.view().refuses {
		p.SetRefusing(true)
	}
}

// PacketTooBig reports a packet that exceeds the relay's limit.
func (p *peer) PacketTooBig(size int64) {
	mistake("PhoenixMultiplayerPeer.put_packet", "", fmt.Errorf("the packet has %d bytes; the relay's limit is %d: send it in parts", size, p.view().MaxPacket))
}

// InvalidChannel reports a transfer channel that the relay does not support.
func (p *peer) InvalidChannel(chosen int64) {
	mistake("PhoenixMultiplayerPeer.set_transfer_channel", "", fmt.Errorf("the channels are 0 to 65535; this is %d", chosen))
}
