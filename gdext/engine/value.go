package engine

/*
#include "engine.h"
#include <stdlib.h>
*/
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
}

// Borrowed arguments of one type.
type (
	Dictionary   struct{ Variant }
	PackedInt32s struct{ Variant }
	Callable     struct{ Variant }
)

// Encoded is an argument that is also available in the binary Variant form.
type Encoded struct {
	Variant
	bytes []byte // nil if the value cannot be encoded
	plain bool   // JSON can represent the whole value
}

// Plain lends the value in the binary Variant form for the duration of the call if JSON can
// represent the whole value. Otherwise it returns nil; package variant handles such values.
func (e Encoded) Plain() []byte {
	if !e.plain {
		return nil
	}
	return e.bytes
}

func encodedBytes(arg *C.gd_arg) []byte {
	return unsafe.Slice((*byte)(arg.bytes.data), int(arg.bytes.len))
}

// Bytes lends f the value as [Variant.Bytes] does.
func (e Encoded) Bytes(f func([]byte) error) error {
	if e.bytes == nil {
		return e.Variant.Bytes(f) // returns the reason
	}
	return f(e.bytes)
}

// ObjectArg is an object argument; its Object is zero for null.
type ObjectArg struct {
	Variant
	Object
}

// Type returns the value's type.
func (v Variant) Type() Type { return v.kind }

// Text returns the text of a String or StringName, "" for other types.
func (v Variant) Text() string {
	if !v.IsText() {
		return ""
	}
	var length C.int64_t
	text := C.gd_variant_text(v.pointer, &length)
	defer C.free(unsafe.Pointer(text))
	return C.GoStringN(text, C.int(length))
}

// IsText reports whether the value is a String or a StringName.
func (v Variant) IsText() bool { return v.kind == TypeString || v.kind == typeStringName }

// Each calls f with each entry, in order, until f returns an error.
func (d Dictionary) Each(f func(key, value Variant) error) error {
	var keys, values C.gd_container
	count := C.gd_dictionary_open(d.pointer, &keys, &values)
	defer C.gd_dictionary_close(&keys, &values)
	for i := range count {
		if err := f(variantAt(C.gd_array_at(&keys, i)), variantAt(C.gd_array_at(&values, i))); err != nil {
			return err
		}
	}
	return nil
}

func variantAt(pointer unsafe.Pointer) Variant {
	return Variant{pointer, Type(C.gd_type_of(pointer))}
}

// NestingError is the error for a value that cannot be encoded because of how its Dictionaries and
// Arrays contain each other.
type NestingError struct {
	Cycle bool // a container contains itself; otherwise they nest too deeply
	Type  Type // of the container at fault
	Path  []PathStep
}

// PathStep leads from a container to the next one.
type PathStep struct {
	Kind  StepKind
	Key   string // of StepKey
	Index int    // of the element or entry
}

// StepKind is the kind of entry that leads to the next container.
type StepKind int

// The kinds of steps.
const (
	StepIndex StepKind = iota // an element of an Array
	StepKey                   // a value whose key is a text
	StepEntry                 // a value whose key is something else
	StepInKey                 // a key
)

// MaxNesting is the number of levels of Dictionaries and Arrays that can be encoded.
const MaxNesting = C.GD_MAX_NESTING

func (e *NestingError) Error() string {
	if e.Cycle {
		return "a Dictionary or an Array contains itself"
	}
	return fmt.Sprintf("more than %d levels of Dictionaries and Arrays", MaxNesting)
}

// Bytes lends f the value in the binary Variant form. For a value that contains itself or nests too
// deeply it returns a *NestingError.
func (v Variant) Bytes(f func([]byte) error) error { return bytesOf(v.pointer, f) }

func bytesOf(variant unsafe.Pointer, f func([]byte) error) error {
	var bytes C.gd_bytes
	if problem := C.gd_bytes_of(variant, &bytes); problem != C.GD_BYTES_OK {
		return nestingError(variant, problem == C.GD_BYTES_CYCLE)
	}
	defer C.gd_bytes_free(&bytes)
	return f(unsafe.Slice((*byte)(bytes.data), int(bytes.len)))
}

func nestingError(variant unsafe.Pointer, cycle bool) *NestingError {
	var kind C.int32_t
	var entries [MaxNesting]C.int32_t
	count := C.gd_bytes_problem(variant, &kind, &entries[0])
	e := &NestingError{Cycle: cycle, Type: Type(kind)}
	e.Path = pathOf(Variant{variant, Type(C.gd_type_of(variant))}, entries[:count])
	return e
}

// pathOf returns the path from a value to another value inside it.
func pathOf(container Variant, entries []C.int32_t) []PathStep {
	if len(entries) == 0 {
		return nil
	}
	entry := entries[0]
	inKey := entry < 0
	if inKey {
		entry = -1 - entry
	}
	var keys, values C.gd_container
	if container.kind == TypeDictionary {
		C.gd_dictionary_open(container.pointer, &keys, &values)
	} else {
		C.gd_array_open(container.pointer, &keys, &values)
	}
	defer C.gd_dictionary_close(&keys, &values)
	step := PathStep{Index: int(entry)}
	next := variantAt(C.gd_array_at(&values, C.int64_t(entry)))
	if container.kind == TypeDictionary {
		step.Kind = StepEntry
		switch key := variantAt(C.gd_array_at(&keys, C.int64_t(entry))); {
		case inKey:
			step.Kind, next = StepInKey, key
		case key.kind == TypeString || key.kind == typeStringName:
			step.Kind, step.Key = StepKey, key.Text()
		}
	}
	return append([]PathStep{step}, pathOf(next, entries[1:])...)
}

// Keep returns a reference that outlives the call.
func (v Variant) Keep() *Ref { return &Ref{c: C.gd_variant_copy(v.pointer)} }

// Ref keeps a value alive in the engine until Release. A nil *Ref is null.
type Ref struct {
	c      *C.gd_variant
	object uint64 // id, if it holds an object created here
}

// DictionaryRef is a reference to a Dictionary.
type DictionaryRef struct{ *Ref }

// NewDictionary returns an empty Dictionary.
func NewDictionary() DictionaryRef {
	empty := [8]byte{byte(TypeDictionary)}
	return DictionaryRef{NewRef(empty[:])}
}

// Set sets an entry and releases the reference to its value; a nil value is null.
func (d DictionaryRef) Set(key string, value *Ref) {
	if value == nil {
		value = NewRef(make([]byte, 4))
	}
	C.gd_dictionary_set(d.variant(), stringName(key).c, value.variant())
	value.Release()
}

// GivenDictionary is a Dictionary result whose ownership passes to the engine.
type GivenDictionary struct{ DictionaryRef }

// GivenVariant is a result of any type whose ownership passes to the engine.
type GivenVariant struct{ *Ref }

// Share returns a second reference to the Dictionary as a method's result.
func (d DictionaryRef) Share() GivenDictionary { return GivenDictionary{DictionaryRef{d.Clone()}} }

// NewRef builds a value from its binary Variant form.
func NewRef(bytes []byte) *Ref {
	var memory C.int64_t
	c := C.gd_variant_build((*C.uint8_t)(unsafe.SliceData(bytes)), C.int64_t(len(bytes)), false, &memory)
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

// Bytes lends f the value in the binary Variant form, as Variant.Bytes does.
func (r *Ref) Bytes(f func([]byte) error) error { return bytesOf(unsafe.Pointer(r.variant()), f) }

// Same reports whether the value equals another reference's value.
func (r *Ref) Same(other *Ref) bool {
	return bool(C.gd_variant_equal(unsafe.Pointer(r.variant()), unsafe.Pointer(other.variant())))
}

// Equals reports whether the value equals a borrowed value.
func (r *Ref) Equals(v Variant) bool {
	return bool(C.gd_variant_equal(unsafe.Pointer(r.variant()), v.pointer))
}

// Type returns the value's type.
func (r *Ref) Type() Type { return Type(C.gd_type_of(unsafe.Pointer(r.variant()))) }

// Text returns the text of a String or StringName, "" for other types.
func (r *Ref) Text() string { return variantAt(unsafe.Pointer(r.variant())).Text() }

// IsText reports whether the value is a String or a StringName.
func (r *Ref) IsText() bool { return variantAt(unsafe.Pointer(r.variant())).IsText() }

// Clone returns a second reference to the value, or nil for nil.
func (r *Ref) Clone() *Ref {
	if r == nil {
		return nil
	}
	return &Ref{c: C.gd_variant_copy(unsafe.Pointer(r.variant())), object: r.object}
}

// Copy returns a deep copy of the Dictionary.
func (d DictionaryRef) Copy() *Ref { return d.duplicate(true) }

// Shallow returns a shallow copy of the Dictionary.
func (d DictionaryRef) Shallow() DictionaryRef { return DictionaryRef{d.duplicate(false)} }

func (d DictionaryRef) duplicate(deep bool) *Ref {
	argument := [8]byte{byte(TypeBool)}
	if deep {
		argument[4] = 1
	}
	made, err := d.Call("duplicate", Args{Bytes: argument[:], Count: 1})
	if err != nil {
		panic("engine: a Dictionary cannot be duplicated: " + err.Error())
	}
	return made
}

// Merge copies the entries of another Dictionary into this one, overwriting existing keys.
func (d DictionaryRef) Merge(other *Ref) {
	overwrite := NewRef([]byte{0: byte(TypeBool), 4: 1, 7: 0})
	defer overwrite.Release()
	d.callWith("merge", other, overwrite)
}

// Erase removes the entry with the given key.
func (d DictionaryRef) Erase(key string) {
	text := newText(key)
	defer text.Release()
	d.callWith("erase", text)
}

// Values returns the Dictionary's values, in its order.
func (d DictionaryRef) Values() Array { return Array{d.resultWith("values")} }

// Each calls f with each entry, in order, until f returns an error.
func (d DictionaryRef) Each(f func(key, value Variant) error) error {
	return Dictionary{variantAt(unsafe.Pointer(d.variant()))}.Each(f)
}

// Array is an Array that is built as a method's result.
type Array struct{ *Ref }

// NewArray returns an empty Array.
func NewArray() Array {
	empty := [8]byte{byte(TypeArray)}
	return Array{NewRef(empty[:])}
}

// eachElement calls f with each element of an Array.
func (r *Ref) eachElement(f func(Variant)) {
	var none, elements C.gd_container
	count := C.gd_array_open(unsafe.Pointer(r.variant()), &none, &elements)
	defer C.gd_dictionary_close(&none, &elements)
	for i := range count {
		f(variantAt(C.gd_array_at(&elements, i)))
	}
}

// Append appends the value and releases the reference to it.
func (a Array) Append(value *Ref) {
	a.callWith("append", value)
	value.Release()
}

// IsNull reports whether this is the null Callable, Callable().
func (c Callable) IsNull() bool { return bool(C.gd_callable_is_null(c.pointer)) }

// Reference returns a reference to the object, nil for null.
func (o ObjectArg) Reference() *Ref {
	if o.IsNull() {
		return nil
	}
	return &Ref{c: C.gd_variant_copy(o.pointer), object: o.id}
}

// IsTrue reports whether the value is the bool true.
func (r *Ref) IsTrue() bool {
	return r.Type() == TypeBool && bool(C.gd_variant_true(unsafe.Pointer(r.variant())))
}

// IsCallable reports whether the value is a Callable other than the null Callable, Callable().
func (v Variant) IsCallable() bool { return v.kind == TypeCallable && !Callable{v}.IsNull() }

// Connect connects a Callable to one of the object's signals.
func (r *Ref) Connect(signal string, callable *Ref) {
	name := newText(signal)
	defer name.Release()
	r.callWith("connect", name, callable)
}

// IsObject reports whether the value is an object other than null.
func (r *Ref) IsObject() bool {
	return r.Type() == TypeObject && bool(C.gd_variant_object(unsafe.Pointer(r.variant())))
}

// Retire is Release for a value of about memory bytes. A large value is destroyed off the main
// thread.
func (r *Ref) Retire(memory int) {
	if r != nil && r.c != nil {
		unused.add(r.c, memory)
		r.c = nil
	}
}

// Release releases the value. Releasing it twice, or releasing nil, does nothing.
func (r *Ref) Release() {
	if r != nil && r.c != nil {
		C.gd_variant_free(r.c)
		r.c = nil
	}
}

// ErrGone is returned for a call of a Callable whose object has been freed.
var ErrGone = errors.New("its object was freed")

// CallError is the engine's reason for rejecting a call.
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
	default:
		return fmt.Sprintf("it has no method %q", e.Method)
	}
}

// Call calls one of the value's methods by name and returns the result. It looks up the method on
// each call, so it is meant for rare calls.
func (r *Ref) Call(method string, args Args) (*Ref, error) {
	result := C.gd_variant_nil()
	return &Ref{c: result}, r.call(method, args, result)
}

// Invoke calls a Callable and discards its result.
func (r *Ref) Invoke(args Args) error { return r.call("call", args, nil) }

// Method returns the name of the method that a Callable calls.
func (r *Ref) Method() string {
	name := r.resultWith("get_method")
	defer name.Release()
	return name.Text()
}

func (r *Ref) call(method string, args Args, result *C.gd_variant) error {
	var failure C.gd_call_error
	problem := C.gd_call(unsafe.Pointer(r.variant()), stringName(method).c, args.data(), args.length(), args.count(), args.shared(), result, &failure)
	return callError(method, problem, failure)
}

// callWith calls one of the value's methods by name with values that already exist, and discards
// the result. The method must accept such values.
func (r *Ref) callWith(method string, args ...*Ref) {
	if err := callInto(r.variant(), nil, method, args); err != nil {
		panic("engine: " + err.Error())
	}
}

// resultWith is callWith, but returns the method's result.
func (r *Ref) resultWith(method string, args ...*Ref) *Ref {
	self, result := r.variant(), &Ref{c: C.gd_variant_nil()} // in this order: the first may panic
	if err := callInto(self, result.c, method, args); err != nil {
		result.Release()
		panic("engine: " + err.Error())
	}
	return result
}

// askWith is callWith for a method that returns a bool.
func (r *Ref) askWith(method string, args ...*Ref) bool {
	answer := r.resultWith(method, args...)
	defer answer.Release()
	return answer.IsTrue()
}

func callInto(self, result *C.gd_variant, method string, args []*Ref) error {
	pointers := make([]*C.gd_variant, len(args))
	for i, arg := range args {
		pointers[i] = arg.variant()
	}
	failure := C.gd_call_with(self, stringName(method).c, unsafe.SliceData(pointers), C.int64_t(len(args)), result)
	if failure != 0 {
		return &CallError{Method: method, Code: int(failure)}
	}
	return nil
}

// newText returns a String.
func newText(text string) *Ref {
	return &Ref{c: C.gd_variant_string((*C.char)(unsafe.Pointer(unsafe.StringData(text))), C.int64_t(len(text)))}
}

func callError(method string, problem C.int32_t, failure C.gd_call_error) error {
	switch {
	case problem == C.GD_CALL_MALFORMED:
		return errors.New("malformed arguments")
	case problem == C.GD_CALL_GONE:
		return ErrGone
	case problem != C.GD_CALL_OK:
		return &CallError{method, int(failure.error), int(failure.argument), int(failure.expected)}
	}
	return nil
}
