// What the engine calls on instances of our classes, and at its levels.
#include "engine.h"

#include <stdatomic.h>
#include <stddef.h>

#include "_cgo_export.h"

enum {
	CONFIGURATION_WARNINGS_HASH = 1139954409, // PackedStringArray _get_configuration_warnings() const
};

static void *create(const gd_class *class, bool notify) {
	void *object = gd.construct_object(&class->parent);
	if (object == NULL) {
		return NULL;
	}
	gd_instance *instance = gd_instance_new(class, gd.object_get_id(object));
	phoenixEngineCreated(class->index, instance);
	gd.object_set_instance(object, &class->name, instance);
	if (notify) {
		gd_post_initialize(object);
	}
	return object;
}

void *gd_create_instance(void *class_userdata) {
	return create(class_userdata, false);
}

void *gd_create_instance2(void *class_userdata, uint8_t notify) {
	return create(class_userdata, notify != 0);
}

void gd_free_instance(void *class_userdata, void *instance) {
	(void)class_userdata;
	gd_instance_end(instance);
	phoenixEngineFreed(instance);
}

uint64_t gd_notification_bit(int32_t what) {
	enum { NODE_BITS = 32, APPLICATION = 2000 }; // where the engine's numbers begin
	if (what >= 0 && what < NODE_BITS) {
		return UINT64_C(1) << what;
	}
	if (what >= APPLICATION && what < APPLICATION + NODE_BITS) {
		return UINT64_C(1) << (what - APPLICATION + NODE_BITS);
	}
	return 0;
}

void gd_notification(void *self, int32_t what, uint8_t reversed) {
	(void)reversed;
	gd_instance *instance = self;
	if ((instance->class->notifications & gd_notification_bit(what)) == 0) {
		return;
	}
	if (what == GD_NOTIFICATION_INTERNAL_PROCESS) {
		// An idle frame ends here, without entering Go.
		if (atomic_load_explicit(&instance->pending, memory_order_relaxed) == 0) {
			return;
		}
		atomic_store_explicit(&instance->pending, 0, memory_order_seq_cst);
		gd_defer(instance->object_id);
		return;
	}
	phoenixEngineNotified(instance->object_id, what);
}

// The virtual methods of an instance's class: the one that Go has, if its class has it. The engine asks once for each of an instance.
void *gd_virtual(void *class_userdata, const void *name) {
	const gd_class *class = class_userdata;
	bool known = class->warns && ((const gd_string *)name)->opaque == gd.configuration_warnings.opaque;
	return known ? class_userdata : NULL;
}

void *gd_virtual2(void *class_userdata, const void *name, uint32_t hash) {
	// An engine whose method is another one gets no warnings.
	return hash == CONFIGURATION_WARNINGS_HASH ? gd_virtual(class_userdata, name) : NULL;
}

void gd_call_virtual(void *self, const void *name, void *data, const void *const *args, void *ret) {
	(void)name;
	(void)data;
	(void)args;
	const gd_instance *instance = self;
	phoenixEngineWarnings(instance->object_id, ret);
}

void gd_level_init(void *userdata, int32_t level) {
	(void)userdata;
	phoenixEngineLevelInit(level);
}

void gd_level_deinit(void *userdata, int32_t level) {
	(void)userdata;
	phoenixEngineLevelDeinit(level);
}
