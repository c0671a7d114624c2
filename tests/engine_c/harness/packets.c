// Packets that come in on threads while an engine reads them as SceneMultiplayer does, and handlers that poll, forget a sender, close and
// free the peer: each packet's bytes stay until its handler has returned, and all come in their sender's order.
//
//	packets SECONDS SEED
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine.h"
#include "fake_engine.h"

enum { SENDERS = 3, MAX_PACKET = 3000, EVENT = 2, MAX_DEPTH = GD_MAX_NESTED_POLLS - 1 };

static uint64_t state; // of chance
static gd_instance instance; // of the peer
static gd_peer *queue;
static _Atomic uint64_t round_number; // of the peer that there is
static atomic_bool over;
static pthread_mutex_t locks[SENDERS]; // of the threads, each of which holds one while it delivers
static uint32_t next_number[SENDERS + 1]; // of the packets of each sender, which begin with 0 for each peer
static uint64_t packets, events, freed_in_handlers;
static uint64_t flushes, sent;

// splitmix64
static uint64_t chance(uint64_t below) {
	uint64_t z = (state += 0x9e3779b97f4a7c15u);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (z ^ (z >> 31)) % below;
}

// ---- what the engine does later ----

enum { MAX_LATER = 4096 };
static struct {
	gd_callable_free free;
	uint64_t number;
} later[MAX_LATER], made;
static int later_count;

void gd_callable_new(gd_packed *callable, uint64_t number, gd_callable_call call, gd_callable_free free) {
	(void)callable, (void)call;
	made.free = free, made.number = number;
}

static void call_deferred(void *base, const void *const *args, void *ret, int32_t argc) {
	(void)base, (void)args, (void)ret, (void)argc;
	fake_expect(later_count < MAX_LATER, "too much is deferred");
	later[later_count].free = made.free, later[later_count].number = made.number;
	later_count++;
}

static void destroy_callable(void *callable) { (void)callable; }

static void run_later(void) {
	while (later_count > 0) {
		later_count--;
		later[later_count].free((void *)(uintptr_t)later[later_count].number);
	}
}

void gd_defer(uint64_t object_id) {
	(void)object_id;
	flushes++;
}

// ---- the peer's methods, as the engine calls them ----

static int64_t call(const char *name, const void *const *args) {
	int64_t result = 0;
	for (int32_t i = 0; i < gd_multiplayer_peer.count; i++) {
		if (strcmp(gd_multiplayer_peer.methods[i].name, name) == 0) {
			gd_multiplayer_peer.methods[i].call(&instance, args, &result);
			return result;
		}
	}
	fake_expect(0, name);
	return 0;
}

static int64_t call_int(const char *name, int64_t arg) {
	const void *args[] = { &arg };
	return call(name, args);
}

// Changes the queue that threads deliver to.
static void set_queue(gd_peer *next) {
	for (int i = 0; i < SENDERS; i++) {
		pthread_mutex_lock(&locks[i]);
	}
	queue = next;
	for (int i = 0; i < SENDERS; i++) {
		pthread_mutex_unlock(&locks[i]);
	}
}

static void free_peer(void) {
	gd_peer *former = queue;
	set_queue(NULL);
	void *native = instance.native;
	instance.native = NULL;
	gd_peer_drop(former); // Go's
	gd_multiplayer_peer.close(native);
}

static void make_peer(void) {
	memset(next_number, 0, sizeof next_number);
	atomic_fetch_add(&round_number, 1);
	instance.native = gd_multiplayer_peer.open();
	gd_peer_set(instance.native, (gd_peer_state){ .status = GD_PEER_CONNECTED, .id = 7, .max_packet = MAX_PACKET });
	set_queue(instance.native);
}

void phoenixEnginePeer(uint64_t object_id, int32_t what, int64_t number) {
	(void)object_id, (void)number;
	fake_expect(what == GD_PEER_EVENTS, "only events are told here");
	for (gd_chunk *event; queue != NULL && (event = gd_peer_event(queue)) != NULL;) {
		gd_record record;
		memcpy(&record, event->data, sizeof record);
		fake_expect(record.kind == EVENT, "an event is one");
		uint32_t at;
		memcpy(&at, event->data + sizeof record, sizeof at);
		fake_expect(at >= next_number[record.peer], "an event is not behind packets that came after it");
		gd_chunk_free(event);
		events++;
		if (chance(500) == 0) {
			free_peer();
		}
	}
}

static uint8_t byte_of(int32_t sender, uint32_t number, uint32_t i) { return (uint8_t)(sender * 31u + number * 7u + i); }

static void check_bytes(const uint8_t *data, int32_t size, int32_t sender, uint32_t number) {
	fake_expect(memcmp(data, &number, sizeof number) == 0, "a packet's number stays");
	for (int32_t i = sizeof number; i < size; i++) {
		fake_expect(data[i] == byte_of(sender, number, (uint32_t)i), "a packet's bytes stay");
	}
}

static void engine_poll(int depth);

static void handle(const uint8_t *data, int32_t size, int32_t sender, int depth) {
	uint32_t number;
	memcpy(&number, data, sizeof number);
	fake_expect(number >= next_number[sender], "no packet comes twice or late");
	next_number[sender] = number + 1;
	packets++;
	uint64_t what = chance(400);
	if (what < 20 && depth < MAX_DEPTH) {
		for (uint64_t i = chance(4); i > 0 && instance.native != NULL; i--) {
			engine_poll(depth + 1);
		}
	} else if (what == 20) {
		gd_peer_forget(queue, (int32_t)chance(SENDERS) + 1);
	} else if (what == 21) {
		gd_peer_clear(queue);
	} else if (what == 22) {
		free_peer();
		freed_in_handlers++;
	}
	check_bytes(data, size, sender, number);
}

static void engine_poll(int depth) {
	call("_poll", NULL);
	while (instance.native != NULL && call("_get_available_packet_count", NULL) > 0) {
		int32_t sender = (int32_t)call("_get_packet_peer", NULL);
		fake_expect(call("_get_packet_channel", NULL) == sender && call("_get_packet_mode", NULL) == sender % 3, "a packet's head");
		const uint8_t *data = NULL, **data_slot = &data;
		int32_t size = 0, *size_slot = &size;
		const void *args[] = { &data_slot, &size_slot };
		fake_expect(call("_get_packet", args) == 0, "a packet that was counted is there");
		handle(data, size, sender, depth);
	}
}

static void put_some(void) {
	static const uint8_t zeros[MAX_PACKET + 1];
	for (uint64_t i = chance(10); i > 0; i--) {
		call_int("_set_target_peer", 3);
		const uint8_t *data = zeros;
		int64_t size = (int64_t)chance(MAX_PACKET + 1);
		const void *args[] = { &data, &size };
		fake_expect(call("_put_packet", args) == 0, "a packet can be put");
		sent += (uint64_t)size + sizeof(gd_record);
	}
	gd_bytes out = gd_peer_outgoing(queue);
	fake_expect(out.len == (int64_t)sent, "all that was put goes out");
	sent = 0;
	gd_peer_give_back(queue, out);
}

// ---- the threads that deliver ----

typedef struct {
	int32_t id;
	uint64_t chance;
} sender;

static uint64_t next_of(sender *s) { return s->chance = s->chance * 6364136223846793005u + 1442695040888963407u, s->chance >> 33; }

static void *deliver(void *argument) {
	sender *s = argument;
	static _Thread_local uint8_t records[8 * (sizeof(gd_record) + MAX_PACKET)];
	pthread_mutex_t *lock = &locks[s->id - 1];
	uint64_t round = 0;
	uint32_t number = 0;
	while (!atomic_load(&over)) {
		pthread_mutex_lock(lock);
		if (round != atomic_load(&round_number)) {
			round = atomic_load(&round_number);
			number = 0;
		}
		size_t size = 0;
		int32_t count = (int32_t)(next_of(s) % 8);
		gd_record head = { .peer = s->id, .mode = (uint8_t)(s->id % 3), .channel = (uint16_t)s->id, .size = sizeof number };
		for (int32_t i = 0; i < count; i++, number++) {
			head.size = (uint32_t)(sizeof number + next_of(s) % (next_of(s) % 20 == 0 ? MAX_PACKET - sizeof number : 64));
			memcpy(records + size, &head, sizeof head);
			size += sizeof head;
			memcpy(records + size, &number, sizeof number);
			for (uint32_t b = sizeof number; b < head.size; b++) {
				records[size + b] = byte_of(s->id, number, b);
			}
			size += head.size;
		}
		if (count == 0) {
			head.kind = EVENT;
			memcpy(records, &head, sizeof head);
			memcpy(records + sizeof head, &number, sizeof number);
			size = sizeof head + sizeof number;
		}
		int64_t waiting = queue != NULL ? gd_peer_deliver(queue, records, (int64_t)size, count) : 0;
		pthread_mutex_unlock(lock);
		if (waiting > 1 << 16 || waiting == 0) {
			struct timespec pause = { .tv_nsec = 200000 };
			nanosleep(&pause, NULL);
		}
	}
	return NULL;
}

int main(int argc, char **argv) {
	time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 1);
	state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	gd = (gd_interface){ .call_deferred = call_deferred };
	gd.destroy[GD_CALLABLE] = destroy_callable;
	for (int i = 0; i < SENDERS; i++) {
		pthread_mutex_init(&locks[i], NULL);
	}
	make_peer();
	pthread_t threads[SENDERS];
	sender senders[SENDERS];
	for (int i = 0; i < SENDERS; i++) {
		senders[i] = (sender){ .id = i + 1, .chance = state + (uint64_t)i };
		fake_expect(pthread_create(&threads[i], NULL, deliver, &senders[i]) == 0, "no thread");
	}
	for (uint64_t frame = 0; time(NULL) < end; frame++) {
		engine_poll(0);
		if (instance.native != NULL && chance(50) == 0) {
			free_peer();
		}
		run_later();
		if (instance.native == NULL) {
			make_peer();
		}
		put_some();
	}
	atomic_store(&over, true);
	for (int i = 0; i < SENDERS; i++) {
		pthread_join(threads[i], NULL);
	}
	free_peer();
	run_later();
	printf("%llu packets, %llu events, %llu peers freed in handlers\n", (unsigned long long)packets, (unsigned long long)events,
			(unsigned long long)freed_in_handlers);
	return 0;
}
