package engine

// noescape and nocallback save the hot calls a heap allocation and a check.

/*
#cgo CFLAGS: -std=c11 -O2 -Wall -Wextra -Werror -Wno-unused-parameter
#cgo noescape gd_bytes_of
#cgo noescape gd_bytes_free
#cgo nocallback gd_bytes_free
#cgo noescape gd_result_copy
#cgo nocallback gd_result_copy
#cgo noescape gd_result_string
#cgo nocallback gd_result_string
#cgo noescape gd_emit
#cgo noescape gd_is_heard
#cgo nocallback gd_is_heard
#cgo noescape gd_wake
#cgo nocallback gd_wake
#cgo noescape gd_peer_deliver
#cgo nocallback gd_peer_deliver
#include "engine.h"
*/
import "C"

import (
	"fmt"
	"maps"
	"unsafe"

	"github.com/godot-go/godot-go/pkg/ffi"
)

// Version is the version of an engine.
type Version struct{ Major, Minor int }

// oldestVersion is the oldest engine version that has every function this layer needs.
var oldestVersion = Version{4, 3}

func (v Version) atLeast(major, minor int) bool {
	return v.Major > major || v.Major == major && v.Minor >= minor
}

func (v Version) String() string { return fmt.Sprintf("%d.%d", v.Major, v.Minor) }

// assumed replaces the engine's version if it is set; see assume_oldest.go.
var assumed Version

// find looks up a function by name. The engine logs an error for an unknown name, so only names of
// the running version may be looked up.
func find(name string) *[0]byte {
	return (*[0]byte)(ffi.CallFunc_GDExtensionInterfaceGetProcAddress(name))
}

// engineVersion returns the engine's version. It is called before any other function is looked up.
func engineVersion() (Version, bool) {
	if address := find("get_godot_version"); address != nil {
		ffi.FFI.GetGodotVersion = (ffi.GDExtensionInterfaceGetGodotVersion)(address)
		var v ffi.GDExtensionGodotVersion
		ffi.CallFunc_GDExtensionInterfaceGetGodotVersion(&v)
		return Version{int(v.GetMajor()), int(v.GetMinor())}, true
	}
	if address := find("get_godot_version2"); address != nil {
		ffi.FFI.GetGodotVersion2 = (ffi.GDExtensionInterfaceGetGodotVersion2)(address)
		var v C.gd_version2
		ffi.CallFunc_GDExtensionInterfaceGetGodotVersion2((*ffi.GDExtensionGodotVersion2)(unsafe.Pointer(&v)))
		return Version{int(v.major), int(v.minor)}, true
	}
	return Version{}, false
}

// loadInterface looks up every function that Go and C call. Its error names the missing function.
func loadInterface(version Version) error {
	for name, slot := range functions(version) {
		if *slot = find(name); *slot == nil {
			return fmt.Errorf("the engine %v has no function %q", version, name)
		}
	}
	C.gd.construct_notifies = C.bool(!version.atLeast(4, 4))
	loadTypes(version)
	return loadMethods(version)
}

// functions returns all interface functions that are looked up in an engine of the given version,
// except for the version functions and, in the editor, those of editor.go.
func functions(version Version) map[string]**[0]byte {
	all := cFunctions(version)
	maps.Copy(all, registrationFunctions(version))
	return all
}

// cFunctions returns the interface functions that only C calls.
func cFunctions(version Version) map[string]**[0]byte {
	gd := &C.gd
	functions := map[string]**[0]byte{
		"variant_new_copy":                       &gd.variant_new_copy,
		"variant_new_nil":                        &gd.variant_new_nil,
		"variant_destroy":                        &gd.variant_destroy,
		"variant_get_type":                       &gd.variant_get_type,
		"variant_call":                           &gd.variant_call,
		"variant_set_named":                      &gd.variant_set_named,
		"variant_hash_compare":                   &gd.variant_hash_compare,
		"variant_can_convert_strict":             &gd.variant_can_convert_strict,
		"variant_construct":                      &gd.variant_construct,
		"string_new_with_utf8_chars_and_len":     &gd.string_new_utf8,
		"string_new_with_latin1_chars_and_len":   &gd.string_new_latin1,
		"string_to_utf8_chars":                   &gd.string_to_utf8,
		"string_operator_index_const":            &gd.string_index_const,
		"string_name_new_with_utf8_chars":        &gd.string_name_new_utf8,
		"dictionary_operator_index":              &gd.dictionary_index,
		"array_operator_index":                   &gd.array_index,
		"array_operator_index_const":             &gd.array_index_const,
		"packed_byte_array_operator_index":       &gd.bytes_index,
		"packed_byte_array_operator_index_const": &gd.bytes_index_const,
		"packed_int32_array_operator_index":      &gd.int32s_index,
		"packed_string_array_operator_index":     &gd.strings_index,
		"array_set_typed":                        &gd.array_set_typed,
		"object_method_bind_call":                &gd.bind_call,
		"object_method_bind_ptrcall":             &gd.bind_ptrcall,
		"object_get_instance_from_id":            &gd.object_from_id,
		"object_get_instance_id":                 &gd.object_get_id,
		"object_destroy":                         &gd.object_destroy,
		"object_set_instance":                    &gd.object_set_instance,
		"ref_set_object":                         &gd.ref_set_object,
		"callable_custom_create2":                &gd.callable_custom_create,
	}
	if version.atLeast(4, 4) {
		functions["classdb_construct_object2"] = &gd.construct_object
		functions["variant_get_object_instance_id"] = &gd.variant_get_object_id
	} else {
		functions["classdb_construct_object"] = &gd.construct_object
	}
	return functions
}

// registrationFunctions returns the functions that Go calls through godot-go's typed wrappers, only
// during startup and shutdown.
func registrationFunctions(version Version) map[string]**[0]byte {
	f := &ffi.FFI
	functions := map[string]**[0]byte{
		"print_error_with_message":                          slot(&f.PrintErrorWithMessage),
		"print_warning_with_message":                        slot(&f.PrintWarningWithMessage),
		"get_variant_from_type_constructor":                 slot(&f.GetVariantFromTypeConstructor),
		"get_variant_to_type_constructor":                   slot(&f.GetVariantToTypeConstructor),
		"variant_get_ptr_constructor":                       slot(&f.VariantGetPtrConstructor),
		"variant_get_ptr_destructor":                        slot(&f.VariantGetPtrDestructor),
		"variant_get_ptr_builtin_method":                    slot(&f.VariantGetPtrBuiltinMethod),
		"variant_get_ptr_utility_function":                  slot(&f.VariantGetPtrUtilityFunction),
		"classdb_get_method_bind":                           slot(&f.ClassdbGetMethodBind),
		"classdb_register_extension_class_method":           slot(&f.ClassdbRegisterExtensionClassMethod),
		"classdb_register_extension_class_property":         slot(&f.ClassdbRegisterExtensionClassProperty),
		"classdb_register_extension_class_property_group":   slot(&f.ClassdbRegisterExtensionClassPropertyGroup),
		"classdb_register_extension_class_signal":           slot(&f.ClassdbRegisterExtensionClassSignal),
		"classdb_register_extension_class_integer_constant": slot(&f.ClassdbRegisterExtensionClassIntegerConstant),
		"classdb_unregister_extension_class":                slot(&f.ClassdbUnregisterExtensionClass),
		"global_get_singleton":                              slot(&f.GlobalGetSingleton),
	}
	if version.atLeast(4, 4) {
		functions["variant_get_ptr_internal_getter"] = slot(&f.GetVariantGetInternalPtrFunc)
		functions["classdb_register_extension_class4"] = slot(&f.ClassdbRegisterExtensionClass4)
	} else {
		functions["classdb_register_extension_class3"] = slot(&f.ClassdbRegisterExtensionClass3)
	}
	return functions
}

func slot[F ~*[0]byte](field *F) **[0]byte { return (**[0]byte)(unsafe.Pointer(field)) }

// loadTypes loads the constructors and destructors of the types that are passed to and from Go.
func loadTypes(version Version) {
	for _, t := range []C.int{C.GD_BOOL, C.GD_INT, C.GD_FLOAT, C.GD_STRING, C.GD_STRING_NAME, C.GD_OBJECT, C.GD_CALLABLE,
		C.GD_DICTIONARY, C.GD_ARRAY, C.GD_PACKED_BYTE_ARRAY, C.GD_PACKED_INT32_ARRAY, C.GD_PACKED_STRING_ARRAY} {
		kind := ffi.GDExtensionVariantType(t)
		C.gd.from_type[t] = (*[0]byte)(ffi.CallFunc_GDExtensionInterfaceGetVariantFromTypeConstructor(kind))
		C.gd.to_type[t] = (*[0]byte)(ffi.CallFunc_GDExtensionInterfaceGetVariantToTypeConstructor(kind))
		C.gd.construct[t] = (*[0]byte)(ffi.CallFunc_GDExtensionInterfaceVariantGetPtrConstructor(kind, 0))
		C.gd.destroy[t] = (*[0]byte)(ffi.CallFunc_GDExtensionInterfaceVariantGetPtrDestructor(kind))
	}
	if version.atLeast(4, 4) {
		for _, t := range []C.int{C.GD_STRING, C.GD_DICTIONARY, C.GD_ARRAY} {
			C.gd.inside[t] = (*[0]byte)(ffi.CallFunc_GDExtensionInterfaceGetVariantGetInternalPtrFunc(ffi.GDExtensionVariantType(t)))
		}
	}
}

// loadMethods loads the methods of built-in types that are called by hash. All these hashes are the
// same from 4.2 to 4.7.
func loadMethods(version Version) error {
	var missing error
	require := func(name string, address *[0]byte) *[0]byte {
		if address == nil && missing == nil {
			missing = fmt.Errorf("the engine %v has no method %q of the expected signature", version, name)
		}
		return address
	}
	builtin := func(t C.int, name string, hash int64) *[0]byte {
		return require(name, (*[0]byte)(ffi.CallFunc_GDExtensionInterfaceVariantGetPtrBuiltinMethod(
			ffi.GDExtensionVariantType(t), stringName(name).constName(), ffi.GDExtensionInt(hash))))
	}
	utility := func(name string, hash int64) *[0]byte {
		return require(name, (*[0]byte)(ffi.CallFunc_GDExtensionInterfaceVariantGetPtrUtilityFunction(
			stringName(name).constName(), ffi.GDExtensionInt(hash))))
	}
	gd := &C.gd
	gd.string_length = builtin(C.GD_STRING, "length", 3173160232)
	gd.array_resize = builtin(C.GD_ARRAY, "resize", 848867239)
	gd.array_size = builtin(C.GD_ARRAY, "size", 3173160232)
	gd.array_make_read_only = builtin(C.GD_ARRAY, "make_read_only", 3218959716)
	gd.dictionary_make_read_only = builtin(C.GD_DICTIONARY, "make_read_only", 3218959716)
	gd.dictionary_keys = builtin(C.GD_DICTIONARY, "keys", 4144163970)
	gd.dictionary_values = builtin(C.GD_DICTIONARY, "values", 4144163970)
	gd.bytes_resize = builtin(C.GD_PACKED_BYTE_ARRAY, "resize", 848867239)
	gd.bytes_size = builtin(C.GD_PACKED_BYTE_ARRAY, "size", 3173160232)
	gd.callable_is_valid = builtin(C.GD_CALLABLE, "is_valid", 3918633141)
	gd.callable_get_object = builtin(C.GD_CALLABLE, "get_object", 4008621732)
	gd.call_deferred = builtin(C.GD_CALLABLE, "call_deferred", 3286317445)
	gd.int32s_resize = builtin(C.GD_PACKED_INT32_ARRAY, "resize", 848867239)
	gd.strings_resize = builtin(C.GD_PACKED_STRING_ARRAY, "resize", 848867239)
	gd.strings_size = builtin(C.GD_PACKED_STRING_ARRAY, "size", 3173160232)
	gd.var_to_bytes = utility("var_to_bytes", 2947269930)
	gd.print = utility("print", 2648703342)
	return missing
}

// loadEditor determines whether the engine runs as the editor.
func loadEditor() {
	engine := ffi.CallFunc_GDExtensionInterfaceGlobalGetSingleton(stringName("Engine").constName())
	inEditor = bool(C.gd_engine_ask(unsafe.Pointer(engine), binds.isEditorHint))
}

// inEditor is set if the engine runs as the editor.
var inEditor bool

// InEditor reports whether the engine runs as the editor, where the nodes of an open scene exist
// only to be edited.
func InEditor() bool { return inEditor }

// A bindPtr is a method of an engine class.
type bindPtr = unsafe.Pointer

// binds holds the methods that Go calls on objects.
var binds struct {
	setProcessInternal, setProcessMode, addChild, getParent, isInsideTree, updateWarnings, isEditorHint, getFileAsBytes bindPtr
}

// loadBinds loads the methods of engine classes, which are available from the scene level on.
func loadBinds(version Version) error {
	for _, bind := range []struct {
		slot        *bindPtr
		class, name string
		hash        int64
		since       int // the first minor version with it
	}{
		{&C.gd.emit_signal, "Object", "emit_signal", 4047867050, 0},
		{&C.gd.has_connections, "Object", "has_connections", 2619796661, 5},
		{&C.gd.notification, "Object", "notification", 4023243586, 0},
		{&binds.setProcessInternal, "Node", "set_process_internal", 2586408642, 0},
		{&binds.setProcessMode, "Node", "set_process_mode", 1841290486, 0},
		{&binds.addChild, "Node", "add_child", 3863233950, 0},
		{&binds.getParent, "Node", "get_parent", 3160264692, 0},
		{&binds.isInsideTree, "Node", "is_inside_tree", 36873697, 0},
		{&binds.updateWarnings, "Node", "update_configuration_warnings", 3218959716, 0},
		{&binds.isEditorHint, "Engine", "is_editor_hint", 36873697, 0},
		{&binds.getFileAsBytes, "FileAccess", "get_file_as_bytes", 659035735, 0},
	} {
		if !version.atLeast(4, bind.since) {
			continue
		}
		*bind.slot = bindPtr(ffi.CallFunc_GDExtensionInterfaceClassdbGetMethodBind(
			stringName(bind.class).constName(), stringName(bind.name).constName(), ffi.GDExtensionInt(bind.hash)))
		if *bind.slot == nil {
			return fmt.Errorf("the engine %v has no method %s.%s of the expected signature", version, bind.class, bind.name)
		}
	}
	return nil
}
