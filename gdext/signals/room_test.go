package signals

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/relay"
	"phoenixchannels/relay/wire"
)

func TestRefusalsOfARoomSayWhatToDo(t *testing.T) {
	for _, reason := range []string{"invalid", "unsupported version", "no room", "room full", "room locked", "host taken", "wrong shape",
		"not allowed", "seat gone", "too many rooms", "websocket needed", "protocol 2.0.0 needed", "unmatched topic", "no relay"} {
		assert.Regexp(t, `^PhoenixMultiplayerPeer\.create\(\): the room "relay:a": `+reason+`: .{20,}\.$`, RefusedRoom("relay:a", reason))
	}
	assert.Equal(t, `PhoenixMultiplayerPeer.create(): the room "relay:a": banned.`, RefusedRoom("relay:a", "banned"))
	assert.Regexp(t, "closed before the relay had answered", RefusedRoom("relay:a", ""))
}

func TestOnlyViolationsAreErrors(t *testing.T) {
	for _, reason := range []string{wire.ReasonMalformed, wire.ReasonBadSequence, wire.ReasonPacketTooBig, "too many packets", "too many bytes",
		"too far behind", "not allowed", "not polled"} {
		assert.Regexp(t, `^PhoenixMultiplayerPeer: the room "relay:a": `+reason+`: .{20,}\.$`, RoomViolation("relay:a", reason))
	}
	for _, reason := range []string{"", "kicked", "connection lost", "seat gone"} {
		assert.Empty(t, RoomViolation("relay:a", reason), reason)
	}
}

func TestPeerInfoIsADictionary(t *testing.T) {
	assert.JSONEq(t, `{"name":"ada","level":7}`, asJSON(t, PeerInfo([]byte(`{"info":{"name":"ada","level":7}}`))))
	for _, data := range []string{"", "{", `{"other":1}`, `{"info":{}}`} {
		assert.Equal(t, "{}", asJSON(t, PeerInfo([]byte(data))), data)
	}
}

func TestRelayStatisticsAreADictionary(t *testing.T) {
	text := asJSON(t, RelayStatistics(relay.Statistics{PacketsIn: 3, IsSlow: true}))
	require.Contains(t, text, `"packets_in":3`)
	require.Contains(t, text, `"is_slow":true`)
}
