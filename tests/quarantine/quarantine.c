// Preloaded into the engine by the tests of lives: what is freed is overwritten and kept out of use for a
// while, so that code that goes on with it crashes at once rather than now and then.
#include <malloc.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>

void __libc_free(void *block);

enum { KEPT = 1 << 16, LARGE = 1 << 20, POISON = 0xdd };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *kept[KEPT];
static size_t next;

void free(void *block) {
	if (block == NULL) {
		return;
	}
	size_t size = malloc_usable_size(block);
	memset(block, POISON, size);
	if (size < LARGE) {
		pthread_mutex_lock(&lock);
		void *oldest = kept[next];
		kept[next] = block;
		next = (next + 1) % KEPT;
		pthread_mutex_unlock(&lock);
		block = oldest;
	}
	__libc_free(block);
}
