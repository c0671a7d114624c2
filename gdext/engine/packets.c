// The packets received for a multiplayer peer, and the events between them. The engine reads
// packets in place, and a packet's handler may poll, close or free the peer. A packet's memory
// therefore remains valid until its handler has returned.
#include "engine.h"

#include <stdlib.h>
#include <string.h>

void gd_packets_init(gd_packets *packets) {
	memset(packets, 0, sizeof *packets);
	packets->end = &packets->first;
	packets->new_end = &packets->new_first;
}

gd_chunk *gd_chunk_new(const uint8_t *records, int64_t size, int32_t count) {
	gd_chunk *chunk = malloc(sizeof *chunk + (size_t)size);
	if (chunk != NULL) {
		*chunk = (gd_chunk){ .is_event = count == 0, .packets = count, .size = size };
		memcpy(chunk->data, records, (size_t)size);
	}
	return chunk;
}

void gd_chunk_free(gd_chunk *chunk) {
	free(chunk);
}

void gd_packets_add(gd_packets *packets, gd_chunk *chunk) {
	*packets->new_end = chunk;
	packets->new_end = &chunk->next;
	packets->bytes += chunk->size;
}

// Counts the packets before the next event.
static void count(gd_packets *packets) {
	packets->packets = 0;
	for (const gd_chunk *chunk = packets->first; chunk != NULL && !chunk->is_event; chunk = chunk->next) {
		packets->packets += chunk->packets;
	}
}

static gd_chunk *remove_first(gd_packets *packets) {
	gd_chunk *chunk = packets->first;
	packets->first = chunk->next;
	if (packets->first == NULL) {
		packets->end = &packets->first;
	}
	packets->bytes -= chunk->size;
	chunk->next = NULL;
	return chunk;
}

// Frees a chunk that has left its list, unless one of its packets is being handled.
static void discard(gd_chunk *chunk) {
	chunk->packets = 0;
	if (chunk->handled == 0) {
		free(chunk);
	}
}

// The handler at the current level has returned.
static void end_handler(gd_packets *packets) {
	gd_chunk *chunk = packets->handled[packets->level];
	packets->handled[packets->level] = NULL;
	if (chunk != NULL && --chunk->handled == 0 && chunk->packets == 0) {
		free(chunk);
	}
}

bool gd_packets_poll(gd_packets *packets) {
	if (packets->handled[packets->level] != NULL && packets->level < GD_MAX_NESTED_POLLS - 1) {
		packets->level++; // polled from a handler
	}
	if (packets->new_first != NULL) {
		*packets->end = packets->new_first;
		packets->end = packets->new_end;
		packets->new_first = NULL;
		packets->new_end = &packets->new_first;
	}
	count(packets);
	return packets->first != NULL && packets->first->is_event;
}

gd_chunk *gd_packets_event(gd_packets *packets) {
	if (packets->first != NULL && packets->first->is_event) {
		return remove_first(packets);
	}
	count(packets);
	return NULL;
}

int32_t gd_packets_count(gd_packets *packets) {
	end_handler(packets);
	if (packets->packets == 0 && packets->level > 0) {
		packets->level--; // a poll from a handler ends
	}
	return packets->packets;
}

// Finds a chunk's next packet and returns the position of its record.
static int64_t find(const gd_chunk *chunk, gd_record *record) {
	for (int64_t at = chunk->at;; at += (int64_t)sizeof *record + record->size) {
		memcpy(record, chunk->data + at, sizeof *record);
		if (record->kind != GD_PACKET_FORGOTTEN) {
			return at;
		}
	}
}

bool gd_packets_peek(const gd_packets *packets, gd_record *record, const uint8_t **data) {
	if (packets->packets == 0) {
		return false;
	}
	const gd_chunk *chunk = packets->first;
	*data = chunk->data + find(chunk, record) + sizeof *record;
	return true;
}

bool gd_packets_take(gd_packets *packets, gd_record *record, const uint8_t **data) {
	end_handler(packets);
	if (packets->packets == 0) {
		return false;
	}
	gd_chunk *chunk = packets->first;
	chunk->at = find(chunk, record) + (int64_t)sizeof *record;
	*data = chunk->data + chunk->at;
	chunk->at += record->size;
	chunk->handled++;
	packets->handled[packets->level] = chunk;
	packets->packets--;
	if (--chunk->packets == 0) {
		remove_first(packets);
	}
	return true;
}

// Drops a sender's packets from a list and returns the list's end.
static gd_chunk **forget(gd_packets *packets, gd_chunk **at, int32_t sender) {
	while (*at != NULL) {
		gd_chunk *chunk = *at;
		for (int64_t i = chunk->at; !chunk->is_event && i < chunk->size;) {
			gd_record record;
			memcpy(&record, chunk->data + i, sizeof record);
			if (record.peer == sender && record.kind == GD_PACKET) {
				record.kind = GD_PACKET_FORGOTTEN;
				memcpy(chunk->data + i, &record, sizeof record);
				chunk->packets--;
			}
			i += (int64_t)sizeof record + record.size;
		}
		if (chunk->is_event || chunk->packets > 0) {
			at = &chunk->next;
		} else {
			*at = chunk->next;
			packets->bytes -= chunk->size;
			discard(chunk);
		}
	}
	return at;
}

void gd_packets_forget(gd_packets *packets, int32_t sender) {
	int32_t before = packets->packets;
	packets->end = forget(packets, &packets->first, sender);
	packets->new_end = forget(packets, &packets->new_first, sender);
	if (before > 0) { // otherwise an event may be in front, which only a poll may pass
		count(packets);
	}
}

static void clear_list(gd_chunk *chunk) {
	while (chunk != NULL) {
		gd_chunk *next = chunk->next;
		discard(chunk);
		chunk = next;
	}
}

void gd_packets_clear(gd_packets *packets) {
	clear_list(packets->first);
	clear_list(packets->new_first);
	packets->first = packets->new_first = NULL;
	packets->end = &packets->first;
	packets->new_end = &packets->new_first;
	packets->bytes = packets->packets = 0;
}

gd_chunk *gd_packets_end(gd_packets *packets) {
	gd_packets_clear(packets);
	gd_chunk *list = NULL;
	for (packets->level = 0; packets->level < GD_MAX_NESTED_POLLS; packets->level++) {
		gd_chunk *chunk = packets->handled[packets->level];
		if (chunk != NULL && chunk->handled > 1) {
			end_handler(packets);
		} else if (chunk != NULL) {
			chunk->next = list;
			list = chunk;
		}
	}
	packets->level = 0;
	return list;
}
