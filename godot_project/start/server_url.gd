## Checks the address of a server as it is typed.
extends RefCounted

const EXAMPLE := "ws://127.0.0.1:4000/socket"


## What is wrong with [param url], as a sentence; empty when nothing is.
static func problem(url: String) -> String:
	var scheme := url.get_slice("://", 0)
	if not url.contains("://") or scheme not in ["ws", "wss", "http", "https"]:
		return "An address begins with ws:// or wss://, for example %s" % EXAMPLE
	if url.contains(" "):
		return "An address has no spaces"
	var authority := url.trim_prefix(scheme + "://").get_slice("/", 0)
	# The brackets of an IPv6 address have colons of their own.
	var port_at := authority.rfind(":") if not authority.ends_with("]") else -1
	var host := authority if port_at < 0 else authority.left(port_at)
	if host.is_empty():
		return "The host is missing; for example %s" % EXAMPLE
	if port_at >= 0:
		var port := authority.substr(port_at + 1)
		if not port.is_valid_int() or port.to_int() < 1 or port.to_int() > 65535:
			return "'%s' is not a port; ports are 1 to 65535" % port
	if not url.trim_prefix(scheme + "://").trim_suffix("/").contains("/"):
		return "The path is missing; a Phoenix server's socket is usually at /socket"
	return ""
