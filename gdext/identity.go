package gdext

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
)

// Settings for the next connection: where the socket connects to, and with which identity. A socket
// in use rejects a value that cannot be used. Before that any value is accepted, because the
// inspector sets a Dictionary one entry at a time; the editor then shows a warning, and
// connect_socket() fails.

// current returns the settings for core, with the current values of engine objects. s.mu must be
// held.
func (s *socket) current() (core.Settings, error) {
	now := s.settings.Settings
	var err, errHeaders, errProxy error
	params := func(values *settings) **engine.Ref { return &values.params }
	if now.Params, err = paramsFor(s, s.settings.params, func() *engine.Ref { return s.share(params) }); err != nil {
		err = fmt.Errorf("%w: params: %w", core.ErrInvalidConfig, err)
	}
	now.AuthToken, now.AuthTokenFunc = s.settings.authToken.Text(), nil
	if s.settings.authToken.Type() == engine.TypeCallable {
		token := func(values *settings) **engine.Ref { return &values.authToken }
		now.AuthTokenFunc = asking(s, func() *engine.Ref { return s.share(token) }, readToken)
	}
	now.Header, errHeaders = headerOf(s.settings.headers)
	now.Proxy, errProxy = core.ParseProxy(s.settings.proxy, engine.Environment)
	return now, errors.Join(err, errHeaders, errProxy)
}

// refresh passes the settings of the next connection to core, with their current values: the game
// may have changed the Dictionaries since it set them.
func (s *socket) refresh() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, err := s.current()
	if err != nil {
		return err
	}
	if err := errors.Join(s.core.SetEndpoint(s.settings.connectsTo()), s.core.Configure(now), s.simulate(s.core)); err != nil {
		return err
	}
	s.settings.Settings = now
	return nil
}

// headerOf reads headers in the form {"X-Name": "value"}.
func headerOf(from engine.DictionaryRef) (http.Header, error) {
	header := http.Header{}
	return header, from.Each(func(key, value engine.Variant) error {
		if key.Text() == "" || !value.IsText() {
			return fmt.Errorf("%w: headers: each must be a String with a String, like {\"X-Name\": \"value\"}", core.ErrInvalidConfig)
		}
		header.Set(key.Text(), value.Text())
		return nil
	})
}

// ConfigurationWarnings returns the warnings that the editor shows beside the node.
func (s *socket) ConfigurationWarnings() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	endpoint := s.settings.connectsTo()
	if endpoint == "" {
		return []string{"The endpoint is empty: set it to the URL of your server's socket, such as " + defaultEndpoint +
			", here or in the project setting phoenix_channels/endpoint."}
	}
	now, err := s.current()
	if err == nil {
		_, err = core.NewSocket(endpoint, core.Config{Settings: now})
	}
	if err == nil {
		_, err = readSimulation(s.settings.simulation)
	}
	if err != nil {
		return []string{"The socket cannot connect: " + signals.Plain(err) + "."}
	}
	if u, err := url.Parse(endpoint); err == nil && strings.Trim(u.Path, "/") == "" {
		return []string{"The endpoint has no path: a Phoenix server's socket is usually at /socket, as in " + defaultEndpoint + "."}
	}
	return nil
}

// setIdentity swaps a value for another. If a socket in use rejects the new value, it swaps back.
func (s *socket) setIdentity(property string, swap func(*settings)) {
	s.mu.Lock()
	swap(&s.settings)
	inUse := s.core != nil
	s.mu.Unlock()
	if inUse {
		if err := s.refresh(); err != nil {
			s.mu.Lock()
			swap(&s.settings)
			s.mu.Unlock()
			s.refuse(property, signals.Plain(err))
		}
	}
	s.object.UpdateWarnings()
}

// text returns a String property of the identity.
func text(name string, field func(*settings) *string) engine.Property {
	return engine.Prop(name, locked(func(values *settings) string { return *field(values) }), func(s *socket, value string) {
		s.setIdentity(name, func(values *settings) { value, *field(values) = *field(values), value })
	})
}

// dict returns a Dictionary property of the identity. The game gets the Dictionary itself, and may
// change it.
func dict(name string, field func(*settings) *engine.DictionaryRef) engine.Property {
	share := locked(func(values *settings) engine.GivenDictionary { return field(values).Share() })
	return engine.ReadWrite(name, share, func(s *socket, value engine.Dictionary) {
		other := engine.DictionaryRef{Ref: value.Keep()}
		s.setIdentity(name, func(values *settings) { other, *field(values) = *field(values), other })
		other.Release()
	})
}

// setTLSOptions rejects an object that is not a client's TLSOptions, even before the socket is in
// use: unlike a Dictionary, the inspector does not set it one entry at a time, because it cannot
// create TLSOptions.
func (s *socket) setTLSOptions(options engine.ObjectArg) {
	given := options.Reference()
	trust, err := trustOf(given)
	if err != nil {
		given.Release()
		s.refuse("tls_options", signals.Plain(err))
		return
	}
	var unused *engine.Ref
	if !s.change("tls_options", func(to *settings) error {
		unused, to.tlsOptions, to.TLS, to.VerifyServer = to.tlsOptions, given, trust.TLS, trust.VerifyServer
		return nil
	}) {
		unused = given
	}
	unused.Release()
}
