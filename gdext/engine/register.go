package engine

/*
#include "engine.h"
#include <stdlib.h>
*/
import "C"

import (
	"slices"
	"strings"
	"unsafe"

	"github.com/godot-go/godot-go/pkg/ffi"
)

// Property usage and method flags of the engine.
const (
	usageDefault      = 6 // stored and shown in the inspector
	usageReadOnly     = 1 << 28
	usageComputed     = usageReadOnly | 4 // shown only
	usageNilIsVariant = 1 << 17           // a Nil type means any type
	usageEnum         = 1 << 16

	methodNormal = 1
	methodConst  = 4
	methodStatic = 32
)

// A registeredMethod is identified by the index that C passes.
type registeredMethod struct {
	Method
	class string
}

// The tables that C indexes. They only grow, during registration.
var (
	classes  []*Class
	methods  []registeredMethod
	cClasses []*C.gd_class
	cMethods []*C.gd_method
)

// register registers the class and all its members with the engine.
func register(class *Class) {
	class.index = len(classes)
	classes = append(classes, class)
	c := (*C.gd_class)(C.calloc(1, C.sizeof_gd_class))
	cClasses = append(cClasses, c)
	c.index = C.uint32_t(class.index)
	c.name, c.parent = *stringName(class.Name).c, *stringName(class.Parent).c
	registerVirtuals(class.Virtuals, c)
	for _, n := range class.Notifications {
		c.notifications |= C.gd_notification_bit(C.int32_t(n))
	}
	if ffi.FFI.ClassdbRegisterExtensionClass4 != nil {
		registerClass4(class, c)
	} else {
		registerClass3(class, c)
	}
	for _, enum := range class.Enums {
		for value, name := range enum.Constants {
			ffi.CallFunc_GDExtensionInterfaceClassdbRegisterExtensionClassIntegerConstant(ffi.FFI.Library, className(class),
				stringName(enum.Name).constName(), stringName(name).constName(), ffi.GDExtensionInt(value), 0)
		}
	}
	for _, method := range class.Methods {
		registerMethod(class, method)
	}
	for _, property := range class.Properties {
		registerProperty(class, property)
	}
	for _, signal := range class.Signals {
		registerSignal(class, signal)
	}
	for _, signal := range class.Inherited {
		signal.name = stringName(signal.text)
	}
}

func className(class *Class) ffi.GDExtensionConstStringNamePtr {
	return stringName(class.Name).constName()
}

func exposed(class *Class) ffi.GDExtensionBool {
	if class.Internal {
		return 0
	}
	return 1
}

// registerClass4 is for 4.4 and later. The classes are not runtime classes: in the editor those are
// placeholders, which have no configuration warnings.
func registerClass4(class *Class, c *C.gd_class) {
	info := ffi.NewGDExtensionClassCreationInfo4(0, 0, exposed(class), 0, nil, nil, nil, nil, nil, nil, nil, nil,
		(ffi.GDExtensionClassNotification2)(C.gd_notification), nil, nil, nil,
		(ffi.GDExtensionClassCreateInstance2)(C.gd_create_instance2),
		(ffi.GDExtensionClassFreeInstance)(C.gd_free_instance), nil,
		(ffi.GDExtensionClassGetVirtualCallData2)(C.gd_virtual2),
		(ffi.GDExtensionClassCallVirtualWithData)(C.gd_call_virtual), unsafe.Pointer(c))
	ffi.CallFunc_GDExtensionInterfaceClassdbRegisterExtensionClass4(ffi.FFI.Library, className(class),
		stringName(class.Parent).constName(), &info)
}

// registerClass3 is for 4.3.
func registerClass3(class *Class, c *C.gd_class) {
	info := (*C.gd_class_info3)(C.calloc(1, C.sizeof_gd_class_info3))
	defer C.free(unsafe.Pointer(info))
	info.is_exposed = C.uint8_t(exposed(class))
	info.notification = (*[0]byte)(C.gd_notification)
	info.create = (*[0]byte)(C.gd_create_instance)
	info.free = (*[0]byte)(C.gd_free_instance)
	info.get_virtual_call_data = (*[0]byte)(C.gd_virtual)
	info.call_virtual_with_data = (*[0]byte)(C.gd_call_virtual)
	info.userdata = unsafe.Pointer(c)
	ffi.CallFunc_GDExtensionInterfaceClassdbRegisterExtensionClass3(ffi.FFI.Library, className(class),
		stringName(class.Parent).constName(), (*ffi.GDExtensionClassCreationInfo3)(unsafe.Pointer(info)))
}

func registerMethod(class *Class, method Method) {
	c := (*C.gd_method)(C.calloc(1, C.sizeof_gd_method))
	c.index = C.uint32_t(len(methods))
	methods = append(methods, registeredMethod{method, class.Name})
	cMethods = append(cMethods, c)
	c.argc = C.int32_t(len(method.params))
	c.required = c.argc
	c.return_type = C.int32_t(method.result.kind)
	c.is_static = C.bool(method.static)
	c.returns_ref = C.bool(method.result.counted)
	c.encodes = C.int32_t(slices.IndexFunc(method.params, func(p Param) bool { return p.encoded }))
	var defaults []unsafe.Pointer
	for i, p := range method.params {
		c.types[i] = C.int32_t(p.kind)
		if p.fallback == nil {
			continue
		}
		if c.required > C.int32_t(i) {
			c.required = C.int32_t(i)
		}
		slot := &c.defaults[C.int32_t(i)-c.required]
		C.gd_default(slot, C.int32_t(p.kind), (*C.uint8_t)(unsafe.SliceData(p.fallback)), C.int64_t(len(p.fallback)))
		defaults = append(defaults, unsafe.Pointer(slot))
	}
	flags := uint32(methodNormal)
	if method.isConst {
		flags |= methodConst
	}
	if method.static {
		flags = methodStatic
	}
	if method.makes != "" {
		c.makes = cClass(method.makes)
	}
	if method.result.kind == TypeArray && method.result.class != "" {
		c.array_of = stringName(method.result.class).c
	}
	memory := new(arena)
	defer memory.free()
	returns := memory.properties(method.result)
	info := ffi.NewGDExtensionClassMethodInfo(stringName(method.name).constName(), unsafe.Pointer(c),
		(ffi.GDExtensionClassMethodCall)(C.gd_method_call), (ffi.GDExtensionClassMethodPtrCall)(C.gd_method_ptrcall),
		flags, method.result.kind != typeNone, returns, 0, uint32(len(method.params)), memory.properties(method.params...),
		(*ffi.GDExtensionClassMethodArgumentMetadata)(memory.alloc(4*max(len(method.params), 1))), uint32(len(defaults)), memory.variants(defaults))
	defer C.free(unsafe.Pointer(info))
	ffi.CallFunc_GDExtensionInterfaceClassdbRegisterExtensionClassMethod(ffi.FFI.Library, className(class), info)
}

// cClass returns the C description of a class, which must have been registered before.
func cClass(name string) *C.gd_class {
	return cClasses[slices.IndexFunc(classes, func(c *Class) bool { return c.Name == name })]
}

func registerProperty(class *Class, property Property) {
	if property.group != "" {
		withString(property.group, func(group ffi.GDExtensionStringPtr) {
			withString(property.prefix, func(prefix ffi.GDExtensionStringPtr) {
				ffi.CallFunc_GDExtensionInterfaceClassdbRegisterExtensionClassPropertyGroup(ffi.FFI.Library, className(class),
					ffi.GDExtensionConstStringPtr(group), ffi.GDExtensionConstStringPtr(prefix))
			})
		})
		return
	}
	registerMethod(class, property.get)
	if !property.param.computed {
		registerMethod(class, property.set)
	}
	memory := new(arena)
	defer memory.free()
	ffi.CallFunc_GDExtensionInterfaceClassdbRegisterExtensionClassProperty(ffi.FFI.Library, className(class),
		memory.properties(property.param), stringName(property.set.name).constName(), stringName(property.get.name).constName())
}

func registerSignal(class *Class, signal *Signal) {
	signal.name = stringName(signal.text)
	memory := new(arena)
	defer memory.free()
	ffi.CallFunc_GDExtensionInterfaceClassdbRegisterExtensionClassSignal(ffi.FFI.Library, className(class),
		signal.name.constName(), memory.properties(signal.params...), ffi.GDExtensionInt(len(signal.params)))
}

func unregisterAll() {
	for len(classes) > 0 {
		unregisterLast()
	}
	for _, c := range cMethods {
		C.gd_method_free(c)
	}
	classes, methods, cClasses, cMethods = nil, nil, nil, nil
}

// unregisterLast unregisters the most recently registered class.
func unregisterLast() {
	last := len(classes) - 1
	ffi.CallFunc_GDExtensionInterfaceClassdbUnregisterExtensionClass(ffi.FFI.Library, className(classes[last]))
	C.free(unsafe.Pointer(cClasses[last].virtual_names))
	C.free(unsafe.Pointer(cClasses[last]))
	classes, cClasses = classes[:last], cClasses[:last]
}

// An arena is C memory for one registration call.
type arena struct {
	blocks  []unsafe.Pointer
	strings []*C.gd_string
}

func (a *arena) alloc(size int) unsafe.Pointer {
	block := C.calloc(1, C.size_t(size))
	a.blocks = append(a.blocks, block)
	return block
}

func (a *arena) free() {
	for _, s := range a.strings {
		freeString(s)
	}
	for _, block := range a.blocks {
		C.free(block)
	}
}

// properties builds the engine's descriptions of parameters.
func (a *arena) properties(params ...Param) *ffi.GDExtensionPropertyInfo {
	first := (*ffi.GDExtensionPropertyInfo)(a.alloc(int(unsafe.Sizeof(ffi.GDExtensionPropertyInfo{})) * max(len(params), 1)))
	infos := unsafe.Slice(first, max(len(params), 1))
	for i, p := range params {
		usage := uint32(usageDefault)
		class := p.class
		switch {
		case p.hidden && p.computed:
			usage = usageReadOnly
		case p.hidden:
			usage = 0
		case p.computed:
			usage = usageComputed
		}
		switch {
		case p.kind == TypeNil:
			usage |= usageNilIsVariant
		case p.kind == TypeInt && class != "":
			usage |= usageEnum
		}
		if p.kind == TypeArray {
			class = "" // the hint names it
		}
		hintString := newString(p.hintString)
		a.strings = append(a.strings, hintString)
		infos[i] = ffi.NewGDExtensionPropertyInfo(stringName(class).constName(), ffi.GDExtensionVariantType(max(p.kind, TypeNil)),
			stringName(strings.TrimSpace(p.name)).constName(), uint32(p.hint), ffi.GDExtensionConstStringPtr(unsafe.Pointer(hintString)), usage)
	}
	return first
}

func (a *arena) variants(values []unsafe.Pointer) *ffi.GDExtensionVariantPtr {
	first := (*ffi.GDExtensionVariantPtr)(a.alloc(int(unsafe.Sizeof(uintptr(0))) * max(len(values), 1)))
	for i, value := range values {
		unsafe.Slice(first, len(values))[i] = ffi.GDExtensionVariantPtr(value)
	}
	return first
}
