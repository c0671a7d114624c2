// An engine in C that is just enough for the engine layer's C code, and strict: whatever is used before it was made, or after it was
// destroyed, ends the program, and a value that is never destroyed is a leak that the sanitizer reports.
#ifndef FAKE_ENGINE_H
#define FAKE_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#include "engine.h"

// Fills the interface table `gd`.
void fake_start(void);
void fake_show_values(bool shown); // as engines from 4.4 on do
// Frees what the engine keeps, the objects among it; the values must be gone before.
void fake_end(void);

// How many values of the engine's live on the heap.
int64_t fake_alive(void);

// Ends the program with a message when the condition does not hold.
void fake_expect(int holds, const char *what);

// Values to test with. All but fake_object initialise the variant.
enum { FAKE_MAX_BYTES = 1 << 24 };
uint64_t fake_object(void); // a new object's id
void fake_number(void *variant, int32_t type, int64_t number); // BOOL, INT and FLOAT
void fake_text(void *variant, int32_t type, const char *text, int64_t len); // STRING and STRING_NAME
void fake_append(void *array, const void *value); // to the Array in a Variant
void fake_set(void *dictionary, const void *key, const void *value); // in the Dictionary in a Variant
void fake_empty(void *variant, int32_t type); // the empty value of a type
void fake_clear(void *container); // empties the Array or Dictionary in a Variant, as a cycle has to be broken by hand
int fake_equal(const void *a, const void *b); // by value, with everything in it

// The handler of a signal, or a called method; may be NULL. The signal's name is not an argument here.
extern void (*fake_handler)(const void *const *args, int64_t argc);

#endif
