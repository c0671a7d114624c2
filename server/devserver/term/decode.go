package term

import (
	"encoding/json/jsontext"
	"slices"
	"strings"
)

// decoder copies a JSON text to its output in canonical form.
type decoder struct {
	in  *jsontext.Decoder
	out []byte
}

// span is the position of an element of an array or object in the output.
type span struct {
	keyed             bool
	key               string
	start, value, end int // start of the key (or the value), of the value, and its end
}

// value copies the next value. With top set it returns the spans of its direct elements.
func (d *decoder) value(top bool) ([]span, error) {
	switch d.in.PeekKind() {
	case '{':
		return d.object()
	case '[':
		return d.array(top)
	case '"':
		raw, err := d.in.ReadValue()
		if err != nil {
			return nil, err
		}
		_, err = d.string(raw)
		return nil, err
	case '0':
		raw, err := d.in.ReadValue()
		if err != nil {
			return nil, err
		}
		d.out, err = appendNumber(d.out, raw)
		return nil, err
	default: // null, true, false, or an error
		raw, err := d.in.ReadValue()
		d.out = append(d.out, raw...)
		return nil, err
	}
}

// string copies a string and returns its characters.
func (d *decoder) string(raw jsontext.Value) (string, error) {
	if !slices.Contains(raw, '\\') { // then JSON's own rules make it canonical already
		d.out = append(d.out, raw...)
		return string(raw[1 : len(raw)-1]), nil
	}
	text, err := jsontext.AppendUnquote(nil, raw)
	if err != nil {
		return "", err
	}
	d.out = appendString(d.out, string(text))
	return string(text), nil
}

func (d *decoder) array(top bool) ([]span, error) {
	var spans []span
	if _, err := d.in.ReadToken(); err != nil {
		return nil, err
	}
	d.out = append(d.out, '[')
	for first := true; d.in.PeekKind() != ']'; first = false {
		if !first {
			d.out = append(d.out, ',')
		}
		start := len(d.out)
		if _, err := d.value(false); err != nil {
			return nil, err
		}
		if top {
			spans = append(spans, span{start: start, value: start, end: len(d.out)})
		}
	}
	d.out = append(d.out, ']')
	_, err := d.in.ReadToken()
	return spans, err
}

func (d *decoder) object() ([]span, error) {
	var spans []span
	if _, err := d.in.ReadToken(); err != nil {
		return nil, err
	}
	d.out = append(d.out, '{')
	for d.in.PeekKind() != '}' {
		if len(spans) > 0 {
			d.out = append(d.out, ',')
		}
		member := span{keyed: true, start: len(d.out)}
		raw, err := d.in.ReadValue()
		if err != nil {
			return nil, err
		}
		if member.key, err = d.string(raw); err != nil {
			return nil, err
		}
		d.out = append(d.out, ':')
		member.value = len(d.out)
		if _, err := d.value(false); err != nil {
			return nil, err
		}
		member.end = len(d.out)
		spans = append(spans, member)
	}
	spans = d.sort(spans)
	d.out = append(d.out, '}')
	_, err := d.in.ReadToken()
	return spans, err
}

// sort puts the members just written in the order of their keys and drops all but the first of
// equal keys. Erlang keeps maps of up to 32 keys sorted; the order of larger ones depends on a
// hash, so sorting those is as good as any other order.
func (d *decoder) sort(spans []span) []span {
	ascending := true
	for i := 1; i < len(spans); i++ {
		ascending = ascending && spans[i-1].key < spans[i].key
	}
	if ascending {
		return spans
	}
	written := slices.Clone(d.out[spans[0].start:])
	from := spans[0].start
	d.out = d.out[:from]
	slices.SortStableFunc(spans, func(a, b span) int { return strings.Compare(a.key, b.key) })
	spans = slices.CompactFunc(spans, func(a, b span) bool { return a.key == b.key })
	for i := range spans {
		s := &spans[i]
		if i > 0 {
			d.out = append(d.out, ',')
		}
		moved := len(d.out) - s.start
		d.out = append(d.out, written[s.start-from:s.end-from]...)
		s.start, s.value, s.end = s.start+moved, s.value+moved, s.end+moved
	}
	return spans
}
