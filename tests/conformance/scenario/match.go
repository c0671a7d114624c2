package scenario

import (
	"encoding/json/jsontext"
	"encoding/json/v2"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
)

// matcher compares a received value with a pattern. It records every difference, and the values
// that the pattern remembers.
type matcher struct {
	known       values
	differences []string
	remembered  values
}

// match compares a JSON text with a template.
func match(want *template, got jsontext.Value, known values) (*matcher, error) {
	pattern, err := want.pattern(known)
	if err != nil {
		return nil, err
	}
	var decoded any
	if err := json.Unmarshal(got, &decoded, jsontext.AllowDuplicateNames(true)); err != nil {
		return nil, fmt.Errorf("the payload is not JSON: %w", err)
	}
	m := &matcher{known: known, remembered: values{}}
	m.compare("payload", pattern, decoded)
	return m, nil
}

func (m *matcher) differ(path string, want, got any) {
	m.differences = append(m.differences, fmt.Sprintf("%s: want %s, got %s", path, show(want), show(got)))
}

func (m *matcher) compare(path string, want, got any) {
	switch want := want.(type) {
	case *hole:
		m.hole(path, want, got)
	case map[string]any:
		m.object(path, want, got)
	case []any:
		m.list(path, want, got)
	default:
		if !reflect.DeepEqual(want, got) {
			m.differ(path, want, got)
		}
	}
}

func (m *matcher) hole(path string, want *hole, got any) {
	var fits bool
	switch got := got.(type) {
	case bool:
		fits = want.kind == "bool"
	case float64:
		fits = want.kind == "number" || want.kind == "int" && got == math.Trunc(got) && m.exceeds(got, want.over)
	case string:
		fits = want.kind == "text" && (want.pattern == nil || want.pattern.MatchString(got))
	case []any:
		fits = want.kind == "list" && (want.length < 0 || want.length == len(got))
	case map[string]any:
		fits = want.kind == "object"
	}
	if !fits && want.kind != "any" {
		m.differ(path, want, got)
		return
	}
	if want.name != "" {
		m.remembered[want.name] = show(got)
	}
}

// exceeds reports whether a number is above the one that is known by this name, if there is a name.
func (m *matcher) exceeds(got float64, name string) bool {
	if name == "" {
		return true
	}
	known, err := strconv.ParseFloat(string(m.known[name]), 64)
	return err == nil && got > known
}

func (m *matcher) object(path string, want map[string]any, got any) {
	object, isObject := got.(map[string]any)
	if !isObject {
		m.differ(path, want, got)
		return
	}
	open := want[holeMark] != nil
	for _, key := range slices.Sorted(maps.Keys(want)) {
		value, found := object[key]
		switch {
		case key == holeMark:
		case !found:
			m.differences = append(m.differences, fmt.Sprintf("%s.%s: want %s, got nothing", path, key, show(want[key])))
		default:
			m.compare(path+"."+key, want[key], value)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if _, wanted := want[key]; !wanted && !open {
			m.differences = append(m.differences, fmt.Sprintf("%s.%s: want nothing, got %s", path, key, show(object[key])))
		}
	}
}

func (m *matcher) list(path string, want []any, got any) {
	list, isList := got.([]any)
	before, after, open := splitAtEllipsis(want)
	known := len(before) + len(after)
	if !isList || len(list) < known || len(list) > known && !open {
		m.differ(path, want, got)
		return
	}
	for i := range before {
		m.compare(fmt.Sprintf("%s[%d]", path, i), before[i], list[i])
	}
	for i := range after {
		at := len(list) - len(after) + i
		m.compare(fmt.Sprintf("%s[%d]", path, at), after[i], list[at])
	}
}

// show is a decoded value or a pattern as text.
func show(v any) jsontext.Value {
	switch v := v.(type) {
	case *hole:
		return jsontext.Value(v.String())
	case map[string]any:
		out := []byte{'{'}
		for i, key := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				out = append(out, ", "...)
			}
			if key == holeMark {
				out = append(out, "..."...)
				continue
			}
			out = append(append(append(out, quote(key)...), ": "...), show(v[key])...)
		}
		return append(out, '}')
	case []any:
		out := []byte{'['}
		for i := range v {
			if i > 0 {
				out = append(out, ", "...)
			}
			out = append(out, show(v[i])...)
		}
		return append(out, ']')
	}
	text, err := json.Marshal(v)
	if err != nil { // it was decoded from JSON
		panic(err)
	}
	return text
}
