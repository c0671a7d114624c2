package main

import "fmt"

// row says what is compared with what, and what is to be reached.
type row struct {
	what         string
	figure       string
	baseline     string
	moreIsBetter bool    // of the figure, such as messages a second
	ratio        float64 // at least this many times better than the baseline; 0: see the next
	atMost       float64 // of the figure's unit, above the baseline if there is one
	noTarget     bool    // the figure is for information
	growth       float64 // the baseline is the same work in small: at most this many times as much
	unit         string  // of atMost, as it is shown
}

var rows = []row{
	{what: "a message of ten fields comes in, to the end of the handler: main thread", ratio: 4,
		figure: "engine/incoming/ten_fields", baseline: "engine/incoming/ten_fields/baseline"},
	{what: "a message of one field to the end of an untyped handler of `on_event`", ratio: 5,
		figure: "engine/incoming/one_field", baseline: "engine/incoming/one_field/baseline"},
	{what: "the same with `on(event, callable)`", ratio: 5,
		figure: "engine/incoming/one_field/on", baseline: "engine/incoming/one_field/on/baseline"},
	{what: "a message of 30 KB", ratio: 3,
		figure: "engine/incoming/30_kb", baseline: "engine/incoming/30_kb/baseline"},
	{what: "`push()` of ten fields until it returns, against `JSON.stringify()`", ratio: 2,
		figure: "engine/outgoing/ten_fields", baseline: "engine/outgoing/ten_fields/baseline"},
	{what: "the same when the game drops the PhoenixPush", ratio: 2.5,
		figure: "engine/outgoing/dropped", baseline: "engine/outgoing/ten_fields/baseline"},
	{what: "push → reply at 60 frames a second, median", atMost: 1, unit: "frames", figure: "engine/latency/p50"},
	{what: "the same, 99th percentile", atMost: 2, unit: "frames", figure: "engine/latency/p99"},
	{what: "messages a second of main thread's time into one handler", ratio: 5, moreIsBetter: true,
		figure: "engine/rate", baseline: "engine/rate/baseline"},
	{what: "an idle frame of a connected socket", atMost: 200, unit: "ns", figure: "engine/idle_frame", baseline: "engine/idle_frame/baseline"},
	{what: "a presence of 10,000 users comes in, the worst frame: main thread", atMost: 8e6, unit: "ns", figure: "engine/presence/state"},
	{what: "the same list once more, after a rejoin, with `get_state()` in `on_sync`", atMost: 8e6, unit: "ns", figure: "engine/presence/rejoin"},
	{what: "100 diffs to it, each a join and a leave, in one frame", atMost: 8e6, unit: "ns", figure: "engine/presence/diffs"},
	{what: "all of them leave, by a diff: the worst frame", atMost: 8e6, unit: "ns", figure: "engine/presence/leaves"},
	{what: "100 sockets that push and get 20 messages a second each: of a frame at 60 a second", atMost: 15, unit: "percent", figure: "engine/bots"},
	{what: "a pushed position of 8 bytes on the wire, against a bare WebSocket frame", atMost: 40, unit: "bytes",
		figure: "engine/wire/position", baseline: "engine/wire/position/baseline"},
	{what: "the first `PhoenixSocket.new()` of a game to connected, on loopback", atMost: 15, unit: "ms", figure: "engine/start"},
	{what: "a socket's `connect_socket()` to its `on_open`, at 60 frames a second", atMost: 1, unit: "frames", figure: "engine/start/on_open"},
	{what: "memory of a game that is connected and waits, against the same game without the addon", atMost: 12e6, unit: "bytes",
		figure: "engine/game/memory", baseline: "engine/game/memory/baseline"},
	{what: "the same after a million messages, against a hundred thousand", atMost: 2e6, unit: "bytes",
		figure: "engine/game/memory/flood", baseline: "engine/game/memory/flood/baseline"},
	{what: "processor time of that game, against the same game without the addon", atMost: 0.1, unit: "percent",
		figure: "engine/game/processor", baseline: "engine/game/processor/baseline"},
	{what: "moments in which a thread of the addon runs in that game, against its heartbeats", unit: "moments",
		figure: "engine/game/wakes", baseline: "engine/game/wakes/baseline"},
	{what: "a multiplayer packet of 64 bytes out, against `WebSocketMultiplayerPeer`: main thread", ratio: 2,
		figure: "engine/multiplayer/out", baseline: "engine/multiplayer/out/baseline"},
	{what: "the same in", ratio: 2, figure: "engine/multiplayer/in", baseline: "engine/multiplayer/in/baseline"},
	{what: "an RPC there and back between two games at 60 frames a second, median", unit: "frames",
		figure: "engine/multiplayer/rpc/p50", baseline: "engine/multiplayer/rpc/baseline/p50"},
	{what: "the same, mean", atMost: 0.1, unit: "frames",
		figure: "engine/multiplayer/rpc/mean", baseline: "engine/multiplayer/rpc/baseline/mean"},
	{what: "one of 32 peers with a synchronizer each at 20 Hz sends in a second, against ENet", ratio: 10,
		figure: "engine/multiplayer/uplink", baseline: "engine/multiplayer/uplink/baseline"},
	{what: "the same peer receives", ratio: 1,
		figure: "engine/multiplayer/downlink", baseline: "engine/multiplayer/downlink/baseline"},
	{what: "core: echo round trips a second, one after the other, against the bare WebSocket", noTarget: true, moreIsBetter: true,
		figure: "core/echo/sequential", baseline: "core/echo/sequential/baseline"},
	{what: "core: echo with 100 in flight, against the official JavaScript client", ratio: 3, moreIsBetter: true,
		figure: "core/echo/pipelined", baseline: "core/echo/pipelined/baseline"},
	{what: "core: decode and dispatch of ten fields, against `encoding/json`", ratio: 8, figure: "core/decode", baseline: "core/decode/baseline"},
	{what: "core: allocations for such a message", atMost: 2, unit: "allocations", figure: "core/decode/allocations"},
	{what: "presence: a state of 10,000 users, then 1,000 diffs, against the official client", ratio: 3,
		figure: "core/presence", baseline: "core/presence/baseline"},
	{what: "memory of an idle socket with 10 channels", atMost: 64e3, unit: "bytes", figure: "core/idle/memory"},
	{what: "1,000 sockets with 2 messages a second both ways: of one processor", atMost: 60, unit: "percent", figure: "core/bots/cpu"},
	{what: "the latest timer among them, against that of an idle process", atMost: 50, unit: "ms",
		figure: "core/bots/drift", baseline: "core/bots/drift/baseline"},
	{what: "ten times as many messages", growth: 10, figure: "core/growth/messages/x10", baseline: "core/growth/messages/x1"},
	{what: "a hundred times as many channels", growth: 100, figure: "core/growth/channels/x100", baseline: "core/growth/channels/x1"},
	{what: "the state of a hundred times as many users", growth: 100,
		figure: "core/growth/users/state/x100", baseline: "core/growth/users/state/x1"},
	{what: "a diff among a hundred times as many users", growth: 1,
		figure: "core/growth/users/diff/x100", baseline: "core/growth/users/diff/x1"},
	{what: "the library, Linux x86_64", atMost: 10.25e6, unit: "bytes", figure: "library/size"},
	{what: "loading it, until the classes are registered", atMost: 10, unit: "ms", figure: "library/load"},
}

// webRows are the rows of what is measured in a browser.
var webRows = []row{
	{what: "main thread for a message of ten fields, 1,000 a second", ratio: 1.67, figure: "web/incoming/1000", baseline: "web/incoming/1000/baseline"},
	{what: "the same, 4,000 a second", ratio: 2.5, figure: "web/incoming/4000", baseline: "web/incoming/4000/baseline"},
	{what: "`push()` of ten fields until it returns", ratio: 1, figure: "web/outgoing", baseline: "web/outgoing/baseline"},
	{what: "push → reply at 60 frames a second, median", atMost: 1, unit: "frames", figure: "web/latency/p50"},
	{what: "the same, 99th percentile", atMost: 2, unit: "frames", figure: "web/latency/p99"},
	{what: "the addon's WebAssembly and JavaScript, brotli", atMost: 1e6, unit: "bytes", figure: "web/size"},
	{what: "first use to connected", atMost: 500, unit: "ms", figure: "web/start", baseline: "web/start/baseline"},
	{what: "memory of the worker", atMost: 20e6, unit: "bytes", figure: "web/memory"},
}

// tolerance is what a growth may be above the linear one before it counts as more: a larger amount
// of work has fewer of its bytes in the processor's caches.
const tolerance = 1.5

// rounding is what a count may be off, as others in the process count as well.
const rounding = 1.01

func (r row) target() string {
	switch {
	case r.noTarget:
		return ""
	case r.growth != 0:
		return fmt.Sprintf("grows %g ×", r.growth)
	case r.ratio != 0:
		return fmt.Sprintf("%g ×", r.ratio)
	case r.baseline != "":
		return "baseline + " + quantity(r.atMost, r.unit)
	default:
		return quantity(r.atMost, r.unit)
	}
}

func (r row) isMet(measured result) bool {
	if r.noTarget {
		return true
	}
	if r.growth != 0 {
		return measured.Ratio <= tolerance*r.growth
	}
	if r.ratio != 0 {
		return measured.Ratio >= r.ratio
	}
	return measured.Ours-measured.Baseline <= r.atMost*rounding
}
