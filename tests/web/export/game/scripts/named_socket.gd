class_name NamedSocket
extends "res://scripts/game_socket.gd"

@export_range(1, 8) var seats: int = 2
