extends Node

@export var socket: PhoenixSocket
@export var channels: Array[PhoenixChannel] = []
@export var by_topic: Dictionary[String, PhoenixChannel] = {}
@export_node_path("PhoenixSocket") var path: NodePath
@export var untyped: Node
@export var state: PhoenixSocket.State = PhoenixSocket.CLOSED

@onready var found: PhoenixSocket = get_node(path)
