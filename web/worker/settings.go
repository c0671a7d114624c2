package worker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"phoenixchannels/core"
	"phoenixchannels/gdext/variant"
)

// settings are the properties of a PhoenixSocket that core or the worker needs. Times are in milliseconds.
type settings struct {
	endpoint              string
	heartbeatInterval     int64
	timeout               int64
	reconnectAfter        []int64
	rejoinAfter           []int64
	reconnectJitter       float64
	transport             int64
	longpollFallbackAfter int64
	maxMessageSize        int64
	maxQueuedBytes        int64
	reportSent            bool
	debugLog              bool
}

func defaultSettings() settings {
	return settings{
		endpoint:          "ws://localhost:4000/socket",
		heartbeatInterval: 30_000,
		timeout:           10_000,
		reconnectAfter:    []int64{10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000},
		rejoinAfter:       []int64{1000, 2000, 5000, 10_000},
		reconnectJitter:   0.25,
		maxMessageSize:    16 << 20,
		maxQueuedBytes:    64 << 20,
	}
}

// given are settings of a command.
type given struct {
	asked  []string // of which the page has to be asked
	values map[string]any
	params []byte // JSON, nil when it is not among them
	token  *string
	err    error // of the params
}

// readSettings reads the arguments asked and settings.
func readSettings(args *variant.Reader) (g given) {
	for range args.Array() {
		g.asked = append(g.asked, args.String())
	}
	g.values = map[string]any{}
	for range args.Dictionary() {
		name := args.String()
		if args.Err() != nil {
			break
		}
		switch kind := args.Next(); {
		case name == "params":
			g.params = args.JSON()
			if unsendable, ok := errors.AsType[*variant.UnsendableError](args.Err()); ok {
				g.err = fmt.Errorf("%w: params: %w", core.ErrInvalidConfig, unsendable)
			}
		case name == "auth_token":
			token := args.String()
			g.token = &token
		case kind == variant.Bool:
			g.values[name] = args.Bool()
		case kind == variant.Int:
			g.values[name] = args.Int()
		case kind == variant.Float:
			g.values[name] = args.Float()
		case kind == variant.String:
			g.values[name] = args.String()
		default:
			g.values[name] = args.Int32s()
		}
	}
	return g
}

// take takes the values given; those of other names are nothing to core.
func (s *settings) take(g given) error {
	for name, value := range g.values {
		var ok bool
		switch name {
		case "endpoint":
			s.endpoint, ok = value.(string)
		case "heartbeat_interval":
			s.heartbeatInterval, ok = value.(int64)
		case "timeout":
			s.timeout, ok = value.(int64)
		case "reconnect_after":
			s.reconnectAfter, ok = value.([]int64)
		case "rejoin_after":
			s.rejoinAfter, ok = value.([]int64)
		case "reconnect_jitter":
			s.reconnectJitter, ok = value.(float64)
		case "transport":
			s.transport, ok = value.(int64)
		case "longpoll_fallback_after":
			s.longpollFallbackAfter, ok = value.(int64)
		case "max_message_size":
			s.maxMessageSize, ok = value.(int64)
		case "max_queued_bytes":
			s.maxQueuedBytes, ok = value.(int64)
		case "report_sent":
			s.reportSent, ok = value.(bool)
		case "debug_log":
			s.debugLog, ok = value.(bool)
		default:
			ok = true
		}
		if !ok {
			return fmt.Errorf("%w: %s has the type %T", core.ErrInvalidConfig, name, value)
		}
	}
	return g.err
}

// config is what the settings mean to core, but for what identifies the player.
func (s *settings) config() (config core.Config) {
	config.Timeout = milliseconds(s.timeout)
	config.HeartbeatInterval = milliseconds(s.heartbeatInterval)
	config.ReconnectAfter = durations(s.reconnectAfter)
	config.RejoinAfter = durations(s.rejoinAfter)
	config.Jitter = s.reconnectJitter
	config.Transport = core.Transport(s.transport)
	config.LongPollFallbackAfter = milliseconds(s.longpollFallbackAfter)
	config.MaxMessageBytes = s.maxMessageSize
	config.MaxQueuedBytes = int(s.maxQueuedBytes)
	if s.reconnectJitter == 0 {
		config.Jitter = core.NoJitter // as core takes 0 for its default
	}
	return config
}

func milliseconds(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

func durations(of []int64) []time.Duration {
	list := make([]time.Duration, len(of))
	for i, n := range of {
		list[i] = milliseconds(n)
	}
	return list
}

// paramsOf are the params among the settings given, as core takes them.
func (s *socket) paramsOf(g given) (params any, ok bool) {
	if slices.Contains(g.asked, askParams) {
		return asking(s, s.id, askParams, readParams), true
	}
	return jsonValue(g.params), g.params != nil
}

func (s *socket) tokenFunc(g given) (token func(context.Context) (string, error), ok bool) {
	if slices.Contains(g.asked, askToken) {
		return asking(s, s.id, askToken, readToken), true
	}
	return nil, false
}

// identify puts params and token into the config of a new socket.
func (s *socket) identify(config *core.Config, g given) {
	if params, ok := s.paramsOf(g); ok {
		config.Params = params
	}
	if token, ok := s.tokenFunc(g); ok {
		config.AuthTokenFunc = token
	} else if g.token != nil {
		config.AuthToken = *g.token
	}
}

// apply hands a socket in use what has changed.
func (s *socket) apply(g given) error {
	var err error
	if _, ok := g.values["endpoint"]; ok {
		err = s.core.SetEndpoint(s.settings.endpoint)
	}
	if params, ok := s.paramsOf(g); ok {
		err = errors.Join(err, s.core.SetParams(params))
	}
	if token, ok := s.tokenFunc(g); ok {
		s.core.SetAuthTokenFunc(token)
	} else if g.token != nil {
		err = errors.Join(err, s.core.SetAuthToken(*g.token))
	}
	return errors.Join(err, s.core.Configure(s.settings.config()))
}
