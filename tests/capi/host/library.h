/* Loading the library by its path, so that the same program runs on each system and under an emulator. */
#ifndef LIBRARY_H
#define LIBRARY_H

#include "phoenix_channels.h"

/* All functions of the header, by their names. */
#define FUNCTIONS(each) \
	each(phoenix_channels_init) each(phoenix_channels_version) each(phx_socket_new) each(phx_socket_configure) each(phx_socket_connect) \
	each(phx_socket_disconnect) each(phx_socket_state) each(phx_socket_free) each(phx_channel_new) each(phx_channel_join) \
	each(phx_channel_leave) each(phx_channel_state) each(phx_channel_free) each(phx_push) each(phx_push_binary) each(phx_poll) \
	each(phx_error_text) each(phx_last_error)

/* Pointers to them, of the types that the header gives. */
struct library {
#define EACH(name) __typeof__(name) *name;
	FUNCTIONS(EACH)
#undef EACH
};

extern struct library lib;

/* Fills lib, or ends the program with a message. On Windows a fault, on whatever thread, ends it from then on with a message and
 * status 3. */
void library_load(const char *path);

/* Loads it once more, from the same path. */
void library_load_again(void);

/* Gives the library back, as the engine does when it exits. */
void library_free(void);

#endif
