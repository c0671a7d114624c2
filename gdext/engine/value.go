package engine

// #include "engine.h"
import "C"

import (
	"errors"
	"fmt"
	"unsafe"
)

// Variant is an argument of any type, borrowed for the duration of the call.
type Variant struct {
	pointer unsafe.Pointer
	kind    Type
	text    *C.char // of a String
	len     C.int64_t
}

// Borrowed arguments of one type.
type (
	Dictionary   struct{ Variant }
	PackedInt32s struct{ Variant }
	Callable     struct{ Variant }
)

// ObjectArg is an object given as an argument; its Object is zero for null.
type ObjectArg struct {
	Variant
	Object
}

// Type of the value.
func (v Variant) Type() Type { return v.kind }

// Text of a String or StringName; "" for other types.
func (v Variant) Text() string { return C.GoStringN(v.text, C.int(v.len)) }

// Errors of Bytes.
var (
	ErrCycle   = errors.New("a Dictionary or Array contains itself")
	ErrTooDeep = errors.New("Dictionaries and Arrays are nested more than 100 deep")
)

// Bytes lends the value in the binary Variant form for the duration of f. A value
// that contains itself is ErrCycle.
func (v Variant) Bytes(f func([]byte) error) error { return bytesOf(v.pointer, f) }

func bytesOf(variant unsafe.Pointer, f func([]byte) error) error {
	var packed C.gd_packed
	var data *C.uint8_t
	var length C.int64_t
	switch C.gd_bytes_of(variant, &packed, &data, &length) {
	case C.GD_BYTES_CYCLE:
		return ErrCycle
	case C.GD_BYTES_TOO_DEEP:
		return ErrTooDeep
	}
	defer C.gd_bytes_free(&packed)
	return f(unsafe.Slice((*byte)(data), int(length)))
}

// Keep makes a reference that outlives the call.
func (v Variant) Keep() *Ref { return &Ref{c: C.gd_variant_copy(v.pointer)} }

// Ref keeps a value alive in the engine until Release. A nil *Ref is null.
type Ref struct {
	c      *C.gd_variant
	object uint64 // id, when it holds an object made here
}

// DictionaryRef is a Dictionary that Go keeps.
type DictionaryRef struct{ *Ref }

// NewDictionary makes an empty Dictionary.
func NewDictionary() DictionaryRef {
	empty := [8]byte{byte(TypeDictionary)}
	return DictionaryRef{NewRef(empty[:])}
}

// NewRef builds a value from its binary Variant form.
func NewRef(bytes []byte) *Ref {
	c := C.gd_variant_build((*C.uint8_t)(unsafe.SliceData(bytes)), C.int64_t(len(bytes)))
	if c == nil {
		panic("engine: malformed Variant bytes")
	}
	return &Ref{c: c}
}

func (r *Ref) variant() *C.gd_variant {
	if r == nil || r.c == nil {
		panic("engine: use of a released reference")
	}
	return r.c
}

// Bytes lends the value in the binary Variant form, as Variant.Bytes does.
func (r *Ref) Bytes(f func([]byte) error) error { return bytesOf(unsafe.Pointer(r.variant()), f) }

// Release gives the value up. Releasing twice, or nil, does nothing.
func (r *Ref) Release() {
	if r != nil && r.c != nil {
		C.gd_variant_free(r.c)
		r.c = nil
	}
}

// CallError says why the engine refused a call.
type CallError struct {
	Method                   string
	Code, Argument, Expected int
}

func (e *CallError) Error() string {
	switch e.Code {
	case 2:
		return fmt.Sprintf("argument %d has the wrong type", e.Argument+1)
	case 3:
		return fmt.Sprintf("it takes %d argument(s) only", e.Expected)
	case 4:
		return fmt.Sprintf("it needs %d argument(s)", e.Expected)
	case 5:
		return "its object is gone"
	default:
		return fmt.Sprintf("it has no method %q", e.Method)
	}
}

// Call calls a method of the value by name, with argc arguments in the binary
// Variant form one behind the other, and returns what it returned. For rare
// calls; it looks the method up each time.
func (r *Ref) Call(method string, args []byte, argc int) (*Ref, error) {
	var failure C.gd_call_error
	result := C.gd_variant_nil()
	problem := C.gd_call(unsafe.Pointer(r.variant()), stringName(method).c, (*C.uint8_t)(unsafe.SliceData(args)),
		C.int64_t(len(args)), C.int32_t(argc), result, &failure)
	return &Ref{c: result}, callError(method, problem, failure)
}

// Invoke calls a Callable and drops what it returns.
func (r *Ref) Invoke(args []byte, argc int) error {
	var failure C.gd_call_error
	problem := C.gd_call(unsafe.Pointer(r.variant()), stringName("call").c, (*C.uint8_t)(unsafe.SliceData(args)),
		C.int64_t(len(args)), C.int32_t(argc), nil, &failure)
	return callError("call", problem, failure)
}

func callError(method string, problem C.int32_t, failure C.gd_call_error) error {
	switch {
	case problem == C.GD_CALL_MALFORMED:
		return errors.New("malformed arguments")
	case problem != C.GD_CALL_OK:
		return &CallError{method, int(failure.error), int(failure.argument), int(failure.expected)}
	}
	return nil
}
