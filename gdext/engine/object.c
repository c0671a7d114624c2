// Objects by their id (a weak reference that the engine checks), strong
// references in malloc'ed Variants, and plain prints.
#include "engine.h"

#include <stdlib.h>

bool gd_object_call(uint64_t object_id, const void *bind, const void *const *args, void *ret) {
	void *object = gd.object_from_id(object_id);
	if (object == NULL) {
		return false;
	}
	gd.bind_ptrcall(bind, object, args, ret);
	return true;
}

void gd_object_call1(uint64_t object_id, const void *bind, const void *arg) {
	const void *args[] = { arg };
	gd_object_call(object_id, bind, args, NULL);
}

bool gd_object_ask(uint64_t object_id, const void *bind) {
	uint8_t answer = 0;
	gd_object_call(object_id, bind, NULL, &answer);
	return answer != 0;
}

bool gd_object_alive(uint64_t object_id) {
	return gd.object_from_id(object_id) != NULL;
}

void gd_node_add_child(uint64_t node, const void *add_child, uint64_t child) {
	void *object = gd.object_from_id(child);
	uint8_t readable_name = 0;
	int64_t internal = 0;
	const void *args[] = { &object, &readable_name, &internal };
	gd_object_call(node, add_child, args, NULL);
}

uint64_t gd_node_parent(uint64_t node, const void *get_parent) {
	void *parent = NULL;
	gd_object_call(node, get_parent, NULL, &parent);
	return parent != NULL ? gd.object_get_id(parent) : 0;
}

uint64_t gd_construct(const gd_string *class_name) {
	void *object = gd.construct_object(class_name);
	if (object == NULL) {
		return 0;
	}
	if (!gd.construct_notifies) {
		int64_t postinitialize = 0;
		uint8_t reversed = 0;
		const void *args[] = { &postinitialize, &reversed };
		gd.bind_ptrcall(gd.notification, object, args, NULL);
	}
	return gd.object_get_id(object);
}

gd_variant *gd_object_variant(uint64_t object_id) {
	void *object = gd.object_from_id(object_id);
	if (object == NULL) {
		return NULL;
	}
	gd_variant *variant = malloc(sizeof *variant);
	gd.from_type[GD_OBJECT](variant, &object);
	return variant;
}

gd_variant *gd_variant_nil(void) {
	gd_variant *variant = malloc(sizeof *variant);
	gd.variant_new_nil(variant);
	return variant;
}

gd_variant *gd_variant_build(const uint8_t *data, int64_t len) {
	gd_variant *variant = malloc(sizeof *variant);
	if (!gd_build(&data, data + len, variant)) {
		gd_variant_free(variant);
		return NULL;
	}
	return variant;
}

gd_variant *gd_variant_copy(const void *variant) {
	gd_variant *copy = malloc(sizeof *copy);
	gd.variant_new_copy(copy, variant);
	return copy;
}

void gd_variant_free(gd_variant *variant) {
	gd.variant_destroy(variant);
	free(variant);
}

void gd_print(const char *text, int64_t len) {
	gd_string string;
	gd_variant line;
	gd_build_string(&string, text, len);
	gd.from_type[GD_STRING](&line, &string);
	const void *args[] = { &line };
	gd.print(NULL, args, 1);
	gd.variant_destroy(&line);
	gd.destroy[GD_STRING](&string);
}
