package tap

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/gdext/variant"
)

func TestTheTreeShowsWhatThereIs(t *testing.T) {
	client, err := core.NewSocket("ws://user:password@host/socket?token=secret", core.Config{})
	require.NoError(t, err)
	defer func() { _ = client.Close() }()
	channel, err := client.Channel("room:1", nil)
	require.NoError(t, err)
	presence := core.NewPresence(nil, core.PresenceEvents{})
	state := `{"ada":{"metas":[{"phx_ref":"a"},{"phx_ref":"b"}]}`
	for i := range maxShownKeys {
		state += fmt.Sprintf(`,"%d":{"metas":[{"phx_ref":"%d"}]}`, i, i)
	}
	require.NoError(t, presence.SyncState([]byte(state+"}")))
	simulation, err := core.ParseSimulation(map[string]any{"latency_ms": int64(20), "refuse_status": int64(503), "cut": true})
	require.NoError(t, err)
	tap := &Tap{reasons: reasons{}}
	tap.reasons.note(3, "error", "error: refused")

	text, err := variant.AppendJSON(nil, tap.AppendState(nil, []Socket{
		{Number: 3, ID: 1 << 40, Name: "/root/Socket", Core: client, Simulation: simulation,
			Channels: []Channel{{ID: 5, Topic: "room:1", Core: channel}, {ID: 6, Topic: "room:2"}},
			Peers:    []Peer{{ID: 7, Room: "relay:x", State: 2}}},
		{Number: 4},
	}))
	require.NoError(t, err)
	idle := `"round_trip_ms":0.0,"next_attempt_ms":-1.0,"reason":"%s","messages_in":0,"messages_out":0,"bytes_in":0,"bytes_out":0,` +
		`"pending_pushes":0,"buffered_pushes":0,"queued_events":0,"queued_bytes":0,"reconnects":0`
	require.Equal(t, `[{"number":3,"id":1099511627776,"name":"/root/Socket","endpoint":"ws://host/socket","state":0,`+fmt.Sprintf(idle, "refused")+
		`,"simulation":{"latency_ms":20,"refuse_status":503},`+
		`"channels":[{"id":5,"topic":"room:1","state":0,"joins":0,"unsent":0,"presence":null},{"id":6,"topic":"room:2","state":0,"joins":0,"unsent":0,"presence":null}],`+
		`"peers":[{"id":7,"room":"relay:x","state":2,"unique_id":0,"is_host":false,"shape":0,"peers":[],"packets_in":0,"packets_out":0,"bytes_in":0,"bytes_out":0}]},`+
		`{"number":4,"id":0,"name":"","endpoint":"","state":0,`+fmt.Sprintf(idle, "")+`,"simulation":{},"channels":[],"peers":[]}]`, string(text))

	text, err = variant.AppendJSON(nil, Channel{Topic: "room:1", Presence: presence, PresenceID: 9}.item())
	require.NoError(t, err)
	require.Contains(t, string(text), fmt.Sprintf(`"presence":{"id":9,"keys":%d,"metas":%d,"entries":{"ada":2,"0":1,`, maxShownKeys+1, maxShownKeys+2))
	require.NotContains(t, string(text), fmt.Sprintf(`"%d":1`, maxShownKeys-1), "at most so many keys")
}
