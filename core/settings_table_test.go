package core

import (
	"encoding/json/jsontext"
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestEveryPlainSettingIsInTheTable(t *testing.T) {
	listed := map[string]bool{}
	for _, setting := range allSettings {
		require.False(t, listed[setting.field], "%s twice", setting.field)
		listed[setting.field] = true
	}
	for field := range reflect.TypeFor[Settings]().Fields() {
		isFunc := field.Type.Kind() == reflect.Func
		require.Equal(t, !isFunc && !field.Anonymous, listed[field.Name], field.Name)
	}
}

func TestSettingsByName(t *testing.T) {
	tests := map[string]struct {
		value  any
		json   string
		change func(*Settings)
	}{
		"params":                  {jsontext.Value(`{"a":1}`), `{"a":1}`, func(s *Settings) { s.Params = jsontext.Value(`{"a":1}`) }},
		"auth_token":              {"t", `"t"`, func(s *Settings) { s.AuthToken = "t" }},
		"heartbeat_interval":      {int64(5), `5`, func(s *Settings) { s.HeartbeatInterval = 5 * time.Millisecond }},
		"timeout":                 {int64(1 << 40), `1099511627776`, func(s *Settings) { s.Timeout = 1 << 40 * time.Millisecond }},
		"reconnect_after":         {[]int64{0, 3}, `[0, 3]`, func(s *Settings) { s.ReconnectAfter = milliseconds(0, 3) }},
		"rejoin_after":            {[]int64{7}, `[7]`, func(s *Settings) { s.RejoinAfter = milliseconds(7) }},
		"reconnect_jitter":        {0.0, `0`, func(s *Settings) { s.Jitter = NoJitter }},
		"transport":               {"longpoll", `"longpoll"`, func(s *Settings) { s.Transport = LongPoll }},
		"longpoll_fallback_after": {int64(2500), `2500`, func(s *Settings) { s.LongPollFallbackAfter = 2500 * time.Millisecond }},
		"compression":             {true, `true`, func(s *Settings) { s.Compression = true }},
		"max_message_size":        {int64(1), `1`, func(s *Settings) { s.MaxMessageBytes = 1 }},
		"max_queued_bytes":        {int64(2), `2`, func(s *Settings) { s.MaxQueuedBytes = 2 }},
	}
	require.Len(t, tests, len(NamedSettings()))
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			setting, found := NamedSettings()[name]
			require.True(t, found)
			want, set, decoded := DefaultSettings(), DefaultSettings(), DefaultSettings()
			require.Equal(t, setting.Default, setting.Get(&set))
			test.change(&want)
			require.NoError(t, setting.Set(&set, test.value))
			require.Equal(t, want, set)
			require.Equal(t, test.value, setting.Get(&set))
			require.NoError(t, setting.SetJSON(&decoded, jsontext.Value(test.json)))
			require.Equal(t, want, decoded)
		})
	}
	transport, set := NamedSettings()["transport"], DefaultSettings()
	require.NoError(t, transport.Set(&set, int64(LongPoll)), "by its index")
	require.Equal(t, LongPoll, set.Transport)
}

func TestSettingsByNameRefuseWhatTheyCannotBe(t *testing.T) {
	for _, test := range []struct {
		name  string
		value any
		want  string
	}{
		{"timeout", int64(0), "timeout is 0; it must be from 1 to 1099511627776"},
		{"timeout", int64(1<<40 + 1), "timeout is 1099511627777; it must be from 1"},
		{"timeout", 1.5, "timeout: must be an integer of 64 bits"},
		{"timeout", nil, "timeout: must be an integer"},
		{"max_message_size", int64(1<<30 + 1), "max_message_size is 1073741825; it must be from 1 to 1073741824"},
		{"reconnect_jitter", 1.5, "reconnect_jitter is 1.5; it must be from 0 to 1"},
		{"reconnect_jitter", math.NaN(), "reconnect_jitter is NaN"},
		{"rejoin_after", []int64{}, "rejoin_after needs at least one time"},
		{"rejoin_after", []int64{1, -1}, "rejoin_after has -1; it must be from 0"},
		{"transport", int64(2), "transport is 2; it must be websocket or longpoll"},
		{"transport", int64(-1), "transport is -1"},
		{"transport", "pigeon", `transport is "pigeon"; it must be websocket or longpoll`},
		{"compression", "yes", "compression: must be true or false"},
	} {
		settings := DefaultSettings()
		err := NamedSettings()[test.name].Set(&settings, test.value)
		require.ErrorIs(t, err, ErrInvalidConfig)
		require.ErrorContains(t, err, test.want)
		require.Equal(t, DefaultSettings(), settings)
	}
}

func TestZeroMeansTheDefault(t *testing.T) {
	zero, err := Settings{}.withDefaults()
	require.NoError(t, err)
	given, err := DefaultSettings().withDefaults()
	require.NoError(t, err)
	zero.Network, given.Network = Network{}, Network{} // functions cannot be compared
	require.Equal(t, given, zero)
	require.Zero(t, DefaultSettings().HeartbeatTimeout, "so that it follows another HeartbeatInterval")
}
