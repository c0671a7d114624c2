#include "library.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct library lib;

#ifdef _WIN32
#include <windows.h>

static LONG WINAPI end_at_fault(EXCEPTION_POINTERS *raised) {
	const DWORD code = raised->ExceptionRecord->ExceptionCode, error = 0xc0000000;
	if ((code & error) == error) {
		char text[100];
		DWORD written;
		int length = snprintf(text, sizeof text, "fault %08lx at %p\n", code, raised->ExceptionRecord->ExceptionAddress);
		WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), text, (DWORD)length, &written, NULL);
		TerminateProcess(GetCurrentProcess(), 3);
	}
	return EXCEPTION_CONTINUE_SEARCH;
}

/* Before Go's own handler, which is there as soon as a function of the library has returned. */
static void watch(void) {
	lib.phoenix_channels_version();
	AddVectoredExceptionHandler(1, end_at_fault);
}

static bool close_library(void *library) { return FreeLibrary((HMODULE)library); }

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

static void watch(void) {}

static bool close_library(void *library) { return dlclose(library) == 0; }

static void *open_library(const char *path) {
	void *library = dlopen(path, RTLD_NOW);
	if (!library) {
		printf("%s\n", dlerror());
	}
	return library;
}

static void *find(void *library, const char *name) { return dlsym(library, name); }
#endif

static const char *library_path;
static void *library;

void library_load(const char *path) {
	library_path = path;
	library = open_library(path);
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
	watch();
}

void library_load_again(void) { library_load(library_path); }

void library_free(void) {
	if (!close_library(library)) {
		printf("the library cannot be freed\n");
		exit(2);
	}
	memset(&lib, 0, sizeof lib);
}
