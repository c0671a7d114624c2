// Package query decodes a URL's query as Plug does (Plug.Conn.Query), the library that reads the
// connect params of a Phoenix server.
package query

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"phoenixchannels/server/devserver/term"
)

// Params is one level of a query: the whole of it, or what has the same keys in front of its last
// brackets. All elements of a list (a[]=) are one level, so a list of maps or of lists is flattened
// to one of them.
type Params struct {
	entries []entry            // as they came
	levels  map[string]*Params // by name
}

// entry is a name on its level, "" for an element of a list, with a text or, at the place where its
// first key came, a level.
type entry struct {
	name  string
	text  string
	level *Params
}

// Decode reads a query. It returns an error for a query that Plug refuses.
func Decode(query string) (*Params, error) {
	root := &Params{}
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		rawKey, rawValue, _ := strings.Cut(pair, "=")
		key, err := unescape(rawKey)
		if err != nil {
			return nil, err
		}
		value, err := unescape(rawValue)
		if err != nil {
			return nil, err
		}
		root.add(splitKey(key), value)
	}
	return root, nil
}

// unescape decodes the text of a form: + is a space, and a % that begins no escape stays.
func unescape(raw string) (string, error) {
	text := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '+':
			text = append(text, ' ')
		case c == '%' && i+2 < len(raw) && isHex(raw[i+1]) && isHex(raw[i+2]):
			text, _ = hex.AppendDecode(text, []byte(raw[i+1:i+3]))
			i += 2
		default:
			text = append(text, c)
		}
	}
	if !utf8.Valid(text) {
		return "", fmt.Errorf("query has bytes that are not UTF-8: %q", text)
	}
	return string(text), nil
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }

// splitKey splits "a[b][]" into "a", "b" and "".
func splitKey(key string) []string {
	name, rest, nested := strings.Cut(key, "[")
	rest, closed := strings.CutSuffix(rest, "]")
	if !nested || !closed || name == "" {
		return []string{key}
	}
	return append([]string{name}, strings.Split(rest, "][")...)
}

func (p *Params) add(names []string, text string) {
	name := names[0]
	if len(names) == 1 {
		p.entries = append(p.entries, entry{name: name, text: text})
		return
	}
	if p.levels[name] == nil {
		if p.levels == nil {
			p.levels = map[string]*Params{}
		}
		p.levels[name] = &Params{}
		p.entries = append(p.entries, entry{name: name, level: p.levels[name]})
	}
	p.levels[name].add(names[1:], text)
}

// Text returns a parameter that is text.
func (p *Params) Text(name string) (text string, isText bool) {
	for _, e := range slices.Backward(p.entries) {
		if e.name == name {
			return e.text, e.level == nil
		}
	}
	return "", false
}

// Term returns the parameters as the map that a server gets.
func (p *Params) Term() term.Term { return object(p.entries, "") }

func (e entry) term() term.Term {
	if e.level == nil {
		return term.MustString(e.text)
	}
	// The last key of a level decides what the level is. What does not fit is dropped, except lists
	// and maps without a name in a map, which Plug keeps under nil.
	entries := e.level.entries
	if entries[len(entries)-1].name != "" {
		return object(slices.DeleteFunc(slices.Clone(entries), func(e entry) bool { return e.name == "" && e.level == nil }), "nil")
	}
	var elements []term.Term
	for _, e := range entries {
		if e.name == "" {
			elements = append(elements, e.term())
		}
	}
	return term.List(elements...)
}

// object writes a map, in which the last of two equal names is kept. The empty name is written as
// noName.
func object(entries []entry, noName string) term.Term {
	values := map[string]term.Term{}
	for _, e := range entries {
		values[e.name] = e.term()
	}
	members := make([]term.Member, 0, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		members = append(members, term.Member{Key: cmp.Or(name, noName), Value: values[name]})
	}
	return term.Object(members...)
}
