// Stands in for Android's own header, whose functions are there from version 13 (API 33) on. godot-go's C names them for a trace of the
// stack that the addon never asks for.
#pragma once
#include <stddef.h>

static inline int backtrace(void **frames, int size) {
	(void)frames;
	(void)size;
	return 0;
}

static inline char **backtrace_symbols(void *const *frames, int size) {
	(void)frames;
	(void)size;
	return NULL;
}
