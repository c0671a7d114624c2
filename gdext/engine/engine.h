// The C side of the engine layer: the interface table, the types shared with Go, and the functions
// of each .c file. Nothing here allocates Go memory, and C never keeps a Go pointer.
#ifndef PHOENIX_ENGINE_H
#define PHOENIX_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The Variant types used here (GDExtensionVariantType).
enum {
	GD_NIL = 0,
	GD_BOOL = 1,
	GD_INT = 2,
	GD_FLOAT = 3,
	GD_STRING = 4,
	GD_STRING_NAME = 21,
	GD_RID = 23,
	GD_OBJECT = 24,
	GD_CALLABLE = 25,
	GD_SIGNAL = 26,
	GD_DICTIONARY = 27,
	GD_ARRAY = 28,
	GD_PACKED_BYTE_ARRAY = 29,
	GD_PACKED_INT32_ARRAY = 30,
	GD_PACKED_FLOAT32_ARRAY = 32,
	GD_PACKED_FLOAT64_ARRAY = 33,
	GD_PACKED_STRING_ARRAY = 34,
	GD_TYPE_COUNT = 39,
};

// In the binary form a value's header is its type, with this bit set for 64-bit numbers.
enum { GD_HEADER_64 = 1 << 16 };

// Opaque engine values. A Variant is 24 bytes, 40 in a double-precision build.
typedef struct { _Alignas(8) uint8_t opaque[40]; } gd_variant;
typedef struct { uint64_t opaque; } gd_string; // String, StringName
typedef struct { uint64_t opaque; } gd_container; // Array, Dictionary
typedef struct { uint64_t opaque[2]; } gd_packed; // Packed*Array, Callable

// A weak reference to an object: its id, and its instance if it belongs to this extension,
// otherwise NULL.
typedef struct {
	struct gd_instance *instance;
	uint64_t id;
} gd_object;

// GDExtensionGodotVersion2; godot-go does not export its fields.
typedef struct {
	uint32_t major, minor, patch, hex;
	const char *status, *build, *hash;
	uint64_t timestamp;
	const char *text;
} gd_version2;

typedef struct {
	int32_t error; // 0 ok, 2 argument, 3 too many, 4 too few, 5 no instance
	int32_t argument;
	int32_t expected;
} gd_call_error;

typedef void (*gd_from_type)(void *variant, void *value);
typedef void (*gd_to_type)(void *value, void *variant);
typedef void *(*gd_inside)(void *variant);
typedef void (*gd_constructor)(void *base, const void *const *args);
typedef void (*gd_destructor)(void *base);
typedef void (*gd_builtin)(void *base, const void *const *args, void *ret, int32_t argc);
typedef void (*gd_utility)(void *ret, const void *const *args, int32_t argc);

// The engine functions that the C side calls; filled once by interface.go.
typedef struct {
	void (*variant_new_copy)(void *dest, const void *source);
	void (*variant_new_nil)(void *dest);
	void (*variant_destroy)(void *self);
	int32_t (*variant_get_type)(const void *self);
	uint64_t (*variant_get_object_id)(const void *self); // NULL before 4.4
	void (*variant_call)(void *self, const void *method, const void *const *args, int64_t argc, void *ret, gd_call_error *error);
	void (*variant_set_named)(void *self, const void *key, const void *value, uint8_t *valid);
	uint8_t (*variant_hash_compare)(const void *self, const void *other);
	uint8_t (*variant_can_convert_strict)(int32_t from, int32_t to);
	void (*variant_construct)(int32_t type, void *base, const void *const *args, int32_t argc, gd_call_error *error);
	void (*string_new_utf8)(void *dest, const char *text, int64_t len);
	void (*string_new_latin1)(void *dest, const char *text, int64_t len);
	int64_t (*string_to_utf8)(const void *self, char *text, int64_t max);
	const uint32_t *(*string_index_const)(const void *self, int64_t index);
	void (*string_name_new_utf8)(void *dest, const char *text);
	void *(*dictionary_index)(void *self, const void *key);
	void *(*array_index)(void *self, int64_t index);
	const void *(*array_index_const)(const void *self, int64_t index);
	uint8_t *(*bytes_index)(void *self, int64_t index);
	void (*array_set_typed)(void *self, int32_t type, const void *class_name, const void *script);
	const uint8_t *(*bytes_index_const)(const void *self, int64_t index);
	int32_t *(*int32s_index)(void *self, int64_t index);
	void *(*strings_index)(void *self, int64_t index);
	void (*bind_call)(const void *bind, void *object, const void *const *args, int64_t argc, void *ret, gd_call_error *error);
	void (*bind_ptrcall)(const void *bind, void *object, const void *const *args, void *ret);
	void *(*object_from_id)(uint64_t id);
	uint64_t (*object_get_id)(const void *object);
	void (*object_destroy)(void *object);
	void (*object_set_instance)(void *object, const void *class_name, void *instance);
	void *(*construct_object)(const void *class_name);
	void (*ref_set_object)(void *ref, void *object);
	void (*callable_custom_create)(void *callable, void *info);

	gd_from_type from_type[GD_TYPE_COUNT];
	gd_to_type to_type[GD_TYPE_COUNT];
	gd_inside inside[GD_TYPE_COUNT]; // for STRING, DICTIONARY and ARRAY: returns the value inside a Variant; NULL before 4.4
	gd_constructor construct[GD_TYPE_COUNT]; // the default constructor
	gd_destructor destroy[GD_TYPE_COUNT];

	gd_builtin string_length, array_resize, array_size, array_make_read_only, dictionary_keys, dictionary_values, dictionary_make_read_only;
	gd_builtin bytes_resize, bytes_size, int32s_resize, strings_resize, strings_size, call_deferred, callable_is_valid, callable_get_object;
	gd_utility var_to_bytes, print;
	const void *emit_signal, *has_connections, *notification;
	void *library; // the engine's handle for this extension
	// construct_object sends POSTINITIALIZE itself (before 4.4).
	bool construct_notifies;
} gd_interface;

extern gd_interface gd;

// ---- build.c: a Variant from the engine's binary form ----

// Reads one value of the binary form at *at (below end) into the uninitialised variant and moves
// *at past it. If the bytes are malformed, the variant is Nil and the result false. Nothing outside
// [*at, end) is read. Safe on any thread.
bool gd_build(const uint8_t **at, const uint8_t *end, void *variant);
// Like gd_build, but on request makes the value read-only, including everything in it, and reports
// its approximate size in the engine's memory, in bytes.
bool gd_build_measured(const uint8_t **at, const uint8_t *end, void *variant, bool read_only, int64_t *memory);
void gd_build_string(void *string, const char *text, int64_t len);
// Builds an empty typed Array; class_name is the class of its objects, NULL for other types.
void gd_build_typed_array(gd_container *array, int32_t type, const gd_string *class_name);
void gd_build_forget(void); // destroys the cached keys

// ---- emit.c: signals and callables, one crossing each ----

enum { GD_EMIT_MALFORMED = -1, GD_EMIT_GONE = 0, GD_EMIT_ALIVE = 1 };

// Arguments are `count` consecutive values in the binary form. The four bytes of GD_SHARED in place
// of a value stand for `shared`, an existing value.
enum { GD_SHARED = 0xff };

// Emits a signal of the object. If nothing is connected, the arguments are not built. The result is
// whether the object still exists afterwards.
bool gd_is_heard(gd_object object, const gd_string *signal);
int32_t gd_emit(gd_object object, const gd_string *signal, const uint8_t *data, int64_t len, int32_t count, const gd_variant *shared);

enum { GD_CALL_OK = 0, GD_CALL_MALFORMED = -2, GD_CALL_GONE = -3 }; // > 0: a gd_call_error

// Calls a method of a Variant by name. ret, if not NULL, must be initialised and receives the
// result.
int32_t gd_call(void *variant, const gd_string *method, const uint8_t *data, int64_t len, int32_t count, const gd_variant *shared, gd_variant *ret,
		gd_call_error *error);

// ---- bytes.c: a Variant into the binary form ----

enum { GD_BYTES_OK = 0, GD_BYTES_CYCLE = 1, GD_BYTES_TOO_DEEP = 2 };
enum { GD_MAX_NESTING = 512 }; // as in package variant; the engine's limit is 1024

typedef struct {
	uint8_t *data;
	int64_t len, capacity;
	bool is_plain; // JSON can represent the whole value; package variant handles others
} gd_bytes;

// If the result is GD_BYTES_OK, the caller frees out with gd_bytes_free.
int32_t gd_bytes_of(const void *variant, gd_bytes *out);
// Reports the container at which the encoding failed: its type, and the path to it from the value.
// The path has one entry per container: the index of the entry that leads to the next container,
// counting from -1 downwards if its key does. The result is the path's length, at most
// GD_MAX_NESTING.
int32_t gd_bytes_problem(const void *variant, int32_t *type, int32_t *entries);
void gd_bytes_free(gd_bytes *bytes);
void gd_bytes_forget(void); // frees the block kept for the next value

enum { GD_MAX_UTF8 = 4 }; // bytes per character

int64_t gd_length(const gd_string *string); // in characters
// Writes the UTF-8 of a String of `count` characters. The result is its length in bytes, or -1 for
// text that is not valid Unicode: then use the engine's conversion, which substitutes such
// characters.
int64_t gd_utf8(const gd_string *string, int64_t count, uint8_t *text);

// ---- class.c and method.c: called by the engine ----

enum {
	GD_MAX_ARGS = 4,
	GD_NOTIFICATION_POSTINITIALIZE = 0,
	GD_NOTIFICATION_INTERNAL_PROCESS = 25,
};

struct gd_class;

typedef struct {
	uint32_t index; // into Go's method table
	int32_t argc, required;
	int32_t return_type; // -1 for none, GD_NIL for any Variant
	bool is_static, returns_ref;
	int32_t encodes; // the argument that Go also receives in the binary form; -1 for none
	const struct gd_class *makes; // the class of the returned object, which is created before Go is called; NULL for none
	const gd_string *array_of; // the class of the objects in a returned Array
	int32_t types[GD_MAX_ARGS]; // GD_NIL accepts any Variant
	gd_variant defaults[GD_MAX_ARGS]; // for the arguments from `required` on
} gd_method;

struct gd_instance;

// A virtual method of an engine class that this extension implements.
typedef struct {
	const char *name;
	uint32_t hash; // of its signature; an engine with a different hash does not call the method
	void (*call)(struct gd_instance *self, const void *const *args, void *ret);
} gd_virtual_method;

// The virtual methods that a class implements, and the data that each instance needs for them.
typedef struct {
	const gd_virtual_method *methods;
	int32_t count;
	void *(*open)(void); // creates an instance's `native`; NULL if there is none
	void (*close)(void *native); // called once the object has been freed
} gd_virtuals;

typedef struct gd_class {
	uint32_t index; // into Go's class table
	gd_string name, parent;
	uint64_t notifications; // the bits of those passed to Go
	const gd_virtuals *virtuals; // NULL for none
	gd_string *virtual_names; // StringNames, in the methods' order
} gd_class;

// The engine's pointer for an instance. Never returned to malloc, so that a goroutine may wake an
// instance that has just been freed (see instance.go).
typedef struct gd_instance {
	uint64_t object_id;
	const gd_class *class;
	void *native; // see gd_virtuals
	struct gd_instance *next_spare; // in the list of reusable instances
	_Atomic uint64_t living; // the object's id, until it starts being freed
	_Atomic int32_t holders; // threads that delay the object's end
	_Atomic int32_t pending; // work is pending for the next internal process
} gd_instance;

// One decoded argument, borrowed for the duration of the call.
typedef struct {
	const void *variant;
	int64_t number; // INT, BOOL
	double real; // FLOAT
	const char *text; // STRING, STRING_NAME: UTF-8, len bytes
	int64_t len;
	uint64_t object_id; // OBJECT; 0 for null
	gd_bytes bytes; // the binary form, if the method requests it and the value can be encoded
	int32_t type; // of the Variant
} gd_arg;

// A method's result, in the member that its return_type selects.
typedef struct {
	int64_t number;
	double real;
	uint64_t object_id; // of the object that was created, until Go takes it over
	gd_instance *made; // that object's instance
	gd_variant *kept; // a strong reference to it, for Go
	gd_variant value; // for all other types; starts as Nil
	const gd_string *array_of; // the class of the objects in an Array
} gd_result;

void *gd_create_instance(void *class_userdata); // 4.3
void *gd_create_instance2(void *class_userdata, uint8_t notify); // 4.4+
void gd_free_instance(void *class_userdata, void *instance);
uint64_t gd_notification_bit(int32_t what);
void gd_notification(void *instance, int32_t what, uint8_t reversed);
extern const gd_virtuals gd_warnings; // _get_configuration_warnings, by the Go value
void *gd_virtual(void *class_userdata, const void *name); // 4.3
void *gd_virtual2(void *class_userdata, const void *name, uint32_t hash); // 4.4+
void gd_call_virtual(void *instance, const void *name, void *data, const void *const *args, void *ret);
void gd_method_call(void *method, void *instance, const void *const *args, int64_t argc, void *ret, gd_call_error *error);
void gd_method_ptrcall(void *method, void *instance, const void *const *args, void *ret);
void gd_level_init(void *userdata, int32_t level);
void gd_level_deinit(void *userdata, int32_t level);
void gd_wake(gd_instance *instance);
// Spin locks for very short critical sections.
void gd_lock(_Atomic int32_t *lock);
void gd_unlock(_Atomic int32_t *lock);
gd_instance *gd_instance_new(const gd_class *class, uint64_t object_id);
void gd_instance_end(gd_instance *instance); // for an object that is being freed: waits for the threads that hold it
void gd_instance_spare(gd_instance *instance); // makes it available for a new object
// Returns the object, or NULL if it has been freed. A thread that frees the object waits until
// gd_let_go, so the code in between must be quick and must neither run the game's code nor free
// anything. (The engine's own objects are not held.)
void *gd_hold(gd_object object);
void gd_let_go(gd_object object);
// Creates an object of a class without calling Go; Go must take over the instance.
void *gd_make(const gd_class *class, gd_instance **instance);

// ---- callable.c and defer.c: Callables of this extension ----

typedef void (*gd_callable_call)(void *number, const void *const *args, int64_t argc, void *ret, gd_call_error *error);
typedef void (*gd_callable_free)(void *number);
// Creates a Callable that calls `call` with the number and, when freed, `free` if that is not NULL.
void gd_callable_new(gd_packed *callable, uint64_t number, gd_callable_call call, gd_callable_free free);
// Returns a malloc'ed Callable that calls the Go function with this number. It passes the first two
// arguments, null for missing ones. It returns a float or, if asks is set, a bool.
gd_variant *gd_callable_variant(uint64_t number, bool asks);
// Sends the object's internal process notification through the message queue; with 0 it runs the
// functions that Go deferred.
void gd_defer(uint64_t object_id);
void gd_method_free(gd_method *method);
// Builds a default argument of the type: from the binary form or, if that is Nil, the type's empty
// value.
void gd_default(gd_variant *variant, int32_t type, const uint8_t *data, int64_t len);

// ---- packets.c and peer.c: MultiplayerPeerExtension, whose packets do not enter Go ----

// A packed record, as in package relay: this header, little endian, followed by `size` bytes.
typedef struct {
	int32_t peer; // outgoing: the target; incoming: the sender
	uint8_t kind; // 0 for a packet, otherwise an event
	uint8_t mode;
	uint16_t channel;
	uint32_t size;
} gd_record;

enum { GD_PACKET = 0, GD_PACKET_FORGOTTEN = 0xff }; // kinds of records

// Records in one block of memory: only packets, or one event.
typedef struct gd_chunk {
	struct gd_chunk *next;
	bool is_event;
	int32_t packets; // not read yet
	int32_t handled; // number of its packets being handled
	int64_t at, size;
	uint8_t data[];
} gd_chunk;
_Static_assert(sizeof(gd_chunk) == offsetof(gd_chunk, data), "Go finds the data behind the head");

enum { GD_MAX_NESTED_POLLS = 8 };

// The received packets, in order, with the events between them. Not locked.
typedef struct {
	gd_chunk *first, **end; // found by the last poll
	gd_chunk *new_first, **new_end; // received since
	int64_t bytes; // of all of them
	int32_t packets; // to be read before the next event
	// The packet being handled at each level of nested polls: its memory remains valid.
	gd_chunk *handled[GD_MAX_NESTED_POLLS];
	int32_t level;
} gd_packets;

void gd_packets_init(gd_packets *packets);
gd_chunk *gd_chunk_new(const uint8_t *records, int64_t size, int32_t count); // NULL if out of memory
void gd_packets_add(gd_packets *packets, gd_chunk *chunk);
bool gd_packets_poll(gd_packets *packets); // takes over what was received; true if an event is in front
gd_chunk *gd_packets_event(gd_packets *packets); // removes the event in front, for the caller to free; NULL if there is none
int32_t gd_packets_count(gd_packets *packets);
bool gd_packets_peek(const gd_packets *packets, gd_record *record, const uint8_t **data); // the next packet, before the next event
bool gd_packets_take(gd_packets *packets, gd_record *record, const uint8_t **data); // its memory remains valid until the handler has returned
void gd_packets_forget(gd_packets *packets, int32_t sender); // drops the sender's packets
void gd_packets_clear(gd_packets *packets); // except for packets being handled
gd_chunk *gd_packets_end(gd_packets *packets); // clears it; returns the chunks still being handled, to be freed later

typedef struct gd_peer gd_peer;
extern const gd_virtuals gd_multiplayer_peer;

enum { GD_PEER_DISCONNECTED = 0, GD_PEER_CONNECTING = 1, GD_PEER_CONNECTED = 2 }; // numbered as in the engine

// What phoenixEnginePeer reports to Go.
enum { GD_PEER_EVENTS, GD_PEER_CLOSE, GD_PEER_DISCONNECT, GD_PEER_REFUSE, GD_PEER_TOO_BIG, GD_PEER_BAD_CHANNEL };

typedef struct {
	int32_t status, id;
	bool relays; // the peer with id 1 introduces the other peers to each other
	int64_t max_packet;
} gd_peer_state;

// All of these are safe on any thread. The peer's memory has two owners, its object and Go.
void gd_peer_drop(gd_peer *peer);
void gd_peer_set(gd_peer *peer, gd_peer_state state);
// Queues received records: `count` packets, or one event if count is 0. Returns the number of bytes
// in the queue, -1 if out of memory.
int64_t gd_peer_deliver(gd_peer *peer, const uint8_t *records, int64_t size, int32_t count);
gd_chunk *gd_peer_event(gd_peer *peer); // the event in front, to be freed with gd_chunk_free; NULL if there is none
void gd_chunk_free(gd_chunk *chunk);
void gd_peer_forget(gd_peer *peer, int32_t sender);
void gd_peer_clear(gd_peer *peer); // drops everything received
// Takes the outgoing packets. Returning the memory with gd_peer_give_back lets it be reused.
gd_bytes gd_peer_outgoing(gd_peer *peer);
void gd_peer_give_back(gd_peer *peer, gd_bytes sent); // NULL: the peer has been freed in the meantime

// ---- result.c: results, filled from Go ----

bool gd_result_bytes(gd_result *result, const uint8_t *data, int64_t len);
void gd_result_string(gd_result *result, const char *text, int64_t len);
void gd_result_copy(gd_result *result, const void *variant);
void gd_result_objects(gd_result *result, const gd_object *objects, int64_t count);
// Sets a PackedStringArray from consecutive texts of these lengths.
void gd_result_strings(gd_result *result, const char *texts, const int64_t *lengths, int64_t count);
void gd_strings_append(gd_packed *strings, const char *text, int64_t len);

// GDExtensionClassCreationInfo3 (4.3), for which godot-go has no constructor.
typedef struct {
	uint8_t is_virtual, is_abstract, is_exposed, is_runtime;
	void *set, *get, *get_property_list, *free_property_list, *property_can_revert, *property_get_revert, *validate_property;
	void (*notification)(void *, int32_t, uint8_t);
	void *to_string, *reference, *unreference;
	void *(*create)(void *);
	void (*free)(void *, void *);
	void *recreate, *get_virtual;
	void *(*get_virtual_call_data)(void *, const void *);
	void (*call_virtual_with_data)(void *, const void *, void *, const void *const *, void *);
	void *get_rid;
	void *userdata;
} gd_class_info3;

// ---- object.c: objects by id, strong references, plain prints ----

// Calls a method bind on the object; returns false if the object has been freed.
bool gd_object_call(uint64_t object_id, const void *bind, const void *const *args, void *ret);
void gd_object_call1(uint64_t object_id, const void *bind, const void *arg);
bool gd_object_ask(gd_object object, const void *bind); // calls a bind that returns a bool, immediately
bool gd_engine_ask(void *object, const void *bind); // the same for an object that always exists
uint64_t gd_object_id(const void *object);
void gd_object_destroy(uint64_t object_id);
bool gd_object_set(gd_object object, const gd_string *property, const void *value); // false if there is no such property or the type is wrong
void gd_node_add_child(uint64_t node, const void *add_child, uint64_t child);
uint64_t gd_node_parent(uint64_t node, const void *get_parent); // 0 if none
void gd_post_initialize(void *object); // for an object made by an engine whose construct_object does not notify
uint64_t gd_construct(const gd_string *class_name); // the new object's id, 0 on failure
gd_variant *gd_object_variant(gd_object object); // malloc'ed, strong; NULL if it has been freed or has no reference left
gd_variant *gd_variant_nil(void); // malloc'ed
gd_variant *gd_variant_string(const char *text, int64_t len); // malloc'ed
gd_variant *gd_variant_copy(const void *variant); // malloc'ed
// Malloc'ed, see gd_build_measured; NULL if malformed.
gd_variant *gd_variant_build(const uint8_t *data, int64_t len, bool read_only, int64_t *memory);
void gd_variant_free(gd_variant *variant); // destroys and frees
void gd_variants_free(gd_variant *const *variants, int64_t count);
// The text of a STRING or STRING_NAME: len bytes of UTF-8, malloc'ed.
char *gd_variant_text(const void *variant, int64_t *len);
bool gd_variant_true(const void *variant); // for a BOOL
bool gd_variant_object(const void *variant); // for an OBJECT: whether it is not null
bool gd_callable_is_null(const void *variant);
// Calls a method of a Variant by name, for rare calls. ret, if not NULL, must be initialised and
// receives the method's result; the function returns the same codes as gd_call.
int32_t gd_call_with(gd_variant *self, const gd_string *method, const gd_variant *const *args, int64_t argc, gd_variant *ret);
// Calls a static method of an engine class with one argument. ret must be initialised and receives
// the result.
void gd_call_static(const void *bind, const gd_variant *arg, gd_variant *ret);
int32_t gd_type_of(const void *variant);
bool gd_variant_equal(const void *a, const void *b);
// Opens a DICTIONARY's keys and values as Arrays, which the caller must free.
int64_t gd_dictionary_open(const void *variant, gd_container *keys, gd_container *values);
void gd_dictionary_set(gd_variant *dictionary, const gd_string *key, const gd_variant *value); // the key becomes a String
int64_t gd_array_open(const void *variant, gd_container *none, gd_container *values); // the same for an ARRAY, which has no keys
const void *gd_array_at(const gd_container *array, int64_t index);
void gd_dictionary_close(gd_container *keys, gd_container *values);
void gd_print(const char *text, int64_t len);

#endif
