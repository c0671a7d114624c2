@tool
extends EditorInspectorPlugin
## "Test Connection" in the inspector of a PhoenixSocket.

const Bar := preload("connection_test_bar.gd")

## The bar is above this property, so below the endpoint.
const BELOW := "params"


func _can_handle(object: Object) -> bool:
	return object is PhoenixSocket


func _parse_property(
	object: Object,
	_type: Variant.Type,
	title: String,
	_hint: PropertyHint,
	_hint_text: String,
	_usage: int,
	_wide: bool
) -> bool:
	if title == BELOW and object is PhoenixSocket:
		add_custom_control(Bar.new(object as PhoenixSocket))
	return false
