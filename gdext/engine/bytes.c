// A Variant into the engine's binary form. var_to_bytes prints about a
// thousand errors for a cyclic Dictionary, so cycles are found before.
#include "engine.h"

#include <stddef.h>

// The way to the container that is looked at: those above it, by identity, and which of their entries leads on. An entry whose key leads on
// counts from -1 downwards.
typedef struct {
	uint64_t path[GD_MAX_NESTING];
	int32_t entries[GD_MAX_NESTING];
	int32_t depth, type;
	bool keys; // look into keys as well
} walk;

static int32_t walk_value(walk *w, const void *variant);

static int32_t walk_entries(walk *w, const gd_container *array, bool are_keys) {
	int64_t size = 0;
	gd.array_size((void *)(uintptr_t)array, NULL, &size, 0);
	for (int64_t i = 0; i < size; i++) {
		w->entries[w->depth - 1] = (int32_t)(are_keys ? -1 - i : i);
		int32_t problem = walk_value(w, gd.array_index_const(array, i));
		if (problem != GD_BYTES_OK) {
			return problem;
		}
	}
	return GD_BYTES_OK;
}

static int32_t walk_entries_of(walk *w, gd_container *dictionary, gd_builtin list, bool are_keys) {
	gd_container entries;
	gd.construct[GD_ARRAY](&entries, NULL);
	list(dictionary, NULL, &entries, 0);
	int32_t problem = walk_entries(w, &entries, are_keys);
	gd.destroy[GD_ARRAY](&entries);
	return problem;
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
	if (problem == GD_BYTES_OK && w->depth == GD_MAX_NESTING) {
		problem = GD_BYTES_TOO_DEEP;
	}
	if (problem != GD_BYTES_OK) {
		w->type = type;
		gd.destroy[type](&self);
		return problem;
	}
	w->path[w->depth++] = self.opaque;
	if (type == GD_DICTIONARY) {
		problem = walk_entries_of(w, &self, gd.dictionary_values, false);
		if (problem == GD_BYTES_OK && w->keys) {
			problem = walk_entries_of(w, &self, gd.dictionary_keys, true);
		}
	} else {
		problem = walk_entries(w, &self, false);
	}
	if (problem == GD_BYTES_OK) { // else the way stays, to be told
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
	walk w; // filled as far as depth
	w.depth = 0;
	w.keys = false; // that cost a list for each Dictionary, and hardly any key is a container
	int32_t problem = walk_value(&w, variant);
	if (problem != GD_BYTES_OK) {
		return problem;
	}
	gd.construct[GD_PACKED_BYTE_ARRAY](out, NULL);
	const void *args[] = { variant };
	gd.var_to_bytes(out, args, 1);
	*len = 0;
	gd.bytes_size(out, NULL, len, 0);
	if (*len == 0) { // the engine gave up, and has said so: a key leads back to what it is in
		gd_bytes_free(out);
		return GD_BYTES_CYCLE;
	}
	*data = gd.bytes_index_const(out, 0);
	return GD_BYTES_OK;
}

int32_t gd_bytes_problem(const void *variant, int32_t *type, int32_t *entries) {
	walk w;
	w.depth = 0;
	w.type = GD_NIL;
	w.keys = true;
	walk_value(&w, variant);
	*type = w.type;
	for (int i = 0; i < w.depth; i++) {
		entries[i] = w.entries[i];
	}
	return w.depth;
}

void gd_bytes_free(gd_packed *bytes) {
	gd.destroy[GD_PACKED_BYTE_ARRAY](bytes);
}
