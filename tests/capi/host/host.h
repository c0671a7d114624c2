/* What the cases share: checks, and a host with a socket. */
#ifndef HOST_H
#define HOST_H

#include <stdbool.h>

#include "library.h"

/* How long a case waits for what must come, in milliseconds: long, as emulators are slow. */
#define LIMIT_MS 60000

/* Ends the program with status 1 when a condition does not hold. */
#define CHECK(condition) check((condition), #condition, __FILE__, __LINE__)
#define CHECK_INT(got, expected) check_int((got), (expected), #got, __FILE__, __LINE__)
#define CHECK_TEXT(got, expected) check_text((got), (expected), #got, __FILE__, __LINE__)

void check(bool holds, const char *what, const char *file, int line);
void check_int(int64_t got, int64_t expected, const char *what, const char *file, int line);
void check_text(const char *got, const char *expected, const char *what, const char *file, int line);

/* A socket, with room for an event of it. */
typedef struct host {
	int64_t socket;
	union {
		phx_event event;
		char bytes[1 << 16];
	} buffer;
} host;

/* A socket that is open, with the options. */
void host_connect(host *h, const char *url, const char *options);

/* A channel that is joined. */
int64_t host_join(host *h, const char *topic);

/* The next event, which must be of a kind. */
const phx_event *host_await(host *h, int32_t kind);

/* Waits while the library's threads go on. */
void host_sleep(int milliseconds);

/* Disconnects, waits for the end of the connection, and frees the socket. */
void host_end(host *h);

/* The cases: the server's URL is the argument. */
void case_session(const char *url);
void case_binary(const char *url);
void case_broadcast(const char *url);
void case_short_buffer(const char *url);
void case_threads(const char *url);
void case_mistakes(const char *url);
void case_last_error(const char *url);
void case_entry(const char *url);
void case_cycles(const char *url);
void case_freed(const char *url);
void case_broken_pipe(const char *url);
void case_signals_early(const char *url);
void case_signals_late(const char *url);

/* What a case has to do before the library is loaded. */
void signals_before_the_library(const char *name);

#endif
