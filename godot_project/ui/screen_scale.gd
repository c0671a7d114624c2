## Everything is laid out in pixels. On a screen with small ones they are scaled up, so that letters
## keep their size.
extends RefCounted

const NORMAL_DPI := 96.0
const STEP := 0.25


static func apply(window: Window) -> void:
	var screen := window.current_screen
	var scale := of_screen(
		DisplayServer.screen_get_scale(screen), DisplayServer.screen_get_dpi(screen)
	)
	window.content_scale_factor = scale
	if scale > 1.0 and not OS.has_feature("mobile") and window.mode == Window.MODE_WINDOWED:
		window.size = Vector2i(Vector2(window.size) * scale)
		window.move_to_center()


## The system's own scale if it reports one, otherwise the scale for the pixel density.
static func of_screen(system_scale: float, dpi: int) -> float:
	if system_scale > 1.0:
		return system_scale
	return maxf(1.0, snappedf(dpi / NORMAL_DPI, STEP))
