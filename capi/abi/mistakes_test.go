package abi_test

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/capi/abi"
	"phoenixchannels/core"
)

func TestOptionsThatCannotWork(t *testing.T) {
	for options, says := range map[string]string{
		`[]`:                          "must be a JSON object",
		`{"timeout": }`:               "invalid character",
		`{"tiemout": 1}`:              "tiemout",
		`{"timeout": "1"}`:            "timeout",
		`{"timeout": 0}`:              "timeout is 0",
		`{"heartbeat_interval": -1}`:  "heartbeat_interval is -1",
		`{"reconnect_after": []}`:     "reconnect_after",
		`{"rejoin_after": [1, -1]}`:   "rejoin_after has -1",
		`{"reconnect_jitter": 2}`:     "reconnect_jitter is 2",
		`{"transport": "pigeon"}`:     "pigeon",
		`{"headers": {"a b": ""}}`:    "a b",
		`{"params": 1}`:               "params",
		`{"tls_roots": "none"}`:       "tls_roots",
		`{"max_message_size": 1e300}`: "max_message_size",
		`{"timeout": 1`:               "unexpected EOF",
		`{"timeout": 1} {}`:           "more text after the options",
		`{"timeout":1,"timeout":2}`:   "duplicate",
		`{"timeout": null}`:           "timeout is 0",
		`{"reconnect_after": [1.5]}`:  "reconnect_after: must be an integer",
		`{"reconnect_after": [null]}`: "reconnect_after: must be an integer",
		`{"rejoin_after": {}}`:        "rejoin_after: must be an array",
		`{"reconnect_jitter": "1"}`:   "reconnect_jitter: must be a number",
		`{"headers": {"a": 1}}`:       "headers: a: must be a string",
		`{"headers": {"a": null}}`:    "headers: a: must be a string",
		`{"headers": []}`:             "headers: must be an object",
		`{"compression": 1}`:          "compression: must be true or false",
	} {
		t.Run(options, func(t *testing.T) {
			_, err := abi.NewSocket("ws://localhost:4000/socket", options)
			require.ErrorContains(t, err, says)
			assert.Equal(t, abi.ErrorOption, abi.CodeOf(err))
		})
	}
	for _, endpoint := range []string{"", "localhost", "ftp://localhost", "ws://"} {
		_, err := abi.NewSocket(endpoint, "")
		assert.Equal(t, abi.ErrorOption, abi.CodeOf(err), endpoint)
	}
}

func TestMistakesHaveCodes(t *testing.T) {
	h := newHost(t, "ws://127.0.0.1:1/socket", "")
	channel, err := abi.NewChannel(h.socket, "room:1", "", 0)
	require.NoError(t, err)
	joined, err := abi.NewChannel(h.socket, "room:2", "", 0)
	require.NoError(t, err)
	_, err = abi.Join(joined, 0)
	require.NoError(t, err)
	gone, err := abi.NewChannel(h.socket, "room:3", "", 0)
	require.NoError(t, err)
	_, err = abi.Join(gone, 0)
	require.NoError(t, err)
	_, err = abi.Leave(gone, 0)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		code abi.Code
		call func() (int64, error)
	}{
		"empty topic":         {abi.ErrorTopic, func() (int64, error) { return abi.NewChannel(h.socket, "", "", 0) }},
		"the protocol's":      {abi.ErrorTopic, func() (int64, error) { return abi.NewChannel(h.socket, "phoenix", "", 0) }},
		"params":              {abi.ErrorPayload, func() (int64, error) { return abi.NewChannel(h.socket, "room:1", "[]", 0) }},
		"channel flags":       {abi.ErrorArgument, func() (int64, error) { return abi.NewChannel(h.socket, "room:1", "", 2) }},
		"push before join":    {abi.ErrorNotJoined, func() (int64, error) { return abi.Push(channel, "echo", "", 0) }},
		"push after leave":    {abi.ErrorChannelClosed, func() (int64, error) { return abi.Push(gone, "echo", "", 0) }},
		"join twice":          {abi.ErrorJoinedTwice, func() (int64, error) { return abi.Join(joined, 0) }},
		"negative timeout":    {abi.ErrorArgument, func() (int64, error) { return abi.Join(channel, -1) }},
		"reserved event":      {abi.ErrorEvent, func() (int64, error) { return abi.Push(joined, "phx_join", "", 0) }},
		"no JSON":             {abi.ErrorPayload, func() (int64, error) { return abi.Push(joined, "echo", "{", 0) }},
		"socket as a channel": {abi.ErrorHandle, func() (int64, error) { return abi.ChannelState(h.socket) }},
		"channel as a socket": {abi.ErrorHandle, func() (int64, error) { return abi.SocketState(channel) }},
		"close code":          {abi.ErrorArgument, func() (int64, error) { return 0, abi.Disconnect(h.socket, 1, "") }},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.call()
			require.Error(t, err)
			assert.Equal(t, c.code, abi.CodeOf(err), err)
		})
	}
}

func TestHandlesThatAreNone(t *testing.T) {
	once, err := abi.NewSocket("ws://127.0.0.1:1/socket", "")
	require.NoError(t, err)
	require.NoError(t, abi.FreeSocket(once))
	again, err := abi.NewSocket("ws://127.0.0.1:1/socket", "")
	require.NoError(t, err)
	defer func() { require.NoError(t, abi.FreeSocket(again)) }()
	assert.NotEqual(t, once, again, "the place is used again, the number is not")
	for _, handle := range []int64{0, -1, 1, math.MaxInt64, math.MinInt64, once, again + 1, again + 1<<32} {
		for name, call := range map[string]func() error{
			"configure":     func() error { return abi.Configure(handle, "{}") },
			"connect":       func() error { return abi.Connect(handle) },
			"disconnect":    func() error { return abi.Disconnect(handle, 0, "") },
			"free":          func() error { return abi.FreeSocket(handle) },
			"state":         func() error { _, err := abi.SocketState(handle); return err },
			"poll":          func() error { _, err := abi.Poll(handle, nil, 0); return err },
			"channel":       func() error { _, err := abi.NewChannel(handle, "room:1", "", 0); return err },
			"join":          func() error { _, err := abi.Join(handle, 0); return err },
			"leave":         func() error { _, err := abi.Leave(handle, 0); return err },
			"push":          func() error { _, err := abi.Push(handle, "echo", "", 0); return err },
			"push binary":   func() error { _, err := abi.PushBinary(handle, "echo", nil, 0); return err },
			"channel state": func() error { _, err := abi.ChannelState(handle); return err },
			"free channel":  func() error { return abi.FreeChannel(handle) },
		} {
			assert.Equal(t, abi.ErrorHandle, abi.CodeOf(call()), "%s %d", name, handle)
		}
	}
}

func TestEveryCodeHasAText(t *testing.T) {
	seen := map[string]bool{}
	for code := abi.ErrorHandle; code >= abi.ErrorInternal; code-- {
		assert.NotEmpty(t, code.Error(), "%d", code)
		seen[code.Error()] = true
	}
	assert.Len(t, seen, int(-abi.ErrorInternal), "no two are the same")
	assert.Equal(t, abi.ErrorBufferFull, abi.CodeOf(core.ErrBufferFull))
	assert.Equal(t, abi.ErrorInternal, abi.CodeOf(errors.New("unheard of")))
}
