/* A host of the library without Godot: host LIBRARY CASE URL. Status 0 when the case holds. */
#include "host.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void check(bool holds, const char *what, const char *file, int line) {
	if (!holds) {
		printf("%s:%d: %s does not hold (last error: %s)\n", file, line, what, lib.phx_last_error());
		exit(1);
	}
}

void check_int(int64_t got, int64_t expected, const char *what, const char *file, int line) {
	if (got != expected) {
		printf("%s:%d: %s is %" PRId64 ", expected %" PRId64 " (last error: %s)\n", file, line, what, got, expected, lib.phx_last_error());
		exit(1);
	}
}

void check_text(const char *got, const char *expected, const char *what, const char *file, int line) {
	if (strcmp(got, expected) != 0) {
		printf("%s:%d: %s is %s, expected %s\n", file, line, what, got, expected);
		exit(1);
	}
}

void host_connect(host *h, const char *url, const char *options) {
	h->socket = lib.phx_socket_new(url, options);
	CHECK(h->socket > 0);
	CHECK_INT(lib.phx_socket_connect(h->socket), 0);
	host_await(h, PHX_EVENT_OPEN);
}

int64_t host_join(host *h, const char *topic) {
	int64_t channel = lib.phx_channel_new(h->socket, topic, "{\"presence\": false}", 0);
	CHECK(channel > 0);
	int64_t join = lib.phx_channel_join(channel, 0);
	CHECK(join > 0);
	const phx_event *joined = host_await(h, PHX_EVENT_JOIN);
	CHECK_INT(joined->push, join);
	CHECK_INT(joined->channel, channel);
	CHECK_TEXT(phx_event_text(joined, joined->status), "ok");
	return channel;
}

const phx_event *host_await(host *h, int32_t kind) {
	size_t size;
	CHECK_INT(lib.phx_poll(h->socket, &h->buffer, sizeof h->buffer, &size, LIMIT_MS), 1);
	CHECK(size >= sizeof(phx_event) && size <= sizeof h->buffer);
	if (h->buffer.event.kind != kind) {
		printf("event: %s\n", phx_event_text(&h->buffer.event, h->buffer.event.text));
	}
	CHECK_INT(h->buffer.event.kind, kind);
	return &h->buffer.event;
}

void host_sleep(int milliseconds) {
	const struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
	nanosleep(&time, NULL);
}

void host_end(host *h) {
	CHECK_INT(lib.phx_socket_disconnect(h->socket, 1000, "done"), 0);
	do {
		CHECK_INT(lib.phx_poll(h->socket, &h->buffer, sizeof h->buffer, NULL, LIMIT_MS), 1);
	} while (h->buffer.event.kind != PHX_EVENT_CLOSE);
	CHECK(h->buffer.event.flags & PHX_FLAG_WAS_REQUESTED);
	CHECK_INT(lib.phx_socket_free(h->socket), 0);
}

static const struct {
	const char *name;
	void (*run)(const char *url);
} cases[] = {
	{"session", case_session},   {"binary", case_binary},         {"broadcast", case_broadcast}, {"short_buffer", case_short_buffer},
	{"threads", case_threads},   {"mistakes", case_mistakes},     {"entry", case_entry},         {"last_error", case_last_error},
	{"cycles", case_cycles},     {"freed", case_freed},           {"broken_pipe", case_broken_pipe},
	{"signals_early", case_signals_early}, {"signals_late", case_signals_late},
};

int main(int count, char **arguments) {
	if (count != 4) {
		printf("host LIBRARY CASE URL\n");
		return 2;
	}
	signals_before_the_library(arguments[2]);
	library_load(arguments[1]);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		if (strcmp(cases[i].name, arguments[2]) == 0) {
			cases[i].run(arguments[3]);
			printf("ok %s\n", arguments[2]);
			return 0;
		}
	}
	printf("there is no case %s\n", arguments[2]);
	return 2;
}
