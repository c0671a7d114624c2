//go:build linux && !android && (amd64 || arm64)

package signals

// void phx_signals_share(void);
import "C"

// Go's runtime starts while the library is loaded. It installs its own handlers for faults, in
// front of the existing ones, and makes every other handler run on the thread's alternate stack.
// .NET's runtime does not support that (see signals_linux.c), so its handlers are restored. Go's
// handlers still receive what Go needs: faults in Go code.
func init() { C.phx_signals_share() }
