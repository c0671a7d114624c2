// Calls through the engine's message queue, which it flushes several times a frame. At that point
// no node's function is on the stack, so the call may free and move nodes.
#include "engine.h"

#include "_cgo_export.h"

static void run(void *object_id, const void *const *args, int64_t argc, void *ret, gd_call_error *error) {
	(void)args, (void)argc, (void)ret;
	error->error = 0;
	if (object_id == NULL) {
		phoenixEngineDeferred();
	} else {
		phoenixEngineNotified((uint64_t)(uintptr_t)object_id, GD_NOTIFICATION_INTERNAL_PROCESS);
	}
}

void gd_defer(uint64_t object_id) {
	gd_packed callable;
	gd_callable_new(&callable, object_id, run, NULL); // the id is a number; nothing to free
	gd.call_deferred(&callable, NULL, NULL, 0);
	gd.destroy[GD_CALLABLE](&callable);
}
