package abi

// The numbers are those of phoenix_channels.h, which documents them. The compiler compares them in
// package capi.

// Code is the return value of a C ABI function that has failed.
type Code int64

const (
	ErrorHandle        Code = -1
	ErrorNull          Code = -2
	ErrorText          Code = -3
	ErrorBuffer        Code = -4
	ErrorOption        Code = -5
	ErrorTopic         Code = -6
	ErrorEvent         Code = -7
	ErrorPayload       Code = -8
	ErrorNotJoined     Code = -9
	ErrorJoinedTwice   Code = -10
	ErrorChannelClosed Code = -11
	ErrorBufferFull    Code = -12
	ErrorArgument      Code = -13
	ErrorInternal      Code = -14
)

// The kinds of events.
const (
	EventOpen         int32 = 1
	EventClose        int32 = 2
	EventError        int32 = 3
	EventMessage      int32 = 4
	EventReply        int32 = 5
	EventJoin         int32 = 6
	EventChannelError int32 = 7
	EventChannelClose int32 = 8
	EventPresence     int32 = 9
)

// The flags of events.
const (
	FlagBinary        uint32 = 1
	FlagWasRequested  uint32 = 2
	FlagWillReconnect uint32 = 4
)

// The flags of phx_channel_new().
const (
	WithPresence uint32 = 1
)

// The states of a socket. Between two connection attempts the socket is closed.
const (
	SocketClosed     int64 = 0
	SocketConnecting int64 = 1
	SocketOpen       int64 = 2
	SocketClosing    int64 = 3
)

// The states of a channel.
const (
	ChannelClosed  int64 = 0
	ChannelErrored int64 = 1
	ChannelJoined  int64 = 2
	ChannelJoining int64 = 3
	ChannelLeaving int64 = 4
)
