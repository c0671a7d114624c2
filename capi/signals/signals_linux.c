//go:build linux && !android && (amd64 || arm64)

#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

// What was there before Go's runtime started.
static struct sigaction activation, division, bus, fault;

// Go's handler of faults, and the code that it is for: this library's.
static void (*go_fault)(int, siginfo_t *, void *);
static uintptr_t code_begin, code_end;

// Before Go's runtime, whose own constructor has no priority.
__attribute__((constructor(101))) static void remember(void) {
	sigaction(SIGRTMIN, NULL, &activation);
	sigaction(SIGFPE, NULL, &division);
	sigaction(SIGBUS, NULL, &bus);
	sigaction(SIGSEGV, NULL, &fault);
}

static int has_handler(const struct sigaction *action) {
	return action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN;
}

static int find_code(struct dl_phdr_info *object, size_t size, void *unused) {
	(void)size, (void)unused;
	for (int i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
		uintptr_t begin = object->dlpi_addr + segment->p_vaddr, here = (uintptr_t)find_code;
		if (segment->p_type == PT_LOAD && begin <= here && here < begin + segment->p_memsz) {
			code_begin = begin;
			code_end = begin + segment->p_memsz;
			return 1;
		}
	}
	return 0;
}

static uintptr_t place_of(const ucontext_t *context) {
#ifdef __x86_64__
	return (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
#else
	return (uintptr_t)context->uc_mcontext.pc;
#endif
}

// .NET goes on after a null reference without returning from its handler. The signals that Go's handler blocks would stay blocked.
static void on_fault(int number, siginfo_t *information, void *context) {
	uintptr_t place = place_of(context);
	if (place >= code_begin && place < code_end) {
		sigset_t all;
		sigfillset(&all);
		pthread_sigmask(SIG_BLOCK, &all, NULL); // the end of the handler unblocks them
		go_fault(number, information, context);
		return;
	}
	if ((fault.sa_flags & SA_SIGINFO) != 0) {
		fault.sa_sigaction(number, information, context);
	} else {
		fault.sa_handler(number);
	}
}

// .NET stops its threads with the first realtime signal, whose handler needs more than the 16 KiB of its alternate stacks. Go itself sets
// no handler for it.
__attribute__((visibility("hidden"))) void phx_signals_share(void) {
	if (!has_handler(&activation) || (activation.sa_flags & SA_ONSTACK) != 0) {
		return; // another program
	}
	sigaction(SIGRTMIN, &activation, NULL);
	// Go's compiler checks divisors, and this library maps no files.
	sigaction(SIGFPE, &division, NULL);
	sigaction(SIGBUS, &bus, NULL);
	struct sigaction ours;
	if (has_handler(&fault) && sigaction(SIGSEGV, NULL, &ours) == 0 && dl_iterate_phdr(find_code, NULL) == 1) {
		go_fault = ours.sa_sigaction;
		ours = fault;
		ours.sa_sigaction = on_fault;
		ours.sa_flags |= SA_SIGINFO | SA_ONSTACK; // Go's code runs on small stacks
		sigaction(SIGSEGV, &ours, NULL);
	}
}
