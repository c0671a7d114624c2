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

// connectQuery returns the query of a connect: what the endpoint brings, the params, and the protocol version.
func connectQuery(own string, params jsontext.Value, version string) (string, error) {
	pairs := []string{}
	if own != "" {
		pairs = append(pairs, own)
	}
	pairs, err := appendQuery(pairs, nil, params)
	return strings.Join(append(pairs, "vsn="+version), "&"), err
}

// appendQuery appends a JSON value as key=value pairs from which Plug (Plug.Conn.Query) makes the same value, of texts, in the order of
// the JSON. A nested name is in brackets: {"a":{"b":1}} is a[b]=1. A list of plain values is a[]=1&a[]=2. Below a[] Plug cannot tell where
// one element ends, so a list in which anything nests has indices instead, a[0][b]=1&a[1][b]=2: a map to Plug, with the names "0" and "1".
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

// queryMembers returns the members of a map or a list, those of a list by their indices.
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

// queryPath leads to a value in the params.
type queryPath []queryStep

// key returns the path as the key of a query, escaped.
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

// splits reports whether Plug would read the path's last name as something else. It splits a key that ends with "]" at its first "[",
// unless that is at the beginning, and from there on at each "][". An empty name in brackets is an element of a list.
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

// refuse returns an error about the value that the path leads to. It names no values, which may be secret.
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
