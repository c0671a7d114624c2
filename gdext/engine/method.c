// Calls of our methods. Typed calls (ptrcall) and untyped calls share one path, with Variants as
// arguments. Go's result is stored in the form that the call requires.
#include "engine.h"

#include <stdlib.h>

#include "_cgo_export.h"

enum {
	SHORT_TEXT = 256,
	CALL_INVALID_ARGUMENT = 2,
	CALL_TOO_MANY = 3,
	CALL_TOO_FEW = 4,
	CALL_NO_INSTANCE = 5,
};

static void string_of(const void *variant, gd_string *string) {
	if (gd.variant_get_type(variant) == GD_STRING) {
		gd.to_type[GD_STRING](string, (void *)(uintptr_t)variant);
		return;
	}
	gd_variant converted;
	gd_call_error error;
	gd.variant_construct(GD_STRING, &converted, &variant, 1, &error);
	gd.to_type[GD_STRING](string, &converted);
	gd.variant_destroy(&converted);
}

// Returns the text of a STRING or STRING_NAME Variant, in buffer or malloc'ed.
static char *text_of(const void *variant, char *buffer, int64_t *len) {
	gd_string string;
	string_of(variant, &string);
	int64_t count = gd_length(&string), max = count * GD_MAX_UTF8;
	char *text = buffer != NULL && max <= SHORT_TEXT ? buffer : malloc((size_t)max + 1);
	*len = gd_utf8(&string, count, (uint8_t *)text);
	if (*len < 0) {
		*len = gd.string_to_utf8(&string, NULL, 0);
		if (*len > max) {
			text = text == buffer ? malloc((size_t)*len) : realloc(text, (size_t)*len);
		}
		gd.string_to_utf8(&string, text, *len);
	}
	gd.destroy[GD_STRING](&string);
	return text;
}

char *gd_variant_text(const void *variant, int64_t *len) {
	return text_of(variant, NULL, len);
}

// Returns the id of the object in a Variant, 0 if it is null or freed.
static uint64_t object_id_of(const void *variant) {
	if (gd.variant_get_object_id != NULL) {
		uint64_t id = gd.variant_get_object_id(variant);
		return gd.object_from_id(id) != NULL ? id : 0;
	}
	void *object = NULL;
	gd.to_type[GD_OBJECT](&object, (void *)(uintptr_t)variant);
	return object != NULL ? gd.object_get_id(object) : 0;
}

static void decode(gd_arg *arg, const void *variant, char *buffer) {
	*arg = (gd_arg){ .variant = variant, .type = gd.variant_get_type(variant) };
	void *source = (void *)(uintptr_t)variant;
	switch (arg->type) {
		case GD_BOOL: {
			uint8_t truth = 0;
			gd.to_type[GD_BOOL](&truth, source);
			arg->number = truth;
		} break;
		case GD_INT:
			gd.to_type[GD_INT](&arg->number, source);
			break;
		case GD_FLOAT:
			gd.to_type[GD_FLOAT](&arg->real, source);
			break;
		case GD_STRING:
		case GD_STRING_NAME:
			arg->text = text_of(variant, buffer, &arg->len);
			break;
		case GD_OBJECT:
			arg->object_id = object_id_of(variant);
			break;
		default:
			break; // read from the Variant when needed
	}
}

// Creates the object that the method returns, if it returns one. The result's value holds it until
// the engine has its own reference.
static void begin_result(const gd_method *method, gd_result *result) {
	*result = (gd_result){ .array_of = method->array_of };
	void *object = method->makes != NULL ? gd_make(method->makes, &result->made) : NULL;
	if (object == NULL) {
		gd.variant_new_nil(&result->value);
		return;
	}
	result->object_id = result->made->object_id;
	gd.from_type[GD_OBJECT](&result->value, &object);
	result->kept = gd_variant_copy(&result->value);
}

static void invoke(const gd_method *method, gd_instance *instance, const void *const *variants, gd_result *result) {
	gd_arg args[GD_MAX_ARGS];
	char texts[GD_MAX_ARGS][SHORT_TEXT];
	for (int32_t i = 0; i < method->argc; i++) {
		decode(&args[i], variants[i], texts[i]);
		if (i == method->encodes) {
			gd_bytes_of(variants[i], &args[i].bytes); // Go reports it if the value cannot be encoded
		}
	}
	begin_result(method, result);
	phoenixEngineCall(method->index, instance != NULL ? instance->object_id : 0, args, result);
	for (int32_t i = 0; i < method->argc; i++) {
		if (args[i].text != NULL && args[i].text != texts[i]) {
			free((void *)(uintptr_t)args[i].text);
		}
		gd_bytes_free(&args[i].bytes);
	}
}

// Returns a Variant of the parameter's type: the argument itself or, if the engine allows the
// conversion, a converted value in temporary.
static const void *convert(const void *given, int32_t wanted, gd_variant *temporary, gd_call_error *error) {
	int32_t type = gd.variant_get_type(given);
	gd.variant_new_nil(temporary);
	if (type == wanted || wanted == GD_NIL) {
		return given;
	}
	if (wanted == GD_OBJECT && type == GD_NIL) {
		void *none = NULL;
		gd.from_type[GD_OBJECT](temporary, &none);
		return temporary;
	}
	if (!gd.variant_can_convert_strict(type, wanted)) {
		return NULL;
	}
	gd.variant_construct(wanted, temporary, &given, 1, error);
	return error->error == 0 ? temporary : NULL;
}

// Returns a parameter's default. A Dictionary is created anew, because two calls must not share
// one.
static const void *default_argument(const gd_method *method, int32_t index, gd_variant *temporary) {
	if (method->types[index] == GD_DICTIONARY) {
		gd_call_error error;
		gd.variant_construct(GD_DICTIONARY, temporary, NULL, 0, &error);
		return temporary;
	}
	gd.variant_new_nil(temporary);
	return &method->defaults[index - method->required];
}

static void store_variant(const gd_method *method, gd_result *result, void *ret) {
	uint8_t truth = result->number != 0;
	void *object = NULL;
	switch (method->return_type) {
		case -1:
			break;
		case GD_BOOL:
			gd.from_type[GD_BOOL](ret, &truth);
			break;
		case GD_INT:
			gd.from_type[GD_INT](ret, &result->number);
			break;
		case GD_FLOAT:
			gd.from_type[GD_FLOAT](ret, &result->real);
			break;
		case GD_OBJECT:
			object = gd.object_from_id(result->object_id);
			gd.from_type[GD_OBJECT](ret, &object);
			break;
		default:
			gd.variant_destroy(ret);
			if (method->return_type == GD_NIL || gd.variant_get_type(&result->value) == method->return_type) {
				gd.variant_new_copy(ret, &result->value);
			} else { // a bug left no result: use the type's empty value
				gd_call_error error;
				gd.variant_construct(method->return_type, ret, NULL, 0, &error);
			}
	}
}

static void store_typed(const gd_method *method, gd_result *result, void *ret) {
	void *object;
	switch (method->return_type) {
		case -1:
			break;
		case GD_BOOL:
			*(uint8_t *)ret = result->number != 0;
			break;
		case GD_INT:
			*(int64_t *)ret = result->number;
			break;
		case GD_FLOAT:
			*(double *)ret = result->real;
			break;
		case GD_OBJECT:
			object = gd.object_from_id(result->object_id);
			if (method->returns_ref) {
				gd.ref_set_object(ret, object);
			} else {
				*(void **)ret = object;
			}
			break;
		case GD_NIL:
			gd.variant_destroy(ret);
			gd.variant_new_copy(ret, &result->value);
			break;
		default:
			if (gd.variant_get_type(&result->value) == method->return_type) {
				gd.destroy[method->return_type](ret);
				gd.to_type[method->return_type](ret, &result->value);
			}
	}
}

void gd_method_call(void *userdata, void *instance, const void *const *args, int64_t argc, void *ret, gd_call_error *error) {
	const gd_method *method = userdata;
	*error = (gd_call_error){ 0 };
	if (instance == NULL && !method->is_static) {
		error->error = CALL_NO_INSTANCE;
		return;
	}
	if (argc > method->argc || argc < method->required) {
		error->error = argc > method->argc ? CALL_TOO_MANY : CALL_TOO_FEW;
		error->expected = argc > method->argc ? method->argc : method->required;
		return;
	}
	gd_variant temporaries[GD_MAX_ARGS];
	const void *variants[GD_MAX_ARGS];
	int32_t made = 0;
	for (; made < method->argc && error->error == 0; made++) {
		variants[made] = made < argc ? convert(args[made], method->types[made], &temporaries[made], error)
									 : default_argument(method, made, &temporaries[made]);
		if (variants[made] == NULL) {
			*error = (gd_call_error){ CALL_INVALID_ARGUMENT, made, method->types[made] };
		}
	}
	if (error->error == 0) {
		gd_result result;
		invoke(method, instance, variants, &result);
		store_variant(method, &result, ret);
		gd.variant_destroy(&result.value);
	}
	while (made > 0) {
		gd.variant_destroy(&temporaries[--made]);
	}
}

void gd_method_ptrcall(void *userdata, void *instance, const void *const *args, void *ret) {
	const gd_method *method = userdata;
	gd_variant made[GD_MAX_ARGS];
	const void *variants[GD_MAX_ARGS];
	for (int32_t i = 0; i < method->argc; i++) {
		variants[i] = &made[i];
		if (args[i] == NULL) { // a typed variable that is null
			gd.variant_new_nil(&made[i]);
		} else if (method->types[i] == GD_NIL) {
			gd.variant_new_nil(&made[i]);
			variants[i] = args[i];
		} else {
			gd.from_type[method->types[i]](&made[i], (void *)(uintptr_t)args[i]);
		}
	}
	gd_result result;
	invoke(method, instance, variants, &result);
	if (ret != NULL) {
		store_typed(method, &result, ret);
	}
	gd.variant_destroy(&result.value);
	for (int32_t i = 0; i < method->argc; i++) {
		gd.variant_destroy(&made[i]);
	}
}

void gd_default(gd_variant *variant, int32_t type, const uint8_t *data, int64_t len) {
	gd_build(&data, data + len, variant);
	if (type != GD_NIL && gd.variant_get_type(variant) == GD_NIL) {
		gd_call_error error;
		gd.variant_destroy(variant);
		gd.variant_construct(type, variant, NULL, 0, &error);
	}
}

void gd_method_free(gd_method *method) {
	for (int32_t i = method->required; i < method->argc; i++) {
		gd.variant_destroy(&method->defaults[i - method->required]);
	}
	free(method);
}
