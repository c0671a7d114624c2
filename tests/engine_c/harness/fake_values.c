#include "fake_values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIVE = 0x4c495645, DEAD = 0x44454144, MAX_ENCODED_DEPTH = 1024 };

static int64_t alive;

int64_t fake_alive(void) { return alive; }

void fake_expect(int holds, const char *what) {
	if (!holds) {
		fprintf(stderr, "fake engine: %s\n", what);
		abort();
	}
}

// ---- shared values ----

shared *shared_new(int32_t type) {
	shared *value = calloc(1, sizeof *value);
	value->refs = 1;
	value->type = type;
	alive++;
	return value;
}

// The next character of UTF-8, or one that is none where the bytes are none.
static uint32_t decode_character(const uint8_t *at, int64_t left, int64_t *size) {
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint8_t first = *at;
	*size = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
	uint32_t c = *size == 1 ? first : first & (0x7fu >> *size);
	for (int64_t i = 1; i < *size; i++) {
		if (i >= left || (at[i] & 0xc0) != 0x80) {
			*size = i;
			return 0xd800;
		}
		c = c << 6 | (at[i] & 0x3f);
	}
	return (*size > 1 && first < 0xc0) || c < least[*size] ? 0xd800 : c;
}

static void decode_text(shared *value) {
	value->characters = malloc((size_t)value->count * sizeof *value->characters + 1);
	for (int64_t at = 0, size; at < value->count; at += size) {
		value->characters[value->length++] = decode_character((const uint8_t *)value->text + at, value->count - at, &size);
	}
}

shared *shared_text(int32_t type, const char *text, int64_t len) {
	fake_expect(len >= 0 && len < FAKE_MAX_BYTES, "a text of an absurd length");
	shared *value = shared_new(type);
	value->count = len;
	value->text = malloc((size_t)len + 1);
	for (int64_t i = 0; i < len; i++) { // reads each byte, so that the sanitizer sees those that are nobody's
		value->text[i] = text[i];
	}
	value->text[len] = 0;
	decode_text(value);
	return value;
}

shared *shared_take(shared *value) {
	if (value != NULL) {
		fake_expect(value->refs > 0, "a value was used after its end");
		value->refs++;
	}
	return value;
}

void shared_clear(shared *value) {
	int64_t count = value->count;
	value->count = 0; // a value may lead back here
	if (value->type == GD_ARRAY) {
		fake_variant *elements = value->elements;
		value->elements = NULL;
		for (int64_t i = 0; i < count; i++) {
			variant_drop(&elements[i]);
		}
		free(elements);
	} else if (value->type == GD_DICTIONARY) {
		fake_entry **entries = value->entries;
		value->entries = NULL;
		for (int64_t i = 0; i < count; i++) {
			variant_drop(&entries[i]->key);
			variant_drop(&entries[i]->value);
			free(entries[i]);
		}
		free(entries);
	}
}

void shared_drop(shared *value) {
	if (value == NULL) {
		return;
	}
	fake_expect(value->refs > 0, "a value was destroyed twice");
	if (--value->refs > 0) {
		return;
	}
	if (value->type == GD_ARRAY || value->type == GD_DICTIONARY) {
		shared_clear(value);
	} else {
		if (value->type == GD_PACKED_STRING_ARRAY) {
			shared_resize(value, 0);
		}
		free(value->bytes); // whichever member it is
		free(value->characters);
	}
	alive--;
	free(value);
}

static size_t element_size(int32_t type) {
	switch (type) {
		case GD_ARRAY: return sizeof(fake_variant);
		case GD_PACKED_INT32_ARRAY: return sizeof(int32_t);
		case GD_PACKED_STRING_ARRAY: return sizeof(gd_string);
		default: return 1;
	}
}

void shared_resize(shared *value, int64_t count) {
	size_t size = element_size(value->type);
	fake_expect(count >= 0 && count * (int64_t)size < FAKE_MAX_BYTES, "an array of an absurd size");
	for (int64_t i = count; i < value->count; i++) {
		if (value->type == GD_ARRAY) {
			variant_drop(&value->elements[i]);
		} else if (value->type == GD_PACKED_STRING_ARRAY) {
			shared_drop((shared *)(uintptr_t)value->strings[i].opaque);
		}
	}
	if (count == 0) {
		free(value->bytes);
		value->bytes = NULL;
	} else {
		value->bytes = realloc(value->bytes, (size_t)count * size);
	}
	for (int64_t i = value->count; i < count; i++) {
		if (value->type == GD_ARRAY) {
			variant_make(&value->elements[i], value->element);
		} else {
			memset(value->bytes + (size_t)i * size, 0, size);
		}
	}
	value->count = count;
}

// ---- Variants ----

int variant_is_shared(int32_t type) {
	return type == GD_STRING || type == GD_STRING_NAME || type == GD_DICTIONARY || type == GD_ARRAY || type == GD_PACKED_BYTE_ARRAY ||
			type == GD_PACKED_INT32_ARRAY || type == GD_PACKED_STRING_ARRAY || type == GD_CALLABLE;
}

fake_variant *variant_of(const void *live) {
	fake_variant *v = (fake_variant *)(uintptr_t)live;
	fake_expect(v->state != DEAD, "a Variant was used after it was destroyed");
	fake_expect(v->state == LIVE, "a Variant was used that was never made");
	fake_expect(v->type >= 0 && v->type < GD_TYPE_COUNT, "a Variant of no type");
	return v;
}

void variant_make(void *uninitialised, int32_t type) {
	fake_variant *v = uninitialised;
	*v = (fake_variant){ .state = LIVE, .type = type };
	if (variant_is_shared(type) && type != GD_STRING && type != GD_STRING_NAME && type != GD_CALLABLE) {
		v->value = shared_new(type);
	}
}

void variant_copy(void *uninitialised, const void *source) {
	fake_variant copy = *variant_of(source);
	if (variant_is_shared(copy.type)) {
		shared_take(copy.value);
	}
	*(fake_variant *)uninitialised = copy;
}

void variant_drop(void *live) {
	fake_variant *v = variant_of(live);
	v->state = DEAD;
	if (variant_is_shared(v->type)) {
		shared_drop(v->value);
	}
}

static int texts_equal(const shared *a, const shared *b) {
	int64_t a_count = a != NULL ? a->count : 0, b_count = b != NULL ? b->count : 0;
	return a_count == b_count && (a_count == 0 || memcmp(a->text, b->text, (size_t)a_count) == 0);
}

static int is_text(int32_t type) { return type == GD_STRING || type == GD_STRING_NAME; }

static int containers_equal(const shared *a, const shared *b) {
	if (a == b) {
		return 1;
	}
	if (a->count != b->count) {
		return 0;
	}
	int equal = 1;
	for (int64_t i = 0; equal && i < a->count; i++) {
		if (a->type == GD_ARRAY) {
			equal = fake_equal(&a->elements[i], &b->elements[i]);
		} else {
			equal = fake_equal(&a->entries[i]->key, &b->entries[i]->key) && fake_equal(&a->entries[i]->value, &b->entries[i]->value);
		}
	}
	return equal;
}

int fake_equal(const void *left, const void *right) {
	const fake_variant *a = variant_of(left), *b = variant_of(right);
	if (is_text(a->type) && is_text(b->type)) {
		return texts_equal(a->value, b->value);
	}
	if (a->type != b->type) {
		return 0;
	}
	switch (a->type) {
		case GD_DICTIONARY:
		case GD_ARRAY:
			return containers_equal(a->value, b->value);
		case GD_PACKED_BYTE_ARRAY:
			return texts_equal(a->value, b->value);
		case GD_PACKED_INT32_ARRAY:
			return a->value->count == b->value->count &&
					(a->value->count == 0 || memcmp(a->value->int32s, b->value->int32s, (size_t)a->value->count * 4) == 0);
		default:
			return a->number == b->number; // the bits, as NaN is to equal itself
	}
}

fake_variant *dictionary_slot(shared *dictionary, const void *key) {
	for (int64_t i = 0; i < dictionary->count; i++) {
		if (fake_equal(&dictionary->entries[i]->key, key)) {
			return &dictionary->entries[i]->value;
		}
	}
	fake_entry *entry = malloc(sizeof *entry);
	variant_copy(&entry->key, key);
	variant_make(&entry->value, GD_NIL);
	dictionary->entries = realloc(dictionary->entries, (size_t)(dictionary->count + 1) * sizeof *dictionary->entries);
	dictionary->entries[dictionary->count++] = entry;
	return &entry->value;
}

// ---- values to test with ----

void fake_number(void *variant, int32_t type, int64_t number) {
	variant_make(variant, type);
	((fake_variant *)variant)->number = type == GD_BOOL ? number & 1 : number;
}

void fake_text(void *variant, int32_t type, const char *text, int64_t len) {
	variant_make(variant, type);
	((fake_variant *)variant)->value = shared_text(type, text, len);
}

void fake_empty(void *variant, int32_t type) { variant_make(variant, type); }

void fake_append(void *array, const void *value) {
	shared *a = variant_of(array)->value;
	fake_variant copy;
	variant_copy(&copy, value); // it may be the array
	shared_resize(a, a->count + 1);
	variant_drop(&a->elements[a->count - 1]);
	a->elements[a->count - 1] = copy;
}

void fake_set(void *dictionary, const void *key, const void *value) {
	fake_variant copy;
	variant_copy(&copy, value);
	fake_variant *slot = dictionary_slot(variant_of(dictionary)->value, key);
	variant_drop(slot);
	*slot = copy;
}

void fake_clear(void *container) {
	fake_variant *v = variant_of(container);
	if (v->type == GD_ARRAY || v->type == GD_DICTIONARY) {
		shared_clear(v->value);
	}
}

// ---- the binary form ----

static void put(shared *bytes, const void *data, int64_t len) {
	int64_t at = bytes->count;
	if (len > 0) {
		shared_resize(bytes, at + len);
		memcpy(bytes->bytes + at, data, (size_t)len);
	}
}

static void put_u32(shared *bytes, uint32_t word) { put(bytes, &word, 4); }

static void put_block(shared *bytes, const void *data, int64_t len) {
	put_u32(bytes, (uint32_t)len);
	put(bytes, data, len);
	put(bytes, "\0\0\0", (4 - len % 4) % 4);
}

static int encode_container(shared *bytes, const shared *container, int depth) {
	int ok = 1;
	put_u32(bytes, (uint32_t)container->count);
	for (int64_t i = 0; ok && i < container->count; i++) {
		if (container->type == GD_ARRAY) {
			ok = encode(bytes, &container->elements[i], depth + 1);
		} else {
			ok = encode(bytes, &container->entries[i]->key, depth + 1) && encode(bytes, &container->entries[i]->value, depth + 1);
		}
	}
	return ok;
}

int encode(shared *bytes, const fake_variant *v, int depth) {
	enum { WIDE = 1 << 16 };
	variant_of(v);
	if (depth > MAX_ENCODED_DEPTH || bytes->count > FAKE_MAX_BYTES / 2) {
		return 0;
	}
	int is_wide = v->type == GD_FLOAT || (v->type == GD_INT && v->number != (int32_t)v->number);
	put_u32(bytes, (uint32_t)v->type | (is_wide ? WIDE : 0));
	switch (v->type) {
		case GD_NIL:
			return 1;
		case GD_BOOL:
		case GD_INT:
		case GD_FLOAT:
			put(bytes, &v->number, is_wide ? 8 : 4); // the first four bytes are the low ones
			return 1;
		case GD_STRING:
		case GD_STRING_NAME:
			put_block(bytes, v->value != NULL ? v->value->text : "", v->value != NULL ? v->value->count : 0);
			return 1;
		case GD_DICTIONARY:
		case GD_ARRAY:
			return encode_container(bytes, v->value, depth);
		case GD_PACKED_BYTE_ARRAY:
			put_block(bytes, v->value->bytes, v->value->count);
			return 1;
		case GD_PACKED_INT32_ARRAY:
			put_u32(bytes, (uint32_t)v->value->count);
			put(bytes, v->value->int32s, v->value->count * 4);
			return 1;
		default:
			return 1; // as a null
	}
}
