// Encodes a Variant in the engine's binary form. Containers and the plain values in them are
// encoded here, in one pass that detects cycles. The types that games rarely send are left to
// var_to_bytes, one value at a time.
#include "engine.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
	FIRST_CAPACITY = 16 << 10,
};

// The output, and the path to the current container: the containers above it, by identity, and the
// index of the entry that leads to the next. If that is an entry's key, the index counts from -1
// downwards.
typedef struct {
	gd_bytes *out;
	uint64_t path[GD_MAX_NESTING];
	int32_t entries[GD_MAX_NESTING];
	int32_t depth, type;
} writer;

// A block of FIRST_CAPACITY bytes kept for the next value, so that few values need malloc.
static _Atomic(uint8_t *) spare;

static uint8_t *extend(gd_bytes *out, int64_t by) {
	if (out->len + by > out->capacity) {
		int64_t capacity = out->capacity > 0 ? out->capacity : FIRST_CAPACITY;
		while (capacity < out->len + by) {
			capacity *= 2;
		}
		out->data = realloc(out->data, (size_t)capacity);
		out->capacity = capacity;
	}
	uint8_t *place = out->data + out->len;
	out->len += by;
	return place;
}

static void put_word(gd_bytes *out, uint32_t word) {
	memcpy(extend(out, sizeof word), &word, sizeof word);
}

static void put_wide(gd_bytes *out, uint32_t header, const void *wide) {
	uint8_t *place = extend(out, 12);
	memcpy(place, &header, 4);
	memcpy(place + 4, wide, 8);
}

// The character is not ASCII.
static uint8_t *put_character(uint8_t *to, uint32_t c) {
	if (c < 0x800) {
		*to++ = (uint8_t)(0xc0 | c >> 6);
		*to++ = (uint8_t)(0x80 | (c & 0x3f));
	} else {
		if (c < 0x10000) {
			*to++ = (uint8_t)(0xe0 | c >> 12);
		} else {
			*to++ = (uint8_t)(0xf0 | c >> 18);
			*to++ = (uint8_t)(0x80 | (c >> 12 & 0x3f));
		}
		*to++ = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		*to++ = (uint8_t)(0x80 | (c & 0x3f));
	}
	return to;
}

int64_t gd_length(const gd_string *string) {
	int64_t count = 0;
	gd.string_length((void *)(uintptr_t)string, NULL, &count, 0);
	return count;
}

int64_t gd_utf8(const gd_string *string, int64_t count, uint8_t *text) {
	if (count == 0) {
		return 0;
	}
	const uint32_t *characters = gd.string_index_const(string, 0);
	uint8_t *to = text;
	for (int64_t i = 0; i < count; i++) {
		uint32_t c = characters[i];
		if (c - 1 < 0x7f) { // most characters
			*to++ = (uint8_t)c;
			continue;
		}
		if (c == 0 || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff) {
			return -1;
		}
		to = put_character(to, c);
	}
	return to - text;
}

// Lets the engine encode the value.
static void put_foreign(gd_bytes *out, const void *variant) {
	gd_packed bytes;
	int64_t len = 0;
	gd.construct[GD_PACKED_BYTE_ARRAY](&bytes, NULL);
	gd.var_to_bytes(&bytes, &variant, 1);
	gd.bytes_size(&bytes, NULL, &len, 0);
	if (len > 0) {
		memcpy(extend(out, len), gd.bytes_index_const(&bytes, 0), (size_t)len);
	}
	gd.destroy[GD_PACKED_BYTE_ARRAY](&bytes);
}

// Returns the value inside a Variant, or a copy if the engine does not expose it.
static void *open_value(const void *variant, int32_t type, void *copy) {
	if (gd.inside[type] != NULL) {
		return gd.inside[type]((void *)(uintptr_t)variant);
	}
	gd.to_type[type](copy, (void *)(uintptr_t)variant);
	return copy;
}

static void close_value(int32_t type, const void *opened, void *copy) {
	if (opened == copy) {
		gd.destroy[type](copy);
	}
}

static void put_string(gd_bytes *out, const void *variant) {
	gd_string copy;
	const gd_string *string = open_value(variant, GD_STRING, &copy);
	int64_t at = out->len, count = gd_length(string);
	uint8_t *place = extend(out, 8 + count * GD_MAX_UTF8 + 3);
	int64_t len = gd_utf8(string, count, place + 8);
	close_value(GD_STRING, string, &copy);
	out->len = at;
	if (len < 0) { // not representable in UTF-8
		put_foreign(out, variant);
		return;
	}
	uint32_t header = GD_STRING, length = (uint32_t)len, nothing = 0;
	memcpy(place, &header, 4);
	memcpy(place + 4, &length, 4);
	memcpy(place + 8 + len, &nothing, (size_t)(-len & 3));
	out->len += 8 + len + (-len & 3);
}

static void put_number(gd_bytes *out, const void *variant, int32_t type) {
	void *source = (void *)(uintptr_t)variant;
	uint8_t truth = 0;
	int64_t number = 0;
	double real = 0;
	switch (type) {
		case GD_BOOL:
			gd.to_type[GD_BOOL](&truth, source);
			put_word(out, GD_BOOL);
			put_word(out, truth);
			break;
		case GD_INT:
			gd.to_type[GD_INT](&number, source);
			if (number >= INT32_MIN && number <= INT32_MAX) {
				put_word(out, GD_INT);
				put_word(out, (uint32_t)(int32_t)number);
			} else {
				put_wide(out, GD_INT | GD_HEADER_64, &number);
			}
			break;
		default:
			gd.to_type[GD_FLOAT](&real, source);
			out->is_plain = out->is_plain && isfinite(real);
			put_wide(out, GD_FLOAT | GD_HEADER_64, &real);
	}
}

static int32_t put_value(writer *w, const void *variant);

static void list_of(gd_container *dictionary, gd_builtin list, gd_container *entries) {
	gd.construct[GD_ARRAY](entries, NULL);
	list(dictionary, NULL, entries, 0);
}

static int32_t put_dictionary(writer *w, gd_container *self) {
	gd_container keys, values;
	int64_t size = 0;
	list_of(self, gd.dictionary_keys, &keys);
	list_of(self, gd.dictionary_values, &values);
	gd.array_size(&keys, NULL, &size, 0);
	put_word(w->out, (uint32_t)size);
	int32_t problem = GD_BYTES_OK;
	for (int64_t i = 0; i < size && problem == GD_BYTES_OK; i++) {
		w->entries[w->depth - 1] = (int32_t)(-1 - i);
		problem = put_value(w, gd.array_index_const(&keys, i));
		if (problem == GD_BYTES_OK) {
			w->entries[w->depth - 1] = (int32_t)i;
			problem = put_value(w, gd.array_index_const(&values, i));
		}
	}
	gd.destroy[GD_ARRAY](&values);
	gd.destroy[GD_ARRAY](&keys);
	return problem;
}

static int32_t put_array(writer *w, gd_container *self) {
	int64_t size = 0;
	gd.array_size(self, NULL, &size, 0);
	put_word(w->out, (uint32_t)size);
	int32_t problem = GD_BYTES_OK;
	for (int64_t i = 0; i < size && problem == GD_BYTES_OK; i++) {
		w->entries[w->depth - 1] = (int32_t)i;
		problem = put_value(w, gd.array_index_const(self, i));
	}
	return problem;
}

// Enters a container, unless it is one of those above it.
static int32_t enter(writer *w, uint64_t identity) {
	for (int i = 0; i < w->depth; i++) {
		if (w->path[i] == identity) {
			return GD_BYTES_CYCLE;
		}
	}
	if (w->depth == GD_MAX_NESTING) {
		return GD_BYTES_TOO_DEEP;
	}
	w->path[w->depth++] = identity;
	return GD_BYTES_OK;
}

static int32_t put_container(writer *w, const void *variant, int32_t type) {
	gd_container copy;
	gd_container *self = open_value(variant, type, &copy);
	int32_t problem = enter(w, self->opaque);
	if (problem != GD_BYTES_OK) {
		w->type = type;
	} else {
		put_word(w->out, (uint32_t)type);
		problem = type == GD_DICTIONARY ? put_dictionary(w, self) : put_array(w, self);
		if (problem == GD_BYTES_OK) { // otherwise the path is kept for the report
			w->depth--;
		}
	}
	close_value(type, self, &copy);
	return problem;
}

static int32_t put_value(writer *w, const void *variant) {
	int32_t type = gd.variant_get_type(variant);
	switch (type) {
		case GD_NIL:
			put_word(w->out, GD_NIL);
			return GD_BYTES_OK;
		case GD_BOOL:
		case GD_INT:
		case GD_FLOAT:
			put_number(w->out, variant, type);
			return GD_BYTES_OK;
		case GD_STRING:
			put_string(w->out, variant);
			return GD_BYTES_OK;
		case GD_DICTIONARY:
		case GD_ARRAY:
			return put_container(w, variant, type);
		case GD_RID:
		case GD_OBJECT:
		case GD_CALLABLE:
		case GD_SIGNAL:
		case GD_PACKED_FLOAT32_ARRAY:
		case GD_PACKED_FLOAT64_ARRAY:
			w->out->is_plain = false;
			put_foreign(w->out, variant);
			return GD_BYTES_OK;
		default:
			put_foreign(w->out, variant);
			return GD_BYTES_OK;
	}
}

int32_t gd_bytes_of(const void *variant, gd_bytes *out) {
	writer w; // only initialised up to depth
	w.out = out;
	w.depth = 0;
	out->len = 0;
	out->is_plain = true;
	out->data = atomic_exchange(&spare, NULL);
	out->capacity = out->data != NULL ? FIRST_CAPACITY : 0;
	int32_t problem = put_value(&w, variant);
	if (problem != GD_BYTES_OK) {
		gd_bytes_free(out);
	}
	return problem;
}

int32_t gd_bytes_problem(const void *variant, int32_t *type, int32_t *entries) {
	gd_bytes bytes = { 0 };
	writer w;
	w.out = &bytes;
	w.depth = 0;
	w.type = GD_NIL;
	put_value(&w, variant);
	free(bytes.data);
	*type = w.type;
	memcpy(entries, w.entries, (size_t)w.depth * sizeof *entries);
	return w.depth;
}

void gd_bytes_free(gd_bytes *bytes) {
	if (bytes->data == NULL) {
		return;
	}
	if (bytes->capacity == FIRST_CAPACITY) {
		bytes->data = atomic_exchange(&spare, bytes->data);
	}
	free(bytes->data);
	*bytes = (gd_bytes){ 0 };
}

void gd_bytes_forget(void) {
	free(atomic_exchange(&spare, NULL));
}
