// How the fake engine holds values.
#ifndef FAKE_VALUES_H
#define FAKE_VALUES_H

#include "fake_engine.h"

// What strings, containers and packed arrays share by reference.
typedef struct shared {
	int32_t refs, type;
	int64_t count;
	int32_t element; // the type of a typed Array's elements
	uint32_t *characters; // of a STRING: the text again
	int64_t length; // of them
	union {
		char *text; // STRING, STRING_NAME
		uint8_t *bytes; // PACKED_BYTE_ARRAY
		int32_t *int32s;
		gd_string *strings;
		struct fake_variant *elements; // ARRAY
		struct fake_entry **entries; // DICTIONARY: each has an address that stays
	};
} shared;

// A Variant, in the 24 bytes that it has in the engine.
typedef struct fake_variant {
	uint32_t state; // LIVE or DEAD; anything else was never made
	int32_t type;
	union {
		int64_t number;
		double real;
		shared *value;
		uint64_t object_id;
	};
	uint64_t unused;
} fake_variant;

typedef struct fake_entry {
	fake_variant key, value;
} fake_entry;

shared *shared_new(int32_t type);
shared *shared_text(int32_t type, const char *text, int64_t len);
shared *shared_take(shared *value); // one more reference
void shared_drop(shared *value); // one less
void shared_resize(shared *value, int64_t count); // of an Array or a packed array
void shared_clear(shared *value); // of an Array or a Dictionary

fake_variant *variant_of(const void *live); // checks that it lives
void variant_make(void *uninitialised, int32_t type); // the empty value
void variant_copy(void *uninitialised, const void *source);
void variant_drop(void *live);
int variant_is_shared(int32_t type);
fake_variant *dictionary_slot(shared *dictionary, const void *key); // made when it is not there

// The engine's binary form; false when it cannot be encoded.
int encode(shared *bytes, const fake_variant *v, int depth);

#endif
