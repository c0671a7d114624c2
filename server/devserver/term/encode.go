package term

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ErrInvalidUTF8 is what Jason raises as an encode error: bytes that are not UTF-8 cannot be
// written as JSON.
var ErrInvalidUTF8 = errors.New("not UTF-8, cannot be written as JSON")

// String writes characters as a JSON string.
func String(text string) (Term, error) {
	if !utf8.ValidString(text) {
		return "", fmt.Errorf("%q: %w", text, ErrInvalidUTF8)
	}
	return Term(appendString(nil, text)), nil
}

// MustString is String for text that is known to be UTF-8, such as constants.
func MustString(text string) Term {
	t, err := String(text)
	if err != nil {
		panic(err)
	}
	return t
}

// Int writes an integer.
func Int(n int64) Term { return Term(strconv.FormatInt(n, 10)) }

// Float writes a float in Erlang's shortest form; it panics for what JSON cannot hold.
func Float(f float64) Term {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		panic(fmt.Sprintf("float %v has no JSON form", f))
	}
	return Term(appendFloat(nil, f))
}

// Bool writes true or false.
func Bool(b bool) Term { return Term(strconv.FormatBool(b)) }

// appendString writes a string with the escapes that Jason uses: those JSON demands, in capital
// hexadecimal. Slashes, DEL and everything beyond ASCII stay as they are.
func appendString(out []byte, text string) []byte {
	out = append(out, '"')
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c >= 0x20:
			out = append(out, c)
		case c == '\b':
			out = append(out, `\b`...)
		case c == '\t':
			out = append(out, `\t`...)
		case c == '\n':
			out = append(out, `\n`...)
		case c == '\f':
			out = append(out, `\f`...)
		case c == '\r':
			out = append(out, `\r`...)
		default:
			out = fmt.Appendf(out, `\u%04X`, c)
		}
	}
	return append(out, '"')
}

// appendNumber copies an integer of any size and reformats a float. Elixir takes every number with
// a fraction or an exponent as a float, and has no float beyond 1.8e308.
func appendNumber(out, raw []byte) ([]byte, error) {
	if string(raw) == "-0" {
		return append(out, '0'), nil
	}
	if !slices.ContainsFunc(raw, func(c byte) bool { return c == '.' || c == 'e' || c == 'E' }) {
		return append(out, raw...), nil
	}
	f, err := strconv.ParseFloat(string(raw), 64)
	if err != nil {
		return out, fmt.Errorf("number %s: %w", raw, err)
	}
	return appendFloat(out, f), nil
}

// appendFloat writes the shortest digits that read back as the same float, as Erlang does: with
// a point, or with an exponent where that is shorter, and always with an exponent from 2^53 on.
func appendFloat(out []byte, f float64) []byte {
	if math.Signbit(f) {
		out = append(out, '-')
		f = -f
	}
	if f == 0 {
		return append(out, "0.0"...)
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	digits := strings.Replace(mantissa, ".", "", 1)
	exp, err := strconv.Atoi(exponent)
	if err != nil {
		panic(fmt.Sprintf("exponent of %v: %v", f, err))
	}
	place := exp + 1 // where the point stands in the digits
	scientific := digits[:1] + ".0e" + strconv.Itoa(exp)
	if len(digits) > 1 {
		scientific = digits[:1] + "." + digits[1:] + "e" + strconv.Itoa(exp)
	}
	var fixed string
	switch {
	case place <= 0:
		fixed = "0." + strings.Repeat("0", min(-place, 32)) + digits
	case place >= len(digits):
		fixed = digits + strings.Repeat("0", min(place-len(digits), 32)) + ".0"
	default:
		fixed = digits[:place] + "." + digits[place:]
	}
	if len(fixed) <= len(scientific) && f < 1<<53 {
		return append(out, fixed...)
	}
	return append(out, scientific...)
}
