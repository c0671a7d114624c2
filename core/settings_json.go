//go:build !js || nativetransport

package core

import (
	"encoding/json/jsontext"
	"encoding/json/v2"
	"errors"
	"reflect"
)

// SetJSON is [Setting.Set] for a JSON value.
func (s Setting) SetJSON(settings *Settings, text jsontext.Value) error {
	kind := reflect.TypeOf(s.Default)
	value := reflect.New(kind)
	withoutNull := json.UnmarshalFromFunc(func(dec *jsontext.Decoder, _ *int64) error { // a null in a list would be decoded as 0
		if dec.StackDepth() > 0 && dec.PeekKind() == jsontext.KindNull {
			return ErrInvalidConfig
		}
		return errors.ErrUnsupported // decode as usual
	})
	if err := json.Unmarshal(text, value.Interface(), json.WithUnmarshalers(withoutNull)); err != nil {
		if mistake, ok := errors.AsType[*json.SemanticError](err); ok && mistake.JSONPointer != "" {
			kind = kind.Elem()
		}
		return s.wrongType(kind)
	}
	return s.Set(settings, value.Elem().Interface())
}
