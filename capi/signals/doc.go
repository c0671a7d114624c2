// Package signals lets Go share a process with a runtime that was loaded earlier and has signal
// handlers of its own, such as .NET's. It is imported for its side effect, on Linux only.
package signals
