// Objects by their id (a weak reference that the engine checks), strong
// references in malloc'ed Variants, and plain prints.
#include "engine.h"

#include <stdlib.h>

bool gd_object_call(uint64_t object_id, const void *bind, const void *const *args, void *ret) {
	void *object = gd.object_from_id(object_id);
	if (object == NULL) {
		return false;
	}
	gd.bind_ptrcall(bind, object, args, ret);
	return true;
}

void gd_object_call1(uint64_t object_id, const void *bind, const void *arg) {
	const void *args[] = { arg };
	gd_object_call(object_id, bind, args, NULL);
}

bool gd_object_ask(gd_object object, const void *bind) {
	uint8_t answer = 0;
	void *held = gd_hold(object);
	if (held != NULL) {
		gd.bind_ptrcall(bind, held, NULL, &answer);
		gd_let_go(object);
	}
	return answer != 0;
}

bool gd_engine_ask(void *object, const void *bind) {
	uint8_t answer = 0;
	gd.bind_ptrcall(bind, object, NULL, &answer);
	return answer != 0;
}

uint64_t gd_object_id(const void *object) {
	return gd.object_get_id(object);
}

void gd_object_destroy(uint64_t object_id) {
	void *object = gd.object_from_id(object_id);
	if (object != NULL) {
		gd.object_destroy(object);
	}
}

bool gd_object_set(gd_object object, const gd_string *property, const void *value) {
	gd_variant *self = gd_object_variant(object);
	if (self == NULL) {
		return false;
	}
	uint8_t valid = 0;
	gd.variant_set_named(self, property, value, &valid);
	gd_variant_free(self);
	return valid != 0;
}

void gd_node_add_child(uint64_t node, const void *add_child, uint64_t child) {
	void *object = gd.object_from_id(child);
	uint8_t readable_name = 0;
	int64_t internal = 0;
	const void *args[] = { &object, &readable_name, &internal };
	gd_object_call(node, add_child, args, NULL);
}

uint64_t gd_node_parent(uint64_t node, const void *get_parent) {
	void *parent = NULL;
	gd_object_call(node, get_parent, NULL, &parent);
	return parent != NULL ? gd.object_get_id(parent) : 0;
}

void gd_post_initialize(void *object) {
	if (!gd.construct_notifies) {
		int64_t what = GD_NOTIFICATION_POSTINITIALIZE;
		uint8_t reversed = 0;
		const void *args[] = { &what, &reversed };
		gd.bind_ptrcall(gd.notification, object, args, NULL);
	}
}

uint64_t gd_construct(const gd_string *class_name) {
	void *object = gd.construct_object(class_name);
	if (object == NULL) {
		return 0;
	}
	gd_post_initialize(object);
	return gd.object_get_id(object);
}

gd_variant *gd_object_variant(gd_object object) {
	void *held = gd_hold(object);
	if (held == NULL) {
		return NULL;
	}
	gd_variant *variant = malloc(sizeof *variant);
	gd.from_type[GD_OBJECT](variant, &held);
	gd_let_go(object);
	if (!gd_variant_object(variant)) { // its last reference has just been released
		gd_variant_free(variant);
		return NULL;
	}
	return variant;
}

gd_variant *gd_variant_nil(void) {
	gd_variant *variant = malloc(sizeof *variant);
	gd.variant_new_nil(variant);
	return variant;
}

gd_variant *gd_variant_build(const uint8_t *data, int64_t len, bool read_only, int64_t *memory) {
	gd_variant *variant = malloc(sizeof *variant);
	if (!gd_build_measured(&data, data + len, variant, read_only, memory)) {
		gd_variant_free(variant);
		return NULL;
	}
	return variant;
}

gd_variant *gd_variant_string(const char *text, int64_t len) {
	gd_string string;
	gd_build_string(&string, text, len);
	gd_variant *variant = malloc(sizeof *variant);
	gd.from_type[GD_STRING](variant, &string);
	gd.destroy[GD_STRING](&string);
	return variant;
}

gd_variant *gd_variant_copy(const void *variant) {
	gd_variant *copy = malloc(sizeof *copy);
	gd.variant_new_copy(copy, variant);
	return copy;
}

void gd_variant_free(gd_variant *variant) {
	gd.variant_destroy(variant);
	free(variant);
}

void gd_variants_free(gd_variant *const *variants, int64_t count) {
	for (int64_t i = 0; i < count; i++) {
		gd_variant_free(variants[i]);
	}
}

bool gd_variant_true(const void *variant) {
	uint8_t truth = 0;
	gd.to_type[GD_BOOL](&truth, (void *)(uintptr_t)variant);
	return truth != 0;
}

bool gd_variant_object(const void *variant) {
	void *object = NULL;
	gd.to_type[GD_OBJECT](&object, (void *)(uintptr_t)variant);
	return object != NULL;
}

bool gd_callable_is_null(const void *variant) {
	if (gd.variant_get_type(variant) != GD_CALLABLE) {
		return true;
	}
	gd_packed callable;
	gd.to_type[GD_CALLABLE](&callable, (void *)(uintptr_t)variant);
	bool is_null = callable.opaque[0] == 0 && callable.opaque[1] == 0;
	gd.destroy[GD_CALLABLE](&callable);
	return is_null;
}

int32_t gd_call_with(gd_variant *self, const gd_string *method, const gd_variant *const *args, int64_t argc, gd_variant *ret) {
	gd_variant result;
	gd_call_error error = { 0 };
	gd.variant_call(self, method, (const void *const *)args, argc, &result, &error);
	if (ret != NULL) {
		gd.variant_destroy(ret);
		gd.variant_new_copy(ret, &result);
	}
	gd.variant_destroy(&result);
	return error.error;
}

void gd_call_static(const void *bind, const gd_variant *arg, gd_variant *ret) {
	const void *args[] = { arg };
	gd_variant result;
	gd_call_error error = { 0 };
	gd.bind_call(bind, NULL, args, 1, &result, &error);
	gd.variant_destroy(ret);
	gd.variant_new_copy(ret, &result);
	gd.variant_destroy(&result);
}

int32_t gd_type_of(const void *variant) {
	return gd.variant_get_type(variant);
}

bool gd_variant_equal(const void *a, const void *b) {
	return gd.variant_hash_compare(a, b) != 0;
}

int64_t gd_dictionary_open(const void *variant, gd_container *keys, gd_container *values) {
	gd_container dictionary;
	int64_t size = 0;
	gd.to_type[GD_DICTIONARY](&dictionary, (void *)(uintptr_t)variant);
	gd.construct[GD_ARRAY](keys, NULL);
	gd.construct[GD_ARRAY](values, NULL);
	gd.dictionary_keys(&dictionary, NULL, keys, 0);
	gd.dictionary_values(&dictionary, NULL, values, 0);
	gd.array_size(keys, NULL, &size, 0);
	gd.destroy[GD_DICTIONARY](&dictionary);
	return size;
}

void gd_dictionary_set(gd_variant *dictionary, const gd_string *key, const gd_variant *value) {
	gd_container entries;
	gd_variant name, text;
	gd_call_error error;
	gd_string copy = *key; // from_type does not accept const
	gd.from_type[GD_STRING_NAME](&name, &copy);
	const void *args[] = { &name };
	gd.variant_construct(GD_STRING, &text, args, 1, &error);
	gd.to_type[GD_DICTIONARY](&entries, dictionary);
	void *slot = gd.dictionary_index(&entries, &text);
	gd.variant_destroy(slot);
	gd.variant_new_copy(slot, value);
	gd.destroy[GD_DICTIONARY](&entries);
	gd.variant_destroy(&text);
	gd.variant_destroy(&name);
}

int64_t gd_array_open(const void *variant, gd_container *none, gd_container *values) {
	int64_t size = 0;
	gd.to_type[GD_ARRAY](values, (void *)(uintptr_t)variant);
	gd.construct[GD_ARRAY](none, NULL);
	gd.array_size(values, NULL, &size, 0);
	return size;
}

const void *gd_array_at(const gd_container *array, int64_t index) {
	return gd.array_index_const(array, index);
}

void gd_dictionary_close(gd_container *keys, gd_container *values) {
	gd.destroy[GD_ARRAY](keys);
	gd.destroy[GD_ARRAY](values);
}

void gd_print(const char *text, int64_t len) {
	gd_string string;
	gd_variant line;
	gd_build_string(&string, text, len);
	gd.from_type[GD_STRING](&line, &string);
	const void *args[] = { &line };
	gd.print(NULL, args, 1);
	gd.variant_destroy(&line);
	gd.destroy[GD_STRING](&string);
}
