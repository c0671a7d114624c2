/* Handles faults as .NET's runtime does, which makes an exception of a null reference: it goes on elsewhere without returning from its
 * handler. Usage: host LIBRARY, which is loaded after that. Status 0 when the faults of both are handled. */
#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 1000 };

static sigjmp_buf after_fault;

static void stop(int number) { (void)number; }

static void handle_fault(int number, siginfo_t *information, void *context) {
	(void)information, (void)context;
	sigset_t one;
	sigemptyset(&one);
	sigaddset(&one, number);
	pthread_sigmask(SIG_UNBLOCK, &one, NULL);
	siglongjmp(after_fault, 1);
}

static void require(int holds, const char *what) {
	if (!holds) {
		printf("%s\n", what);
		exit(1);
	}
}

int main(int count, char **arguments) {
	require(count == 2, "host LIBRARY");
	signal(SIGRTMIN, stop);
	const struct sigaction action = {.sa_sigaction = handle_fault, .sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK};
	sigaction(SIGSEGV, &action, NULL);
	void *library = dlopen(arguments[1], RTLD_NOW);
	require(library != NULL, "dlopen");
	int (*in_go)(void);
	void *symbol = dlsym(library, "phx_fault_in_go");
	require(symbol != NULL, "dlsym");
	memcpy(&in_go, &symbol, sizeof in_go);
	int *volatile nowhere = NULL;
	sigset_t blocked;
	for (int round = 0; round < ROUNDS; round++) {
		require(in_go() == 1, "Go does not recover from its fault");
		if (sigsetjmp(after_fault, 0) == 0) {
			*nowhere = 1;
		}
		pthread_sigmask(SIG_BLOCK, NULL, &blocked);
		for (int number = 1; number <= SIGRTMAX; number++) {
			require(sigismember(&blocked, number) != 1, "signals are blocked after a fault of the host");
		}
	}
	printf("ok\n");
	return 0;
}
