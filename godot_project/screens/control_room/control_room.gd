## The control room: whatever a client can do with a server, by hand, and every message that this
## takes. Each panel has a script of its own; here they are joined together.
extends "res://screens/screen.gd"

const MessageLog := preload("res://screens/control_room/message_log.gd")
const Palette := preload("res://ui/palette.gd")
const PresencePanel := preload("res://screens/control_room/presence_panel.gd")
const PushPanel := preload("res://screens/control_room/push_panel.gd")
const TopicRow := preload("res://screens/control_room/topic_row.gd")
const TopicsPanel := preload("res://screens/control_room/topics_panel.gd")

@onready var _topics: TopicsPanel = %TopicsPanel
@onready var _push: PushPanel = %PushPanel
@onready var _presence: PresencePanel = %PresencePanel
@onready var _log: MessageLog = %Messages


func _ready() -> void:
	_topics.make_channel = _new_followed_channel
	_topics.selected.connect(_on_topic_selected)
	_topics.noted.connect(_log.note)
	Net.started.connect(_watch_socket)
	Net.opened.connect(func() -> void: _log.note("connected to %s" % Net.server_url, Palette.GOOD))
	Net.lost.connect(_on_lost)
	_on_topic_selected(null)
	_watch_socket()


func _exit_tree() -> void:
	if Net.is_started():
		Net.socket.report_sent = false
	super()


func _new_followed_channel(
	topic: String, params: Dictionary, presence: PhoenixPresence
) -> PhoenixChannel:
	_log.follow(topic)
	return new_channel(topic, params, presence)


## The socket was made, here or before.
func _watch_socket() -> void:
	Net.socket.report_sent = true
	Net.socket.on_message.connect(_log.received)
	Net.socket.on_sent.connect(_log.sent)
	Net.socket.tree_exiting.connect(_on_socket_exiting)


func _on_lost(retry_in_s: float) -> void:
	_log.note("no connection: %s; retrying in %.1f s" % [Net.reason, retry_in_s], Palette.BUSY)


func _on_socket_exiting() -> void:
	_log.note("the socket and its channels were freed", Palette.BAD)


func _on_topic_selected(row: TopicRow) -> void:
	_push.target = row.channel if row != null else null
	_presence.show_topic(row)
