## The arena's binary payloads, byte for byte as server/README.md lays them out, little-endian:
## [br]what a ship sends ([code]pos[/code]): u16 sequence, u16 x, u16 y, u8 heading, u8 flags;
## [br]the broadcast ([code]positions[/code]): for each ship its u32 id, then the same 8 bytes.
## [br]Eight bytes a ship instead of some 60 of JSON: that is what binary payloads are for.
extends RefCounted

const POSITION_BYTES := 8
const ENTRY_BYTES := 4 + POSITION_BYTES
const THRUST := 1
const SHIELD := 2

const _UNIT_MAX := 65535  # a coordinate's, at the far side of the field
const _HEADINGS := 256  # to a turn


## Where one ship was at one moment.
class Sample:
	var id := 0
	var sequence := 0
	var place := Vector2.ZERO
	var heading := 0.0  # radians, 0 to the right, clockwise
	var thrusts := false
	var shielded := false


static func encode(sample: Sample, field: Vector2) -> PackedByteArray:
	var bytes := PackedByteArray()
	bytes.resize(POSITION_BYTES)
	var share := (sample.place / field).clamp(Vector2.ZERO, Vector2.ONE)
	bytes.encode_u16(0, sample.sequence & 0xffff)
	bytes.encode_u16(2, roundi(share.x * _UNIT_MAX))
	bytes.encode_u16(4, roundi(share.y * _UNIT_MAX))
	bytes.encode_u8(6, heading_to_byte(sample.heading))
	bytes.encode_u8(7, int(sample.thrusts) * THRUST | int(sample.shielded) * SHIELD)
	return bytes


## The ships of a batch; none if the bytes are not a whole number of entries, as a server may err.
static func decode_batch(bytes: PackedByteArray, field: Vector2) -> Array[Sample]:
	var samples: Array[Sample] = []
	if bytes.size() % ENTRY_BYTES != 0:
		return samples
	for at: int in range(0, bytes.size(), ENTRY_BYTES):
		var sample := Sample.new()
		sample.id = bytes.decode_u32(at)
		sample.sequence = bytes.decode_u16(at + 4)
		var share := Vector2(bytes.decode_u16(at + 6), bytes.decode_u16(at + 8)) / _UNIT_MAX
		sample.place = share * field
		sample.heading = byte_to_heading(bytes.decode_u8(at + 10))
		var flags := bytes.decode_u8(at + 11)
		sample.thrusts = flags & THRUST != 0
		sample.shielded = flags & SHIELD != 0
		samples.append(sample)
	return samples


static func heading_to_byte(heading: float) -> int:
	return posmod(roundi(heading / TAU * _HEADINGS), _HEADINGS)


static func byte_to_heading(byte: int) -> float:
	return byte * TAU / _HEADINGS


## How much newer [param sequence] is than [param older]: the numbers wrap around after 65535, so 2
## is three newer than 65535. Negative when it is older.
static func newer_by(sequence: int, older: int) -> int:
	return wrapi(sequence - older, -0x8000, 0x8000)
