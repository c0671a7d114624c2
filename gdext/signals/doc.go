// Package signals makes what the signals, replies and errors of the classes carry from what core reports: in the binary Variant form, and
// in the words that a game sees. It knows nothing of the engine, so that the native library and the worker of a web game say the same.
package signals
