package gdext

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
)

// Where a socket connects to and as whom: the settings that hold for the next
// connection. A socket in use refuses a value that cannot be used; before that
// any value is kept, as the inspector sets a Dictionary bit by bit: the editor
// warns of it, and connect_socket() fails.

// identity is the params, the token, the headers and the proxy, as core takes them. Under the lock.
func (s *socket) identity() (core.Config, error) {
	var config core.Config
	var err, errHeaders, errProxy error
	params := func(of *settings) **engine.Ref { return &of.params }
	if config.Params, err = paramsFor(s, s.settings.params, func() *engine.Ref { return s.share(params) }); err != nil {
		err = fmt.Errorf("%w: params: %w", core.ErrInvalidConfig, err)
	}
	if s.settings.authToken.Type() == engine.TypeCallable {
		token := func(of *settings) **engine.Ref { return &of.authToken }
		config.AuthTokenFunc = asking(s, func() *engine.Ref { return s.share(token) }, readToken)
	} else {
		config.AuthToken = s.settings.authToken.Text()
	}
	config.Header, errHeaders = headerOf(s.settings.headers)
	config.Proxy, errProxy = core.ParseProxy(s.settings.proxy, engine.Environment)
	return config, errors.Join(err, errHeaders, errProxy)
}

// wholeConfig is what core's socket is made with. Under the lock.
func (s *socket) wholeConfig() (core.Config, error) {
	who, err := s.identity()
	if err != nil {
		return who, err
	}
	s.settings.header, s.settings.route = who.Header, who.Proxy
	config := s.settings.config()
	config.Params, config.AuthToken, config.AuthTokenFunc = who.Params, who.AuthToken, who.AuthTokenFunc
	config.ManualDispatch = true
	config.Prepare = prepare
	config.Logger = slog.New(s.log)
	config.OnPanic = s.log.panicked
	config.OnQueued = s.object.Wake
	return config, nil
}

// refresh hands core what a connection begins with, as it is now: the game may
// have changed the Dictionaries since it set them.
func (s *socket) refresh() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	who, err := s.identity()
	if err != nil {
		return err
	}
	err = errors.Join(s.core.SetEndpoint(s.settings.endpoint), s.core.SetParams(who.Params), s.core.SetAuthToken(who.AuthToken),
		s.use(who))
	if err == nil && who.AuthTokenFunc != nil {
		s.core.SetAuthTokenFunc(who.AuthTokenFunc)
	}
	return err
}

// use makes the headers and the proxy those of the next connection.
func (s *socket) use(who core.Config) error {
	header, route := s.settings.header, s.settings.route
	s.settings.header, s.settings.route = who.Header, who.Proxy
	err := s.core.Configure(s.settings.config())
	if err != nil {
		s.settings.header, s.settings.route = header, route
	}
	return err
}

// headerOf reads {"X-Name": "value"}.
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

// ConfigurationWarnings are what the editor shows beside the node.
func (s *socket) ConfigurationWarnings() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.settings.endpoint == "" {
		return []string{"The endpoint is empty: set it to the URL of your server's socket, such as " + defaultEndpoint + "."}
	}
	who, err := s.identity()
	if err == nil {
		_, err = core.NewSocket(s.settings.endpoint, who)
	}
	if err != nil {
		return []string{"The socket cannot connect: " + plain(err) + "."}
	}
	if u, err := url.Parse(s.settings.endpoint); err == nil && strings.Trim(u.Path, "/") == "" {
		return []string{"The endpoint has no path: a Phoenix server's socket is mostly at /socket, as in " + defaultEndpoint + "."}
	}
	return nil
}

// setIdentity swaps a value for another. A socket in use that cannot take it
// swaps it back.
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
			s.refuse(property, plain(err))
		}
	}
	s.object.UpdateWarnings()
}

// text is a String of the identity.
func text(name string, field func(*settings) *string) engine.Property {
	get := func(s *socket) string {
		s.mu.Lock()
		defer s.mu.Unlock()
		return *field(&s.settings)
	}
	return engine.Prop(name, get, func(s *socket, value string) {
		s.setIdentity(name, func(of *settings) { value, *field(of) = *field(of), value })
	})
}

// dict is a Dictionary of the identity. A game gets the one that is held, and may
// change it.
func dict(name string, field func(*settings) *engine.DictionaryRef) engine.Property {
	get := func(s *socket) engine.GivenDictionary {
		s.mu.Lock()
		defer s.mu.Unlock()
		return field(&s.settings).Share()
	}
	return engine.ReadWrite(name, get, func(s *socket, value engine.Dictionary) {
		other := engine.DictionaryRef{Ref: value.Keep()}
		s.setIdentity(name, func(of *settings) { other, *field(of) = *field(of), other })
		other.Release()
	})
}

func (s *socket) getTLSOptions() *engine.Ref {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settings.tlsOptions.Clone()
}

// setTLSOptions refuses what is no TLSOptions of a client: the inspector, which
// could do so bit by bit, cannot make them.
func (s *socket) setTLSOptions(options engine.ObjectArg) {
	given := options.Reference()
	trust, err := trustOf(given)
	if err != nil {
		given.Release()
		s.refuse("tls_options", plain(err))
		return
	}
	var old *engine.Ref
	s.change(func(of *settings) { old, of.tlsOptions, of.trust = of.tlsOptions, given, trust })
	old.Release()
}
