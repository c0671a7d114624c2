// Callables of this extension.
#include "engine.h"

#include <stddef.h>
#include <stdlib.h>

#include "_cgo_export.h"

// GDExtensionCallableCustomInfo2.
typedef struct {
	void *userdata, *token;
	uint64_t object_id;
	gd_callable_call call;
	uint8_t (*is_valid)(void *);
	gd_callable_free free;
	void *hash, *equal, *less_than, *to_string, *get_argument_count;
} callable_info;

// The Callable has no object, so the engine calls this instead.
static uint8_t is_valid(void *number) {
	(void)number;
	return 1;
}

void gd_callable_new(gd_packed *callable, uint64_t number, gd_callable_call call, gd_callable_free free) {
	callable_info info = {
		.userdata = (void *)(uintptr_t)number,
		.token = gd.library,
		.call = call,
		.is_valid = is_valid,
		.free = free,
	};
	gd.callable_custom_create(callable, &info);
}

static double call_go(void *number, const void *const *args, int64_t argc, gd_call_error *error) {
	error->error = 0;
	gd_variant none;
	gd.variant_new_nil(&none);
	return phoenixEngineCalled((uint64_t)(uintptr_t)number, argc > 0 ? (void *)args[0] : &none, argc > 1 ? (void *)args[1] : &none);
}

static void call(void *number, const void *const *args, int64_t argc, void *ret, gd_call_error *error) {
	double value = call_go(number, args, argc, error);
	gd.variant_destroy(ret);
	gd.from_type[GD_FLOAT](ret, &value);
}

static void ask(void *number, const void *const *args, int64_t argc, void *ret, gd_call_error *error) {
	uint8_t answer = call_go(number, args, argc, error) != 0;
	gd.variant_destroy(ret);
	gd.from_type[GD_BOOL](ret, &answer);
}

static void forget(void *number) {
	phoenixEngineCallableFreed((uint64_t)(uintptr_t)number);
}

gd_variant *gd_callable_variant(uint64_t number, bool asks) {
	gd_packed callable;
	gd_callable_new(&callable, number, asks ? ask : call, forget);
	gd_variant *variant = malloc(sizeof *variant);
	gd.from_type[GD_CALLABLE](variant, &callable);
	gd.destroy[GD_CALLABLE](&callable);
	return variant;
}
