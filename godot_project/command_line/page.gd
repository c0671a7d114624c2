## The page of a browser that the demo runs in.
extends RefCounted


## The query as a command line: ?screen=arena&session becomes --screen arena --session. The
## page's own server precedes it, as the default one.
static func arguments() -> PackedStringArray:
	var location := JavaScriptBridge.get_interface("location")
	var scheme := "wss" if location.protocol == "https:" else "ws"
	var found := PackedStringArray(["--default-server", "%s://%s/socket" % [scheme, location.host]])
	for pair: String in (location.search as String).trim_prefix("?").split("&", false):
		found.append("--" + pair.get_slice("=", 0))
		if pair.contains("="):
			found.append(pair.get_slice("=", 1).replace("+", " ").uri_decode())
	return found
