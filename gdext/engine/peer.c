// MultiplayerPeerExtension. The engine makes five calls for each incoming packet and up to four for
// each outgoing one, all of which are handled here. Go is called once for a burst of packets, and
// for events.
#include "engine.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "_cgo_export.h"

// The engine's enums Error and TransferMode.
enum { OK = 0, ERR_UNAVAILABLE = 2, ERR_UNCONFIGURED = 3, ERR_OUT_OF_MEMORY = 6, ERR_INVALID_PARAMETER = 31 };
enum { MODE_RELIABLE = 2 };

enum { MAX_CHANNEL = UINT16_MAX };

// The maximum amount of memory kept for the next burst.
enum { MAX_SPARE = 1 << 16 };

struct gd_peer {
	_Atomic int32_t owners;
	_Atomic int32_t lock; // guards all fields below
	gd_packets in;
	gd_bytes out, spare;
	bool flushing; // Go is about to fetch the outgoing packets
	gd_peer_state state;
	int32_t target, mode, channel; // for the next outgoing packet
	bool refuses;
};

static void *open_peer(void) {
	gd_peer *peer = calloc(1, sizeof *peer);
	atomic_init(&peer->owners, 2);
	gd_packets_init(&peer->in);
	peer->mode = MODE_RELIABLE;
	return peer;
}

static void free_chunks(void *list) {
	for (gd_chunk *chunk = list; chunk != NULL;) {
		gd_chunk *next = chunk->next;
		free(chunk);
		chunk = next;
	}
}

static void do_nothing(void *number, const void *const *args, int64_t argc, void *ret, gd_call_error *error) {
	(void)number, (void)args, (void)argc, (void)ret;
	error->error = 0;
}

// Frees chunks once the engine has flushed its message queue, so not within the handler of one of
// their packets.
static void free_later(gd_chunk *list) {
	gd_packed callable;
	gd_callable_new(&callable, (uint64_t)(uintptr_t)list, do_nothing, free_chunks);
	gd.call_deferred(&callable, NULL, NULL, 0);
	gd.destroy[GD_CALLABLE](&callable);
}

void gd_peer_drop(gd_peer *peer) {
	if (atomic_fetch_sub(&peer->owners, 1) == 1) {
		free(peer->out.data);
		free(peer->spare.data);
		free(peer);
	}
}

// The object has been freed, possibly by a packet's handler.
static void end_peer(void *native) {
	gd_peer *peer = native;
	gd_lock(&peer->lock);
	gd_chunk *handled = gd_packets_end(&peer->in);
	peer->state.status = GD_PEER_DISCONNECTED;
	gd_unlock(&peer->lock);
	if (handled != NULL) {
		free_later(handled);
	}
	gd_peer_drop(peer);
}

// ---- for Go ----

void gd_peer_set(gd_peer *peer, gd_peer_state state) {
	gd_lock(&peer->lock);
	peer->state = state;
	gd_unlock(&peer->lock);
}

int64_t gd_peer_deliver(gd_peer *peer, const uint8_t *records, int64_t size, int32_t count) {
	gd_chunk *chunk = gd_chunk_new(records, size, count);
	if (chunk == NULL) {
		return -1;
	}
	gd_lock(&peer->lock);
	gd_packets_add(&peer->in, chunk);
	int64_t waiting = peer->in.bytes;
	gd_unlock(&peer->lock);
	return waiting;
}

gd_chunk *gd_peer_event(gd_peer *peer) {
	gd_lock(&peer->lock);
	gd_chunk *event = gd_packets_event(&peer->in);
	gd_unlock(&peer->lock);
	return event;
}

void gd_peer_forget(gd_peer *peer, int32_t sender) {
	gd_lock(&peer->lock);
	gd_packets_forget(&peer->in, sender);
	gd_unlock(&peer->lock);
}

void gd_peer_clear(gd_peer *peer) {
	gd_lock(&peer->lock);
	gd_packets_clear(&peer->in);
	gd_unlock(&peer->lock);
}

gd_bytes gd_peer_outgoing(gd_peer *peer) {
	gd_lock(&peer->lock);
	gd_bytes out = peer->out;
	peer->out = peer->spare;
	peer->spare = (gd_bytes){ 0 };
	peer->flushing = false;
	gd_unlock(&peer->lock);
	return out;
}

void gd_peer_give_back(gd_peer *peer, gd_bytes sent) {
	sent.len = 0;
	if (peer != NULL && sent.capacity <= MAX_SPARE) {
		gd_lock(&peer->lock);
		gd_bytes former = peer->spare;
		peer->spare = sent;
		gd_unlock(&peer->lock);
		sent = former;
	}
	free(sent.data);
}

// ---- the virtual methods ----

#define UNUSED __attribute__((unused))
#define METHOD(name) static void name(gd_instance *self, const void *const *args UNUSED, void *ret UNUSED)
#define PEER(self) ((gd_peer *)(self)->native)

static int64_t int_of(const void *arg) { return *(const int64_t *)arg; }
static void return_int(void *ret, int64_t value) { *(int64_t *)ret = value; }
static void return_bool(void *ret, bool value) { *(uint8_t *)ret = value; }

METHOD(poll_events) {
	gd_peer *peer = PEER(self);
	gd_lock(&peer->lock);
	bool has_events = gd_packets_poll(&peer->in);
	gd_unlock(&peer->lock);
	if (has_events) {
		phoenixEnginePeer(self->object_id, GD_PEER_EVENTS, 0); // a handler may free the peer
	}
}

METHOD(get_available_packet_count) {
	gd_peer *peer = PEER(self);
	gd_lock(&peer->lock);
	int32_t count = gd_packets_count(&peer->in);
	gd_unlock(&peer->lock);
	return_int(ret, count);
}

// Returns the header of the next packet; without one, the values that the engine's own peers return
// then.
static gd_record next_packet(gd_peer *peer) {
	gd_record record = { .mode = MODE_RELIABLE };
	const uint8_t *data;
	gd_lock(&peer->lock);
	gd_packets_peek(&peer->in, &record, &data);
	gd_unlock(&peer->lock);
	return record;
}

METHOD(get_packet_peer) { return_int(ret, next_packet(PEER(self)).peer); }
METHOD(get_packet_channel) { return_int(ret, next_packet(PEER(self)).channel); }
METHOD(get_packet_mode) { return_int(ret, next_packet(PEER(self)).mode); }

METHOD(get_packet) {
	gd_peer *peer = PEER(self);
	const uint8_t **data = *(const uint8_t ***)(uintptr_t)args[0];
	int32_t *size = *(int32_t **)(uintptr_t)args[1];
	gd_record record = { 0 };
	*data = NULL;
	gd_lock(&peer->lock);
	bool found = gd_packets_take(&peer->in, &record, data);
	gd_unlock(&peer->lock);
	*size = (int32_t)record.size;
	return_int(ret, found ? OK : ERR_UNAVAILABLE);
}

static bool append(gd_bytes *out, gd_record head, const void *data) {
	int64_t needed = out->len + (int64_t)sizeof head + head.size;
	if (needed > out->capacity) {
		int64_t capacity = 2 * needed;
		uint8_t *moved = realloc(out->data, (size_t)capacity);
		if (moved == NULL) {
			return false;
		}
		out->data = moved;
		out->capacity = capacity;
	}
	memcpy(out->data + out->len, &head, sizeof head);
	if (head.size > 0) {
		memcpy(out->data + out->len + sizeof head, data, head.size);
	}
	out->len = needed;
	return true;
}

METHOD(put_packet) {
	gd_peer *peer = PEER(self);
	int64_t size = int_of(args[1]);
	int64_t result = OK;
	bool flushes = false;
	gd_lock(&peer->lock);
	gd_record head = {
		.peer = peer->target, .kind = GD_PACKET, .mode = (uint8_t)peer->mode, .channel = (uint16_t)peer->channel, .size = (uint32_t)size
	};
	if (peer->state.status != GD_PEER_CONNECTED) {
		result = ERR_UNCONFIGURED;
	} else if (size < 0 || size > peer->state.max_packet) {
		result = ERR_INVALID_PARAMETER;
	} else if (!append(&peer->out, head, *(const void *const *)args[0])) {
		result = ERR_OUT_OF_MEMORY;
	} else {
		flushes = !peer->flushing;
		peer->flushing = true;
	}
	gd_unlock(&peer->lock);
	if (flushes) {
		gd_defer(self->object_id); // all packets put in a frame are sent together in that frame
	} else if (result == ERR_INVALID_PARAMETER) {
		phoenixEnginePeer(self->object_id, GD_PEER_TOO_BIG, size);
	}
	return_int(ret, result);
}

METHOD(get_max_packet_size) {
	gd_peer *peer = PEER(self);
	gd_lock(&peer->lock);
	int64_t max = peer->state.max_packet;
	gd_unlock(&peer->lock);
	return_int(ret, max);
}

// Setter and getter of a number, under the lock.
static void set_number(gd_peer *peer, int32_t *field, int64_t value) {
	gd_lock(&peer->lock);
	*field = (int32_t)value;
	gd_unlock(&peer->lock);
}

static int32_t number(gd_peer *peer, const int32_t *field) {
	gd_lock(&peer->lock);
	int32_t value = *field;
	gd_unlock(&peer->lock);
	return value;
}

METHOD(set_transfer_channel) {
	int64_t channel = int_of(args[0]);
	if (channel < 0 || channel > MAX_CHANNEL) {
		phoenixEnginePeer(self->object_id, GD_PEER_BAD_CHANNEL, channel);
		return;
	}
	set_number(PEER(self), &PEER(self)->channel, channel);
}

METHOD(set_transfer_mode) {
	int64_t mode = int_of(args[0]);
	set_number(PEER(self), &PEER(self)->mode, mode < 0 || mode > MODE_RELIABLE ? MODE_RELIABLE : mode);
}

METHOD(get_transfer_channel) { return_int(ret, number(PEER(self), &PEER(self)->channel)); }
METHOD(get_transfer_mode) { return_int(ret, number(PEER(self), &PEER(self)->mode)); }
METHOD(set_target_peer) { set_number(PEER(self), &PEER(self)->target, int_of(args[0])); }
METHOD(get_unique_id) { return_int(ret, number(PEER(self), &PEER(self)->state.id)); }
METHOD(get_connection_status) { return_int(ret, number(PEER(self), &PEER(self)->state.status)); }
METHOD(is_server) { return_bool(ret, number(PEER(self), &PEER(self)->state.id) == 1); }

static bool flag(gd_peer *peer, const bool *field) {
	gd_lock(&peer->lock);
	bool value = *field;
	gd_unlock(&peer->lock);
	return value;
}

METHOD(is_server_relay_supported) { return_bool(ret, flag(PEER(self), &PEER(self)->state.relays)); }
METHOD(is_refusing_new_connections) { return_bool(ret, flag(PEER(self), &PEER(self)->refuses)); }

METHOD(set_refuse_new_connections) {
	gd_peer *peer = PEER(self);
	bool refuses = *(const uint8_t *)args[0] != 0;
	gd_lock(&peer->lock);
	peer->refuses = refuses;
	gd_unlock(&peer->lock);
	phoenixEnginePeer(self->object_id, GD_PEER_REFUSE, refuses);
}

METHOD(close_peer) { phoenixEnginePeer(self->object_id, GD_PEER_CLOSE, 0); }
METHOD(disconnect_peer) { phoenixEnginePeer(self->object_id, GD_PEER_DISCONNECT, int_of(args[0])); }

static const gd_virtual_method methods[] = {
	{ "_poll", 3218959716, poll_events },
	{ "_get_available_packet_count", 3905245786, get_available_packet_count },
	{ "_get_packet_peer", 3905245786, get_packet_peer },
	{ "_get_packet_channel", 3905245786, get_packet_channel },
	{ "_get_packet_mode", 3369852622, get_packet_mode },
	{ "_get_packet", 3099858825, get_packet },
	{ "_put_packet", 3099858825, put_packet },
	{ "_get_max_packet_size", 3905245786, get_max_packet_size },
	{ "_set_transfer_channel", 1286410249, set_transfer_channel },
	{ "_get_transfer_channel", 3905245786, get_transfer_channel },
	{ "_set_transfer_mode", 950411049, set_transfer_mode },
	{ "_get_transfer_mode", 3369852622, get_transfer_mode },
	{ "_set_target_peer", 1286410249, set_target_peer },
	{ "_get_unique_id", 3905245786, get_unique_id },
	{ "_get_connection_status", 2147374275, get_connection_status },
	{ "_is_server", 36873697, is_server },
	{ "_is_server_relay_supported", 36873697, is_server_relay_supported },
	{ "_is_refusing_new_connections", 36873697, is_refusing_new_connections },
	{ "_set_refuse_new_connections", 2586408642, set_refuse_new_connections },
	{ "_close", 3218959716, close_peer },
	{ "_disconnect_peer", 300928843, disconnect_peer },
};

const gd_virtuals gd_multiplayer_peer = { .methods = methods, .count = sizeof methods / sizeof *methods, .open = open_peer, .close = end_peer };
