extends RefCounted
## What a multiplayer peer has of its room: the packets that have come in, with the events between
## them in their order, those that are to go out, and what is only asked for. It outlives the peer's
## script. web/doc.go and package relay describe the form of packets and events.

## The kinds of records.
enum Kind {
	PACKET,
	CONNECTED,
	PEER_CONNECTED,
	PEER_DISCONNECTED,
	HOST_CHANGED,
	LOST,
	RESUMED,
	ENDED,
	INFO,
	ROUND_TRIP,
	AWAY,
	BACK,
	LOCKED,
}

const Core := preload("core.gd")

const HEAD := 12
## Bytes of packets that wait for a game that does not poll.
const MAX_UNREAD := 64 << 20


## One of what the relay has said. An event has no mode and no channel.
class Record:
	var peer: int
	var kind: Kind
	var mode: int
	var channel: int
	var data: PackedByteArray


## Packets, and the event behind them.
class Run:
	var packets: Array[Record] = []
	var at := 0
	var event: Record


## Of the worker's peer; 0 of a peer that was made with new().
var id: int
## There is no session: not yet, or not any more.
var is_over := true
## What is known of the others, by id: info, round_trip_ms and is_away. One without info has not
## been introduced.
var known: Dictionary[int, Dictionary] = {}
var is_locked := false
## Senders whose packets are dropped.
var muted: Dictionary[int, bool] = {}
## What the worker says of the client, as bytes until it is asked for.
var statistics: Variant = {}

var _runs: Array[Run] = [Run.new()]
var _bytes := 0  # of the packets that wait
var _is_abandoned := false
var _out := PackedByteArray()


func _init(of: int) -> void:
	id = of


## Takes over records, packed one after the other.
func take(packed: PackedByteArray) -> void:
	var at := 0
	while at < packed.size():
		var size := packed.decode_u32(at + 8)
		var record := Record.new()
		record.peer = packed.decode_s32(at)
		record.kind = packed[at + 4] as Kind
		record.mode = packed[at + 5]
		record.channel = packed.decode_u16(at + 6)
		record.data = packed.slice(at + HEAD, at + HEAD + size)
		at += HEAD + size
		if record.kind != Kind.PACKET:
			_take_event(record)
		elif not muted.has(record.peer) and not _is_abandoned:
			_runs[-1].packets.append(record)
			_bytes += size
	if _bytes > MAX_UNREAD:
		clear()
		_is_abandoned = true
		Core.send([Core.Protocol.Command.ABANDON, id])


func _take_event(record: Record) -> void:
	match record.kind:
		Kind.ROUND_TRIP:
			peer(record.peer).round_trip_ms = record.data.decode_u32(0)
		Kind.AWAY:
			peer(record.peer).is_away = true
		Kind.BACK:
			peer(record.peer).is_away = false
		Kind.LOCKED:
			is_locked = record.data[0] != 0
		_:
			_runs[-1].event = record
			_runs.append(Run.new())


## What is known of another peer.
func peer(other: int) -> Dictionary:
	if not known.has(other):
		known[other] = {"round_trip_ms": 0, "is_away": false}
	return known[other]


## Takes out the event in front of all packets; null if there is none.
func next_event() -> Record:
	var first := _runs[0]
	if first.event == null or first.at < first.packets.size():
		return null
	_runs.pop_front()
	return first.event


## How many packets wait before the next event.
func count() -> int:
	return _runs[0].packets.size() - _runs[0].at


## The next packet; one without data if there is none.
func peek() -> Record:
	var first := _runs[0]
	if first.at < first.packets.size():
		return first.packets[first.at]
	var none := Record.new()
	none.mode = MultiplayerPeer.TRANSFER_MODE_RELIABLE
	return none


## Takes out the next packet.
func next() -> PackedByteArray:
	var record := peek()
	var first := _runs[0]
	if first.at < first.packets.size():
		first.packets[first.at] = null
		first.at += 1
		_bytes -= record.data.size()
		if first.at == first.packets.size():
			first.packets.clear()
			first.at = 0
	return record.data


## Drops the packets of a sender, now and later.
func mute(sender: int) -> void:
	muted[sender] = true
	for run: Run in _runs:
		var left: Array[Record] = []
		for record: Record in run.packets.slice(run.at):
			if record.peer == sender:
				_bytes -= record.data.size()
			else:
				left.append(record)
		run.packets = left
		run.at = 0


## Drops all queued packets and events.
func clear() -> void:
	_runs = [Run.new()]
	_bytes = 0
	_out.clear()


## Adds a packet to those that go out.
func put(target: int, mode: int, channel: int, data: PackedByteArray) -> void:
	var at := _out.size()
	_out.resize(at + HEAD)
	_out.encode_s32(at, target)
	_out[at + 4] = Kind.PACKET
	_out[at + 5] = mode
	_out.encode_u16(at + 6, channel)
	_out.encode_u32(at + 8, data.size())
	_out.append_array(data)
	if at == 0:
		Core.gather(self)


## Sends what was put.
func flush() -> void:
	var packets := _out
	_out = PackedByteArray()  # first, as a command sends what rooms have gathered
	if not packets.is_empty() and not is_over:
		Core.send([Core.Protocol.Command.PUT, id, packets])


## Leaves the room, if that was not done. Only statistics may still come.
func leave() -> void:
	flush()
	if not is_over:
		is_over = true
		Core.send([Core.Protocol.Command.PEER_CLOSE, id])
	clear()
	known.clear()
	muted.clear()
	is_locked = false


# The worker does not run, and the game has been told so.
func _phx_fail() -> void:
	var end := Record.new()
	end.kind = Kind.ENDED
	end.data = var_to_bytes(["", ""])
	_take_event(end)
