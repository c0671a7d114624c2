package core

import (
	"bytes"
	"encoding/json/jsontext"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// connectQuery returns the query of a connect: the endpoint's own query, the params, and the
// protocol version.
func connectQuery(own string, params jsontext.Value, version string) (string, error) {
	pairs := []string{}
	if own != "" {
		pairs = append(pairs, own)
	}
	pairs, err := appendQuery(pairs, nil, params)
	return strings.Join(append(pairs, "vsn="+version), "&"), err
}

// appendQuery appends a JSON value as key=value pairs, in the order of the JSON. Plug
// (Plug.Conn.Query) decodes them to the same value with all scalars as strings. A nested name is in
// brackets: {"a":{"b":1}} is a[b]=1. A list of scalars is a[]=1&a[]=2. Below a[] Plug cannot tell
// where an element ends, so a list with nested elements has indices instead, a[0][b]=1&a[1][b]=2:
// to Plug, a map with the names "0" and "1".
func appendQuery(pairs []string, path queryPath, value jsontext.Value) ([]string, error) {
	switch value.Kind() {
	case '{', '[':
		return appendContainer(pairs, path, value)
	case '"':
		text, _ := jsontext.AppendUnquote(nil, value)
		return append(pairs, path.key()+"="+url.QueryEscape(string(text))), nil
	case 'n':
		return append(pairs, path.key()+"="), nil
	default:
		return append(pairs, path.key()+"="+url.QueryEscape(string(value))), nil
	}
}

func appendContainer(pairs []string, path queryPath, value jsontext.Value) ([]string, error) {
	members, err := queryMembers(value)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalidPayload, err)
	}
	if len(members) == 0 && len(path) > 0 {
		kind := "map"
		if value.Kind() == '[' {
			kind = "list"
		}
		return nil, path.refuse("is an empty " + kind + ", which a URL cannot carry: leave it out, or pass it in a channel's params")
	}
	isPlain := value.Kind() == '[' && !slices.ContainsFunc(members, func(m queryMember) bool { return isNested(m.value) })
	for _, member := range members {
		if isPlain {
			member.name = ""
		}
		memberPath := append(path, member.queryStep)
		if !isPlain && memberPath.splits(isNested(member.value)) {
			return nil, memberPath.refuse("has a name that a URL cannot carry, since a server would read it as nesting: use another name, or nest a map")
		}
		if pairs, err = appendQuery(pairs, memberPath, member.value); err != nil {
			return nil, err
		}
	}
	return pairs, nil
}

func isNested(value jsontext.Value) bool { return value.Kind() == '{' || value.Kind() == '[' }

type queryMember struct {
	queryStep
	value jsontext.Value
}

// queryMembers returns the members of a map or a list; the names of a list's members are their
// indices.
func queryMembers(value jsontext.Value) ([]queryMember, error) {
	var members []queryMember
	dec := jsontext.NewDecoder(bytes.NewBuffer(value), jsontext.AllowDuplicateNames(true))
	if _, err := dec.ReadToken(); err != nil {
		return nil, err
	}
	for end := dec.PeekKind(); end != '}' && end != ']'; end = dec.PeekKind() {
		member := queryMember{queryStep: queryStep{name: strconv.Itoa(len(members)), isIndex: true}}
		if value.Kind() == '{' {
			name, err := dec.ReadToken()
			if err != nil {
				return nil, err
			}
			member.queryStep = queryStep{name: name.String()}
		}
		var err error
		if member.value, err = dec.ReadValue(); err != nil {
			return nil, err
		}
		member.value = member.value.Clone()
		members = append(members, member)
	}
	return members, nil
}

// queryStep is a name in a map, or an index in a list.
type queryStep struct {
	name    string
	isIndex bool
}

// queryPath is the path of a value in the params.
type queryPath []queryStep

// key returns the path as an escaped query key.
func (p queryPath) key() string {
	var key strings.Builder
	for i, step := range p {
		if i == 0 {
			key.WriteString(step.name)
		} else {
			key.WriteString("[" + step.name + "]")
		}
	}
	return url.QueryEscape(key.String())
}

// splits reports whether Plug would misread the path's last name. Plug splits a key that ends with
// "]" at its first "[", unless the key begins with it, and then at each "][". An empty name in
// brackets is an element of a list.
func (p queryPath) splits(isNested bool) bool {
	name := p[len(p)-1].name
	switch {
	case len(p) > 1:
		return name == "" || strings.Contains(name, "][")
	case isNested:
		return name == "" || strings.Contains(name, "[")
	default:
		return strings.IndexByte(name, '[') > 0 && strings.HasSuffix(name, "]")
	}
}

// refuse returns an error about the value at the path. It does not contain the value, which may be
// secret.
func (p queryPath) refuse(problem string) error {
	path := "params"
	for _, step := range p {
		switch {
		case step.isIndex:
			path += "[" + step.name + "]"
		case step.name == "" || strings.ContainsAny(step.name, "[]. \"\\"):
			path += "[" + strconv.Quote(step.name) + "]"
		default:
			path += "." + step.name
		}
	}
	return fmt.Errorf("%w: %s %s", ErrInvalidPayload, path, problem)
}
