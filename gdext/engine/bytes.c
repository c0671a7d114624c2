// A Variant into the engine's binary form. var_to_bytes prints about a
// thousand errors for a cyclic Dictionary, so cycles are found before.
#include "engine.h"

#include <stddef.h>

enum { MAX_NESTING = 512 }; // as package variant has it; the engine stops at 1024

typedef struct {
	uint64_t path[MAX_NESTING]; // the containers above, by identity
	int depth;
} walk;

static int32_t walk_value(walk *w, const void *variant);

static int32_t walk_array(walk *w, const gd_container *array) {
	int64_t size = 0;
	gd.array_size((void *)(uintptr_t)array, NULL, &size, 0);
	for (int64_t i = 0; i < size; i++) {
		int32_t problem = walk_value(w, gd.array_index_const(array, i));
		if (problem != GD_BYTES_OK) {
			return problem;
		}
	}
	return GD_BYTES_OK;
}

static int32_t walk_container(walk *w, const void *variant, int32_t type) {
	gd_container self;
	gd.to_type[type](&self, (void *)(uintptr_t)variant);
	int32_t problem = GD_BYTES_OK;
	for (int i = 0; i < w->depth; i++) {
		if (w->path[i] == self.opaque) {
			problem = GD_BYTES_CYCLE;
		}
	}
	if (problem == GD_BYTES_OK && w->depth == MAX_NESTING) {
		problem = GD_BYTES_TOO_DEEP;
	}
	if (problem == GD_BYTES_OK) {
		w->path[w->depth++] = self.opaque;
		if (type == GD_DICTIONARY) {
			gd_container values;
			gd.construct[GD_ARRAY](&values, NULL);
			gd.dictionary_values(&self, NULL, &values, 0);
			problem = walk_array(w, &values);
			gd.destroy[GD_ARRAY](&values);
		} else {
			problem = walk_array(w, &self);
		}
		w->depth--;
	}
	gd.destroy[type](&self);
	return problem;
}

static int32_t walk_value(walk *w, const void *variant) {
	int32_t type = gd.variant_get_type(variant);
	if (type != GD_DICTIONARY && type != GD_ARRAY) {
		return GD_BYTES_OK;
	}
	return walk_container(w, variant, type);
}

int32_t gd_bytes_of(const void *variant, gd_packed *out, const uint8_t **data, int64_t *len) {
	walk w = { .depth = 0 };
	int32_t problem = walk_value(&w, variant);
	if (problem != GD_BYTES_OK) {
		return problem;
	}
	gd.construct[GD_PACKED_BYTE_ARRAY](out, NULL);
	const void *args[] = { variant };
	gd.var_to_bytes(out, args, 1);
	*len = 0;
	gd.bytes_size(out, NULL, len, 0);
	*data = *len > 0 ? gd.bytes_index_const(out, 0) : NULL;
	return GD_BYTES_OK;
}

void gd_bytes_free(gd_packed *bytes) {
	gd.destroy[GD_PACKED_BYTE_ARRAY](bytes);
}
