## Says when a ship's place is due at the server, and what to send.
##
## The sequence number is the sender's clock, in ticks: a receiver knows when the ship was
## there, however unevenly the messages travel. A ship that rests is sent only now and then.
extends RefCounted

const PositionCodec := preload("res://screens/arena/position_codec.gd")
const Ship := preload("res://screens/arena/ship.gd")

const REST_TICKS := 10

var tick_ms := 50.0

## The clock begins anywhere: so the ships of one game do not all send in the same frame, and the
## wrap-around of the sequence number is nothing special.
var _began_ms := -randf() * 0x10000 * tick_ms
var _tick := -1
var _sent_tick := 0
var _sent := PackedByteArray()


## After each frame: the payload to push, empty when none is due.
func next(ship: Ship, field: Vector2, now_ms: float) -> PackedByteArray:
	var clock_ms := now_ms - _began_ms
	var tick := floori(clock_ms / tick_ms)
	if tick == _tick or not ship.flies:
		return PackedByteArray()
	_tick = tick
	var sample := PositionCodec.Sample.new()
	sample.sequence = tick & 0xffff
	# Where it was at the tick, which lies a little before this frame.
	sample.place = ship.place - ship.velocity * (clock_ms - tick * tick_ms) / 1000.0
	sample.heading = ship.heading
	sample.thrusts = ship.thrusts
	sample.shielded = ship.is_shielded()
	var bytes := PositionCodec.encode(sample, field)
	var rests := bytes.slice(2) == _sent.slice(2)
	if rests and tick - _sent_tick < REST_TICKS:
		return PackedByteArray()
	_sent = bytes
	_sent_tick = tick
	return bytes
