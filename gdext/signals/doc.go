// Package signals converts core's events to the arguments of the classes' signals, replies and
// errors, as binary Variants and in the words that games use. It does not depend on the engine, so
// the native library and the worker of a web game emit the same.
package signals
