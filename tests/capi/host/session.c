/* What goes over the connection. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

void case_session(const char *url) {
	host h;
	host_connect(&h, url, "{\"params\": {\"user_id\": \"c\"}}");
	CHECK_INT(lib.phx_socket_state(h.socket), PHX_SOCKET_OPEN);
	int64_t channel = host_join(&h, "room:c");
	CHECK_INT(lib.phx_channel_state(channel), PHX_CHANNEL_JOINED);

	int64_t push = lib.phx_push(channel, "echo", "{\"text\":\"h\xc3\xa4llo\"}", 0);
	CHECK(push > 0);
	const phx_event *reply = host_await(&h, PHX_EVENT_REPLY);
	CHECK_INT(reply->push, push);
	CHECK_INT(reply->channel, channel);
	CHECK_INT(reply->flags, 0);
	CHECK_TEXT(phx_event_text(reply, reply->topic), "room:c");
	CHECK_TEXT(phx_event_text(reply, reply->event), "echo");
	CHECK_TEXT(phx_event_text(reply, reply->status), "ok");
	CHECK_TEXT(phx_event_text(reply, reply->text), "");
	CHECK_TEXT(phx_event_text(reply, reply->payload), "{\"text\":\"h\xc3\xa4llo\"}");
	CHECK_INT(reply->payload_size, strlen("{\"text\":\"h\xc3\xa4llo\"}"));

	push = lib.phx_push(channel, "echo_error", NULL, 0);
	reply = host_await(&h, PHX_EVENT_REPLY);
	CHECK_INT(reply->push, push);
	CHECK_TEXT(phx_event_text(reply, reply->status), "error");

	push = lib.phx_push(channel, "noreply", NULL, 1);
	reply = host_await(&h, PHX_EVENT_REPLY);
	CHECK_INT(reply->push, push);
	CHECK_TEXT(phx_event_text(reply, reply->status), "timeout");

	push = lib.phx_channel_leave(channel, 0);
	reply = host_await(&h, PHX_EVENT_REPLY);
	CHECK_INT(reply->push, push);
	host_await(&h, PHX_EVENT_CHANNEL_CLOSE);
	CHECK_INT(lib.phx_channel_state(channel), PHX_CHANNEL_CLOSED);
	CHECK_INT(lib.phx_channel_free(channel), 0);
	CHECK_INT(lib.phx_poll(h.socket, &h.buffer, sizeof h.buffer, NULL, 0), 0);
	host_end(&h);
}

void case_binary(const char *url) {
	static const unsigned char bytes[] = {0, 1, 0, 255};
	host h;
	host_connect(&h, url, NULL);
	int64_t channel = host_join(&h, "room:c");
	int64_t push = lib.phx_push_binary(channel, "binary", bytes, sizeof bytes, 0);
	CHECK(push > 0);
	const phx_event *reply = host_await(&h, PHX_EVENT_REPLY);
	CHECK_INT(reply->push, push);
	CHECK_INT(reply->flags, PHX_FLAG_BINARY);
	CHECK_INT(reply->payload_size, sizeof bytes);
	CHECK(memcmp(phx_event_text(reply, reply->payload), bytes, sizeof bytes) == 0);

	push = lib.phx_push_binary(channel, "binary", NULL, 0, 0);
	reply = host_await(&h, PHX_EVENT_REPLY);
	CHECK_INT(reply->push, push);
	CHECK_INT(reply->flags, PHX_FLAG_BINARY);
	CHECK_INT(reply->payload_size, 0);
	host_end(&h);
}

/* Two sockets of one program in one topic. */
void case_broadcast(const char *url) {
	host sender, listener;
	host_connect(&sender, url, NULL);
	host_connect(&listener, url, NULL);
	int64_t from = host_join(&sender, "room:broadcast");
	int64_t to = host_join(&listener, "room:broadcast");
	CHECK(from != to);
	CHECK(lib.phx_push(from, "shout_from", "{\"n\":1}", 0) > 0);
	const phx_event *message = host_await(&listener, PHX_EVENT_MESSAGE);
	CHECK_INT(message->channel, to);
	CHECK_INT(message->push, 0);
	CHECK_TEXT(phx_event_text(message, message->event), "shout_from");
	CHECK_TEXT(phx_event_text(message, message->payload), "{\"n\":1}");
	host_end(&sender);
	host_end(&listener);
}

void case_short_buffer(const char *url) {
	host h;
	host_connect(&h, url, NULL);
	int64_t channel = host_join(&h, "room:c");
	int64_t push = lib.phx_push(channel, "big", "{\"size\":100000}", 0);
	size_t size = 0, again = 0;
	CHECK_INT(lib.phx_poll(h.socket, NULL, 0, &size, LIMIT_MS), PHX_ERROR_BUFFER);
	CHECK(size > 100000);
	CHECK_INT(lib.phx_poll(h.socket, &h.buffer, sizeof h.buffer, NULL, 0), PHX_ERROR_BUFFER);
	phx_event *event = malloc(size);
	CHECK(event != NULL);
	CHECK_INT(lib.phx_poll(h.socket, event, size - 1, &again, 0), PHX_ERROR_BUFFER);
	CHECK_INT(again, size);
	CHECK_INT(lib.phx_poll(h.socket, event, size, &again, 0), 1);
	CHECK_INT(again, size);
	CHECK_INT(event->push, push);
	CHECK_INT(event->payload_size, strlen(phx_event_text(event, event->payload)));
	free(event);
	host_end(&h);
}

#define PUSHES 200

static void *push_all(void *given) {
	int64_t channel = *(int64_t *)given;
	for (int i = 0; i < PUSHES; i++) {
		CHECK(lib.phx_push(channel, "ok_only", NULL, LIMIT_MS) > 0);
	}
	return NULL;
}

/* Three threads push while this one polls. */
void case_threads(const char *url) {
	host h;
	host_connect(&h, url, NULL);
	int64_t channel = host_join(&h, "room:c");
	pthread_t threads[3];
	for (int i = 0; i < 3; i++) {
		CHECK_INT(pthread_create(&threads[i], NULL, push_all, &channel), 0);
	}
	for (int i = 0; i < 3 * PUSHES; i++) {
		const phx_event *reply = host_await(&h, PHX_EVENT_REPLY);
		CHECK(reply->push > 0);
		CHECK_TEXT(phx_event_text(reply, reply->status), "ok");
	}
	for (int i = 0; i < 3; i++) {
		CHECK_INT(pthread_join(threads[i], NULL), 0);
	}
	CHECK_INT(lib.phx_poll(h.socket, &h.buffer, sizeof h.buffer, NULL, 0), 0);
	host_end(&h);
}
