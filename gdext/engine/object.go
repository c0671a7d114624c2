package engine

// #include "engine.h"
import "C"

import (
	"fmt"
	"unsafe"
)

// Object refers to an engine object by its id: a weak reference. Methods of an object that has been
// freed do nothing.
type Object struct {
	id uint64
	c  *C.gd_instance // only for an object of this extension
}

func objectOf(id uint64) Object {
	return Object{id: id, c: instanceOf(objectID(id)).c}
}

// weak returns the object in its C form.
func (o Object) weak() C.gd_object { return C.gd_object{instance: o.c, id: C.uint64_t(o.id)} }

// IsNull reports whether this is null, not an object.
func (o Object) IsNull() bool { return o.id == 0 }

// ID returns the engine's id of the object.
func (o Object) ID() int64 { return int64(o.id) }

// ObjectWithID returns the object with the given id, which may have been freed.
func ObjectWithID(id int64) Object { return objectOf(uint64(id)) }

// Path returns the path of a node in the tree, or "" outside the tree.
func (o Object) Path() string {
	if !o.IsInsideTree() {
		return ""
	}
	self := o.Keep()
	defer self.Release()
	path := self.resultWith("get_path")
	defer path.Release()
	text := path.resultWith("get_concatenated_names")
	defer text.Release()
	return "/" + text.Text()
}

// Value returns the Go value of an object of this extension, nil for other objects.
func (o Object) Value() any { return instanceOf(objectID(o.id)).value }

// Wake requests NotificationInternalProcess in the next frame. It is safe from any goroutine, even
// after the object has been freed.
func (o Object) Wake() {
	if o.c != nil {
		C.gd_wake(o.c)
	}
}

// Emit emits a signal. It reports whether the object still exists afterwards: a handler may have
// freed it.
func (o Object) Emit(signal *Signal, args Args) bool {
	result := C.gd_emit(o.weak(), signal.name.c, args.data(), args.length(), args.count(), args.shared())
	if result == C.GD_EMIT_MALFORMED {
		panic(fmt.Sprintf("engine: malformed arguments for the signal %s", signal.text))
	}
	return result == C.GD_EMIT_ALIVE
}

// EmitValues emits a signal with values that already exist in the engine. It is meant for rare
// signals.
func (o Object) EmitValues(signal *Signal, values ...*Ref) {
	self, name := o.Keep(), newText(signal.text)
	defer self.Release()
	defer name.Release()
	if self != nil {
		self.callWith("emit_signal", append([]*Ref{name}, values...)...)
	}
}

// KnowsListeners reports whether the engine can tell if a signal has connections (4.5 and later).
func KnowsListeners() bool { return C.gd.has_connections != nil }

// IsHeard reports whether anything is connected to the signal, so that costly arguments need not be
// built in vain. Before 4.5 the engine cannot answer that and IsHeard returns true.
func (o Object) IsHeard(signal *Signal) bool {
	return bool(C.gd_is_heard(o.weak(), signal.name.c))
}

// HasListeners reports whether anything is connected to the signal, on every engine version. It is
// meant for rare calls.
func (o Object) HasListeners(signal *Signal) bool {
	if KnowsListeners() {
		return o.IsHeard(signal)
	}
	listeners := o.Listeners(signal)
	for _, listener := range listeners {
		listener.Release()
	}
	return len(listeners) > 0
}

// Listeners returns the Callables connected to the signal.
func (o Object) Listeners(signal *Signal) []*Ref {
	self, name := o.Keep(), newText(signal.text)
	defer self.Release()
	defer name.Release()
	if self == nil {
		return nil
	}
	list := self.resultWith("get_signal_connection_list", name)
	defer list.Release()
	var listeners []*Ref
	list.eachElement(func(connection Variant) {
		_ = Dictionary{connection}.Each(func(key, value Variant) error {
			if key.Text() == "callable" {
				listeners = append(listeners, value.Keep())
			}
			return nil
		})
	})
	return listeners
}

// Keep returns a reference that keeps a reference-counted object alive, or nil if the last
// reference to it is already gone.
func (o Object) Keep() *Ref {
	c := C.gd_object_variant(o.weak())
	if c == nil {
		return nil
	}
	return &Ref{c: c, object: o.id}
}

// Construct creates an object of one of this extension's classes.
func Construct(class string) (Object, error) {
	id := uint64(C.gd_construct(stringName(class).c))
	if id == 0 {
		return Object{}, fmt.Errorf("the engine could not create a %s", class)
	}
	return objectOf(id), nil
}

// Set sets a property. It returns false if there is no such property or if the value has the wrong
// type.
func (o Object) Set(property string, value Variant) bool {
	return bool(C.gd_object_set(o.weak(), stringName(property).c, value.pointer))
}

// Destroy frees an object at once. It is only for objects that the game has never seen.
func (o Object) Destroy() { C.gd_object_destroy(C.uint64_t(o.id)) }

// ProcessModeAlways is Node.PROCESS_MODE_ALWAYS.
const ProcessModeAlways = 3

// SetProcessInternal turns a node's internal process notification on or off.
func (o Object) SetProcessInternal(enabled bool) {
	flag := C.uint8_t(0)
	if enabled {
		flag = 1
	}
	C.gd_object_call1(C.uint64_t(o.id), binds.setProcessInternal, unsafe.Pointer(&flag))
}

// SetProcessMode sets a node's process mode.
func (o Object) SetProcessMode(mode int) {
	value := C.int64_t(mode)
	C.gd_object_call1(C.uint64_t(o.id), binds.setProcessMode, unsafe.Pointer(&value))
}

// AddChild adds a child node.
func (o Object) AddChild(child Object) {
	C.gd_node_add_child(C.uint64_t(o.id), binds.addChild, C.uint64_t(child.id))
}

// Parent returns a node's parent, null if it has none.
func (o Object) Parent() Object {
	return objectOf(uint64(C.gd_node_parent(C.uint64_t(o.id), binds.getParent)))
}

// IsInsideTree reports whether a node is in the scene tree.
func (o Object) IsInsideTree() bool {
	return bool(C.gd_object_ask(o.weak(), binds.isInsideTree))
}

// UpdateWarnings makes the editor query a node's configuration warnings again.
func (o Object) UpdateWarnings() {
	if inEditor {
		C.gd_object_call(C.uint64_t(o.id), binds.updateWarnings, nil, nil)
	}
}
