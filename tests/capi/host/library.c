#include "library.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct library lib;

#ifdef _WIN32
#include <windows.h>

static void *open_library(const char *path) {
	void *library = (void *)LoadLibraryA(path);
	if (!library) {
		printf("LoadLibrary %s: error %lu\n", path, GetLastError());
	}
	return library;
}

static void *find(void *library, const char *name) {
	FARPROC function = GetProcAddress((HMODULE)library, name);
	void *found;
	memcpy(&found, &function, sizeof found);
	return found;
}
#else
#include <dlfcn.h>

static void *open_library(const char *path) {
	void *library = dlopen(path, RTLD_NOW);
	if (!library) {
		printf("%s\n", dlerror());
	}
	return library;
}

static void *find(void *library, const char *name) { return dlsym(library, name); }
#endif

void library_load(const char *path) {
	void *library = open_library(path);
	if (!library) {
		exit(2);
	}
#define EACH(name) \
	{ \
		void *found = find(library, #name); \
		if (!found) { \
			printf("the library has no %s\n", #name); \
			exit(2); \
		} \
		memcpy(&lib.name, &found, sizeof found); \
	}
	FUNCTIONS(EACH)
#undef EACH
}
