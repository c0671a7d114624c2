// Feeds hostile.c with inputs: values as the engine writes them, and what becomes of these when they are damaged. Each input follows from
// the seed and its number, so that any can be had again.
//
//	drive SECONDS SEED [NUMBER]
//
// runs inputs for so long, from 0 on, or the one with this number.
#include <sanitizer/common_interface_defs.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_INPUT = 16384, WIDE = 1 << 16 };

static uint64_t seed, number, state;
static uint8_t data[MAX_INPUT];
static size_t size;

// splitmix64
static uint64_t chance(uint64_t below) {
	uint64_t z = (state += 0x9e3779b97f4a7c15u);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (z ^ (z >> 31)) % below;
}

static void put(const void *bytes, size_t len) {
	if (size + len <= MAX_INPUT) {
		memcpy(data + size, bytes, len);
		size += len;
	}
}

static void put_u32(uint32_t word) { put(&word, 4); }

static void put_text(uint32_t type) {
	static const char *const texts[] = { "", "x", "position", "a key as long as the cache of keys takes", "a key that is longer than what the cache of keys takes",
		"\xef\xbb\xbf", "\xef\xbb\xbfmarked", "gr\xc3\xbc\xc3\x9f", "\xf0\x9f\x8e\xae", "\xff\xfe", "\xed\xa0\x80", "\xc3" };
	const char *text = texts[chance(sizeof texts / sizeof *texts)];
	uint32_t len = (uint32_t)strlen(text);
	put_u32(type);
	put_u32(len);
	put(text, len);
	put("\0\0\0", (4 - len % 4) % 4);
}

static void put_value(int depth);

static void put_container(int depth) {
	uint32_t count = (uint32_t)chance(6);
	uint64_t kind = chance(8);
	put_u32(kind == 0 ? GD_ARRAY | WIDE : kind < 4 ? GD_ARRAY : GD_DICTIONARY);
	if (kind == 0) {
		put_u32(GD_DICTIONARY);
	}
	put_u32(count | (chance(8) == 0 ? 0x80000000u : 0));
	for (uint32_t i = 0; i < count; i++) {
		if (kind == 0) {
			put_u32(GD_DICTIONARY);
			put_u32(0);
			continue;
		}
		if (kind >= 4) {
			if (chance(8) > 0) {
				put_text(GD_STRING);
			} else {
				put_value(depth + 1);
			}
		}
		put_value(depth + 1);
	}
}

static void put_nest(void) {
	uint64_t levels = chance(600), is_array = chance(2);
	for (uint64_t i = 0; i < levels; i++) {
		put_u32(is_array ? GD_ARRAY : GD_DICTIONARY);
		put_u32(1);
		if (!is_array) {
			put_u32(GD_NIL);
		}
	}
	put_u32(GD_NIL);
}

static void put_value(int depth) {
	uint64_t bits = chance(UINT64_MAX) >> chance(64);
	switch (depth > 6 ? chance(6) : chance(11)) {
		case 0: put_u32(GD_NIL); break;
		case 1: put_u32(GD_BOOL), put_u32((uint32_t)chance(3)); break;
		case 2: put_u32(GD_INT), put_u32((uint32_t)bits); break;
		case 3: put_u32(GD_INT | WIDE), put(&bits, 8); break;
		case 4: put_u32(GD_FLOAT | (uint32_t)chance(2) * WIDE), put(&bits, 8); break;
		case 5: put_text(chance(16) > 0 ? GD_STRING : GD_STRING_NAME); break;
		case 6: {
			uint32_t len = (uint32_t)chance(20);
			put_u32(GD_PACKED_BYTE_ARRAY), put_u32(len), put("01234567890123456789", (len + 3) & ~3u);
		} break;
		case 7: {
			uint32_t len = (uint32_t)chance(5);
			put_u32(GD_PACKED_INT32_ARRAY), put_u32(len), put("0123456789abcdef0123", len * 4);
		} break;
		default:
			if (depth == 0 && chance(10) == 0) {
				put_nest();
			} else {
				put_container(depth);
			}
	}
}

static void damage(void) {
	static const uint32_t words[] = { 0, 1, 2, 3, 4, 0x7f, 0xff, 0xffff, 0x10000, 0x1001c, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffc, 0xfffffffd, 0xffffffff };
	size_t at = size > 1 ? 1 + (size_t)chance(size - 1) : 0;
	uint32_t word = words[chance(sizeof words / sizeof *words)];
	switch (chance(6)) {
		case 0: data[at] ^= (uint8_t)(1u << chance(8)); break;
		case 1: data[at] = (uint8_t)chance(256); break;
		case 2: size = at; break;
		case 3: // one of the words of the form
			at = 1 + (at - 1) / 4 * 4;
			memcpy(data + at, &word, size - at < 4 ? size - at : 4);
			break;
		case 4: // a piece twice
			if (size + (size - at) <= MAX_INPUT) {
				memmove(data + size, data + at, size - at);
				size += size - at;
			}
			break;
		default: // a piece less
			memmove(data + at, data + (at + size) / 2, size - (at + size) / 2);
			size -= (at + size) / 2 - at;
	}
}

static void make_input(void) {
	state = seed * 0x9e3779b97f4a7c15u ^ number * 0xd1342543de82ef95u;
	size = 0;
	uint8_t kind = (uint8_t)chance(4);
	put(&kind, 1);
	if (kind == 1) {
		uint8_t how[2] = { (uint8_t)chance(11), (uint8_t)chance(2) };
		put(how, 2);
	}
	if (kind >= 2) {
		for (uint64_t i = chance(150); i > 0; i--) {
			uint8_t byte = (uint8_t)chance(chance(2) ? 256 : 8);
			put(&byte, 1);
		}
	}
	for (uint64_t i = 1 + chance(4); i > 0; i--) {
		put_value(0);
	}
	for (uint64_t i = chance(3) > 0 ? chance(5) : 0; i > 0 && size > 1; i--) {
		damage();
	}
}

static void died(void) { fprintf(stderr, "drive: died of input %llu of seed %llu, %zu bytes\n", (unsigned long long)number, (unsigned long long)seed, size); }

int main(int argc, char **argv) {
	if (argc < 3) {
		fprintf(stderr, "drive SECONDS SEED [NUMBER]\n");
		return 2;
	}
	double seconds = atof(argv[1]);
	seed = strtoull(argv[2], NULL, 10);
	number = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;
	__sanitizer_set_death_callback(died);
	struct timespec began, now;
	clock_gettime(CLOCK_MONOTONIC, &began);
	do {
		make_input();
		LLVMFuzzerTestOneInput(data, size);
		number++;
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (argc == 3 && (double)(now.tv_sec - began.tv_sec) + (double)(now.tv_nsec - began.tv_nsec) / 1e9 < seconds);
	printf("%llu inputs\n", (unsigned long long)number);
	return 0;
}
