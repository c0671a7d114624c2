package core

import (
	"bytes"
	"encoding/json/jsontext"
	"net/url"
	"strings"
)

// connectQuery is the query of a connect: what the endpoint brings, the params, and the protocol version.
func connectQuery(own string, params jsontext.Value, version string) string {
	parts := []string{}
	if own != "" {
		parts = append(parts, own)
	}
	parts = appendQuery(parts, "", params)
	return strings.Join(append(parts, "vsn="+version), "&")
}

// appendQuery appends a JSON value as key=value pairs in Phoenix's bracket form, in the order of the JSON: {"a":{"b":[1,2]}} is
// a[b][]=1&a[b][]=2. null is the empty string, as are an empty list and an empty map nothing.
func appendQuery(parts []string, key string, value jsontext.Value) []string {
	switch value.Kind() {
	case '{', '[':
		dec := jsontext.NewDecoder(bytes.NewBuffer(value), jsontext.AllowDuplicateNames(true))
		if _, err := dec.ReadToken(); err != nil {
			return parts
		}
		for end := dec.PeekKind(); end != '}' && end != ']' && end != 0; end = dec.PeekKind() {
			member := key + "[]"
			if value.Kind() == '{' {
				name, err := dec.ReadToken()
				if err != nil {
					return parts
				}
				if member = name.String(); key != "" {
					member = key + "[" + name.String() + "]"
				}
			}
			inner, err := dec.ReadValue()
			if err != nil {
				return parts
			}
			parts = appendQuery(parts, member, inner)
		}
		return parts
	case '"':
		text, _ := jsontext.AppendUnquote(nil, value)
		return append(parts, url.QueryEscape(key)+"="+url.QueryEscape(string(text)))
	case 'n':
		return append(parts, url.QueryEscape(key)+"=")
	default:
		return append(parts, url.QueryEscape(key)+"="+url.QueryEscape(string(value)))
	}
}
