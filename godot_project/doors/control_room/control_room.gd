## The control room: whatever a client can do with a server, by hand.
extends "res://doors/door.gd"
