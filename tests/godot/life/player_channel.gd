## A game's own channel: put under a socket, it joins.
extends PhoenixChannel

var heard: Array[String] = []


func _init(name_of_topic: String = "") -> void:
	topic = name_of_topic


func _ready() -> void:
	on_event.connect(_on_event)
	join()


func _on_event(event: String, _payload: Variant, _status: String) -> void:
	heard.append(event)
