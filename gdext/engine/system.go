package engine

// #include "engine.h"
import "C"

import (
	"encoding/binary"
	"slices"
)

// Environment returns an environment variable as the game sees and sets it, or "" if it is not set.
// Go's own copy dates from the start of the process.
func Environment(name string) string {
	variable := newText(name)
	defer variable.Release()
	return systemText("get_environment", variable)
}

// SystemAuthorities returns the system's CA certificates in PEM form, as found by the engine, or ""
// if it finds none. They do not include the engine's built-in certificates, which no method
// returns.
func SystemAuthorities() string { return systemText("get_system_ca_certificates") }

// ProjectSetting returns a String from the project settings, with platform overrides applied, or ""
// if it is not set.
func ProjectSetting(name string) string {
	value := ProjectSettingValue(name)
	if value == nil {
		return ""
	}
	defer value.Release()
	return value.Text()
}

// ProjectSettingValue returns a project setting, with platform overrides applied, or nil if it is
// not set.
func ProjectSettingValue(name string) *Ref {
	settings := singleton("ProjectSettings")
	defer settings.Release()
	setting := newText(name)
	defer setting.Release()
	if !settings.askWith("has_setting", setting) {
		return nil
	}
	return settings.resultWith("get_setting_with_override", setting)
}

// Platform returns the name of the system that the game runs on.
func Platform() string { return systemText("get_name") }

// systemText returns the result of a method of the engine's OS.
func systemText(method string, args ...*Ref) string {
	system := singleton("OS")
	defer system.Release()
	result := system.resultWith(method, args...)
	defer result.Release()
	return result.Text()
}

// IsEditor reports whether this is the editor, not a game.
func IsEditor() bool { return inEditor }

// ReadFile reads a file as the game does, including files in its package. It returns nil if the
// file cannot be read.
func ReadFile(path string) (content []byte) {
	name, result := newText(path), &Ref{c: C.gd_variant_nil()}
	defer name.Release()
	defer result.Release()
	C.gd_call_static(binds.getFileAsBytes, name.variant(), result.variant())
	_ = result.Bytes(func(b []byte) error { // bytes have no cycles
		const head = 8 // type and length
		if len(b) > head && Type(binary.LittleEndian.Uint32(b)) == TypePackedByteArray {
			content = slices.Clone(b[head : head+binary.LittleEndian.Uint32(b[4:])])
		}
		return nil
	})
	return content
}
