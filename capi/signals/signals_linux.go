//go:build linux && !android && (amd64 || arm64)

package signals

// void phx_signals_share(void);
import "C"

// Go's runtime starts while the library is loaded. It puts its own handlers before
// those of faults, and makes every other handler run on the thread's alternate
// stack. .NET's runtime does not fit that (see signals_linux.c), so it gets back
// what it had. Go's code keeps what it needs: the faults in it.
func init() { C.phx_signals_share() }
