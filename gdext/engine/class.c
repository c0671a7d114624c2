// The functions that the engine calls on instances of our classes and at its initialisation levels.
#include "engine.h"

#include <stdatomic.h>
#include <stddef.h>

#include "_cgo_export.h"

static void warnings(gd_instance *self, const void *const *args, void *ret) {
	(void)args;
	phoenixEngineWarnings(self->object_id, ret);
}

static const gd_virtual_method warnings_methods[] = {
	{ "_get_configuration_warnings", 1139954409, warnings },
};

const gd_virtuals gd_warnings = { .methods = warnings_methods, .count = 1 };

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
	gd_instance *ended = instance;
	gd_instance_end(ended);
	void *native = ended->native;
	const gd_virtuals *virtuals = ended->class->virtuals;
	phoenixEngineFreed(ended); // afterwards it may already belong to another object
	if (native != NULL) {
		virtuals->close(native);
	}
}

uint64_t gd_notification_bit(int32_t what) {
	enum { NODE_BITS = 32, APPLICATION = 2000 }; // where the engine's number ranges begin
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

// Returns the function that the engine calls for a virtual method, or NULL if the class does not
// implement it. The engine looks up each method once per instance.
static const gd_virtual_method *find_virtual(const gd_class *class, const gd_string *name) {
	for (int32_t i = 0; class->virtuals != NULL && i < class->virtuals->count; i++) {
		if (class->virtual_names[i].opaque == name->opaque) {
			return &class->virtuals->methods[i];
		}
	}
	return NULL;
}

void *gd_virtual(void *class_userdata, const void *name) {
	return (void *)find_virtual(class_userdata, name);
}

void *gd_virtual2(void *class_userdata, const void *name, uint32_t hash) {
	const gd_virtual_method *found = find_virtual(class_userdata, name);
	return found != NULL && found->hash == hash ? (void *)found : NULL;
}

void gd_call_virtual(void *self, const void *name, void *data, const void *const *args, void *ret) {
	(void)name;
	((const gd_virtual_method *)data)->call(self, args, ret);
}

void gd_level_init(void *userdata, int32_t level) {
	(void)userdata;
	phoenixEngineLevelInit(level);
}

void gd_level_deinit(void *userdata, int32_t level) {
	(void)userdata;
	phoenixEngineLevelDeinit(level);
}
