package scenario

import (
	"cmp"
	"encoding/json/jsontext"
	"encoding/json/v2"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// template is a JSON text with holes: <name> for a value that is known, <KIND> for anything of a
// kind, <name: KIND> to remember it, <N TEXT> for a text repeated, and ... for more members or
// elements.
type template struct {
	pieces []piece
}

// piece is a part of the text, or a hole in it.
type piece struct {
	text     string
	hole     *hole
	inString bool // the hole stands inside a string
	inObject bool // ... is a member
}

type hole struct {
	name     string // of the value, known or to remember
	kind     string // empty when the value is known
	pattern  *regexp.Regexp
	length   int    // of a list; -1 for any
	over     string // the name of what an integer has to exceed
	repeated string // a text that is known as it stands
	ellipsis bool
}

var (
	nameHole   = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	repeatHole = regexp.MustCompile(`^([0-9]+) (.+)$`)
	kindHole   = regexp.MustCompile(`^(?:([a-z][a-z0-9_]*): *)?(any|bool|int|number|text|list|object)(?: (.+))?$`)
	stringHole = regexp.MustCompile(`^<([a-z][a-z0-9_]*|[0-9]+ [^>]+)>`)
)

// parseTemplate finds the holes of a text.
func parseTemplate(text string) (*template, error) {
	t := &template{}
	var open []byte // the brackets around
	inString, from := false, 0
	cut := func(i, length int, h *hole) {
		t.pieces = append(t.pieces, piece{text: text[from:i]},
			piece{hole: h, inString: inString, inObject: len(open) > 0 && open[len(open)-1] == '{'})
		from = i + length
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString && c == '<':
			if found := stringHole.FindStringSubmatch(text[i:]); found != nil {
				h, err := parseHole(found[1])
				if err != nil || h.kind != "" {
					return nil, fmt.Errorf("%s: %w", found[0], cmp.Or(err, errKindInString))
				}
				cut(i, len(found[0]), h)
				i = from - 1
			}
		case inString:
		case c == '{' || c == '[':
			open = append(open, c)
		case (c == '}' || c == ']') && len(open) > 0:
			open = open[:len(open)-1]
		case strings.HasPrefix(text[i:], "..."):
			cut(i, 3, &hole{ellipsis: true})
			i = from - 1
		case c == '<':
			inside, _, closed := strings.Cut(text[i+1:], ">")
			if !closed {
				return nil, fmt.Errorf("%s has no >", text[i:])
			}
			h, err := parseHole(inside)
			if err != nil {
				return nil, err
			}
			cut(i, len(inside)+2, h)
			i = from - 1
		}
	}
	t.pieces = append(t.pieces, piece{text: text[from:]})
	return t, nil
}

var errKindInString = errors.New("a string holds what is known; a text of a kind stands without quotes")

func parseHole(inside string) (*hole, error) {
	if found := repeatHole.FindStringSubmatch(inside); found != nil {
		n, err := strconv.Atoi(found[1])
		return &hole{repeated: strings.Repeat(found[2], n)}, err
	}
	if found := kindHole.FindStringSubmatch(inside); found != nil {
		h := &hole{name: found[1], kind: found[2], length: -1}
		var err error
		switch {
		case found[3] == "":
		case h.kind == "text":
			h.pattern, err = regexp.Compile("^(?:" + found[3] + ")$")
		case h.kind == "list":
			h.length, err = strconv.Atoi(found[3])
		case h.kind == "int" && strings.HasPrefix(found[3], "over "):
			h.over = strings.TrimPrefix(found[3], "over ")
		default:
			err = fmt.Errorf("a %s has nothing behind it", h.kind)
		}
		if err != nil {
			return nil, fmt.Errorf("<%s>: %w", inside, err)
		}
		return h, nil
	}
	if nameHole.MatchString(inside) {
		return &hole{name: inside}, nil
	}
	return nil, fmt.Errorf("<%s> is no placeholder", inside)
}

// names are those of the values that the template uses, and of those it remembers.
func (t *template) names() (used, remembered []string) {
	for _, p := range t.pieces {
		if p.hole == nil {
			continue
		}
		if p.hole.over != "" {
			used = append(used, p.hole.over)
		}
		switch {
		case p.hole.name == "":
		case p.hole.kind == "":
			used = append(used, p.hole.name)
		default:
			remembered = append(remembered, p.hole.name)
		}
	}
	return used, remembered
}

// values are what a scenario knows by name.
type values map[string]jsontext.Value

// text is the JSON text of a template that says all.
func (t *template) text(known values) (jsontext.Value, error) {
	return t.fill(known, func(p piece) (string, error) {
		return "", fmt.Errorf("only what is expected may have placeholders like %s", p.hole)
	})
}

// holeMark begins the strings that stand for holes while a pattern is decoded.
const holeMark = "\x00"

// pattern is the decoded template, with a *hole wherever something is to be matched.
func (t *template) pattern(known values) (any, error) {
	var holes []*hole
	text, err := t.fill(known, func(p piece) (string, error) {
		holes = append(holes, p.hole)
		mark := fmt.Sprintf(`"\u0000%d"`, len(holes)-1)
		if p.hole.ellipsis && p.inObject {
			mark += ":null"
		}
		return mark, nil
	})
	if err != nil {
		return nil, err
	}
	var decoded any
	if err := json.Unmarshal(text, &decoded); err != nil {
		return nil, err
	}
	return putHoles(decoded, holes), nil
}

// fill writes the text with the known values, and what the function makes of the other holes.
func (t *template) fill(known values, other func(piece) (string, error)) (jsontext.Value, error) {
	var out strings.Builder
	for _, p := range t.pieces {
		switch h := p.hole; {
		case h == nil:
			out.WriteString(p.text)
		case h.repeated != "" && p.inString:
			out.Write(inside(quote(h.repeated)))
		case h.repeated != "":
			out.Write(quote(h.repeated))
		case h.kind == "" && !h.ellipsis:
			value, found := known[h.name]
			switch {
			case !found:
				return nil, fmt.Errorf("<%s> is not known", h.name)
			case p.inString && value.Kind() == '"':
				value = inside(value)
			}
			out.Write(value)
		default:
			text, err := other(p)
			if err != nil {
				return nil, err
			}
			out.WriteString(text)
		}
	}
	text := jsontext.Value(out.String())
	if !text.IsValid(jsontext.AllowDuplicateNames(true)) {
		return nil, fmt.Errorf("not JSON: %s", strings.ReplaceAll(out.String(), `\u0000`, "<>"))
	}
	return text, nil
}

func quote(text string) jsontext.Value {
	quoted, err := jsontext.AppendQuote(nil, text)
	if err != nil { // the scenario's file is UTF-8
		panic(err)
	}
	return quoted
}

// inside is a JSON string without its quotes.
func inside(text jsontext.Value) jsontext.Value { return text[1 : len(text)-1] }

func putHoles(decoded any, holes []*hole) any {
	switch v := decoded.(type) {
	case string:
		if index, marked := strings.CutPrefix(v, holeMark); marked {
			i, _ := strconv.Atoi(index) // it was written by pattern
			return holes[i]
		}
	case []any:
		for i := range v {
			v[i] = putHoles(v[i], holes)
		}
	case map[string]any:
		for key := range v {
			if strings.HasPrefix(key, holeMark) {
				delete(v, key)
				v[holeMark] = true // there may be more members
				continue
			}
			v[key] = putHoles(v[key], holes)
		}
	}
	return decoded
}

// String is the hole as it is written.
func (h *hole) String() string {
	if h.ellipsis {
		return "..."
	}
	inside := h.kind
	if h.name != "" {
		inside = h.name + ": " + h.kind
	}
	switch {
	case h.pattern != nil:
		inside += " " + strings.TrimSuffix(strings.TrimPrefix(h.pattern.String(), "^(?:"), ")$")
	case h.kind == "list" && h.length >= 0:
		inside += " " + strconv.Itoa(h.length)
	case h.over != "":
		inside += " over " + h.over
	}
	return "<" + inside + ">"
}

// isEllipsis reports where a list has room for more elements.
func isEllipsis(element any) bool {
	h, isHole := element.(*hole)
	return isHole && h.ellipsis
}

// splitAtEllipsis gives the elements of a list before and after the room for more, if there is any.
func splitAtEllipsis(list []any) (before, after []any, found bool) {
	i := slices.IndexFunc(list, isEllipsis)
	if i < 0 {
		return list, nil, false
	}
	return list[:i], list[i+1:], true
}
