## Makes those files of the game that are not text, and those that only code can make.
extends SceneTree


func _initialize() -> void:
	var scene: PackedScene = load("res://scenes/socket.tscn")
	_save(scene.duplicate() as PackedScene, "res://scenes/binary.scn")
	_save(
		scene.duplicate() as PackedScene, "res://scenes/compressed.scn", ResourceSaver.FLAG_COMPRESS
	)
	DirAccess.make_dir_absolute("res://resources")
	for path: String in ["res://resources/embedded.tres", "res://resources/embedded.res"]:
		var nested := Holder.new()
		nested.scene = _packed("nested")
		var holder := Holder.new()
		holder.scene = _packed("scene")
		holder.list = [_packed("list")]
		holder.by_name = {nested = nested}
		_save(holder, path)
	var stage := Node.new()
	stage.name = "Stage"
	stage.set_script(load("res://scripts/stage.gd"))
	stage.set("scene", _packed("staged"))
	var nesting := PackedScene.new()
	nesting.pack(stage)
	_save(nesting, "res://scenes/nested.tscn")
	stage.free()
	quit()


func _packed(text: String) -> PackedScene:
	var socket := PhoenixSocket.new()
	socket.name = text
	socket.endpoint = "ws://%s.example/socket" % text
	var channel := PhoenixChannel.new()
	channel.topic = "room:" + text
	channel.name = "Channel"
	socket.add_child(channel)
	channel.owner = socket
	var packed := PackedScene.new()
	packed.pack(socket)
	socket.free()
	return packed


func _save(resource: Resource, path: String, flags := 0) -> void:
	var error := ResourceSaver.save(resource, path, flags)
	if error != OK:
		push_error("%s cannot be saved: %s" % [path, error_string(error)])
