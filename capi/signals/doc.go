// Package signals lets Go share a process with a runtime that was there before it and has signal handlers of its own, such as .NET's. It is
// imported for its effect, which is on Linux.
package signals
