package main

// #include "phoenix_channels.h"
import "C"

import (
	"unsafe"

	"phoenixchannels/capi/abi"
)

// Package abi's constants and layouts must equal those in the header. The compiler reports a
// difference in a value or an offset, because a map literal cannot contain the key false twice.
var _ = map[bool]string{
	false: "numbers that differ from those in the header",
	abi.ErrorHandle == C.PHX_ERROR_HANDLE &&
		abi.ErrorNull == C.PHX_ERROR_NULL &&
		abi.ErrorText == C.PHX_ERROR_TEXT &&
		abi.ErrorBuffer == C.PHX_ERROR_BUFFER &&
		abi.ErrorOption == C.PHX_ERROR_OPTION &&
		abi.ErrorTopic == C.PHX_ERROR_TOPIC &&
		abi.ErrorEvent == C.PHX_ERROR_EVENT &&
		abi.ErrorPayload == C.PHX_ERROR_PAYLOAD &&
		abi.ErrorNotJoined == C.PHX_ERROR_NOT_JOINED &&
		abi.ErrorJoinedTwice == C.PHX_ERROR_JOINED_TWICE &&
		abi.ErrorChannelClosed == C.PHX_ERROR_CHANNEL_CLOSED &&
		abi.ErrorBufferFull == C.PHX_ERROR_BUFFER_FULL &&
		abi.ErrorArgument == C.PHX_ERROR_ARGUMENT &&
		abi.ErrorInternal == C.PHX_ERROR_INTERNAL &&
		abi.EventOpen == C.PHX_EVENT_OPEN &&
		abi.EventClose == C.PHX_EVENT_CLOSE &&
		abi.EventError == C.PHX_EVENT_ERROR &&
		abi.EventMessage == C.PHX_EVENT_MESSAGE &&
		abi.EventReply == C.PHX_EVENT_REPLY &&
		abi.EventJoin == C.PHX_EVENT_JOIN &&
		abi.EventChannelError == C.PHX_EVENT_CHANNEL_ERROR &&
		abi.EventChannelClose == C.PHX_EVENT_CHANNEL_CLOSE &&
		abi.EventPresence == C.PHX_EVENT_PRESENCE &&
		abi.FlagBinary == C.PHX_FLAG_BINARY &&
		abi.FlagWasRequested == C.PHX_FLAG_WAS_REQUESTED &&
		abi.FlagWillReconnect == C.PHX_FLAG_WILL_RECONNECT &&
		abi.WithPresence == C.PHX_WITH_PRESENCE &&
		abi.SocketClosed == C.PHX_SOCKET_CLOSED &&
		abi.SocketConnecting == C.PHX_SOCKET_CONNECTING &&
		abi.SocketOpen == C.PHX_SOCKET_OPEN &&
		abi.SocketClosing == C.PHX_SOCKET_CLOSING &&
		abi.ChannelClosed == C.PHX_CHANNEL_CLOSED &&
		abi.ChannelErrored == C.PHX_CHANNEL_ERRORED &&
		abi.ChannelJoined == C.PHX_CHANNEL_JOINED &&
		abi.ChannelJoining == C.PHX_CHANNEL_JOINING &&
		abi.ChannelLeaving == C.PHX_CHANNEL_LEAVING: "",
}

var (
	inC  C.phx_event
	inGo abi.EventHeader

	_ = map[bool]string{
		false: "fields that are not where the header has them",
		unsafe.Sizeof(inC) == unsafe.Sizeof(inGo) &&
			unsafe.Offsetof(inC.kind) == unsafe.Offsetof(inGo.Kind) &&
			unsafe.Offsetof(inC.code) == unsafe.Offsetof(inGo.Code) &&
			unsafe.Offsetof(inC.channel) == unsafe.Offsetof(inGo.Channel) &&
			unsafe.Offsetof(inC.push) == unsafe.Offsetof(inGo.Push) &&
			unsafe.Offsetof(inC.flags) == unsafe.Offsetof(inGo.Flags) &&
			unsafe.Offsetof(inC.retry_in_ms) == unsafe.Offsetof(inGo.RetryInMs) &&
			unsafe.Offsetof(inC.topic) == unsafe.Offsetof(inGo.Topic) &&
			unsafe.Offsetof(inC.event) == unsafe.Offsetof(inGo.Event) &&
			unsafe.Offsetof(inC.status) == unsafe.Offsetof(inGo.Status) &&
			unsafe.Offsetof(inC.text) == unsafe.Offsetof(inGo.Text) &&
			unsafe.Offsetof(inC.payload) == unsafe.Offsetof(inGo.Payload) &&
			unsafe.Offsetof(inC.payload_size) == unsafe.Offsetof(inGo.PayloadSize): "",
	}
)
