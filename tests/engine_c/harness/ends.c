// Objects that end on one thread while others ask them: what the engine layer does with an object by its id never meets one that is
// gone, and brings none back whose last reference was dropped.
//
//	ends SECONDS
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine.h"
#include "fake_engine.h"

enum { ASKERS = 3, LIVING = 0x600d };

// An object as the engine has them: counted, in a table by its id until the end of its destructor.
typedef struct {
	uint64_t id;
	_Atomic int32_t references;
	int32_t state;
	gd_instance *instance;
} object;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static object *current; // the only one in the table
static gd_object published;
static uint64_t last_id;
static atomic_bool over;
static _Atomic uint64_t asked; // the id of the latest object that was
static _Atomic uint64_t answers, kept;
static const char connections;

static void check(const object *o) { fake_expect(o->state == LIVING, "an object was used after its end"); }

static void *from_id(uint64_t id) {
	pthread_mutex_lock(&lock);
	object *found = current != NULL && current->id == id ? current : NULL;
	pthread_mutex_unlock(&lock);
	return found;
}

static void ptrcall(const void *bind, void *o, const void *const *args, void *ret) {
	(void)bind, (void)args;
	for (int i = 0; i < 20; i++) {
		check(o);
	}
	*(uint8_t *)ret = 1;
}

static void drop(object *o) {
	check(o);
	if (atomic_fetch_sub(&o->references, 1) > 1) {
		return;
	}
	gd_instance_end(o->instance); // the engine's free_instance
	o->state = 0;
	sched_yield();
	pthread_mutex_lock(&lock);
	current = NULL;
	pthread_mutex_unlock(&lock);
	gd_instance_spare(o->instance);
	free(o);
}

static void from_object(void *variant, void *value) {
	object *o = *(object **)value;
	check(o);
	int32_t count = atomic_load(&o->references);
	while (count > 0 && !atomic_compare_exchange_weak(&o->references, &count, count + 1)) {
	}
	*(object **)variant = count > 0 ? o : NULL;
}

static void to_object(void *value, void *variant) { *(object **)value = *(object **)variant; }

static void destroy(void *variant) {
	object *o = *(object **)variant;
	if (o != NULL) {
		drop(o);
	}
}

static void *ask(void *unused) {
	(void)unused;
	const gd_string signal = { 1 };
	while (!atomic_load(&over)) {
		pthread_mutex_lock(&lock);
		gd_object object = published;
		pthread_mutex_unlock(&lock);
		if (atomic_exchange(&asked, object.id) == object.id) {
			sched_yield(); // others need the time more
		}
		atomic_fetch_add(&answers, gd_is_heard(object, &signal) + gd_object_ask(object, &connections));
		gd_variant *variant = gd_object_variant(object);
		if (variant != NULL) {
			atomic_fetch_add(&kept, 1);
			gd_is_heard(object, &signal);
			gd_variant_free(variant);
		}
	}
	return NULL;
}

int main(int argc, char **argv) {
	time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 1);
	gd = (gd_interface){ .object_from_id = from_id, .bind_ptrcall = ptrcall, .has_connections = &connections, .variant_destroy = destroy };
	gd.from_type[GD_OBJECT] = from_object, gd.to_type[GD_OBJECT] = to_object;
	pthread_t askers[ASKERS];
	for (int i = 0; i < ASKERS; i++) {
		fake_expect(pthread_create(&askers[i], NULL, ask, NULL) == 0, "no thread");
	}
	uint64_t made = 0;
	for (; time(NULL) < end; made++) {
		object *o = malloc(sizeof *o);
		*o = (object){ .id = ++last_id, .references = 1, .state = LIVING };
		o->instance = gd_instance_new(NULL, o->id);
		pthread_mutex_lock(&lock);
		current = o;
		published = (gd_object){ o->instance, o->id };
		pthread_mutex_unlock(&lock);
		// It ends just when it is asked, or some time later.
		for (uint64_t before = kept; atomic_load(&asked) != o->id || (made % 4 == 0 && kept == before);) {
			sched_yield();
		}
		for (uint64_t i = made % 50; i > 0; i--) {
			check(o);
		}
		drop(o);
		while (from_id(last_id) != NULL) { // an asker has it still
			sched_yield();
		}
	}
	atomic_store(&over, true);
	for (int i = 0; i < ASKERS; i++) {
		pthread_join(askers[i], NULL);
	}
	printf("%llu objects, %llu answers, %llu references\n", (unsigned long long)made, (unsigned long long)answers, (unsigned long long)kept);
	return 0;
}
