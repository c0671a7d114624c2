package main

import (
	"fmt"
	"slices"
	"strings"

	"phoenixchannels/internal/classhelp"
)

// kind is how a type of the engine reads in C#, and how a Variant becomes it.
type kind struct {
	name string
	from string // of a Variant in %s
}

var kinds = map[string]kind{
	"bool":              {"bool", "%s.AsBool()"},
	"int":               {"long", "%s.AsInt64()"},
	"float":             {"double", "%s.AsDouble()"},
	"String":            {"string", "%s.AsString()"},
	"Variant":           {"Variant", "%s"},
	"Dictionary":        {"Dictionary", "%s.AsGodotDictionary()"},
	"Array":             {"Array", "%s.AsGodotArray()"},
	"Callable":          {"Callable", "%s.AsCallable()"},
	"PackedInt32Array":  {"int[]", "%s.AsInt32Array()"},
	"PackedStringArray": {"string[]", "%s.AsStringArray()"},
	"TLSOptions":        {"TlsOptions", "(TlsOptions)%s.AsGodotObject()"},
}

// typeOf returns the C# type of a value of a class.
func (w *writer) typeOf(class *classhelp.Class, value classhelp.Value) (kind, error) {
	if value.Enum == "Error" {
		return kind{"Error", "(Error)%s.AsInt64()"}, nil
	}
	if value.Enum != "" {
		owner, enum, qualified := strings.Cut(value.Enum, ".")
		if !qualified {
			owner, enum = class.Name, value.Enum
		}
		name := owner + "." + enumName(w.classes[owner], enum)
		return kind{name, "(" + name + ")%s.AsInt64()"}, nil
	}
	if w.classes[value.Type] != nil {
		return kind{value.Type, value.Type + ".Wrap(%s)"}, nil
	}
	if element, isArray := strings.CutSuffix(value.Type, "[]"); isArray && w.classes[element] != nil {
		return kind{element + "[]", "WrapAll(%s, " + element + ".Wrap)"}, nil
	} else if isArray {
		return kinds["Array"], nil
	}
	if known, ok := kinds[value.Type]; ok {
		return known, nil
	}
	return kind{}, fmt.Errorf("%s: the type %s has no counterpart in C#; add it to kinds", class.Name, value.Type)
}

// variant returns the expression of a value that is passed to the engine.
func (w *writer) variant(value classhelp.Value, name string) string {
	switch {
	case value.Enum != "":
		return "(long)" + name
	case w.classes[value.Type] != nil:
		return "InstanceOf(" + name + ")"
	case value.Default != nil && *value.Default == "{}" && value.Type == "Dictionary":
		return name + " ?? new Dictionary()"
	case value.Default != nil && *value.Default == "{}":
		return "OrEmpty(" + name + ")"
	}
	return name
}

// optional returns the default of a parameter, as a constant of C#.
func optional(value classhelp.Value) string {
	if value.Default == nil {
		return ""
	}
	switch text := *value.Default; {
	case value.Type == "Variant" || value.Type == "Callable":
		return " = default"
	case text == "{}" || text == "null":
		return " = null"
	default:
		return " = " + text
	}
}

// enumName returns the name of an enumeration: with the suffix that the engine's own classes have
// when a property has its name.
func enumName(class *classhelp.Class, enum string) string {
	if slices.ContainsFunc(class.Members, func(m classhelp.Member) bool { return pascal(m.Name) == enum }) {
		return enum + "Enum"
	}
	return enum
}

var keywords = []string{"event", "params"}

// pascal turns snake_case and CONSTANT_CASE into PascalCase.
func pascal(name string) string {
	var out strings.Builder
	for word := range strings.SplitSeq(strings.ToLower(name), "_") {
		if word != "" {
			out.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return out.String()
}

// camel turns snake_case into camelCase, for parameters.
func camel(name string) string {
	text := pascal(name)
	if text = strings.ToLower(text[:1]) + text[1:]; slices.Contains(keywords, text) {
		return "@" + text
	}
	return text
}
