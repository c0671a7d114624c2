package variant

import (
	"bytes"
	"encoding/binary"
	"encoding/json/jsontext"
	"slices"
	"strconv"
	"unicode/utf8"

	"phoenixchannels/internal/jsonscan"
)

// AppendVariant appends the Variant that the JSON text represents and returns the extended slice.
// On an error it returns dst unchanged.
//
// null, true and false become null and bools, strings become Strings, arrays become Arrays, and
// objects become Dictionaries whose keys are Strings in the order of the text. Of equal keys Godot
// keeps the last value, in the position of the first.
//
// A number without a fraction and an exponent becomes an int; any other number becomes a float, and
// so does an integer beyond 64 bits. A number too large for a float becomes ±INF, as in Godot's own
// parser. What a Godot String cannot hold (a NUL, half a surrogate pair) becomes U+FFFD.
//
// The text must be one JSON value (RFC 8259, in UTF-8) nested no deeper than [MaxDepth]. Otherwise
// the error is a [*jsonscan.SyntaxError] with the offset in the text.
func AppendVariant(dst, json []byte) ([]byte, error) {
	longer, end, err := AppendValue(dst, json, 0)
	if err != nil {
		return dst, err
	}
	rest := jsonscan.Scanner{Text: json, Pos: end}
	if rest.End(); rest.Err() != nil {
		return dst, rest.Err()
	}
	return longer, nil
}

// AppendValue is [AppendVariant] for the one value that begins at an offset in text. It also
// returns the value's end; the text after it is ignored.
func AppendValue(dst, text []byte, at int) (longer []byte, end int, err error) {
	p := parser{
		Scanner: jsonscan.Scanner{Text: text, Pos: at, MaxDepth: MaxDepth},
		// Typical messages double in size. With that much capacity from the start, one allocation
		// is enough.
		dst: slices.Grow(dst, 2*(len(text)-at)+16),
	}
	p.value()
	if err := p.Err(); err != nil {
		return dst, at, err
	}
	return p.dst, p.Pos, nil
}

// parser appends what it reads to dst.
type parser struct {
	jsonscan.Scanner
	dst []byte
}

func (p *parser) value() {
	switch p.Kind() {
	case '{':
		start, n := p.container(Dictionary), uint32(0)
		for p.Begin('{'); p.More('}'); n++ {
			p.string(p.Key())
			p.value()
		}
		binary.LittleEndian.PutUint32(p.dst[start:], n)
	case '[':
		start, n := p.container(Array), uint32(0)
		for p.Begin('['); p.More(']'); n++ {
			p.value()
		}
		binary.LittleEndian.PutUint32(p.dst[start:], n)
	case '"':
		p.string(p.String())
	case 't':
		p.dst = AppendBool(p.dst, true)
		p.Skip()
	case 'f':
		p.dst = AppendBool(p.dst, false)
		p.Skip()
	case 'n':
		p.dst = AppendNil(p.dst)
		p.Skip()
	default:
		p.number(p.Number())
	}
}

// container appends the header of a container and returns the position of its count, which is
// filled in at the container's end.
func (p *parser) container(t Type) (count int) {
	p.dst = appendWords(p.dst, uint32(t), 0)
	return len(p.dst) - 4
}

func (p *parser) number(text []byte, integer bool) {
	if integer {
		if v, err := strconv.ParseInt(string(text), 10, 64); err == nil {
			p.dst = AppendInt(p.dst, v)
			return
		}
	}
	// The only possible error is ErrRange; f is ±Inf then.
	f, _ := strconv.ParseFloat(string(text), 64)
	p.dst = AppendFloat(p.dst, f)
}

func (p *parser) string(quoted []byte, plain bool) {
	start := len(p.dst)
	p.dst = appendWords(p.dst, uint32(String), 0)
	if plain {
		p.dst = append(p.dst, quoted[1:len(quoted)-1]...)
	} else {
		// The only possible error is half a surrogate pair, which becomes U+FFFD.
		p.dst, _ = jsontext.AppendUnquote(p.dst, quoted)
		if text := p.dst[start+8:]; bytes.IndexByte(text, 0) >= 0 {
			p.dst = append(p.dst[:start+8], bytes.ReplaceAll(text, []byte{0}, []byte(string(utf8.RuneError)))...)
		}
	}
	p.dst = closeString(p.dst, start)
}
