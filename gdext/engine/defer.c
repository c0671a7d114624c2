// Calls by way of the engine's message queue. Delivery goes through it, so that
// no function of a node is on the stack while handlers run: one may free the
// node, and the engine reads on in a node after its notification.
#include "engine.h"

#include "_cgo_export.h"

// GDExtensionCallableCustomInfo2.
typedef struct {
	void *userdata, *token;
	uint64_t object_id;
	void (*call)(void *, const void *const *, int64_t, void *, gd_call_error *);
	void *is_valid, *free, *hash, *equal, *less_than, *to_string, *get_argument_count;
} callable_info;

static void run(void *handle, const void *const *args, int64_t argc, void *ret, gd_call_error *error) {
	(void)args, (void)argc, (void)ret;
	error->error = 0;
	phoenixEngineNotified((uint64_t)(uintptr_t)handle, GD_NOTIFICATION_INTERNAL_PROCESS);
}

void gd_defer(const gd_instance *instance) {
	callable_info info = {
		.userdata = (void *)(uintptr_t)instance->handle, // a number; nothing to free
		.token = gd.library,
		.object_id = instance->object_id,
		.call = run,
	};
	gd_packed callable;
	gd.callable_custom_create(&callable, &info);
	gd.call_deferred(&callable, NULL, NULL, 0);
	gd.destroy[GD_CALLABLE](&callable);
}
