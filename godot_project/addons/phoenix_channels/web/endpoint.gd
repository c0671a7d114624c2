extends RefCounted
## What a connection begins with, as far as it can be checked before there is one.

const Text := preload("text.gd")
const Payload := preload("payload.gd")

const INVALID := "invalid configuration: "
const ESCAPE_PASSWORD := "in a user name or a password write / ? # % @ as %2F %3F %23 %25 %40"

## Headers that are not a game's to set.
const OWN_HEADERS: Array[String] = [
	"upgrade",
	"connection",
	"content-length",
	"transfer-encoding",
	"sec-websocket-key",
	"sec-websocket-version",
	"sec-websocket-extensions",
	"sec-websocket-protocol",
]


## Says why an endpoint cannot be; empty if it can.
static func problem_of(endpoint: String) -> String:
	var shown := Text.quote(_shown(endpoint))
	if endpoint != endpoint.strip_edges():
		return INVALID + "the endpoint %s begins or ends with white space; remove it" % shown
	if not "://" in endpoint:
		return (
			INVALID
			+ "the endpoint %s has no scheme; write it like ws://localhost:4000/socket" % shown
		)
	var scheme := endpoint.get_slice("://", 0)
	if not scheme.to_lower() in ["ws", "wss", "http", "https"]:
		return (
			INVALID
			+ (
				"the endpoint %s has the scheme %s; it must be ws, wss, http or https"
				% [shown, Text.quote(scheme.to_lower())]
			)
		)
	var authority := endpoint.substr(scheme.length() + 3)
	for mark: String in ["/", "?", "#"]:
		authority = authority.get_slice(mark, 0)
	if not "@" in authority and "@" in endpoint.get_slice("?", 0):
		return (
			INVALID + "the endpoint %s has an @ in the wrong place; %s" % [shown, ESCAPE_PASSWORD]
		)
	var host := authority.substr(authority.rfind("@") + 1)
	var port := ""
	var colon := host.rfind(":")
	if colon > host.rfind("]"):
		port = host.substr(colon + 1)
		host = host.left(colon)
	if host.is_empty():
		return (
			INVALID
			+ "the endpoint %s has no host; write it like ws://localhost:4000/socket" % shown
		)
	if port and not (port.is_valid_int() and port.to_int() in range(1, 65536)):
		return (
			INVALID + "the endpoint %s has the port %s; it must be from 1 to 65535" % [shown, port]
		)
	for i: int in host.length():
		if host.unicode_at(i) > 127:
			return (
				INVALID
				+ (
					(
						"the endpoint %s has a host that is not ASCII; write it as Punycode,"
						+ " xn--bcher-kva.example for bücher.example"
					)
					% shown
				)
			)
	return ""


# An endpoint without what may be secret.
static func _shown(endpoint: String) -> String:
	var query := endpoint.find("?")
	if query >= 0 and endpoint.find("@", query) >= 0:
		return "…"
	var shown := endpoint.left(query) if query >= 0 else endpoint
	var at := shown.rfind("@")
	return shown if at < 0 else "…" + shown.substr(at)


## Says why the params of a connect cannot travel; empty if they can.
static func problem_of_params(params: Dictionary) -> String:
	var fault := Payload.fault_of(params)
	if fault != null:
		return INVALID + "params: cannot send %s: %s" % [fault.value(), fault.reason]
	return _problem_of_names(params, "params", 0)


static func _problem_of_names(container: Variant, path: String, depth: int) -> String:
	var is_list := not container is Dictionary
	var is_plain := is_list
	if is_list:
		for element: Variant in container:
			is_plain = is_plain and not _is_nested(element)
	if is_plain:
		return ""
	var index := 0
	for key: Variant in container:
		var title := str(index) if is_list else str(key)
		var value: Variant = key if is_list else (container as Dictionary)[key]
		var at := path + ("[%s]" % title if is_list else _step(title))
		if _splits(title, depth, _is_nested(value)):
			return (
				(
					"invalid payload: %s has a name that a URL cannot carry, since a server would read"
					+ " it as nesting: use another name, or nest a map"
				)
				% at
			)
		if _is_nested(value):
			if _is_empty(value):
				return (
					(
						"invalid payload: %s is an empty %s, which a URL cannot carry: leave it out,"
						+ " or pass it in a channel's params"
					)
					% [at, "map" if value is Dictionary else "list"]
				)
			var problem := _problem_of_names(value, at, depth + 1)
			if problem:
				return problem
		index += 1
	return ""


static func _step(title: String) -> String:
	for mark: String in ["[", "]", ".", " ", '"', "\\"]:
		if mark in title:
			return "[%s]" % Text.quote(title)
	return "." + title if title else '[""]'


static func _is_nested(value: Variant) -> bool:
	match typeof(value):
		TYPE_DICTIONARY, TYPE_ARRAY, TYPE_PACKED_INT32_ARRAY, TYPE_PACKED_INT64_ARRAY:
			return true
		TYPE_PACKED_FLOAT32_ARRAY, TYPE_PACKED_FLOAT64_ARRAY, TYPE_PACKED_STRING_ARRAY:
			return true
	return false


static func _is_empty(container: Variant) -> bool:
	for _element: Variant in container:
		return false
	return true


# Whether a server would read a name as something else.
static func _splits(title: String, depth: int, is_nested: bool) -> bool:
	if depth > 0:
		return title.is_empty() or "][" in title
	if is_nested:
		return title.is_empty() or "[" in title
	return title.find("[") > 0 and title.ends_with("]")


## Says why an auth token cannot be; empty if it can.
static func problem_of_token(token: String) -> String:
	if _has_control(token):
		return INVALID + "the auth token has control characters or is not UTF-8"
	return ""


## Says why headers cannot be, without their values, which may be secret; empty if they can.
static func problem_of_headers(headers: Dictionary) -> String:
	for key: Variant in headers:
		var value: Variant = headers[key]
		if not (key is String or key is StringName) or not (value is String or value is StringName):
			return (
				INVALID + 'headers: each must be a String with a String, like {"X-Name": "value"}'
			)
		var title := str(key)
		if not _is_header_name(title):
			return INVALID + "HTTP does not allow the header name %s" % Text.quote(title)
		if title.to_lower() in OWN_HEADERS:
			return INVALID + "the transport sets the header %s itself" % Text.quote(title)
		if _has_control(str(value)):
			return INVALID + "the header %s has a value with control characters" % Text.quote(title)
	return ""


static func _is_header_name(title: String) -> bool:
	for i: int in title.length():
		var c := title.unicode_at(i)
		if c <= 0x20 or c >= 0x7F or title[i] in '"(),/:;<=>?@[\\]{}':
			return false
	return not title.is_empty()


static func _has_control(text: String) -> bool:
	for i: int in text.length():
		var c := text.unicode_at(i)
		if c < 0x20 and c != 0x09 or c == 0x7F:
			return true
	return false
