package engine

// #include "engine.h"
import "C"

import (
	"fmt"
	"strings"
	"unsafe"
)

// Method describes a method of a class. Func0 to Func3, Static1 and Static2 create one from a Go
// function, whose parameter and result types determine the engine types:
//
//	bool, int64, float64, string    bool, int, float, String
//	Variant                         any value, borrowed for the call
//	Encoded                         any value, also in the binary form; at most one per method
//	Dictionary, PackedInt32s        these types, borrowed for the call
//	Callable                        Callable, borrowed for the call
//	ObjectArg                       an object of the class set with Param.Is, or null
//
// and, for results only,
//
//	None                            nothing
//	Object                          a node, or null when zero
//	[]Object                        an Array of objects of the class set with Method.Class
//	*Ref                            a reference-counted object or null; ownership passes to the engine
//	Array                           an Array; ownership passes to the engine
//	GivenDictionary                 a Dictionary; ownership passes to the engine
//	GivenVariant                    any value; ownership passes to the engine
//	[]string                        a PackedStringArray
//	DictionaryBytes,
//	PackedInt32sBytes               the value in the binary Variant form
type Method struct {
	name    string
	params  []Param
	result  Param
	static  bool
	isConst bool
	aside   bool
	makes   string // the class of the returned object, which is created before the call
	call    func(self any, args []C.gd_arg, result *C.gd_result)
}

// None is the result of a method that returns nothing.
type None struct{}

// Results in the binary Variant form.
type (
	DictionaryBytes   []byte
	PackedInt32sBytes []byte
)

// Const marks the method as one that changes nothing.
func (m Method) Const() Method { m.isConst = true; return m }

// Aside marks the method as one before which [Extension.Entering] is not called.
func (m Method) Aside() Method { m.aside = true; return m }

// Enum sets the enum of an int result: "Class.Enum" or a global one.
func (m Method) Enum(class string) Method { m.result.class = class; return m }

// Class sets the class of an object result, or of the objects in an Array.
func (m Method) Class(name string) Method {
	m.result.class = name
	if m.result.kind == TypeArray {
		m.result.hint, m.result.hintString = hintArray, name
	}
	return m
}

// Func0 describes a method without parameters.
func Func0[T, R any](name string, f func(T) R) Method {
	result, write := writer[R]()
	return Method{name: name, result: result, call: func(self any, _ []C.gd_arg, out *C.gd_result) {
		write(out, f(self.(T)))
	}}
}

// Func1 describes a method with one parameter.
func Func1[T, A, R any](name string, f func(T, A) R, a Param) Method {
	result, write := writer[R]()
	readA := reader[A](&a)
	return Method{name: name, params: []Param{a}, result: result, call: func(self any, args []C.gd_arg, out *C.gd_result) {
		write(out, f(self.(T), readA(&args[0])))
	}}
}

// Func2 describes a method with two parameters.
func Func2[T, A, B, R any](name string, f func(T, A, B) R, a, b Param) Method {
	result, write := writer[R]()
	readA, readB := reader[A](&a), reader[B](&b)
	return Method{name: name, params: []Param{a, b}, result: result, call: func(self any, args []C.gd_arg, out *C.gd_result) {
		write(out, f(self.(T), readA(&args[0]), readB(&args[1])))
	}}
}

// Func3 describes a method with three parameters.
func Func3[T, A, B, D, R any](name string, f func(T, A, B, D) R, a, b, d Param) Method {
	result, write := writer[R]()
	readA, readB, readD := reader[A](&a), reader[B](&b), reader[D](&d)
	return Method{name: name, params: []Param{a, b, d}, result: result, call: func(self any, args []C.gd_arg, out *C.gd_result) {
		write(out, f(self.(T), readA(&args[0]), readB(&args[1]), readD(&args[2])))
	}}
}

// Fresh is a new reference-counted object for a method to return. It is created before the method's
// function runs, which avoids most of the cost of [Construct] in methods that are called often.
type Fresh struct {
	Object
	self *Ref
}

// Bind attaches a Go value to the object. The returned Ref keeps the object alive.
func (f Fresh) Bind(value any) (self *Ref) {
	addInstance(f.c, value)
	return f.self
}

// Make3 describes a method with three parameters that returns a new object of a class. It returns
// null if f returns false; f must not have called Bind then.
func Make3[T, A, B, D any](name, class string, f func(T, A, B, D, Fresh) bool, a, b, d Param) Method {
	readA, readB, readD := reader[A](&a), reader[B](&b), reader[D](&d)
	result := Param{kind: TypeObject, counted: true, class: class}
	return Method{name: name, params: []Param{a, b, d}, result: result, makes: class,
		call: func(self any, args []C.gd_arg, out *C.gd_result) {
			given := false
			fresh := Fresh{Object{uint64(out.object_id), out.made}, &Ref{c: out.kept, object: uint64(out.object_id)}}
			defer func() {
				if !given {
					out.object_id = 0
					fresh.self.Release()
				}
			}()
			given = f(self.(T), readA(&args[0]), readB(&args[1]), readD(&args[2]), fresh)
		}}
}

// Static1 describes a static method with one parameter.
func Static1[A, R any](name string, f func(A) R, a Param) Method {
	result, write := writer[R]()
	readA := reader[A](&a)
	return Method{name: name, params: []Param{a}, result: result, static: true,
		call: func(_ any, args []C.gd_arg, out *C.gd_result) { write(out, f(readA(&args[0]))) }}
}

// Static2 describes a static method with two parameters.
func Static2[A, B, R any](name string, f func(A, B) R, a, b Param) Method {
	result, write := writer[R]()
	readA, readB := reader[A](&a), reader[B](&b)
	return Method{name: name, params: []Param{a, b}, result: result, static: true,
		call: func(_ any, args []C.gd_arg, out *C.gd_result) {
			write(out, f(readA(&args[0]), readB(&args[1])))
		}}
}

// reader chooses, once at registration, how an argument is converted to an A.
func reader[A any](p *Param) func(*C.gd_arg) A {
	var read any
	switch any(*new(A)).(type) {
	case bool:
		p.kind, read = TypeBool, func(arg *C.gd_arg) bool { return arg.number != 0 }
	case int64:
		p.kind, read = TypeInt, func(arg *C.gd_arg) int64 { return int64(arg.number) }
	case float64:
		p.kind, read = TypeFloat, func(arg *C.gd_arg) float64 { return float64(arg.real) }
	case string:
		p.kind, read = TypeString, func(arg *C.gd_arg) string { return C.GoStringN(arg.text, C.int(arg.len)) }
	case Variant:
		p.kind, read = TypeNil, borrow
	case Encoded:
		p.kind, p.encoded, read = TypeNil, true, func(arg *C.gd_arg) Encoded { return Encoded{borrow(arg), encodedBytes(arg), bool(arg.bytes.is_plain)} }
	case Dictionary:
		p.kind, read = TypeDictionary, func(arg *C.gd_arg) Dictionary { return Dictionary{borrow(arg)} }
	case PackedInt32s:
		p.kind, read = TypePackedInt32s, func(arg *C.gd_arg) PackedInt32s { return PackedInt32s{borrow(arg)} }
	case Callable:
		p.kind, read = TypeCallable, func(arg *C.gd_arg) Callable { return Callable{borrow(arg)} }
	case ObjectArg:
		p.kind, read = TypeObject, func(arg *C.gd_arg) ObjectArg {
			return ObjectArg{Variant: borrow(arg), Object: objectOf(uint64(arg.object_id))}
		}
	default:
		panic(fmt.Sprintf("engine: parameter %q has the type %T, which methods cannot take", p.name, *new(A)))
	}
	return read.(func(*C.gd_arg) A)
}

func borrow(arg *C.gd_arg) Variant {
	return Variant{arg.variant, Type(arg._type)}
}

// writer chooses, once at registration, how an R is converted to the result.
func writer[R any]() (Param, func(*C.gd_result, R)) {
	var kind Type
	var write any
	switch any(*new(R)).(type) {
	case None:
		kind, write = typeNone, func(*C.gd_result, None) {}
	case bool:
		kind, write = TypeBool, func(out *C.gd_result, v bool) {
			if v {
				out.number = 1
			}
		}
	case int64:
		kind, write = TypeInt, func(out *C.gd_result, v int64) { out.number = C.int64_t(v) }
	case float64:
		kind, write = TypeFloat, func(out *C.gd_result, v float64) { out.real = C.double(v) }
	case string:
		kind, write = TypeString, func(out *C.gd_result, v string) {
			C.gd_result_string(out, (*C.char)(unsafe.Pointer(unsafe.StringData(v))), C.int64_t(len(v)))
		}
	case Object:
		kind, write = TypeObject, func(out *C.gd_result, v Object) { out.object_id = C.uint64_t(v.id) }
	case *Ref:
		kind, write = TypeObject, writeRef
	case Array:
		kind, write = TypeArray, func(out *C.gd_result, v Array) {
			C.gd_result_copy(out, unsafe.Pointer(v.variant()))
			v.Release()
		}
	case []Object:
		kind, write = TypeArray, writeObjects
	case []string:
		kind, write = TypePackedStrings, writeStrings
	case GivenDictionary:
		kind, write = TypeDictionary, func(out *C.gd_result, v GivenDictionary) {
			C.gd_result_copy(out, unsafe.Pointer(v.variant()))
			v.Release()
		}
	case GivenVariant:
		kind, write = TypeNil, func(out *C.gd_result, v GivenVariant) {
			C.gd_result_copy(out, unsafe.Pointer(v.variant()))
			v.Release()
		}
	case DictionaryBytes:
		kind, write = TypeDictionary, func(out *C.gd_result, v DictionaryBytes) { writeBytes(out, v) }
	case PackedInt32sBytes:
		kind, write = TypePackedInt32s, func(out *C.gd_result, v PackedInt32sBytes) { writeBytes(out, v) }
	default:
		panic(fmt.Sprintf("engine: a method returns %T, which the engine has no type for", *new(R)))
	}
	_, counted := any(*new(R)).(*Ref)
	return Param{kind: kind, counted: counted}, write.(func(*C.gd_result, R))
}

// writeRef returns the object to the engine. The copy in value keeps it alive until the engine has
// taken its own reference.
func writeRef(out *C.gd_result, ref *Ref) {
	if ref == nil {
		return
	}
	C.gd_result_copy(out, unsafe.Pointer(ref.variant()))
	out.object_id = C.uint64_t(ref.object)
	ref.Release()
}

func writeObjects(out *C.gd_result, objects []Object) {
	list := make([]C.gd_object, len(objects)+1)
	for i, object := range objects {
		list[i] = object.weak()
	}
	C.gd_result_objects(out, &list[0], C.int64_t(len(objects)))
}

func writeStrings(out *C.gd_result, list []string) {
	lengths, texts := make([]C.int64_t, len(list)), make([]byte, 0, 16*len(list))
	for i, text := range list {
		text = strings.ReplaceAll(text, "\x00", "\uFFFD") // as package variant does
		lengths[i] = C.int64_t(len(text))
		texts = append(texts, text...)
	}
	C.gd_result_strings(out, (*C.char)(unsafe.Pointer(unsafe.SliceData(texts))), unsafe.SliceData(lengths), C.int64_t(len(list)))
}

func writeBytes(out *C.gd_result, bytes []byte) {
	if !C.gd_result_bytes(out, (*C.uint8_t)(unsafe.SliceData(bytes)), C.int64_t(len(bytes))) {
		panic("engine: a method returned malformed Variant bytes")
	}
}
