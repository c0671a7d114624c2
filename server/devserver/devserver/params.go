package devserver

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"phoenixchannels/server/devserver/term"
)

// param is a query parameter as Plug decodes it: text, a list (key[]=) or a map (key[name]=).
type param struct {
	text   string
	list   []*param
	fields map[string]*param
}

// decodeParams reads a query string. It returns an error for what Plug answers with 400.
func decodeParams(query string) (*param, error) {
	root := &param{fields: map[string]*param{}}
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
		root.put(keyPath(key), value)
	}
	return root, nil
}

func unescape(raw string) (string, error) {
	text, err := url.QueryUnescape(raw)
	if err == nil && !utf8.ValidString(text) {
		err = fmt.Errorf("query has bytes that are not UTF-8: %q", text)
	}
	return text, err
}

// keyPath splits "a[b][]" into a, b and the empty name of a list element.
func keyPath(key string) []string {
	name, rest, nested := strings.Cut(key, "[")
	if !nested || name == "" || !strings.HasSuffix(rest, "]") {
		return []string{key}
	}
	return append([]string{name}, strings.Split(strings.TrimSuffix(rest, "]"), "][")...)
}

// put stores a value under a path; of two values for one name the later one stays.
func (p *param) put(path []string, value string) {
	if len(path) == 0 {
		*p = param{text: value}
		return
	}
	child := &param{}
	if path[0] == "" {
		p.list = append(p.list, child)
		p.fields = nil
	} else {
		if p.fields == nil {
			*p = param{fields: map[string]*param{}}
		}
		if known := p.fields[path[0]]; known != nil {
			child = known
		}
		p.fields[path[0]] = child
	}
	child.put(path[1:], value)
}

// get returns a parameter that is text.
func (p *param) get(name string) (value string, present bool) {
	child, found := p.fields[name]
	if !found || child.fields != nil || child.list != nil {
		return "", false
	}
	return child.text, true
}

func (p *param) term() term.Term {
	switch {
	case p.fields != nil:
		names := make([]string, 0, len(p.fields))
		for name := range p.fields {
			names = append(names, name)
		}
		slices.Sort(names)
		members := make([]term.Member, len(names))
		for i, name := range names {
			members[i] = term.Member{Key: name, Value: p.fields[name].term()}
		}
		return term.Object(members...)
	case p.list != nil:
		elements := make([]term.Term, len(p.list))
		for i, element := range p.list {
			elements[i] = element.term()
		}
		return term.List(elements...)
	}
	return term.MustString(p.text)
}
