/* The engine's part: it registers the extension, and at its exit frees the library while Go's threads run. */
#include <stdio.h>
#include <string.h>
#ifdef __linux__
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "host.h"

enum { LEVEL_SCENE = 2, CLASSES = 5 };

/* What the entry symbol fills in (GDExtensionInitialization). */
static struct {
	int32_t minimum_level;
	void *userdata;
	void (*initialize)(void *userdata, int32_t level);
	void (*deinitialize)(void *userdata, int32_t level);
} extension;

typedef void function(void);

static int classes; /* that are registered */

static void get_godot_version(void *version) {
	const struct {
		uint32_t major, minor, patch;
		const char *text;
	} known = {4, 6, 3, "4.6.3"};
	memcpy(version, &known, sizeof known);
}

static void register_class(void) { classes++; }

static void unregister_class(void) { classes--; }

static void *address_of(function *f) {
	void *address;
	memcpy(&address, &f, sizeof address);
	return address;
}

/* Every other function, and those that are asked for by it: to register takes no more than that each is there. */
static void *anything(void) { return address_of((function *)anything); }

static void *get_proc_address(const char *name) {
	if (strcmp(name, "get_godot_version") == 0) {
		return address_of((function *)get_godot_version);
	}
	if (strcmp(name, "classdb_register_extension_class4") == 0) {
		return address_of(register_class);
	}
	if (strcmp(name, "classdb_unregister_extension_class") == 0) {
		return address_of(unregister_class);
	}
	return anything();
}

static void extension_start(void) {
	CHECK_INT(lib.phoenix_channels_init(address_of((function *)get_proc_address), NULL, &extension), 1);
	CHECK_INT(extension.minimum_level, LEVEL_SCENE);
	extension.initialize(extension.userdata, LEVEL_SCENE);
	CHECK_INT(classes, CLASSES);
}

static void extension_end(void) {
	extension.deinitialize(extension.userdata, LEVEL_SCENE);
	CHECK_INT(classes, 0);
}

enum { SOCKETS = 3, TICKS = 5000 };

static host loaded[SOCKETS];

/* Sockets that are sent more than they have got when this returns. */
static void sockets_load(const char *url) {
	for (int i = 0; i < SOCKETS; i++) {
		host_connect(&loaded[i], url, "{\"max_queued_bytes\": 20000000}");
		int64_t channel = host_join(&loaded[i], "room:load");
		char flood[64];
		snprintf(flood, sizeof flood, "{\"n\":%d,\"reply\":true}", TICKS);
		CHECK(lib.phx_push(channel, "flood", flood, LIMIT_MS) > 0);
	}
	for (int i = 0; i < SOCKETS; i++) {
		host_await(&loaded[i], PHX_EVENT_MESSAGE);
	}
}

/* The rest of what they are sent. */
static void sockets_end(void) {
	for (int i = 0; i < SOCKETS; i++) {
		for (int tick = 2; tick <= TICKS; tick++) {
			host_await(&loaded[i], PHX_EVENT_MESSAGE);
		}
		host_await(&loaded[i], PHX_EVENT_REPLY);
		host_end(&loaded[i]);
	}
}

/* To free the library ends nothing of it: what is loaded again afterwards is the same one, its sockets have stayed, and the program ends
 * without a fault while more are under load. */
void case_freed(const char *url) {
	extension_start();
	sockets_load(url);
	extension_end();
	library_free();
	host_sleep(100);
	library_load_again();
	sockets_end();

	extension_start();
	case_session(url);
	sockets_load(url);
	extension_end();
	library_free();
}

#ifdef __linux__
/* The signal in every thread, as each may be the one that writes to a connection that is gone. */
static void signal_threads(int number) {
	DIR *threads = opendir("/proc/self/task");
	CHECK(threads != NULL);
	for (struct dirent *thread; (thread = readdir(threads)) != NULL;) {
		if (thread->d_name[0] != '.') {
			syscall(SYS_tgkill, getpid(), atoi(thread->d_name), number);
		}
	}
	closedir(threads);
}
#endif

/* The engine ignores SIGPIPE while it writes to a pipe, and then puts back the handler that was there, without its flags. The next broken
 * connection must not end the program. */
void case_broken_pipe(const char *url) {
	extension_start();
	case_session(url);
#ifdef __linux__
	void (*before)(int) = signal(SIGPIPE, SIG_IGN);
	signal(SIGPIPE, before);
	signal_threads(SIGPIPE);
#endif
	case_session(url);
	extension_end();
}
