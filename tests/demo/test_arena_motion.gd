## The arena's bytes, and how they become the motion of a ship; without a server.
extends "res://case.gd"

const PositionCodec := preload("res://screens/arena/position_codec.gd")
const PositionSender := preload("res://screens/arena/position_sender.gd")
const RemoteMotion := preload("res://screens/arena/remote_motion.gd")
const Ship := preload("res://screens/arena/ship.gd")

const FIELD := Vector2(1600.0, 900.0)
const TICK_MS := 50.0
const FRAME_MS := 1000.0 / 60.0
const SPEED := 300.0  # units a second
const HALF_UNIT := 0.5


func test_position_has_the_bytes_of_the_contract() -> void:
	var sample := _sample(0x1234, Vector2(1600.0, 450.0))
	sample.heading = TAU / 4.0
	sample.shielded = true
	equal(
		PositionCodec.encode(sample, FIELD),
		PackedByteArray([0x34, 0x12, 0xff, 0xff, 0x00, 0x80, 64, 2]),
		"the bytes"
	)


func test_position_survives_the_way() -> void:
	var random := RandomNumberGenerator.new()
	random.seed = 1
	for i: int in 200:
		var sent := _sample(
			random.randi_range(0, 0xffff), Vector2(random.randf(), random.randf()) * FIELD
		)
		sent.heading = random.randf_range(-10.0, 10.0)
		sent.thrusts = i % 2 == 0
		sent.shielded = i % 3 == 0
		var seen := _through(sent, 4_000_000_000)
		equal(seen.id, 4_000_000_000, "the id")
		equal(seen.sequence, sent.sequence, "the sequence number")
		check(seen.place.distance_to(sent.place) < 0.05, "%s near %s" % [seen.place, sent.place])
		var turned := absf(angle_difference(seen.heading, sent.heading))
		check(turned <= TAU / 512.0 + 0.0001, "the heading is at most half a step off")
		equal([seen.thrusts, seen.shielded], [sent.thrusts, sent.shielded], "the flags")


func test_place_outside_is_at_the_wall() -> void:
	var seen := _through(_sample(1, Vector2(-5.0, 2000.0)), 1)
	equal(seen.place, Vector2(0.0, 900.0), "the place")


func test_batch_with_half_an_entry_is_none() -> void:
	var bytes := PackedByteArray()
	bytes.resize(PositionCodec.ENTRY_BYTES * 2 + 1)
	equal(PositionCodec.decode_batch(bytes, FIELD).size(), 0, "samples of 25 bytes")
	bytes.resize(PositionCodec.ENTRY_BYTES * 2)
	equal(PositionCodec.decode_batch(bytes, FIELD).size(), 2, "samples of 24 bytes")
	equal(PositionCodec.decode_batch(PackedByteArray(), FIELD).size(), 0, "samples of none")


func test_sequence_numbers_wrap_around() -> void:
	equal(PositionCodec.newer_by(2, 65535), 3, "2 after 65535")
	equal(PositionCodec.newer_by(65535, 2), -3, "65535 after 2")
	equal(PositionCodec.newer_by(7, 7), 0, "7 after 7")
	equal(PositionCodec.newer_by(32767, 0), 32767, "the farthest ahead")


func test_sender_sends_each_tick_and_counts_it() -> void:
	var sender := PositionSender.new()
	var ship := _flying(Vector2(100.0, 100.0), Vector2(SPEED, 0.0))
	var sequences: Array[int] = []
	for frame: int in 61:  # a second, and what is due at its end
		var bytes := sender.next(ship, FIELD, frame * FRAME_MS)
		if not bytes.is_empty():
			sequences.append(bytes.decode_u16(0))
		ship.place += ship.velocity * FRAME_MS / 1000.0
	check(sequences.size() in [20, 21], "%d positions in a second" % sequences.size())
	for i: int in range(1, sequences.size()):
		equal(PositionCodec.newer_by(sequences[i], sequences[i - 1]), 1, "ticks since the last")


func test_sender_says_where_the_ship_was_at_the_tick() -> void:
	var sender := PositionSender.new()
	var places := {}  # sequence -> x
	for frame: int in 30:
		var now_ms := frame * 23.0  # no multiple of the tick
		var ship := _flying(Vector2(100.0 + SPEED * now_ms / 1000.0, 100.0), Vector2(SPEED, 0.0))
		var bytes := sender.next(ship, FIELD, now_ms)
		if not bytes.is_empty():
			places[bytes.decode_u16(0)] = bytes.decode_u16(2) / 65535.0 * FIELD.x
	for sequence: int in places:
		if places.has(sequence + 1):
			var way: float = places[sequence + 1] - places[sequence]
			check(absf(way - SPEED * TICK_MS / 1000.0) < 0.1, "15 units in a tick, not %f" % way)


func test_sender_is_quiet_about_a_ship_at_rest() -> void:
	var sender := PositionSender.new()
	var ship := _flying(Vector2(100.0, 100.0), Vector2.ZERO)
	var sent := 0
	for frame: int in 120:
		if not sender.next(ship, FIELD, frame * FRAME_MS).is_empty():
			sent += 1
	check(sent in [4, 5], "%d positions in two seconds" % sent)
	ship.fall()
	check(sender.next(ship, FIELD, 60_000.0).is_empty(), "nothing of one that is down")


func test_ship_moves_evenly_on_a_perfect_network() -> void:
	var worst := _fly_past(_arrivals(65_500, 120, func(_i: int) -> float: return 30.0))
	check(worst < HALF_UNIT, "the worst frame is %.2f units off" % worst)


func test_ship_moves_evenly_with_the_server_batching_and_jitter() -> void:
	var random := RandomNumberGenerator.new()
	random.seed = 3
	# Up to a tick until the server's next batch, and a network that takes 20 to 45 ms.
	var way := func(_i: int) -> float: return random.randf() * 50.0 + random.randf_range(20.0, 45.0)
	var worst := _fly_past(_arrivals(65_500, 200, way))
	check(worst < 2.0, "the worst frame is %.2f units off the 5 that it should go" % worst)


func test_lost_sample_is_not_seen() -> void:
	var arrivals := _arrivals(10, 120, func(_i: int) -> float: return 30.0)
	arrivals.remove_at(60)
	var worst := _fly_past(arrivals)
	check(worst < HALF_UNIT, "the worst frame is %.2f units off" % worst)


func test_older_sample_is_dropped() -> void:
	var motion := _motion_with([1, 2, 3])
	motion.add(_sample(2, Vector2(900.0, 900.0)), 155.0)
	motion.add(_sample(65535, Vector2(900.0, 900.0)), 156.0)
	motion.show_at(250.0)
	check(motion.place.x < 200.0, "still on the way, at %s" % motion.place)


func test_ship_flies_on_for_a_moment_then_waits() -> void:
	var motion := _motion_with([1, 2, 3])  # the last is at 130 units, at 150 ms
	var at := func(now_ms: float) -> float:
		motion.show_at(now_ms)
		return motion.place.x
	var delay := motion.delay_ms
	check(absf(at.call(150.0 + delay) - 130.0) < 1.0, "at the last place when its time is come")
	check(absf(at.call(200.0 + delay) - 145.0) < 1.0, "straight on")
	var waits: float = at.call(900.0 + delay)
	check(absf(waits - 130.0 - SPEED * RemoteMotion.EXTRAPOLATE_MS / 1000.0) < 1.0, "waits")


func test_ship_appears_after_a_gap() -> void:
	var motion := _motion_with([1, 2, 3])
	motion.add(_sample(40, Vector2(700.0, 100.0)), 2000.0)
	motion.show_at(2001.0)
	equal(motion.place, Vector2(700.0, 100.0), "at once at the new place")
	equal(motion.velocity, Vector2.ZERO, "not racing")


func test_ship_that_starts_elsewhere_does_not_race_there() -> void:
	var motion := _motion_with([1, 2, 3])
	motion.add(_sample(4, Vector2(1500.0, 800.0)), 200.0)
	for now_ms: int in range(200, 400):
		motion.show_at(now_ms)
		check(
			motion.place.x < 200.0 or motion.place == Vector2(1500.0, 800.0),
			"here or there, not between: %s" % motion.place
		)
	equal(motion.place, Vector2(1500.0, 800.0), "in the end")


func test_sequence_that_begins_anew_after_silence_is_followed() -> void:
	var motion := _motion_with([500, 501, 502])
	motion.add(_sample(3, Vector2(300.0, 100.0)), 1200.0)
	motion.show_at(1201.0)
	equal(motion.place, Vector2(300.0, 100.0), "the place")


func test_delay_grows_with_jitter_and_shrinks_again() -> void:
	var motion := RemoteMotion.new(TICK_MS)
	for i: int in 100:
		var late := 90.0 if i % 4 == 0 else 0.0
		motion.add(_sample(i, Vector2(100.0 + i, 100.0)), i * TICK_MS + late)
	var grown := motion.delay_ms
	check(grown > 120.0 and grown <= RemoteMotion.MAX_DELAY_MS, "grown to %.0f ms" % grown)
	for i: int in range(100, 400):
		motion.add(_sample(i, Vector2(100.0 + i, 100.0)), i * TICK_MS)
	check(motion.delay_ms < 105.0, "back to %.0f ms" % motion.delay_ms)


## Shows a ship that flies straight on, frame by frame. How far the worst frame's way was from the
## even one, in units.
func _fly_past(arrivals: Array[Array]) -> float:
	var motion := RemoteMotion.new(TICK_MS)
	var worst := 0.0
	var before := NAN
	var next := 0
	var now_ms: float = arrivals[0][0]
	while next < arrivals.size():
		while next < arrivals.size() and (arrivals[next][0] as float) <= now_ms:
			motion.add(arrivals[next][1] as PositionCodec.Sample, arrivals[next][0] as float)
			next += 1
		motion.show_at(now_ms)
		# The first second is for getting to know the network.
		if now_ms > (arrivals[0][0] as float) + 1000.0:
			worst = maxf(worst, absf(motion.place.x - before - SPEED * FRAME_MS / 1000.0))
		before = motion.place.x
		now_ms += FRAME_MS
	return worst


## When samples of a ship that flies to the right arrive, in the order of their arrival; [param way]
## is how long one is on its way. What would overtake another waits behind it, as on one connection.
func _arrivals(first: int, count: int, way: Callable) -> Array[Array]:
	var arrivals: Array[Array] = []
	var last_ms := 0.0
	for i: int in count:
		var place := Vector2(100.0 + i * SPEED * TICK_MS / 1000.0, 100.0)
		last_ms = maxf(last_ms, i * TICK_MS + (way.call(i) as float))
		arrivals.append([last_ms, _sample((first + i) & 0xffff, place)])
	return arrivals


## A motion with these sequence numbers, 50 ms and 15 units apart, the first at 100 units and 50 ms.
func _motion_with(sequences: Array[int]) -> RemoteMotion:
	var motion := RemoteMotion.new(TICK_MS)
	for i: int in sequences.size():
		motion.add(_sample(sequences[i], Vector2(100.0 + 15.0 * i, 100.0)), (i + 1) * TICK_MS)
	return motion


func _sample(sequence: int, place: Vector2) -> PositionCodec.Sample:
	var sample := PositionCodec.Sample.new()
	sample.sequence = sequence
	sample.place = place
	return sample


func _flying(place: Vector2, velocity: Vector2) -> Ship:
	var ship := Ship.new()
	ship.start(place)
	ship.velocity = velocity
	return ship


## What a receiver makes of a sample, in a batch with the sender's id.
func _through(sample: PositionCodec.Sample, id: int) -> PositionCodec.Sample:
	var bytes := PackedByteArray()
	bytes.resize(4)
	bytes.encode_u32(0, id)
	return PositionCodec.decode_batch(bytes + PositionCodec.encode(sample, FIELD), FIELD)[0]
