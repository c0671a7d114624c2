// The engine's pointers for this extension's objects.
#include "engine.h"

#include <stdatomic.h>
#include <stdlib.h>
#ifdef _WIN32
#include <windows.h>
#else
#include <sched.h>
#endif

// Instances of freed objects, to be reused.
static gd_instance *spare;
static _Atomic int32_t spare_lock;

// Lets other threads run. The operation waited for is very short, unless its thread does not get to
// run.
static void yield(void) {
#ifdef _WIN32
	SwitchToThread();
#else
	sched_yield();
#endif
}

void gd_lock(_Atomic int32_t *lock) {
	while (atomic_exchange_explicit(lock, 1, memory_order_acquire) != 0) {
		yield();
	}
}

void gd_unlock(_Atomic int32_t *lock) {
	atomic_store_explicit(lock, 0, memory_order_release);
}

gd_instance *gd_instance_new(const gd_class *class, uint64_t object_id) {
	gd_lock(&spare_lock);
	gd_instance *instance = spare;
	if (instance != NULL) {
		spare = instance->next_spare;
	}
	gd_unlock(&spare_lock);
	if (instance == NULL) {
		instance = calloc(1, sizeof *instance);
	}
	instance->class = class;
	instance->object_id = object_id;
	instance->native = class != NULL && class->virtuals != NULL && class->virtuals->open != NULL ? class->virtuals->open() : NULL;
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
	gd_lock(&spare_lock);
	instance->next_spare = spare;
	spare = instance;
	gd_unlock(&spare_lock);
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
