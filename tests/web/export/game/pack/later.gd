extends PhoenixSocket

@export var later := 1
