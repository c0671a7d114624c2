package abi

import (
	"encoding/json/jsontext"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// readMembers reads a JSON object into what the members point to. Encoding/json would do it by reflection, which makes the library half a
// megabyte larger; this is all that it is needed for.
func readMembers(text string, members map[string]any) error {
	dec := jsontext.NewDecoder(strings.NewReader(text))
	err := eachMember(dec, func(name string) error {
		member, known := members[name]
		if !known {
			return fmt.Errorf("unknown option %q", name)
		}
		if err := readMember(dec, member); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if _, err = dec.ReadToken(); err == io.EOF {
		return nil
	} else if err != nil {
		return err
	}
	return errors.New("more text after the options")
}

// eachMember goes through an object, for whose values read has to care.
func eachMember(dec *jsontext.Decoder, read func(name string) error) error {
	if err := enter(dec, '{', "an object"); err != nil {
		return err
	}
	for dec.PeekKind() != '}' {
		name, err := dec.ReadToken()
		if err != nil {
			return err
		}
		if err := read(name.String()); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

// enter reads the beginning of an array or an object.
func enter(dec *jsontext.Decoder, kind jsontext.Kind, what string) error {
	token, err := dec.ReadToken()
	if err == nil && token.Kind() != kind {
		err = mustBe(what)
	}
	return err
}

// readMember reads one value; null is the empty one of its kind.
func readMember(dec *jsontext.Decoder, member any) (err error) {
	switch m := member.(type) {
	case *jsontext.Value:
		value, err := dec.ReadValue()
		*m = value.Clone()
		return err
	case *[]int64:
		*m, err = readNumbers(dec)
		return err
	case *map[string]string:
		*m, err = readTexts(dec)
		return err
	}
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	null := value.Kind() == 'n'
	switch m := member.(type) {
	case *string:
		*m = ""
		if !null {
			*m, err = textOf(value)
		}
	case *bool:
		if *m = value.Kind() == 't'; !*m && value.Kind() != 'f' && !null {
			err = mustBe("true or false")
		}
	case *int64:
		*m = 0
		if !null {
			*m, err = integerOf(value)
		}
	case *float64:
		*m = 0
		if !null {
			*m, err = numberOf(value)
		}
	default:
		panic(fmt.Sprintf("a member of type %T", m))
	}
	return err
}

func readNumbers(dec *jsontext.Decoder) (list []int64, err error) {
	if dec.PeekKind() == 'n' {
		return nil, dec.SkipValue()
	}
	if err := enter(dec, '[', "an array of integers"); err != nil {
		return nil, err
	}
	for dec.PeekKind() != ']' {
		value, err := dec.ReadValue()
		if err != nil {
			return nil, err
		}
		n, err := integerOf(value)
		if err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	_, err = dec.ReadToken()
	return list, err
}

func readTexts(dec *jsontext.Decoder) (map[string]string, error) {
	if dec.PeekKind() == 'n' {
		return nil, dec.SkipValue()
	}
	texts := map[string]string{}
	err := eachMember(dec, func(name string) error {
		value, err := dec.ReadValue()
		if err != nil {
			return err
		}
		if texts[name], err = textOf(value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	})
	return texts, err
}

func textOf(value jsontext.Value) (string, error) {
	if value.Kind() != '"' {
		return "", mustBe("a text")
	}
	text, err := jsontext.AppendUnquote(nil, value)
	return string(text), err
}

func integerOf(value jsontext.Value) (int64, error) {
	n, err := strconv.ParseInt(string(value), 10, 64)
	if err != nil {
		return 0, mustBe("an integer of 64 bits")
	}
	return n, nil
}

func numberOf(value jsontext.Value) (float64, error) {
	n, err := strconv.ParseFloat(string(value), 64)
	if value.Kind() != '0' || err != nil {
		return 0, mustBe("a number")
	}
	return n, nil
}

func mustBe(what string) error { return errors.New("must be " + what) }
