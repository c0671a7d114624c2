// Signals and Callables. Arguments are passed in the binary form, so each message is one cgo call.
#include "engine.h"

#include <stddef.h>
#include <string.h>

enum { MAX_ARGS = 8 };

typedef struct {
	gd_variant values[MAX_ARGS]; // the values built here
	const void *pointers[MAX_ARGS];
	int32_t count, made;
} arguments;

static void destroy_arguments(arguments *args) {
	while (args->made > 0) {
		gd.variant_destroy(&args->values[--args->made]);
	}
}

static bool is_shared(const uint8_t *data, const uint8_t *end) {
	uint32_t header;
	if (end - data < (ptrdiff_t)sizeof header) {
		return false;
	}
	memcpy(&header, data, sizeof header);
	return header == GD_SHARED;
}

static bool build_arguments(arguments *args, const uint8_t *data, int64_t len, int32_t count, const gd_variant *shared) {
	const uint8_t *end = data + len;
	args->count = args->made = 0;
	if (count > MAX_ARGS) {
		return false;
	}
	for (; args->count < count; args->count++) {
		if (shared != NULL && is_shared(data, end)) {
			data += sizeof(uint32_t);
			args->pointers[args->count] = shared;
			continue;
		}
		gd_variant *value = &args->values[args->made++];
		args->pointers[args->count] = value;
		if (!gd_build(&data, end, value)) {
			destroy_arguments(args);
			return false;
		}
	}
	return true;
}

static bool has_connections(void *object, const gd_string *signal) {
	if (gd.has_connections == NULL) {
		return true; // the engine cannot answer
	}
	uint8_t connected = 0;
	const void *args[] = { signal };
	gd.bind_ptrcall(gd.has_connections, object, args, &connected);
	return connected != 0;
}

static void emit(void *object, const gd_string *signal, const arguments *args) {
	gd_variant name, ret;
	gd_string copy = *signal; // from_type does not accept const
	gd.from_type[GD_STRING_NAME](&name, &copy);
	const void *all[MAX_ARGS + 1] = { &name };
	for (int32_t i = 0; i < args->count; i++) {
		all[i + 1] = args->pointers[i];
	}
	gd_call_error error;
	gd.bind_call(gd.emit_signal, object, all, args->count + 1, &ret, &error);
	gd.variant_destroy(&ret);
	gd.variant_destroy(&name);
}

bool gd_is_heard(gd_object object, const gd_string *signal) {
	void *held = gd_hold(object);
	if (held == NULL) {
		return false;
	}
	bool heard = has_connections(held, signal);
	gd_let_go(object);
	return heard;
}

int32_t gd_emit(gd_object object, const gd_string *signal, const uint8_t *data, int64_t len, int32_t count, const gd_variant *shared) {
	void *emitter = gd_hold(object);
	if (emitter == NULL) {
		return GD_EMIT_GONE;
	}
	bool heard = has_connections(emitter, signal);
	gd_let_go(object); // a handler may free it
	if (!heard) {
		return GD_EMIT_ALIVE;
	}
	arguments args;
	if (!build_arguments(&args, data, len, count, shared)) {
		return GD_EMIT_MALFORMED;
	}
	emit(emitter, signal, &args);
	destroy_arguments(&args);
	return gd.object_from_id(object.id) != NULL ? GD_EMIT_ALIVE : GD_EMIT_GONE;
}

// Reports whether a Callable's object has been freed: without a debugger the engine would call it
// anyway.
static bool is_gone(const void *variant) {
	if (gd.variant_get_type(variant) != GD_CALLABLE) {
		return false;
	}
	gd_packed callable;
	uint8_t valid = 0;
	void *object = NULL;
	gd.to_type[GD_CALLABLE](&callable, (void *)(uintptr_t)variant);
	gd.callable_is_valid(&callable, NULL, &valid, 0);
	if (!valid) {
		gd.callable_get_object(&callable, NULL, &object, 0);
	}
	gd.destroy[GD_CALLABLE](&callable);
	return !valid && object == NULL;
}

int32_t gd_call(void *variant, const gd_string *method, const uint8_t *data, int64_t len, int32_t count, const gd_variant *shared, gd_variant *ret,
		gd_call_error *error) {
	arguments args;
	if (is_gone(variant)) {
		return GD_CALL_GONE;
	}
	if (!build_arguments(&args, data, len, count, shared)) {
		return GD_CALL_MALFORMED;
	}
	gd_variant result;
	error->error = 0;
	gd.variant_call(variant, method, args.pointers, args.count, &result, error);
	destroy_arguments(&args);
	if (ret != NULL) {
		gd.variant_destroy(ret);
		gd.variant_new_copy(ret, &result);
	}
	gd.variant_destroy(&result);
	return error->error;
}
