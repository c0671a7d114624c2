// The functions of the interface table.
#include <stdlib.h>
#include <string.h>

#include "fake_values.h"

void (*fake_handler)(const void *const *args, int64_t argc);

// ---- Variants ----

static void new_nil(void *dest) { variant_make(dest, GD_NIL); }

static int32_t get_type(const void *self) { return variant_of(self)->type; }

static uint8_t hash_compare(const void *a, const void *b) { return (uint8_t)fake_equal(a, b); }

static uint8_t can_convert_strict(int32_t from, int32_t to) {
	int is_number = from == GD_BOOL || from == GD_INT || from == GD_FLOAT;
	switch (to) {
		case GD_BOOL:
		case GD_INT:
		case GD_FLOAT:
			return (uint8_t)is_number;
		case GD_STRING:
			return from == GD_STRING_NAME;
		case GD_STRING_NAME:
			return from == GD_STRING;
		default:
			return 0;
	}
}

static void construct(int32_t type, void *base, const void *const *args, int32_t argc, gd_call_error *error) {
	*error = (gd_call_error){ 0 };
	if (argc == 0) {
		variant_make(base, type);
		return;
	}
	const fake_variant *from = variant_of(args[0]);
	int is_text = from->type == GD_STRING || from->type == GD_STRING_NAME;
	if (from->type == type) {
		variant_copy(base, from);
	} else if (is_text && (type == GD_STRING || type == GD_STRING_NAME)) {
		fake_text(base, type, from->value != NULL ? from->value->text : "", from->value != NULL ? from->value->count : 0);
	} else if (can_convert_strict(from->type, type)) {
		fake_number(base, type, 1);
	} else {
		error->error = 1;
		variant_make(base, GD_NIL);
	}
}

static void variant_call(void *self, const void *method, const void *const *args, int64_t argc, void *ret, gd_call_error *error) {
	variant_of(self);
	fake_expect(method != NULL, "a call of no method");
	for (int64_t i = 0; i < argc; i++) {
		variant_of(args[i]);
	}
	if (fake_handler != NULL) {
		fake_handler(args, argc);
	}
	*error = (gd_call_error){ 0 };
	if (argc > 0) {
		variant_copy(ret, args[argc - 1]);
	} else {
		variant_make(ret, GD_NIL);
	}
}

static void set_named(void *self, const void *key, const void *value, uint8_t *valid) {
	variant_of(self), variant_of(value);
	*valid = key != NULL;
}

// ---- between Variants and their values ----

static shared *value_in(int32_t type, const void *value) {
	uint64_t address;
	memcpy(&address, (const uint8_t *)value + (type >= GD_PACKED_BYTE_ARRAY ? 8 : 0), 8); // a packed array's second half
	return (shared *)(uintptr_t)address;
}

static void put_value(int32_t type, void *dest, shared *value) {
	uint64_t address = (uintptr_t)value;
	if (type >= GD_PACKED_BYTE_ARRAY || type == GD_CALLABLE) {
		memset(dest, 0, sizeof(gd_packed));
	}
	memcpy((uint8_t *)dest + (type >= GD_PACKED_BYTE_ARRAY ? 8 : 0), &address, 8);
}

static void from_shared(int32_t type, void *variant, void *value) {
	fake_variant made;
	shared *of = shared_take(value_in(type, value));
	variant_make(&made, GD_NIL);
	made.type = type;
	made.value = of;
	*(fake_variant *)variant = made;
}

static void to_shared(int32_t type, void *dest, void *variant) {
	const fake_variant *v = variant_of(variant);
	fake_expect(v->type == type, "a Variant was taken for one of another type");
	put_value(type, dest, shared_take(v->value));
}

static void construct_shared(int32_t type, void *base) {
	put_value(type, base, type == GD_STRING || type == GD_STRING_NAME || type == GD_CALLABLE ? NULL : shared_new(type));
}

static void destroy_shared(int32_t type, void *base) { shared_drop(value_in(type, base)); }

#define SHARED_TYPE(name, type)                                                                                                          \
	static void name##_from(void *variant, void *value) { from_shared(type, variant, value); }                                           \
	static void name##_to(void *value, void *variant) { to_shared(type, value, variant); }                                               \
	static void name##_construct(void *base, const void *const *args) { (void)args, construct_shared(type, base); }                      \
	static void name##_destroy(void *base) { destroy_shared(type, base); }
SHARED_TYPE(string, GD_STRING)
SHARED_TYPE(string_name, GD_STRING_NAME)
SHARED_TYPE(dictionary, GD_DICTIONARY)
SHARED_TYPE(array, GD_ARRAY)
SHARED_TYPE(bytes, GD_PACKED_BYTE_ARRAY)
SHARED_TYPE(int32s, GD_PACKED_INT32_ARRAY)
SHARED_TYPE(strings, GD_PACKED_STRING_ARRAY)
SHARED_TYPE(callable, GD_CALLABLE)

static void bool_from(void *variant, void *value) { fake_number(variant, GD_BOOL, *(uint8_t *)value); }
static void int_from(void *variant, void *value) { fake_number(variant, GD_INT, *(int64_t *)value); }
static void float_from(void *variant, void *value) {
	int64_t bits;
	memcpy(&bits, value, 8);
	fake_number(variant, GD_FLOAT, bits);
}

static void number_to(int32_t type, void *value, void *variant) {
	const fake_variant *v = variant_of(variant);
	fake_expect(v->type == type, "a number was taken for one of another type");
	if (type == GD_BOOL) {
		*(uint8_t *)value = (uint8_t)v->number;
	} else {
		memcpy(value, &v->number, 8);
	}
}
static void bool_to(void *value, void *variant) { number_to(GD_BOOL, value, variant); }
static void int_to(void *value, void *variant) { number_to(GD_INT, value, variant); }
static void float_to(void *value, void *variant) { number_to(GD_FLOAT, value, variant); }

// ---- objects ----

enum { MAX_OBJECTS = 64 };
typedef struct { uint64_t id; } object;
static object *objects[MAX_OBJECTS];
static uint64_t last_object;

uint64_t fake_object(void) {
	object *o = malloc(sizeof *o);
	o->id = ++last_object;
	free(objects[o->id % MAX_OBJECTS]);
	objects[o->id % MAX_OBJECTS] = o;
	return o->id;
}

static void *object_from_id(uint64_t id) {
	object *o = objects[id % MAX_OBJECTS];
	return o != NULL && o->id == id ? o : NULL;
}

static uint64_t object_get_id(const void *o) { return ((const object *)o)->id; }

static void object_destroy(void *o) {
	objects[((object *)o)->id % MAX_OBJECTS] = NULL;
	free(o);
}

static void *construct_object(const void *class_name) { return class_name != NULL ? object_from_id(fake_object()) : NULL; }

static void object_from(void *variant, void *value) {
	object *o = *(void **)value;
	variant_make(variant, GD_OBJECT);
	((fake_variant *)variant)->object_id = o != NULL ? o->id : 0;
}

static void object_to(void *value, void *variant) {
	const fake_variant *v = variant_of(variant);
	fake_expect(v->type == GD_OBJECT, "a Variant was taken for an object");
	*(void **)value = object_from_id(v->object_id);
}

static uint64_t get_object_id(const void *variant) { return variant_of(variant)->object_id; }

static void object_set_instance(void *o, const void *class_name, void *instance) {
	fake_expect(object_get_id(o) != 0 && class_name != NULL && instance != NULL, "an instance of nothing");
}

static void ref_set_object(void *ref, void *o) { *(void **)ref = o; }

static void bind_call(const void *bind, void *o, const void *const *args, int64_t argc, void *ret, gd_call_error *error) {
	fake_expect(bind != NULL && object_get_id(o) != 0, "a call of nothing");
	for (int64_t i = 0; i < argc; i++) {
		variant_of(args[i]);
	}
	if (fake_handler != NULL) {
		fake_handler(args + 1, argc - 1); // without the signal's name
	}
	variant_make(ret, GD_NIL);
	error->error = 0;
}

static uint8_t is_connected = 1;
static void bind_ptrcall(const void *bind, void *o, const void *const *args, void *ret) {
	fake_expect(object_get_id(o) != 0, "a call of nothing");
	(void)args;
	if (bind == gd.has_connections) {
		*(uint8_t *)ret = is_connected;
	}
}

// ---- strings, containers, packed arrays ----

static void string_new(void *dest, const char *text, int64_t len) { put_value(GD_STRING, dest, shared_text(GD_STRING, text, len)); }

// As the engine: a byte order mark at the beginning is not part of the text.
static void string_new_utf8(void *dest, const char *text, int64_t len) {
	int marked = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0;
	string_new(dest, text + (marked ? 3 : 0), len - (marked ? 3 : 0));
}

static void string_name_new(void *dest, const char *text) {
	put_value(GD_STRING_NAME, dest, shared_text(GD_STRING_NAME, text, (int64_t)strlen(text)));
}

static int64_t string_to_utf8(const void *self, char *text, int64_t max) {
	const shared *value = value_in(GD_STRING, self);
	int64_t len = value != NULL ? value->count : 0;
	for (int64_t i = 0; text != NULL && i < len && i < max; i++) {
		text[i] = value->text[i];
	}
	return len;
}

static const uint32_t *string_index_const(const void *self, int64_t index) {
	const shared *value = value_in(GD_STRING, self);
	fake_expect(value != NULL && index >= 0 && index < value->length, "an index out of range");
	return value->characters + index;
}

static void *dictionary_index(void *self, const void *key) { return dictionary_slot(value_in(GD_DICTIONARY, self), key); }

static void *element_at(int32_t type, const void *self, int64_t index) {
	shared *value = value_in(type, self);
	if (index == 0 && value->count == 0 && type != GD_ARRAY) {
		return NULL; // as the engine gives for an empty one
	}
	fake_expect(index >= 0 && index < value->count, "an index out of range");
	switch (type) {
		case GD_ARRAY: return &value->elements[index];
		case GD_PACKED_INT32_ARRAY: return &value->int32s[index];
		case GD_PACKED_STRING_ARRAY: return &value->strings[index];
		default: return &value->bytes[index];
	}
}
static void *array_index(void *self, int64_t i) { return element_at(GD_ARRAY, self, i); }
static const void *array_index_const(const void *self, int64_t i) { return element_at(GD_ARRAY, self, i); }
static uint8_t *bytes_index(void *self, int64_t i) { return element_at(GD_PACKED_BYTE_ARRAY, self, i); }
static const uint8_t *bytes_index_const(const void *self, int64_t i) { return element_at(GD_PACKED_BYTE_ARRAY, self, i); }
static int32_t *int32s_index(void *self, int64_t i) { return element_at(GD_PACKED_INT32_ARRAY, self, i); }
static void *strings_index(void *self, int64_t i) { return element_at(GD_PACKED_STRING_ARRAY, self, i); }

static void array_set_typed(void *self, int32_t type, const void *class_name, const void *script) {
	fake_expect(class_name != NULL && variant_of(script)->type == GD_NIL, "a type of elements that is none");
	value_in(GD_ARRAY, self)->element = type;
}

static void resize(int32_t type, void *base, const void *const *args, void *ret) {
	int64_t size;
	memcpy(&size, args[0], 8);
	shared_resize(value_in(type, base), size);
	*(int64_t *)ret = 0;
}

static void size_of(int32_t type, const void *base, void *ret) { *(int64_t *)ret = value_in(type, base)->count; }

static void *inside(int32_t type, void *variant) {
	fake_variant *v = variant_of(variant);
	fake_expect(v->type == type, "a Variant was opened as another type");
	return &v->value;
}
static void *string_inside(void *variant) { return inside(GD_STRING, variant); }
static void *dictionary_inside(void *variant) { return inside(GD_DICTIONARY, variant); }
static void *array_inside(void *variant) { return inside(GD_ARRAY, variant); }

#define BUILTIN(name, body)                                                                                                              \
	static void name(void *base, const void *const *args, void *ret, int32_t argc) {                                                     \
		(void)base, (void)args, (void)ret, (void)argc;                                                                                   \
		body;                                                                                                                            \
	}
BUILTIN(string_length, *(int64_t *)ret = value_in(GD_STRING, base) != NULL ? value_in(GD_STRING, base)->length : 0)
BUILTIN(array_resize, resize(GD_ARRAY, base, args, ret))
BUILTIN(bytes_resize, resize(GD_PACKED_BYTE_ARRAY, base, args, ret))
BUILTIN(int32s_resize, resize(GD_PACKED_INT32_ARRAY, base, args, ret))
BUILTIN(strings_resize, resize(GD_PACKED_STRING_ARRAY, base, args, ret))
BUILTIN(make_read_only, fake_expect(argc == 0, "make_read_only takes no argument"))
BUILTIN(array_size, size_of(GD_ARRAY, base, ret))
BUILTIN(bytes_size, size_of(GD_PACKED_BYTE_ARRAY, base, ret))
BUILTIN(strings_size, size_of(GD_PACKED_STRING_ARRAY, base, ret))

// list gives the keys or the values of a Dictionary as an Array, in place of the one in ret.
static void list(const void *base, void *ret, int keys) {
	const shared *dictionary = value_in(GD_DICTIONARY, base);
	shared *made = shared_new(GD_ARRAY);
	shared_resize(made, dictionary->count);
	for (int64_t i = 0; i < dictionary->count; i++) {
		variant_drop(&made->elements[i]);
		variant_copy(&made->elements[i], keys ? &dictionary->entries[i]->key : &dictionary->entries[i]->value);
	}
	shared_drop(value_in(GD_ARRAY, ret));
	put_value(GD_ARRAY, ret, made);
}
BUILTIN(dictionary_keys, list(base, ret, 1))
BUILTIN(dictionary_values, list(base, ret, 0))

static void var_to_bytes(void *ret, const void *const *args, int32_t argc) {
	fake_expect(argc == 1, "var_to_bytes takes one argument");
	shared *bytes = shared_new(GD_PACKED_BYTE_ARRAY);
	if (!encode(bytes, variant_of(args[0]), 0)) {
		shared_resize(bytes, 0);
	}
	shared_drop(value_in(GD_PACKED_BYTE_ARRAY, ret));
	put_value(GD_PACKED_BYTE_ARRAY, ret, bytes);
}

static void print(void *ret, const void *const *args, int32_t argc) {
	(void)ret;
	for (int32_t i = 0; i < argc; i++) {
		variant_of(args[i]);
	}
}

// ---- the table ----

void fake_show_values(bool shown) {
	gd.inside[GD_STRING] = shown ? string_inside : NULL;
	gd.inside[GD_DICTIONARY] = shown ? dictionary_inside : NULL;
	gd.inside[GD_ARRAY] = shown ? array_inside : NULL;
}

void fake_start(void) {
	static const char emit, connections, notification;
	gd = (gd_interface){
		.variant_new_copy = variant_copy,
		.variant_new_nil = new_nil,
		.variant_destroy = variant_drop,
		.variant_get_type = get_type,
		.variant_get_object_id = get_object_id,
		.variant_call = variant_call,
		.variant_set_named = set_named,
		.variant_hash_compare = hash_compare,
		.variant_can_convert_strict = can_convert_strict,
		.variant_construct = construct,
		.string_new_utf8 = string_new_utf8,
		.string_new_latin1 = string_new,
		.string_to_utf8 = string_to_utf8,
		.string_index_const = string_index_const,
		.string_length = string_length,
		.string_name_new_utf8 = string_name_new,
		.dictionary_index = dictionary_index,
		.array_index = array_index,
		.array_index_const = array_index_const,
		.bytes_index = bytes_index,
		.bytes_index_const = bytes_index_const,
		.array_set_typed = array_set_typed,
		.int32s_index = int32s_index,
		.strings_index = strings_index,
		.bind_call = bind_call,
		.bind_ptrcall = bind_ptrcall,
		.object_from_id = object_from_id,
		.object_get_id = object_get_id,
		.object_destroy = object_destroy,
		.construct_object = construct_object,
		.object_set_instance = object_set_instance,
		.ref_set_object = ref_set_object,
		.array_resize = array_resize,
		.array_size = array_size,
		.array_make_read_only = make_read_only,
		.dictionary_make_read_only = make_read_only,
		.dictionary_keys = dictionary_keys,
		.dictionary_values = dictionary_values,
		.bytes_resize = bytes_resize,
		.bytes_size = bytes_size,
		.int32s_resize = int32s_resize,
		.strings_resize = strings_resize,
		.strings_size = strings_size,
		.var_to_bytes = var_to_bytes,
		.print = print,
		.emit_signal = &emit,
		.has_connections = &connections,
		.notification = &notification,
	};
#define TABLES(name, type)                                                                                                               \
	gd.from_type[type] = name##_from, gd.to_type[type] = name##_to, gd.construct[type] = name##_construct, gd.destroy[type] = name##_destroy
	TABLES(string, GD_STRING);
	TABLES(string_name, GD_STRING_NAME);
	TABLES(dictionary, GD_DICTIONARY);
	TABLES(array, GD_ARRAY);
	TABLES(bytes, GD_PACKED_BYTE_ARRAY);
	TABLES(int32s, GD_PACKED_INT32_ARRAY);
	TABLES(strings, GD_PACKED_STRING_ARRAY);
	TABLES(callable, GD_CALLABLE);
	gd.from_type[GD_BOOL] = bool_from, gd.to_type[GD_BOOL] = bool_to;
	gd.from_type[GD_INT] = int_from, gd.to_type[GD_INT] = int_to;
	gd.from_type[GD_FLOAT] = float_from, gd.to_type[GD_FLOAT] = float_to;
	gd.from_type[GD_OBJECT] = object_from, gd.to_type[GD_OBJECT] = object_to;
}

void fake_end(void) {
	for (int i = 0; i < MAX_OBJECTS; i++) {
		free(objects[i]);
		objects[i] = NULL;
	}
}
