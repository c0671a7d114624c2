## Records a player in the arena for the README's moving picture: a frame every tenth of a second,
## named after the time at which it was drawn.
extends Node

const EVERY_MS := 100

const Pilot := preload("res://command_line/extras/arena.gd")

var _folder := ""
var _next_ms := 0


## Plays automatically and writes MILLISECONDS.png files to [param folder], until the demo quits.
func record(folder: String) -> void:
	_folder = folder
	var pilot := Pilot.new()
	add_child(pilot)
	pilot.fly(Screens.scene)
	RenderingServer.frame_post_draw.connect(_save)


func _save() -> void:
	var now_ms := int(Time.get_unix_time_from_system() * 1000.0)
	if now_ms < _next_ms:
		return
	_next_ms = now_ms + EVERY_MS
	var image := get_viewport().get_texture().get_image()
	var path := _folder.path_join("%d.png" % now_ms)
	WorkerThreadPool.add_task(
		func() -> void:
			if image.save_png(path) != OK:
				printerr("recorder: cannot write %s" % path)
	)
