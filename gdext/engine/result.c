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

void gd_result_objects(gd_result *result, const uint64_t *ids, int64_t count) {
	gd_container array;
	gd.construct[GD_ARRAY](&array, NULL);
	int64_t ret = 0;
	const void *args[] = { &count };
	gd.array_resize(&array, args, &ret, 1);
	for (int64_t i = 0; i < count; i++) {
		void *object = gd.object_from_id(ids[i]);
		gd.from_type[GD_OBJECT](gd.array_index(&array, i), &object);
	}
	gd.variant_destroy(&result->value);
	gd.from_type[GD_ARRAY](&result->value, &array);
	gd.destroy[GD_ARRAY](&array);
}
