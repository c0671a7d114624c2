// Package protocol numbers the commands and records that page and worker exchange; the comment of
// the command web describes them. The page's numbers are in
// godot_project/addons/phoenix_channels/web/protocol.gd.
package protocol

// A Command goes from the page to the worker.
type Command int64

// The commands.
const (
	Socket Command = iota + 1
	Configure
	Connect
	Disconnect
	ReconnectNow
	SetOnline
	Close
	Listen
	PushRaw
	Ping
	Channel
	Params
	Join
	Leave
	ChannelClose
	Push
	Presence
	Follow
	SyncState
	SyncDiff
	Clear
	Free
	Answer
	AnswerFailed
	Page
	Ack
	Peer
	Put
	Admit
	Kick
	Lock
	Abandon
	PeerClose
	Debug
)

// A Record is of what happened, for the page.
type Record int64

// The kinds of records.
const (
	Started Record = iota + 1
	SocketState
	ChannelState
	Connecting
	Open
	Closed
	Error
	Outage
	Message
	Sent
	Event
	JoinResult
	ChannelError
	ChannelClosed
	Completed
	Refused
	Changed
	Sync
	Ask
	Statistics
	Log
	Warning
	EngineError
	Packets
	PeerStatistics
	Debugger
)
