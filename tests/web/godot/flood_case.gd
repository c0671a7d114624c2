## 5,000 messages a second: none is lost, their order holds, and the worker stays small.
extends "res://web_case.gd"

const Ticks := preload("res://long/ticks.gd")

const RATE := 5_000
## What the server says in one go.
const CHUNK := 100
const PATIENCE_MS := 60_000
const IDLE_LIMIT := 20 << 20
const FLOOD_LIMIT := 48 << 20


func flood(seconds: int) -> void:
	var socket := await open_socket()
	var channel := await joined(socket, new_topic(), {"presence": false})
	var ticks := Ticks.new(channel)
	var idle := await worker_memory()
	var asked := 0
	var most_queued := 0
	var began_ms := Time.get_ticks_msec()
	while asked < RATE * seconds:
		var due := mini(Time.get_ticks_msec() - began_ms, seconds * 1000) * RATE / 1000
		while due - asked >= CHUNK:
			channel.push("flood", {"n": CHUNK})
			ticks.expect(CHUNK)
			asked += CHUNK
		await get_tree().process_frame
		most_queued = maxi(most_queued, socket.get_statistics().queued_bytes as int)
	var behind := asked - ticks.count
	await wait_until(func() -> bool: return ticks.count >= asked, "the ticks", PATIENCE_MS)
	var took_ms := Time.get_ticks_msec() - began_ms
	var after := await worker_memory()
	note(
		(
			(
				"%d messages in %.1f s, %d to come at the end, %.1f MiB queued at most; "
				+ "the worker's memory: %.1f MiB before, %.1f MiB after"
			)
			% [
				ticks.count,
				took_ms / 1000.0,
				behind,
				most_queued / 1048576.0,
				idle / 1048576.0,
				after / 1048576.0,
			]
		)
	)
	equal(ticks.count, asked, "ticks")
	check(ticks.in_order, "the ticks, in order")
	equal(socket.get_statistics().connects, 1, "connections")
	check(idle < IDLE_LIMIT, "the worker's memory: %d bytes" % idle)
	check(after < FLOOD_LIMIT, "the worker's memory after the flood: %d bytes" % after)
