## What those share who use the control room as a player does.
extends "res://demo_case.gd"

const MessageLog := preload("res://screens/control_room/message_log.gd")
const TopicRow := preload("res://screens/control_room/topic_row.gd")


## Joins a topic by the fields and the button.
func join_topic(topic: String, params: String = "") -> void:
	await type_into(part("Topic") as LineEdit, topic)
	await type_into(part("Params") as LineEdit, params)
	await click(part("Join") as Control)
	await wait_until(
		func() -> bool: return row_of(topic) != null and row_of(topic).channel.is_joined(),
		"the join of %s" % topic
	)


func push_event(event: String, payload: String) -> void:
	await type_into(part("Event") as LineEdit, event)
	(part("Payload") as TextEdit).text = payload
	(part("Payload") as TextEdit).text_changed.emit()
	await frames(1)
	await click(part("Push") as Control)


func row_of(topic: String) -> TopicRow:
	for row: TopicRow in part("Topics").get_children():
		if row.topic == topic and not row.is_queued_for_deletion():
			return row
	return null


## Who is in the presence list.
func people() -> PackedStringArray:
	var people := PackedStringArray()
	for person: Node in part("People").get_children():
		if person is VBoxContainer and not person.is_queued_for_deletion():
			people.append((person.get_child(0) as Label).text)
	return people


func log_lines() -> PackedStringArray:
	return (part("Messages") as MessageLog).shown_text().split("\n", false)


## Waits until this many of the log's lines contain [param text].
func log_shows(text: String, count: int = 1, limit_ms: int = WAIT_MS) -> void:
	await wait_until(
		func() -> bool:
			return (
				Array(log_lines()).filter(func(line: String) -> bool: return text in line).size()
				>= count
			),
		"a line with '%s' in the log" % text,
		limit_ms
	)
