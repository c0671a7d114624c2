package engine

// #include "engine.h"
import "C"

import (
	"encoding/binary"
	"slices"
)

// Environment is a variable of the environment as the game sees and sets it; "" when there is none. Go has a copy of its own, made when
// the process began.
func Environment(name string) string {
	os := singleton("OS")
	defer os.Release()
	variable := newText(name)
	defer variable.Release()
	value := os.resultWith("get_environment", variable)
	defer value.Release()
	return value.Text()
}

// ProjectSetting is a String among the project's settings, as it is for this platform; "" when there is none.
func ProjectSetting(name string) string {
	value := ProjectSettingValue(name)
	if value == nil {
		return ""
	}
	defer value.Release()
	return value.Text()
}

// ProjectSettingValue is one of the project's settings, as it is for this platform; nil when there is none.
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

// Platform is the name of the system that the game runs on.
func Platform() string {
	os := singleton("OS")
	defer os.Release()
	name := os.resultWith("get_name")
	defer name.Release()
	return name.Text()
}

// IsEditor reports whether this is the editor, not a game.
func IsEditor() bool { return inEditor }

// ReadFile reads a file as the game does, also one in its package; nil when it cannot be read.
func ReadFile(path string) (content []byte) {
	name, result := newText(path), &Ref{c: C.gd_variant_nil()}
	defer name.Release()
	defer result.Release()
	C.gd_call_static(binds.getFileAsBytes, name.variant(), result.variant())
	_ = result.Bytes(func(b []byte) error { // of bytes: no cycle
		const head = 8 // the type and the length
		if len(b) > head && Type(binary.LittleEndian.Uint32(b)) == TypePackedByteArray {
			content = slices.Clone(b[head : head+binary.LittleEndian.Uint32(b[4:])])
		}
		return nil
	})
	return content
}
