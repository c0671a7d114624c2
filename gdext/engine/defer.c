// Calls by way of the engine's message queue, which it works off several times
// a frame. There no function of a node is on the stack, so what runs may free
// and move nodes as it likes.
#include "engine.h"

#include "_cgo_export.h"

// GDExtensionCallableCustomInfo2.
typedef struct {
	void *userdata, *token;
	uint64_t object_id;
	void (*call)(void *, const void *const *, int64_t, void *, gd_call_error *);
	uint8_t (*is_valid)(void *);
	void *free, *hash, *equal, *less_than, *to_string, *get_argument_count;
} callable_info;

static void run(void *handle, const void *const *args, int64_t argc, void *ret, gd_call_error *error) {
	(void)args, (void)argc, (void)ret;
	error->error = 0;
	if (handle == NULL) {
		phoenixEngineDeferred();
	} else {
		phoenixEngineNotified((uint64_t)(uintptr_t)handle, GD_NOTIFICATION_INTERNAL_PROCESS);
	}
}

// Of no object, so that the engine asks.
static uint8_t is_valid(void *handle) {
	(void)handle;
	return 1;
}

void gd_defer(uint64_t handle) {
	callable_info info = {
		.userdata = (void *)(uintptr_t)handle, // a number; nothing to free
		.token = gd.library,
		.call = run,
		.is_valid = is_valid,
	};
	gd_packed callable;
	gd.callable_custom_create(&callable, &info);
	gd.call_deferred(&callable, NULL, NULL, 0);
	gd.destroy[GD_CALLABLE](&callable);
}
