// What the engine holds for an object of this extension.
#include "engine.h"

#include <stdatomic.h>
#include <stdlib.h>
#ifdef _WIN32
#include <windows.h>
#else
#include <sched.h>
#endif

// Instances of objects that were freed, for use again.
static gd_instance *spare;
static atomic_flag spare_in_use = ATOMIC_FLAG_INIT;

// Lets other threads go on. What is waited for here takes no time, unless the
// thread that does it has none.
static void yield(void) {
#ifdef _WIN32
	SwitchToThread();
#else
	sched_yield();
#endif
}

static void lock_spare(void) {
	while (atomic_flag_test_and_set_explicit(&spare_in_use, memory_order_acquire)) {
		yield();
	}
}

static void unlock_spare(void) {
	atomic_flag_clear_explicit(&spare_in_use, memory_order_release);
}

gd_instance *gd_instance_new(const gd_class *class, uint64_t object_id) {
	lock_spare();
	gd_instance *instance = spare;
	if (instance != NULL) {
		spare = instance->next_spare;
	}
	unlock_spare();
	if (instance == NULL) {
		instance = calloc(1, sizeof *instance);
	}
	instance->class = class;
	instance->object_id = object_id;
	instance->next_spare = NULL;
	atomic_store(&instance->living, object_id);
	return instance;
}

void gd_instance_end(gd_instance *instance) {
	atomic_store(&instance->living, 0);
	while (atomic_load(&instance->holders) > 0) {
		yield();
	}
}

void *gd_hold(gd_object object) {
	if (object.instance == NULL) {
		return gd.object_from_id(object.id);
	}
	if (atomic_load(&object.instance->living) != object.id) {
		return NULL;
	}
	atomic_fetch_add(&object.instance->holders, 1);
	void *found = atomic_load(&object.instance->living) == object.id ? gd.object_from_id(object.id) : NULL;
	if (found == NULL) {
		gd_let_go(object);
	}
	return found;
}

void gd_let_go(gd_object object) {
	if (object.instance != NULL) {
		atomic_fetch_sub(&object.instance->holders, 1);
	}
}

void gd_instance_spare(gd_instance *instance) {
	instance->object_id = 0;
	lock_spare();
	instance->next_spare = spare;
	spare = instance;
	unlock_spare();
}

void *gd_make(const gd_class *class, gd_instance **instance) {
	void *object = gd.construct_object(&class->parent);
	if (object == NULL) {
		return NULL;
	}
	*instance = gd_instance_new(class, gd.object_get_id(object));
	gd.object_set_instance(object, &class->name, *instance);
	gd_post_initialize(object);
	return object;
}

void gd_wake(gd_instance *instance) {
	atomic_store_explicit(&instance->pending, 1, memory_order_release);
}
