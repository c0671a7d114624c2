/* What a host may get wrong, and what it must not cost. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "host.h"

void case_mistakes(const char *url) {
	int64_t socket = lib.phx_socket_new(url, NULL);
	CHECK(socket > 0);
	int64_t channel = lib.phx_channel_new(socket, "room:c", NULL, 0);
	CHECK(channel > 0);
	phx_event event;

	CHECK_INT(lib.phx_socket_new(NULL, NULL), PHX_ERROR_NULL);
	CHECK_INT(lib.phx_socket_configure(socket, NULL), PHX_ERROR_NULL);
	CHECK_INT(lib.phx_channel_new(socket, NULL, NULL, 0), PHX_ERROR_NULL);
	CHECK_INT(lib.phx_push(channel, NULL, NULL, 0), PHX_ERROR_NULL);
	CHECK_INT(lib.phx_push_binary(channel, NULL, NULL, 0, 0), PHX_ERROR_NULL);
	CHECK_INT(lib.phx_push_binary(channel, "echo", NULL, 1, 0), PHX_ERROR_NULL);
	CHECK_INT(lib.phx_poll(socket, NULL, sizeof event, NULL, 0), PHX_ERROR_NULL);
	CHECK_INT(lib.phx_poll(socket, &event, (size_t)-1, NULL, 0), PHX_ERROR_ARGUMENT);

	CHECK_INT(lib.phx_socket_new("ws://\xff", NULL), PHX_ERROR_TEXT);
	CHECK_INT(lib.phx_socket_new(url, "{\"auth_token\": \"\xff\"}"), PHX_ERROR_TEXT);
	CHECK_INT(lib.phx_channel_new(socket, "\xff", NULL, 0), PHX_ERROR_TEXT);
	CHECK_INT(lib.phx_push(channel, "\xff", NULL, 0), PHX_ERROR_TEXT);
	CHECK_INT(lib.phx_push(channel, "echo", "\"\xff\"", 0), PHX_ERROR_TEXT);
	CHECK_INT(lib.phx_socket_disconnect(socket, 0, "\xff"), PHX_ERROR_TEXT);

	CHECK_INT(lib.phx_socket_new("localhost", NULL), PHX_ERROR_OPTION);
	CHECK_INT(lib.phx_socket_new(url, "{\"tiemout\": 1}"), PHX_ERROR_OPTION);
	CHECK_INT(lib.phx_channel_new(socket, "", NULL, 0), PHX_ERROR_TOPIC);
	CHECK_INT(lib.phx_channel_join(channel, -1), PHX_ERROR_ARGUMENT);
	CHECK_INT(lib.phx_push(channel, "echo", NULL, 0), PHX_ERROR_NOT_JOINED);
	CHECK(lib.phx_channel_join(channel, 0) > 0);
	CHECK_INT(lib.phx_channel_join(channel, 0), PHX_ERROR_JOINED_TWICE);
	CHECK_INT(lib.phx_push(channel, "phx_leave", NULL, 0), PHX_ERROR_EVENT);
	CHECK_INT(lib.phx_push(channel, "echo", "{", 0), PHX_ERROR_PAYLOAD);
	CHECK_INT(lib.phx_socket_disconnect(socket, 1001, NULL), PHX_ERROR_ARGUMENT);

	CHECK_INT(lib.phx_channel_free(socket), PHX_ERROR_HANDLE);
	CHECK_INT(lib.phx_socket_free(channel), PHX_ERROR_HANDLE);
	CHECK_INT(lib.phx_socket_free(socket), 0);
	const int64_t none[] = {0, -1, 1, INT64_MAX, INT64_MIN, socket, channel};
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		CHECK_INT(lib.phx_socket_configure(none[i], "{}"), PHX_ERROR_HANDLE);
		CHECK_INT(lib.phx_socket_connect(none[i]), PHX_ERROR_HANDLE);
		CHECK_INT(lib.phx_socket_disconnect(none[i], 0, NULL), PHX_ERROR_HANDLE);
		CHECK_INT(lib.phx_socket_state(none[i]), PHX_ERROR_HANDLE);
		CHECK_INT(lib.phx_socket_free(none[i]), PHX_ERROR_HANDLE);
		CHECK_INT(lib.phx_channel_new(none[i], "room:c", NULL, 0), PHX_ERROR_HANDLE);
		CHECK_INT(lib.phx_channel_join(none[i], 0), PHX_ERROR_HANDLE);
		CHECK_INT(lib.phx_channel_leave(none[i], 0), PHX_ERROR_HANDLE);
		CHECK_INT(lib.phx_channel_state(none[i]), PHX_ERROR_HANDLE);
		CHECK_INT(lib.phx_channel_free(none[i]), PHX_ERROR_HANDLE);
		CHECK_INT(lib.phx_push(none[i], "echo", NULL, 0), PHX_ERROR_HANDLE);
		CHECK_INT(lib.phx_push_binary(none[i], "echo", NULL, 0, 0), PHX_ERROR_HANDLE);
		CHECK_INT(lib.phx_poll(none[i], &event, sizeof event, NULL, -1), PHX_ERROR_HANDLE);
	}
	for (int64_t code = PHX_ERROR_INTERNAL; code <= PHX_ERROR_HANDLE; code++) {
		CHECK(strlen(lib.phx_error_text(code)) > 0);
		CHECK(strcmp(lib.phx_error_text(code), lib.phx_error_text(1)) != 0);
	}
}

static void *fail_elsewhere(void *unused) {
	CHECK_TEXT(lib.phx_last_error(), "");
	CHECK_INT(lib.phx_socket_new(NULL, NULL), PHX_ERROR_NULL);
	CHECK_TEXT(lib.phx_last_error(), "null pointer: endpoint");
	return unused;
}

/* The text of an error is the thread's own, and has an end however long it is. */
void case_last_error(const char *url) {
	CHECK_TEXT(lib.phx_last_error(), "");
	CHECK_INT(lib.phx_socket_new(url, "{\"tiemout\": 1}"), PHX_ERROR_OPTION);
	CHECK(strstr(lib.phx_last_error(), "tiemout") != NULL);
	pthread_t other;
	CHECK_INT(pthread_create(&other, NULL, fail_elsewhere, NULL), 0);
	CHECK_INT(pthread_join(other, NULL), 0);
	CHECK(strstr(lib.phx_last_error(), "tiemout") != NULL);

	char options[8192];
	memcpy(options, "{\"", 2);
	memset(options + 2, 'x', sizeof options - 3);
	memcpy(options + sizeof options - 6, "\": 1}", 6);
	CHECK_INT(lib.phx_socket_new(url, options), PHX_ERROR_OPTION);
	CHECK(strlen(lib.phx_last_error()) < 1024);
}

static void *no_function(const char *name) {
	(void)name;
	return NULL;
}

/* An engine that has none of the functions: the extension stays off, and the rest works. */
void case_entry(const char *url) {
	struct {
		int32_t level;
		void *userdata, *initialize, *deinitialize;
	} initialization = {0, NULL, NULL, NULL};
	void *(*stub)(const char *) = no_function;
	void *get_proc_address;
	memcpy(&get_proc_address, &stub, sizeof stub);
	CHECK_INT(lib.phoenix_channels_init(get_proc_address, NULL, &initialization), 0);
	CHECK_INT(lib.phoenix_channels_init(NULL, NULL, &initialization), 0);
	CHECK(strlen(lib.phoenix_channels_version()) > 0);
	printf("version %s\n", lib.phoenix_channels_version());
	case_session(url);
}

#ifdef __linux__
#include <unistd.h>

/* What the process has in memory, in KiB. */
static long resident(void) {
	long pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");
	CHECK(file != NULL);
	CHECK_INT(fscanf(file, "%*s %ld", &pages), 1);
	fclose(file);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}
#else
static long resident(void) { return 0; }
#endif

static void cycles(const char *url, int count) {
	for (int i = 0; i < count; i++) {
		int64_t socket = lib.phx_socket_new(url, "{\"params\": {\"user_id\": \"c\"}}");
		int64_t channel = lib.phx_channel_new(socket, "room:c", "{}", PHX_WITH_PRESENCE);
		CHECK(lib.phx_channel_join(channel, 0) > 0);
		CHECK(lib.phx_push(channel, "echo", "{\"n\":1}", 0) > 0);
		CHECK_INT(lib.phx_channel_free(i % 2 ? channel : socket), i % 2 ? 0 : PHX_ERROR_HANDLE);
		CHECK_INT(lib.phx_socket_free(socket), 0);
	}
}

/* Ten thousand sockets that come and go leave nothing: what Go's garbage collector likes to keep is there after the first thousand. */
void case_cycles(const char *url) {
	cycles(url, 1000);
	long before = resident();
	cycles(url, 10000);
	long after = resident();
	printf("resident: %ld KiB, then %ld KiB\n", before, after);
	CHECK(after - before < 10000); /* less than one KiB a socket, which alone has more */
}
