/* A proxy between the engine and the library: the engine loads this in its place, and it loads the one that LOAD_LIBRARY names. So that what the
 * library takes can be told from what the engine does in between, and nothing is added to the library. The line that it appends to the
 * file LOAD_RESULT has three times, in milliseconds: dlopen, the entry symbol, and the level at which the classes are registered. Go's runtime
 * and packages begin on a thread of their own, for which the entry symbol waits. */
#define _POSIX_C_SOURCE 200809L

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* The GDExtensionInitialization of the engine's own header. */
typedef struct {
	int level;
	void *userdata;
	void (*initialize)(void *userdata, int level);
	void (*deinitialize)(void *userdata, int level);
} initialization;

typedef uint8_t (*entry)(void *get_proc_address, void *library, initialization *init);

enum { LEVEL_SCENE = 2 };

static struct {
	double opened, entered;
	void (*initialize)(void *userdata, int level);
} real;

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void initialize(void *userdata, int level) {
	const char *path = getenv("LOAD_RESULT");
	double began = now();
	double took;
	FILE *file;

	real.initialize(userdata, level);
	took = now() - began;
	if (level != LEVEL_SCENE || path == NULL || (file = fopen(path, "a")) == NULL) {
		return;
	}
	fprintf(file, "%.3f %.3f %.3f\n", real.opened, real.entered, took);
	fclose(file);
}

uint8_t load_init(void *get_proc_address, void *library, initialization *init) {
	const char *path = getenv("LOAD_LIBRARY");
	double began = now();
	void *handle = path == NULL ? NULL : dlopen(path, RTLD_NOW);
	entry start;

	real.opened = now() - began;
	if (handle == NULL) {
		fprintf(stderr, "%s\n", path == NULL ? "LOAD_LIBRARY is not set" : dlerror());
		return 0;
	}
	*(void **)&start = dlsym(handle, "phoenix_channels_init");
	began = now();
	if (start == NULL || start(get_proc_address, library, init) == 0) {
		return 0;
	}
	real.entered = now() - began;
	real.initialize = init->initialize;
	init->initialize = initialize;
	return 1;
}
