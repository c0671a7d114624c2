@tool
extends Tree
## The game's sockets, with their channels, presences and multiplayer rooms. Each line keeps what it
## stands for as its metadata: an [Entry].

enum Kind { SOCKET, CHANNEL, PRESENCE, KEY, ROOM }

const Look := preload("../look.gd")

const SOCKET_STATES: Array[String] = ["closed", "connecting", "open", "closing"]
const CHANNEL_STATES: Array[String] = ["closed", "errored", "joined", "joining", "leaving"]
const PEER_STATES: Array[String] = ["disconnected", "connecting", "connected"]
## Where the theme does not have the classes' own.
const ICONS := {
	Kind.SOCKET: [&"PhoenixSocket", &"Node"],
	Kind.CHANNEL: [&"PhoenixChannel", &"Signals"],
	Kind.PRESENCE: [&"PhoenixPresence", &"Groups"],
	Kind.KEY: [&"Key", &"Key"],
	Kind.ROOM: [&"PhoenixMultiplayerPeer", &"MultiplayerSynchronizer"],
}
const NAME := 0
const FACTS := 1

var _items := {}
var _seen := {}
var _sockets: Array[Dictionary] = []


func _init() -> void:
	columns = 2
	hide_root = true
	column_titles_visible = false
	select_mode = Tree.SELECT_ROW
	allow_rmb_select = true
	set_column_expand_ratio(NAME, 3)
	set_column_expand_ratio(FACTS, 4)
	for column: int in columns:
		set_column_clip_content(column, true)
	create_item()


func _notification(what: int) -> void:
	if what == NOTIFICATION_THEME_CHANGED:
		show_sockets(_sockets)


## What is selected; null when nothing is.
func entry() -> Entry:
	var item := get_selected()
	return item.get_metadata(NAME) as Entry if item != null else null


## Shows sockets as [code]socket_states.gd[/code] has them.
func show_sockets(sockets: Array[Dictionary]) -> void:
	_sockets = sockets
	_seen = {}
	for socket: Dictionary in sockets:
		_show_socket(socket)
	for key: String in _items.keys():
		if not _seen.has(key):
			if is_instance_valid(_items[key]):
				(_items[key] as TreeItem).free()
			_items.erase(key)


func _show_socket(socket: Dictionary) -> void:
	var title: String = socket.name if socket.name else "Socket %d" % socket.number
	var made := Entry.new(Kind.SOCKET, socket)
	var item := _item(made, "s%d" % socket.id, get_root(), title.get_file(), _facts_of(socket))
	item.set_tooltip_text(NAME, "%s\n%s" % [title, socket.endpoint])
	item.set_tooltip_text(FACTS, _details_of(socket))
	item.set_custom_color(FACTS, _state_color(socket))
	for channel: Dictionary in socket.channels:
		_show_channel(item, socket, channel)
	for peer: Dictionary in socket.peers:
		_show_peer(item, socket, peer)


func _show_channel(parent: TreeItem, socket: Dictionary, channel: Dictionary) -> void:
	var made := Entry.new(Kind.CHANNEL, socket, channel)
	var facts := _text_of(CHANNEL_STATES, channel.state)
	if channel.joins > 1:
		facts += ", %d joins" % channel.joins
	if channel.unsent > 0:
		facts += ", %d unsent" % channel.unsent
	var item := _item(made, "c%d" % channel.id, parent, channel.topic, facts)
	if channel.presence:
		_show_presence(item, socket, channel)


func _show_presence(parent: TreeItem, socket: Dictionary, channel: Dictionary) -> void:
	var presence: Dictionary = channel.presence
	var made := Entry.new(Kind.PRESENCE, socket, channel)
	var facts := "%d keys, %d metas" % [presence.keys, presence.metas]
	var item := _item(made, "p%d" % presence.id, parent, "Presence", facts)
	for key: Variant in presence.entries:
		var of_key := Entry.new(Kind.KEY, socket, channel)
		var metas := "%s metas" % presence.entries[key]
		_item(of_key, "p%d %s" % [presence.id, key], item, str(key), metas)


func _show_peer(parent: TreeItem, socket: Dictionary, peer: Dictionary) -> void:
	var made := Entry.new(Kind.ROOM, socket, {}, peer)
	var facts := (
		"%s, id %d%s, %d peers, %s packets/s in, %s out"
		% [
			_text_of(PEER_STATES, peer.state),
			peer.unique_id,
			" (host)" if peer.is_host else "",
			peer.peers.size(),
			Look.number(peer.packets_in_s),
			Look.number(peer.packets_out_s),
		]
	)
	var item := _item(made, "r%d" % peer.id, parent, "Room %s" % peer.room, facts)
	var ids := ", ".join((peer.peers as Array).map(str))
	var tooltip := "Peers: %s\n%d packets in (%s), %d out (%s)"
	(
		item
		. set_tooltip_text(
			FACTS,
			(
				tooltip
				% [
					ids if ids else "none",
					peer.packets_in,
					Look.bytes(peer.bytes_in),
					peer.packets_out,
					Look.bytes(peer.bytes_out),
				]
			)
		)
	)


# The line of that key, made if it is new.
func _item(of: Entry, key: String, parent: TreeItem, title: String, facts: String) -> TreeItem:
	_seen[key] = true
	var item: TreeItem = _items.get(key)
	if item == null or not is_instance_valid(item):
		item = create_item(parent)
		_items[key] = item
		item.collapsed = of.kind == Kind.PRESENCE
	item.set_icon(NAME, _icon_of(of.kind))
	item.set_metadata(NAME, of)
	if item.get_text(NAME) != title:
		item.set_text(NAME, title)
		item.set_tooltip_text(NAME, title)
	if item.get_text(FACTS) != facts:
		item.set_text(FACTS, facts)
		item.set_tooltip_text(FACTS, facts)
	return item


func _facts_of(socket: Dictionary) -> String:
	var parts := PackedStringArray([_text_of(SOCKET_STATES, socket.state)])
	if socket.next_attempt_ms >= 0.0:
		parts.append("next attempt in %s s" % Look.number(socket.next_attempt_ms / 1e3))
	if socket.state == PhoenixSocket.OPEN:
		if socket.round_trip_ms >= 0.0:
			parts.append("%s ms" % Look.number(socket.round_trip_ms))
		parts.append("%s msg/s" % Look.number(socket.messages_in_s + socket.messages_out_s))
		parts.append("%s/s" % Look.bytes(socket.bytes_in_s + socket.bytes_out_s))
	if socket.simulation:
		parts.append("simulated network")
	return ", ".join(parts)


func _details_of(socket: Dictionary) -> String:
	var lines := PackedStringArray([_facts_of(socket)])
	if socket.reason:
		lines.append("Last close: %s" % socket.reason)
	(
		lines
		. append(
			(
				"Received %d messages, %s (%s/s); sent %d, %s (%s/s)"
				% [
					socket.messages_in,
					Look.bytes(socket.bytes_in),
					Look.bytes(socket.bytes_in_s),
					socket.messages_out,
					Look.bytes(socket.bytes_out),
					Look.bytes(socket.bytes_out_s),
				]
			)
		)
	)
	lines.append(
		(
			"Pushes: %d without a reply yet, %d not sent yet"
			% [socket.pending_pushes, socket.buffered_pushes]
		)
	)
	lines.append("Queued events: %d, %s" % [socket.queued_events, Look.bytes(socket.queued_bytes)])
	lines.append("Reconnects: %d" % socket.reconnects)
	if socket.simulation:
		lines.append("Simulated network: %s" % JSON.stringify(socket.simulation))
	return "\n".join(lines)


func _state_color(socket: Dictionary) -> Color:
	var title := &"warning_color"
	if socket.state == PhoenixSocket.CLOSED:
		title = &"error_color"
	elif socket.state == PhoenixSocket.OPEN and not socket.simulation:
		title = &"success_color"
	var below := Look.filled(get_theme_stylebox(&"panel"), Look.panel_color(self))
	var selected := Look.filled(get_theme_stylebox(&"selected"), below)
	return Look.readable(get_theme_color(title, &"Editor"), [below, selected])


func _icon_of(kind: Kind) -> Texture2D:
	var titles: Array = ICONS[kind]
	return Look.icon(self, titles[0] if Look.has_icon(self, titles[0]) else titles[1])


static func _text_of(states: Array[String], state: int) -> String:
	return states[state] if state >= 0 and state < states.size() else str(state)


## What a line of the tree stands for. Of a presence, channel is the one that it belongs to.
class Entry:
	var kind: Kind
	var socket: Dictionary
	var channel: Dictionary
	var peer: Dictionary

	func _init(
		of: Kind, in_socket: Dictionary, in_channel: Dictionary = {}, in_peer: Dictionary = {}
	) -> void:
		kind = of
		socket = in_socket
		channel = in_channel
		peer = in_peer
