// What is done with one hostile input. Its first byte says what with: the bytes of a value, those of a signal's arguments, a game's values
// on their way out, or calls of methods. With clang's libFuzzer this file is the target.
#include <stdlib.h>
#include <string.h>

#include "_cgo_export.h"
#include "fake_engine.h"

typedef struct {
	const uint8_t *at, *end;
} input;

static uint8_t next(input *in) { return in->at < in->end ? *in->at++ : 0; }

// rest returns the rest in a block of exactly its size, so that the sanitizer detects reads beyond it.
static uint8_t *rest(const input *in, int64_t *len) {
	*len = in->end - in->at;
	uint8_t *block = malloc((size_t)*len + (*len == 0));
	if (*len > 0) {
		memcpy(block, in->at, (size_t)*len);
	}
	return block;
}

// ---- the bytes of a value ----

static void encode_and_compare(const void *variant) {
	gd_bytes bytes;
	if (gd_bytes_of(variant, &bytes) != GD_BYTES_OK) {
		return;
	}
	gd_variant again;
	const uint8_t *at = bytes.data, *end = at + bytes.len;
	fake_expect(gd_build(&at, end, &again) && at == end, "what was encoded cannot be read");
	fake_expect(fake_equal(variant, &again), "what was encoded is not what is read");
	gd.variant_destroy(&again);
	gd_bytes_free(&bytes);
}

static void build(input *in) {
	int64_t len;
	uint8_t *data = rest(in, &len);
	for (int again = 0; again < 2; again++) { // now with warm caches
		const uint8_t *at = data;
		gd_variant variant;
		bool ok = gd_build(&at, data + len, &variant);
		fake_expect(at >= data && at <= data + len, "it read on behind the end");
		fake_expect(ok || gd_type_of(&variant) == GD_NIL, "a malformed value is not Nil");
		if (ok) {
			encode_and_compare(&variant);
		}
		gd.variant_destroy(&variant);
	}
	free(data);
}

// ---- signals and calls ----

static uint64_t emitting;
static int frees_the_object;

static void handler(const void *const *args, int64_t argc) {
	for (int64_t i = 0; i < argc; i++) {
		encode_and_compare(args[i]);
	}
	if (frees_the_object) {
		gd_object_destroy(emitting);
	}
}

static void emit(input *in) {
	gd_string name;
	gd_variant self, ret;
	gd_call_error error;
	int64_t len, memory = 0;
	int32_t argc = next(in) % 11;
	frees_the_object = next(in) & 1;
	bool shares = next(in) & 1;
	emitting = fake_object();
	fake_handler = handler;
	gd.string_name_new_utf8(&name, "signal");
	uint8_t *data = rest(in, &len);

	gd_variant *built = gd_variant_build(data, len, frees_the_object, &memory);
	fake_expect(built == NULL || (memory > 0 && memory <= 1024 + 256 * len), "a value of another size than its bytes allow");
	const gd_variant *shared = shares ? built : NULL;
	if (shared != NULL && len >= 4) { // in place of the first argument
		memcpy(data, (const uint8_t[]){ GD_SHARED, 0, 0, 0 }, 4);
	}
	gd_object object = { NULL, emitting };
	gd_emit(object, &name, data, len, argc, shared);
	gd_emit(object, &name, data, len, argc, shared); // perhaps gone
	if (built != NULL) {
		gd_object_set(object, &name, built);
	}
	fake_empty(&self, GD_DICTIONARY);
	fake_empty(&ret, GD_NIL);
	frees_the_object = 0;
	gd_call(&self, &name, data, len, argc, shared, &ret, &error);
	gd_call(&self, &name, data, len, argc, shared, NULL, &error);

	if (built != NULL) {
		gd_variant_free(built);
	}
	gd.variant_destroy(&ret);
	gd.variant_destroy(&self);
	gd.destroy[GD_STRING_NAME](&name);
	gd_object_destroy(emitting);
	fake_handler = NULL;
	free(data);
}

// ---- a game's values ----

enum { MAX_VALUES = 24, MAX_WRAPS = 600 };

typedef struct {
	gd_variant values[MAX_VALUES];
	int count;
} pool;

static void *pick(pool *p, input *in) { return &p->values[next(in) % p->count]; }

static int is_container(const void *variant) { return gd_type_of(variant) == GD_ARRAY || gd_type_of(variant) == GD_DICTIONARY; }

static void make(pool *p, input *in) {
	static const int32_t types[] = { GD_ARRAY, GD_DICTIONARY, GD_ARRAY, GD_DICTIONARY, GD_INT, GD_STRING, GD_STRING_NAME, GD_NIL, GD_BOOL, GD_FLOAT,
		GD_PACKED_BYTE_ARRAY, GD_PACKED_INT32_ARRAY, GD_OBJECT, GD_CALLABLE, GD_PACKED_STRING_ARRAY };
	void *value = &p->values[p->count++];
	int32_t type = types[next(in) % (sizeof types / sizeof *types)];
	if (type == GD_STRING || type == GD_STRING_NAME) {
		// The last is not Unicode.
		static const char *const characters[] = { "a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\x7f", "\xed\xa0\x80" };
		const char *character = characters[next(in) % (sizeof characters / sizeof *characters)];
		char text[2048];
		int64_t len = 0, count = next(in);
		count = count < 128 ? count : 60 + count % 16; // the layer has room for 64 of any on its stack
		for (int64_t i = 0; i < count; i++, len += (int64_t)strlen(character)) {
			memcpy(text + len, character, strlen(character));
		}
		fake_text(value, type, text, len);
	} else if (type == GD_INT || type == GD_BOOL || type == GD_FLOAT) {
		fake_number(value, type, (int64_t)((uint64_t)next(in) << (next(in) % 57)));
	} else if (type == GD_OBJECT) {
		fake_number(value, type, (int64_t)fake_object());
	} else {
		fake_empty(value, type);
	}
}

// wrap puts a value into many Arrays or Dictionaries, one in the other.
static void wrap(pool *p, input *in) {
	gd_variant inner, outer, key;
	int levels = next(in), type = next(in) & 1 ? GD_ARRAY : GD_DICTIONARY;
	levels = levels < 250 ? levels % 8 : MAX_WRAPS - (255 - levels) * 20;
	gd.variant_new_copy(&inner, pick(p, in));
	fake_number(&key, GD_INT, 1);
	for (int i = 0; i < levels; i++) {
		fake_empty(&outer, type);
		if (type == GD_ARRAY) {
			fake_append(&outer, &inner);
		} else {
			fake_set(&outer, &key, &inner);
		}
		gd.variant_destroy(&inner);
		inner = outer;
	}
	gd.variant_destroy(&key);
	p->values[p->count++] = inner;
}

static void put(pool *p, input *in) {
	void *container = pick(p, in), *key = pick(p, in), *value = pick(p, in);
	if (gd_type_of(container) == GD_ARRAY) {
		fake_append(container, value);
	} else if (gd_type_of(container) == GD_DICTIONARY && !is_container(key)) { // comparing keys would follow cycles
		fake_set(container, key, value);
	}
}

static void encode(const void *variant) {
	gd_bytes bytes;
	int32_t problem = gd_bytes_of(variant, &bytes);
	if (problem == GD_BYTES_OK) {
		gd_variant again;
		const uint8_t *at = bytes.data;
		gd_build(&at, at + bytes.len, &again); // not all that goes out comes in
		gd.variant_destroy(&again);
		fake_expect(!bytes.is_plain || gd_type_of(variant) != GD_OBJECT, "an object was taken for a value that JSON has a form for");
		gd_bytes_free(&bytes);
		return;
	}
	int32_t type = GD_NIL;
	int32_t *entries = malloc(GD_MAX_NESTING * sizeof *entries);
	int32_t depth = gd_bytes_problem(variant, &type, entries);
	fake_expect(depth > 0 && depth <= GD_MAX_NESTING, "the way to a problem has an absurd length");
	fake_expect(type == GD_ARRAY || type == GD_DICTIONARY, "a problem of no container");
	free(entries);
}

static void pool_fill(pool *p, input *in) {
	p->count = 0;
	make(p, in);
	for (int steps = 0; in->at < in->end && p->count < MAX_VALUES && steps < 20 + MAX_VALUES; steps++) {
		switch (next(in) % 4) {
			case 0: make(p, in); break;
			case 1: wrap(p, in); break;
			default: put(p, in);
		}
	}
}

static void pool_empty(pool *p) {
	for (int i = 0; i < p->count; i++) {
		if (is_container(&p->values[i])) {
			fake_clear(&p->values[i]);
		}
	}
	for (int i = 0; i < p->count; i++) {
		gd.variant_destroy(&p->values[i]);
	}
}

static void encode_values(input *in) {
	pool p;
	pool_fill(&p, in);
	for (int i = 0; i < p.count; i++) {
		encode(&p.values[i]);
	}
	pool_empty(&p);
}

// ---- methods ----

static input result_bytes; // what the method returns

void phoenixEngineCall(uint32_t method, uint64_t object_id, gd_arg *args, gd_result *result) {
	int64_t len, seen = 0;
	(void)object_id;
	for (uint32_t i = 0; i < method; i++) { // the number of arguments: see method_make
		if (args[i].text != NULL) {
			int64_t own;
			char *text = gd_variant_text(args[i].variant, &own);
			fake_expect(own == args[i].len && memcmp(text, args[i].text, (size_t)own) == 0, "a text came as another");
			free(text);
			seen += own;
		}
		if (args[i].bytes.data != NULL) {
			gd_variant again;
			const uint8_t *at = args[i].bytes.data;
			gd_build(&at, at + args[i].bytes.len, &again);
			gd.variant_destroy(&again);
		}
		encode(args[i].variant);
	}
	if (result->kept != NULL) {
		fake_expect(result->made->object_id == result->object_id && result->object_id != 0, "an object that is another");
		gd_variant_free(result->kept);
		gd_instance_spare(result->made);
		return;
	}
	uint8_t *data = rest(&result_bytes, &len);
	gd_object objects[4] = { { NULL, fake_object() }, { NULL, 0 }, { NULL, 12345678 }, { NULL, fake_object() } };
	gd_packed strings;
	const int64_t lengths[] = { len / 2, len - len / 2 };
	switch (len > 0 ? data[0] % 6 : 0) {
		case 0: gd_result_bytes(result, data, len); break;
		case 1: gd_result_bytes(result, data + 1, len - 1); break;
		case 2: gd_result_string(result, (const char *)data, len); break;
		case 3: gd_result_objects(result, objects, seen & 3); break;
		case 4: gd_result_strings(result, (const char *)data, lengths, 2); break;
		default:
			gd.construct[GD_PACKED_STRING_ARRAY](&strings, NULL);
			gd_strings_append(&strings, (const char *)data, len);
			gd_strings_append(&strings, "", 0);
			gd.destroy[GD_PACKED_STRING_ARRAY](&strings);
			result->number = len;
			result->object_id = objects[0].id;
	}
	free(data);
}

double phoenixEngineMeasured(uint64_t number) { return (double)number; }
void phoenixEngineMeasureFreed(uint64_t number) { (void)number; }

static const int32_t method_types[] = { GD_NIL, GD_BOOL, GD_INT, GD_FLOAT, GD_STRING, GD_STRING_NAME, GD_OBJECT, GD_DICTIONARY, GD_ARRAY,
	GD_PACKED_BYTE_ARRAY, GD_CALLABLE };
enum { METHOD_TYPES = sizeof method_types / sizeof *method_types };

static gd_method *method_make(input *in) {
	gd_method *method = calloc(1, sizeof *method);
	method->argc = next(in) % (GD_MAX_ARGS + 1);
	method->index = (uint32_t)method->argc;
	method->required = method->argc > 0 ? next(in) % (method->argc + 1) : 0;
	method->is_static = next(in) & 1;
	method->return_type = next(in) % 4 == 0 ? -1 : method_types[next(in) % METHOD_TYPES];
	static const gd_class class;
	method->encodes = next(in) % (GD_MAX_ARGS + 1) - 1;
	method->makes = method->return_type == GD_OBJECT ? &class : NULL;
	for (int i = 0; i < method->argc; i++) {
		method->types[i] = method_types[next(in) % METHOD_TYPES];
	}
	for (int i = method->required; i < method->argc; i++) {
		uint8_t bytes[8] = { next(in), 0, 0, 0, next(in) };
		gd_default(&method->defaults[i - method->required], method->types[i], bytes, next(in) % 9);
	}
	return method;
}

static void call_untyped(gd_method *method, pool *p, input *in) {
	gd_instance instance = { .object_id = 7 };
	gd_variant ret;
	gd_call_error error;
	const void *args[GD_MAX_ARGS + 2];
	int64_t argc = next(in) % (GD_MAX_ARGS + 3);
	for (int i = 0; i < argc; i++) {
		args[i] = pick(p, in);
	}
	fake_empty(&ret, GD_NIL);
	gd_method_call(method, next(in) & 7 ? &instance : NULL, args, argc, &ret, &error);
	gd.variant_destroy(&ret);
}

// call_typed gives each argument in the form of its type, as a typed script does.
static void call_typed(gd_method *method, pool *p, input *in) {
	gd_instance instance = { .object_id = 7 };
	gd_packed raw[GD_MAX_ARGS], ret;
	gd_variant made, any;
	const void *args[GD_MAX_ARGS];
	for (int i = 0; i < method->argc; i++) {
		int32_t type = method->types[i];
		args[i] = type == GD_NIL ? pick(p, in) : &raw[i];
		if (type == GD_NIL) {
			continue;
		}
		const void *given = pick(p, in);
		if (gd_type_of(given) == type) {
			gd.variant_new_copy(&made, given);
		} else {
			fake_empty(&made, type);
		}
		gd.to_type[type](&raw[i], &made);
		gd.variant_destroy(&made);
	}
	void *place = &ret;
	memset(&ret, 0, sizeof ret);
	if (method->return_type == GD_NIL) {
		fake_empty(&any, GD_NIL);
		place = &any;
	} else if (method->return_type > 0 && gd.construct[method->return_type] != NULL) {
		gd.construct[method->return_type](&ret, NULL);
	}
	gd_method_ptrcall(method, &instance, args, place);
	if (method->return_type == GD_NIL) {
		gd.variant_destroy(&any);
	} else if (method->return_type > 0 && gd.destroy[method->return_type] != NULL) {
		gd.destroy[method->return_type](&ret);
	}
	for (int i = 0; i < method->argc; i++) {
		if (method->types[i] != GD_NIL && gd.destroy[method->types[i]] != NULL) {
			gd.destroy[method->types[i]](&raw[i]);
		}
	}
}

static void call_method(input *in) {
	pool p;
	gd_method *method = method_make(in);
	input part = { in->at, in->at + (in->end - in->at) / 2 };
	pool_fill(&p, &part);
	in->at = part.end;
	result_bytes = *in;
	call_untyped(method, &p, in);
	call_typed(method, &p, in);
	pool_empty(&p);
	gd_method_free(method);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static void (*const kinds[])(input *) = { build, emit, encode_values, call_method };
	input in = { data, data + size };
	if (gd.variant_destroy == NULL) {
		fake_start();
	}
	fake_show_values(next(&in) % 2 != 0);
	kinds[next(&in) % (sizeof kinds / sizeof *kinds)](&in);
	gd_build_forget();
	gd_bytes_forget();
	fake_expect(fake_alive() == 0, "a value of the engine's was left");
	fake_end();
	return 0;
}
