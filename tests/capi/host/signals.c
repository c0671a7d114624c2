/* A runtime in the same process that has signal handlers of its own, as .NET's: it stops its threads with the first realtime signal, whose
 * handler needs much of the thread's own stack, and goes on after a division by zero. Both work as before when the library is loaded, early
 * or late. */
#include "host.h"

#ifdef __linux__
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 8, ROUNDS = 200, STACK_NEEDED = 64 << 10, ALTERNATE_STACK = 16 << 10 };

static _Thread_local volatile int stops;
static _Thread_local sigjmp_buf after_division;

static void stop(int number, siginfo_t *information, void *context) {
	(void)number, (void)information, (void)context;
	volatile char used[STACK_NEEDED];
	for (size_t at = 0; at < sizeof used; at += 1 << 10) {
		used[at] = 1;
	}
	stops += used[0];
}

static void divided(int number, siginfo_t *information, void *context) {
	(void)number, (void)information, (void)context;
	siglongjmp(after_division, 1);
}

static void handle(int number, void (*handler)(int, siginfo_t *, void *), int flags) {
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_RESTART | flags};
	CHECK_INT(sigaction(number, &action, NULL), 0);
}

static void handle_all(void) {
	handle(SIGRTMIN, stop, 0);
	handle(SIGFPE, divided, 0);
}

static void check_handler(int number, void (*handler)(int, siginfo_t *, void *)) {
	struct sigaction action;
	CHECK_INT(sigaction(number, NULL, &action), 0);
	CHECK(action.sa_sigaction == handler);
	CHECK_INT(action.sa_flags & SA_ONSTACK, 0);
}

static void divide_by_zero(void) {
#ifdef __x86_64__
	volatile int number = 1, zero = 0;
	number = number / zero;
#else /* where it raises none */
	CHECK_INT(pthread_kill(pthread_self(), SIGFPE), 0);
#endif
}

/* A thread of that runtime, which calls the library. */
static void *work(void *url) {
	char *alternate = malloc(ALTERNATE_STACK);
	const stack_t stack = {.ss_sp = alternate, .ss_size = ALTERNATE_STACK};
	CHECK_INT(sigaltstack(&stack, NULL), 0);
	host *h = calloc(1, sizeof *h);
	host_connect(h, url, NULL);
	int64_t channel = host_join(h, "room:signals");
	for (int round = 0; round < ROUNDS; round++) {
		int64_t push = lib.phx_push(channel, "echo", "{\"n\":1}", LIMIT_MS);
		CHECK(push > 0);
		CHECK_INT(pthread_kill(pthread_self(), SIGRTMIN), 0);
		CHECK_INT(stops, round + 1);
		CHECK_INT(host_await(h, PHX_EVENT_REPLY)->push, push);
		if (sigsetjmp(after_division, 1) == 0) {
			divide_by_zero();
			CHECK(!"a division by zero raises a signal");
		}
	}
	host_end(h);
	free(h);
	const stack_t none = {.ss_flags = SS_DISABLE};
	CHECK_INT(sigaltstack(&none, NULL), 0);
	free(alternate);
	return NULL;
}

static void run(const char *url) {
	pthread_t threads[THREADS];
	CHECK(lib.phoenix_channels_version() != NULL); /* Go's runtime has started */
	check_handler(SIGRTMIN, stop);
	check_handler(SIGFPE, divided);
	for (int i = 0; i < THREADS; i++) {
		CHECK_INT(pthread_create(&threads[i], NULL, work, (void *)(uintptr_t)url), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		CHECK_INT(pthread_join(threads[i], NULL), 0);
	}
	check_handler(SIGRTMIN, stop);
	check_handler(SIGFPE, divided);
}

void signals_before_the_library(const char *name) {
	if (strcmp(name, "signals_early") == 0) {
		handle_all();
	}
}

void case_signals_early(const char *url) { run(url); }

void case_signals_late(const char *url) {
	handle_all();
	run(url);
}
#else
void signals_before_the_library(const char *name) { (void)name; }

void case_signals_early(const char *url) { case_session(url); }

void case_signals_late(const char *url) { case_session(url); }
#endif
