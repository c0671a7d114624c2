## Reads numbers from what others have sent: a field that is missing, or no number, is a default
## rather than an error in the middle of the game.
extends RefCounted


static func number(payload: Dictionary, key: String, otherwise: float = 0.0) -> float:
	var value: Variant = payload.get(key)
	return float(value) if value is int or value is float else otherwise


static func whole(payload: Dictionary, key: String) -> int:
	return int(number(payload, key))
