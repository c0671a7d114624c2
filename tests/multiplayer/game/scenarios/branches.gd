## Two branches of the tree with a multiplayer of their own, in two rooms at once, beside the tree's
## own: the host of one is a client of the other.
extends "res://scenario.gd"

const Branch := preload("res://scenes/branch.gd")

var _multiplayers := {}  # by the paths of the branches


func host() -> void:
	await _play()


func first() -> void:
	await _play()


func _play() -> void:
	var branches := {}
	for branch_name: String in ["A", "B"]:
		branches[branch_name] = _branch(branch_name)
	await begin()
	for branch_name: String in branches:
		await _open(branches[branch_name] as Branch)
	await gathered(2)
	await meet("open")
	for branch: Branch in branches.values():
		branch.hello.rpc("in %s" % branch.name)
	hello.rpc("in the tree's own")
	for branch_name: String in branches:
		await said("hello in %s" % branch_name)
	await said("hello in the tree's own")
	await meet("said")
	var ended := branches.A as Branch
	if role == "host":
		ended.multiplayer.multiplayer_peer.close()
	await said("A: server_disconnected")
	(branches.B as Branch).hello.rpc("in B, which goes on")
	hello.rpc("still in the tree's own")
	await said("hello in B, which goes on")
	await said("hello still in the tree's own")
	await meet("over")


func _branch(branch_name: String) -> Branch:
	var branch := Branch.new()
	branch.name = branch_name
	branch.scenario = self
	branch.number = branch_name.unicode_at(0)
	var path := NodePath("%s/%s" % [get_path(), branch_name])
	_multiplayers[path] = SceneMultiplayer.new()
	get_tree().set_multiplayer(_multiplayers[path] as SceneMultiplayer, path)
	add_child(branch)
	return branch


func _open(branch: Branch) -> void:
	var is_host := role == ("host" if branch.name == &"A" else "first")
	var address: Variant = null
	transport.begin("%s-%s" % [room, branch.name])
	if is_host:
		branch.multiplayer.multiplayer_peer = transport.host()
		await opened(branch.multiplayer.multiplayer_peer)
		address = transport.address_of(branch.multiplayer.multiplayer_peer)
	var brought := await meet("begin-%s" % branch.name, address)
	if not is_host:
		address = brought["host" if branch.name == &"A" else "first"]
		branch.multiplayer.multiplayer_peer = transport.client(address)
	await until(func() -> bool: return branch.multiplayer.get_peers().size() == 1, "it is open")


func _exit_tree() -> void:
	for path: NodePath in _multiplayers:
		_multiplayers[path].multiplayer_peer = OfflineMultiplayerPeer.new()
		get_tree().set_multiplayer(null, path)


@rpc("any_peer", "reliable")
func hello(text: String) -> void:
	say("hello " + text)
