package gdext

import (
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

	// Those of MultiplayerPeer.
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
		engine.Computed("channel", (*peer).getChannel).Hides(classChannel),
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

// peer is a PhoenixMultiplayerPeer: the engine's side of a client of a relay. Packets do not pass through here: they go from the client into
// the queue, and from there to the engine.
type peer struct {
	instance
	queue *engine.PacketQueue

	mu      sync.Mutex
	channel *channel
	client  *relay.Client // nil without a connection
	state   peerView
	muted   map[int32]bool // peers that the game has disconnected, until the relay says so
}

// peerView is what the engine has been told, which is behind what the relay has said.
type peerView struct {
	engine.PeerState
	shape     relay.Shape
	host      int32          // 0: none
	announced map[int32]bool // peer_connected was emitted, and peer_disconnected was not
	refuses   bool           // refuse_new_connections
}
