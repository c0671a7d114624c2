## Takes a picture of each screen, with other players in it: in a desktop window, and on a phone
## held upright and sideways.
extends Node

const SIZES := {
	"": Vector2i(1280, 720), "_phone": Vector2i(390, 844), "_across": Vector2i(844, 390)
}
const CONNECT_LIMIT_S := 10.0
const MOMENT_LIMIT_S := 10.0
const FRAMES_HELD := 10
const LEAST_COLORS := 32

const Extras := preload("res://command_line/extras/extras.gd")
const Settings := preload("res://start/settings.gd")


## Writes SCREEN.png, SCREEN_phone.png and SCREEN_across.png to [param folder]; true if all were
## written.
func take(folder: String) -> bool:
	if DirAccess.make_dir_recursive_absolute(folder) != OK:
		printerr("pictures: cannot create the folder %s" % folder)
		return false
	Net.start(Settings.server_url(), Settings.player_name())
	if not await _wait_until(Net.is_open, CONNECT_LIMIT_S):
		printerr("pictures: no connection to %s" % Net.server_url)
		return false
	Screens.back()
	var complete := await _take_scene("start", folder)
	for screen: String in Screens.NAMES:
		if not Screens.exists(screen):
			continue
		Screens.open(screen)
		complete = await _take_scene(screen, folder) and complete
	return complete


func _take_scene(title: String, folder: String) -> bool:
	await _resize(SIZES[""])
	var script := "res://command_line/extras/%s.gd" % title
	var extras: Extras = null
	if ResourceLoader.exists(script):
		extras = (load(script) as GDScript).new() as Extras
		add_child(extras)
		await extras.play(Screens.scene)
	var complete := true
	for suffix: String in SIZES:
		await _resize(SIZES[suffix])
		if extras != null:
			await _wait_until(extras.is_worth_a_picture, MOMENT_LIMIT_S)
		var path := folder.path_join(title + suffix + ".png")
		complete = await _save(path, SIZES[suffix] as Vector2i) and complete
	if extras != null:
		extras.queue_free()
	return complete


## Until the size holds: the window system may still answer an earlier request.
func _resize(to: Vector2i) -> void:
	var held := 0
	while held < FRAMES_HELD:
		if get_window().size != to:
			get_window().size = to
			held = 0
		await get_tree().process_frame
		held += 1


func _save(path: String, size: Vector2i) -> bool:
	await RenderingServer.frame_post_draw
	var image := get_viewport().get_texture().get_image()
	var problem := "" if Net.is_open() else "the connection is lost"
	if _is_blank(image):
		problem = "it is blank"
	if image.get_size() != size:
		problem = "its size is %s, not %s" % [image.get_size(), size]
	var error := image.save_png(path)
	if error != OK:
		problem = error_string(error)
	print("picture: %s %s" % [path, "ok" if problem == "" else "FAILED: " + problem])
	return problem == ""


## A screen on which nothing was drawn has one colour, or a few.
func _is_blank(image: Image) -> bool:
	var colors := {}
	for x: int in range(0, image.get_width(), 4):
		for y: int in range(0, image.get_height(), 4):
			colors[image.get_pixel(x, y)] = true
	return colors.size() < LEAST_COLORS


func _wait_until(condition: Callable, limit_s: float) -> bool:
	var until_ms := Time.get_ticks_msec() + limit_s * 1000.0
	while not condition.call() and Time.get_ticks_msec() < until_ms:
		await get_tree().process_frame
	return condition.call()
