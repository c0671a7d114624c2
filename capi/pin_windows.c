// Keeps the library in memory until the process ends. Go's threads and its exception handler run until then, so FreeLibrary, which the
// engine calls when it exits, must not unmap their code. On Linux the linker says so (-z nodelete), on macOS the library's thread-local
// variable (dlclose(3)); on Windows only the library itself can.
#include <windows.h>

__attribute__((constructor)) static void pin(void) {
	HMODULE self;
	GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN, (LPCWSTR)(void *)pin, &self);
}
