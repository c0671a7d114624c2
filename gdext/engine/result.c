// Results of methods, filled from Go.
#include "engine.h"

#include <stddef.h>

bool gd_result_bytes(gd_result *result, const uint8_t *data, int64_t len) {
	gd.variant_destroy(&result->value);
	return gd_build(&data, data + len, &result->value);
}

void gd_result_string(gd_result *result, const char *text, int64_t len) {
	gd_string string;
	gd_build_string(&string, text, len);
	gd.variant_destroy(&result->value);
	gd.from_type[GD_STRING](&result->value, &string);
	gd.destroy[GD_STRING](&string);
}

void gd_result_copy(gd_result *result, const void *variant) {
	gd.variant_destroy(&result->value);
	gd.variant_new_copy(&result->value, variant);
}

void gd_result_objects(gd_result *result, const gd_object *objects, int64_t count) {
	gd_container array;
	gd_build_typed_array(&array, GD_OBJECT, result->array_of);
	int64_t ret = 0;
	const void *args[] = { &count };
	gd.array_resize(&array, args, &ret, 1);
	for (int64_t i = 0; i < count; i++) {
		void *held = gd_hold(objects[i]);
		gd.from_type[GD_OBJECT](gd.array_index(&array, i), &held);
		if (held != NULL) {
			gd_let_go(objects[i]);
		}
	}
	gd.variant_destroy(&result->value);
	gd.from_type[GD_ARRAY](&result->value, &array);
	gd.destroy[GD_ARRAY](&array);
}

void gd_result_strings(gd_result *result, const char *texts, const int64_t *lengths, int64_t count) {
	gd_packed strings;
	gd.construct[GD_PACKED_STRING_ARRAY](&strings, NULL);
	int64_t ret = 0;
	const void *args[] = { &count };
	gd.strings_resize(&strings, args, &ret, 1);
	for (int64_t i = 0; i < count; i++) {
		void *slot = gd.strings_index(&strings, i);
		gd.destroy[GD_STRING](slot);
		gd_build_string(slot, texts, lengths[i]);
		texts += lengths[i];
	}
	gd.variant_destroy(&result->value);
	gd.from_type[GD_PACKED_STRING_ARRAY](&result->value, &strings);
	gd.destroy[GD_PACKED_STRING_ARRAY](&strings);
}

void gd_strings_append(gd_packed *strings, const char *text, int64_t len) {
	int64_t size = 0;
	gd.strings_size(strings, NULL, &size, 0);
	int64_t more = size + 1, ret = 0;
	const void *args[] = { &more };
	gd.strings_resize(strings, args, &ret, 1);
	void *slot = gd.strings_index(strings, size);
	gd.destroy[GD_STRING](slot);
	gd_build_string(slot, text, len);
}
