## Keeps what is to outlive the nodes: it goes with the scripts.
extends RefCounted

static var kept: Array = []
