// Builds Variants directly from the engine's documented binary form. This is faster than
// bytes_to_var: there is no intermediate PackedByteArray, and the Strings of recurring keys and
// short texts are cached.
#include "engine.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

gd_interface gd;

#define BYTE_ORDER_MARK "\xef\xbb\xbf"
enum { BYTE_ORDER_MARK_LEN = 3 };

enum {
	HEADER_TYPE_MASK = 0xff,
	HEADER_TYPED_ARRAY = 1 << 16, // for Arrays: the type of the elements follows
	MAX_DEPTH = 520, // more than package variant produces
	CACHE_SLOTS = 1024, // a power of two
	CACHE_MAX_TEXT = 40,
};

// Approximate sizes of values in the engine's memory, in bytes, including allocator overhead.
enum {
	MEMORY_VARIANT = 24,
	MEMORY_STRING = 48, // excluding its characters
	MEMORY_CHARACTER = 4,
	MEMORY_ARRAY = 112,
	MEMORY_DICTIONARY = 512, // including the table allocated for the first entry
	MEMORY_ENTRY = 96,
};

typedef struct {
	const uint8_t *at, *end;
	bool caches; // this reader owns the key cache
	bool read_only; // make Dictionaries and Arrays read-only
	int64_t memory; // used by the values built so far
} reader;

// A direct-mapped cache: a new text replaces the one in its slot, so the cache's size is fixed
// whatever a server sends.
typedef struct {
	uint8_t used, len;
	char text[CACHE_MAX_TEXT];
	gd_variant value; // STRING
} cached_text;

static cached_text cache[CACHE_SLOTS];
// Values are built on several threads. A thread that finds the cache in use works without it, so
// that a large message does not delay the others.
static atomic_flag cache_in_use = ATOMIC_FLAG_INIT;

static bool take_cache(void) {
	return !atomic_flag_test_and_set_explicit(&cache_in_use, memory_order_acquire);
}

static void give_cache_back(void) {
	atomic_flag_clear_explicit(&cache_in_use, memory_order_release);
}

void gd_build_forget(void) {
	for (int i = 0; i < CACHE_SLOTS; i++) {
		if (cache[i].used) {
			gd.variant_destroy(&cache[i].value);
			cache[i].used = 0;
		}
	}
}

static int64_t left(const reader *in) {
	return in->end - in->at;
}

static bool read_u32(reader *in, uint32_t *out) {
	if (left(in) < 4) {
		return false;
	}
	memcpy(out, in->at, 4);
	in->at += 4;
	return true;
}

static bool read_u64(reader *in, uint64_t *out) {
	if (left(in) < 8) {
		return false;
	}
	memcpy(out, in->at, 8);
	in->at += 8;
	return true;
}

// Reads a length, that many bytes, and the padding to a multiple of four.
static bool read_block(reader *in, const char **data, uint32_t *len) {
	if (!read_u32(in, len)) {
		return false;
	}
	int64_t padded = ((int64_t)*len + 3) & ~(int64_t)3;
	if (left(in) < padded) {
		return false;
	}
	*data = (const char *)in->at;
	in->at += padded;
	return true;
}

static bool is_ascii(const char *text, int64_t len) {
	uint64_t seen = 0;
	int64_t i = 0;
	for (; i + 8 <= len; i += 8) {
		uint64_t word;
		memcpy(&word, text + i, 8);
		seen |= word;
	}
	for (; i < len; i++) {
		seen |= (uint8_t)text[i];
	}
	return (seen & 0x8080808080808080u) == 0;
}

// The engine strips a byte order mark at the beginning of UTF-8 text. Of two it keeps one.
static void build_after_mark(void *string, const char *text, int64_t len) {
	char *marked = malloc((size_t)len + BYTE_ORDER_MARK_LEN);
	memcpy(marked, BYTE_ORDER_MARK, BYTE_ORDER_MARK_LEN);
	memcpy(marked + BYTE_ORDER_MARK_LEN, text, (size_t)len);
	gd.string_new_utf8(string, marked, len + BYTE_ORDER_MARK_LEN);
	free(marked);
}

void gd_build_string(void *string, const char *text, int64_t len) {
	if (is_ascii(text, len)) {
		gd.string_new_latin1(string, text, len);
	} else if (len >= BYTE_ORDER_MARK_LEN && memcmp(text, BYTE_ORDER_MARK, BYTE_ORDER_MARK_LEN) == 0) {
		build_after_mark(string, text, len);
	} else {
		gd.string_new_utf8(string, text, len);
	}
}

static void build_text(const char *text, int64_t len, void *variant) {
	gd_string string;
	gd_build_string(&string, text, len);
	gd.from_type[GD_STRING](variant, &string);
	gd.destroy[GD_STRING](&string);
}

// Returns the cached STRING Variant of a text, or NULL if it is too long to cache.
static const gd_variant *cached(const reader *in, const char *text, int64_t len) {
	if (!in->caches || len > CACHE_MAX_TEXT) {
		return NULL;
	}
	uint32_t hash = 2166136261u;
	for (int64_t i = 0; i < len; i++) {
		hash = (hash ^ (uint8_t)text[i]) * 16777619u;
	}
	cached_text *slot = &cache[(hash ^ (hash >> 15)) & (CACHE_SLOTS - 1)];
	if (slot->used && slot->len == len && memcmp(slot->text, text, (size_t)len) == 0) {
		return &slot->value;
	}
	if (slot->used) {
		gd.variant_destroy(&slot->value);
	}
	build_text(text, len, &slot->value);
	memcpy(slot->text, text, (size_t)len);
	slot->len = (uint8_t)len;
	slot->used = 1;
	return &slot->value;
}

static bool build_value(reader *in, void *variant, int depth);

static bool build_string(reader *in, void *variant) {
	const char *text;
	uint32_t len;
	if (!read_block(in, &text, &len)) {
		return false;
	}
	const gd_variant *known = cached(in, text, len);
	if (known != NULL) {
		gd.variant_new_copy(variant, known);
	} else {
		build_text(text, len, variant);
		in->memory += MEMORY_STRING + MEMORY_CHARACTER * (int64_t)len;
	}
	return true;
}

// Builds one key and its value into the dictionary.
static bool build_entry(reader *in, gd_container *dictionary, int depth) {
	reader ahead = *in;
	uint32_t header, len;
	const char *text;
	if (!read_u32(&ahead, &header)) {
		return false;
	}
	const gd_variant *known = NULL;
	if (header == GD_STRING && read_block(&ahead, &text, &len)) {
		known = cached(in, text, len);
	}
	void *slot;
	if (known != NULL) {
		in->at = ahead.at;
		slot = gd.dictionary_index(dictionary, known);
	} else {
		gd_variant key;
		bool ok = build_value(in, &key, depth);
		slot = ok ? gd.dictionary_index(dictionary, &key) : NULL;
		gd.variant_destroy(&key);
	}
	if (slot == NULL) {
		return false;
	}
	gd.variant_destroy(slot); // Nil, or the earlier value of an equal key
	return build_value(in, slot, depth);
}

static bool build_dictionary(reader *in, void *variant, int depth) {
	uint32_t count;
	// A key and a value take at least eight bytes.
	if (!read_u32(in, &count) || (count &= 0x7fffffff, left(in) / 8 < (int64_t)count)) {
		return false;
	}
	gd_container dictionary;
	gd.construct[GD_DICTIONARY](&dictionary, NULL);
	in->memory += MEMORY_DICTIONARY + MEMORY_ENTRY * (int64_t)count;
	bool ok = true;
	for (uint32_t i = 0; ok && i < count; i++) {
		ok = build_entry(in, &dictionary, depth + 1);
	}
	if (in->read_only) {
		gd.dictionary_make_read_only(&dictionary, NULL, NULL, 0);
	}
	if (ok) {
		gd.from_type[GD_DICTIONARY](variant, &dictionary);
	}
	gd.destroy[GD_DICTIONARY](&dictionary);
	return ok;
}

void gd_build_typed_array(gd_container *array, int32_t type, const gd_string *class_name) {
	gd_string none = { 0 };
	gd_variant script;
	gd.variant_new_nil(&script);
	gd.construct[GD_ARRAY](array, NULL);
	gd.array_set_typed(array, type, class_name != NULL ? class_name : &none, &script);
}

// of is the type of the elements, GD_NIL if untyped.
static bool build_array(reader *in, void *variant, uint32_t of, int depth) {
	uint32_t count;
	// An element takes at least four bytes.
	if (!read_u32(in, &count) || (count &= 0x7fffffff, left(in) / 4 < (int64_t)count)) {
		return false;
	}
	gd_container array;
	if (of == GD_NIL) {
		gd.construct[GD_ARRAY](&array, NULL);
	} else {
		gd_build_typed_array(&array, (int32_t)of, NULL);
	}
	int64_t size = count, ret = 0;
	const void *args[] = { &size };
	gd.array_resize(&array, args, &ret, 1);
	in->memory += MEMORY_ARRAY + MEMORY_VARIANT * size;
	bool ok = true;
	for (uint32_t i = 0; ok && i < count; i++) {
		void *slot = gd.array_index(&array, i);
		if (of != GD_NIL) {
			gd.variant_destroy(slot); // the type's empty value
		}
		ok = build_value(in, slot, depth + 1) && (of == GD_NIL || gd.variant_get_type(slot) == (int32_t)of);
	}
	if (in->read_only) {
		gd.array_make_read_only(&array, NULL, NULL, 0);
	}
	if (ok) {
		gd.from_type[GD_ARRAY](variant, &array);
	}
	gd.destroy[GD_ARRAY](&array);
	return ok;
}

static bool build_bytes(reader *in, void *variant) {
	const char *data;
	uint32_t len;
	if (!read_block(in, &data, &len)) {
		return false;
	}
	gd_packed bytes;
	gd.construct[GD_PACKED_BYTE_ARRAY](&bytes, NULL);
	int64_t size = len, ret = 0;
	in->memory += MEMORY_ARRAY + size;
	const void *args[] = { &size };
	gd.bytes_resize(&bytes, args, &ret, 1);
	if (len > 0) {
		memcpy(gd.bytes_index(&bytes, 0), data, len);
	}
	gd.from_type[GD_PACKED_BYTE_ARRAY](variant, &bytes);
	gd.destroy[GD_PACKED_BYTE_ARRAY](&bytes);
	return true;
}

static bool build_int32s(reader *in, void *variant) {
	uint32_t count;
	if (!read_u32(in, &count) || left(in) / 4 < (int64_t)count) {
		return false;
	}
	gd_packed numbers;
	gd.construct[GD_PACKED_INT32_ARRAY](&numbers, NULL);
	int64_t size = count, ret = 0;
	const void *args[] = { &size };
	gd.int32s_resize(&numbers, args, &ret, 1);
	if (count > 0) {
		memcpy(gd.int32s_index(&numbers, 0), in->at, (size_t)count * 4);
	}
	in->at += (size_t)count * 4;
	gd.from_type[GD_PACKED_INT32_ARRAY](variant, &numbers);
	gd.destroy[GD_PACKED_INT32_ARRAY](&numbers);
	return true;
}

static bool build_number(reader *in, uint32_t header, void *variant) {
	uint32_t word;
	uint64_t wide;
	bool is_wide = (header & GD_HEADER_64) != 0;
	if (is_wide ? !read_u64(in, &wide) : !read_u32(in, &word)) {
		return false;
	}
	if ((header & HEADER_TYPE_MASK) == GD_INT) {
		int64_t number = is_wide ? (int64_t)wide : (int32_t)word;
		gd.from_type[GD_INT](variant, &number);
		return true;
	}
	double real;
	if (is_wide) {
		memcpy(&real, &wide, 8);
	} else {
		float narrow;
		memcpy(&narrow, &word, 4);
		real = narrow;
	}
	gd.from_type[GD_FLOAT](variant, &real);
	return true;
}

static bool build_bool(reader *in, void *variant) {
	uint32_t word;
	if (!read_u32(in, &word)) {
		return false;
	}
	uint8_t truth = word != 0;
	gd.from_type[GD_BOOL](variant, &truth);
	return true;
}

// Always leaves the variant initialised: Nil if the result is false.
static bool build_value(reader *in, void *variant, int depth) {
	uint32_t header;
	bool ok = depth <= MAX_DEPTH && read_u32(in, &header);
	bool plain = ok && (header & ~(uint32_t)HEADER_TYPE_MASK) == 0;
	uint32_t type = ok ? header & HEADER_TYPE_MASK : GD_TYPE_COUNT;
	if (ok && header == GD_NIL) {
		gd.variant_new_nil(variant);
		return true;
	}
	if (ok && (header & ~(uint32_t)(HEADER_TYPE_MASK | GD_HEADER_64)) == 0 && (type == GD_INT || type == GD_FLOAT)) {
		ok = build_number(in, header, variant);
	} else if (plain && type == GD_BOOL) {
		ok = build_bool(in, variant);
	} else if (plain && type == GD_STRING) {
		ok = build_string(in, variant);
	} else if (plain && type == GD_DICTIONARY) {
		ok = build_dictionary(in, variant, depth);
	} else if (plain && type == GD_ARRAY) {
		ok = build_array(in, variant, GD_NIL, depth);
	} else if (ok && header == (GD_ARRAY | HEADER_TYPED_ARRAY)) {
		uint32_t of;
		ok = read_u32(in, &of) && of == GD_DICTIONARY && build_array(in, variant, of, depth);
	} else if (plain && type == GD_PACKED_BYTE_ARRAY) {
		ok = build_bytes(in, variant);
	} else if (plain && type == GD_PACKED_INT32_ARRAY) {
		ok = build_int32s(in, variant);
	} else {
		ok = false;
	}
	if (!ok) {
		gd.variant_new_nil(variant);
	}
	return ok;
}

bool gd_build_measured(const uint8_t **at, const uint8_t *end, void *variant, bool read_only, int64_t *memory) {
	reader in = { .at = *at, .end = end, .caches = take_cache(), .read_only = read_only, .memory = MEMORY_VARIANT };
	bool ok = build_value(&in, variant, 0);
	if (in.caches) {
		give_cache_back();
	}
	*at = in.at;
	*memory = in.memory;
	return ok;
}

bool gd_build(const uint8_t **at, const uint8_t *end, void *variant) {
	int64_t memory;
	return gd_build_measured(at, end, variant, false, &memory);
}
