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

// AppendVariant appends the Variant that the JSON text says, and returns the
// longer slice; on an error dst as it was.
//
// null, true and false become null and bools, a string a String, an array an
// Array and an object a Dictionary whose keys are Strings in the order of the
// text. Of equal keys Godot keeps the last value, in the place of the first.
//
// A number without fraction and exponent becomes an int, any other a float, as
// does an integer beyond 64 bits; what exceeds a float becomes ±INF, as in
// Godot's own parser. What a Godot String cannot hold (NUL, half a surrogate
// pair) becomes U+FFFD.
//
// The text must be one JSON value (RFC 8259, in UTF-8) that nests no deeper
// than [MaxDepth]; else the error is a [*jsonscan.SyntaxError] with the offset
// in the text.
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

// AppendValue is [AppendVariant] for the one value that begins in text at an
// offset. It returns also where the value ends; what follows does not matter.
func AppendValue(dst, text []byte, at int) (longer []byte, end int, err error) {
	p := parser{
		Scanner: jsonscan.Scanner{Text: text, Pos: at, MaxDepth: MaxDepth},
		// Typical messages double; with that much room at once, one allocation is
		// enough for them.
		dst: slices.Grow(dst, 2*(len(text)-at)+16),
	}
	p.value()
	if err := p.Err(); err != nil {
		return dst, at, err
	}
	return p.dst, p.Pos, nil
}

// parser appends to dst what it reads.
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

// container appends the header of a container, and returns where its count is
// put when its end is reached.
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
	// The one error left is ErrRange, and then f is ±Inf.
	f, _ := strconv.ParseFloat(string(text), 64)
	p.dst = AppendFloat(p.dst, f)
}

func (p *parser) string(quoted []byte, plain bool) {
	start := len(p.dst)
	p.dst = appendWords(p.dst, uint32(String), 0)
	if plain {
		p.dst = append(p.dst, quoted[1:len(quoted)-1]...)
	} else {
		// The error is of half a surrogate pair, which becomes U+FFFD.
		p.dst, _ = jsontext.AppendUnquote(p.dst, quoted)
		if text := p.dst[start+8:]; bytes.IndexByte(text, 0) >= 0 {
			p.dst = append(p.dst[:start+8], bytes.ReplaceAll(text, []byte{0}, []byte(string(utf8.RuneError)))...)
		}
	}
	p.dst = closeString(p.dst, start)
}
