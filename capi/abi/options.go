package abi

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json/jsontext"
	"encoding/json/v2"
	"io"
	"net/http"
	"strings"

	"phoenixchannels/core"
)

// options of a socket: core's settings by name, the headers, and the TLS options as text.
type options struct {
	core.Settings
	tlsRoots    string // in PEM form
	tlsInsecure bool
}

func defaultOptions() options { return options{Settings: core.DefaultSettings()} }

// with returns o with the options in the JSON text replaced. An empty text changes nothing.
func (o options) with(text string) (options, error) {
	if text == "" {
		return o, nil
	}
	dec := jsontext.NewDecoder(strings.NewReader(text))
	if begin, err := dec.ReadToken(); err != nil || begin.Kind() != jsontext.KindBeginObject {
		return o, wrong(ErrorOption, "the options must be a JSON object")
	}
	for dec.PeekKind() != jsontext.KindEndObject {
		token, err := dec.ReadToken()
		if err != nil {
			return o, notJSON(err)
		}
		name := token.String()
		value, err := dec.ReadValue()
		if err != nil {
			return o, notJSON(err)
		}
		if err := o.set(name, value); err != nil {
			return o, err
		}
	}
	_, _ = dec.ReadToken() // the end of the object
	if _, err := dec.ReadToken(); err != io.EOF {
		return o, wrong(ErrorOption, "more text after the options")
	}
	return o, o.useTLS()
}

func notJSON(err error) error {
	return wrong(ErrorOption, "%s", strings.TrimPrefix(err.Error(), "jsontext: "))
}

// set sets one option.
func (o *options) set(name string, value jsontext.Value) error {
	switch name {
	case "headers":
		return o.setHeaders(value)
	case "tls_roots":
		return decode(name, value, &o.tlsRoots, "a text")
	case "tls_insecure":
		return decode(name, value, &o.tlsInsecure, "true or false")
	}
	setting, ok := core.NamedSettings()[name]
	if !ok {
		return wrong(ErrorOption, "unknown option %q", name)
	}
	return setting.SetJSON(&o.Settings, value)
}

func decode[T any](name string, value jsontext.Value, option *T, kind string) error {
	if err := json.Unmarshal(value, option); err != nil {
		return wrong(ErrorOption, "%s: must be %s", name, kind)
	}
	return nil
}

func (o *options) setHeaders(value jsontext.Value) error {
	var headers map[string]any
	if err := decode("headers", value, &headers, "an object"); err != nil {
		return err
	}
	o.Header = http.Header{}
	for name, given := range headers {
		text, ok := given.(string)
		if !ok {
			return wrong(ErrorOption, "headers: %s: must be a string", name)
		}
		o.Header.Set(name, text)
	}
	return nil
}

// useTLS builds the TLS configuration from the two TLS options.
func (o *options) useTLS() error {
	o.TLS = nil
	if o.tlsRoots != "" || o.tlsInsecure {
		o.TLS = &tls.Config{InsecureSkipVerify: o.tlsInsecure}
	}
	if o.tlsRoots != "" {
		o.TLS.RootCAs = x509.NewCertPool()
		if !o.TLS.RootCAs.AppendCertsFromPEM([]byte(o.tlsRoots)) {
			return wrong(ErrorOption, "tls_roots has no certificate in PEM format")
		}
	}
	return nil
}
