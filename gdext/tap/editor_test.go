package tap

import (
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
)

// editor is the other side of a tap: it records the messages it receives, and decodes them as the
// tab does.
type editor struct {
	t   *testing.T
	tap *Tap

	mu       sync.Mutex
	messages []message
	state    signals.Encoded
	did      []string

	table []string // strings of the decoded batches
}

type message struct {
	name string
	at   time.Time
	data []byte
}

func newEditor(t *testing.T) *editor {
	e := &editor{t: t, state: array[int](nil, nil)}
	e.tap = New(Host{
		Send: func(name string, data []byte) {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.messages = append(e.messages, message{name, time.Now(), append([]byte{}, data...)})
		},
		State: func(dst []byte) []byte {
			e.mu.Lock()
			defer e.mu.Unlock()
			return append(dst, e.state...)
		},
		Do: func(number int64, verb string, target int64, arguments []byte) {
			text, err := variant.AppendJSON(nil, arguments)
			require.NoError(t, err)
			e.mu.Lock()
			defer e.mu.Unlock()
			require.Equal(t, []int64{1, 2}, []int64{number, target})
			e.did = append(e.did, verb+" "+string(text))
		},
	})
	t.Cleanup(e.tap.Close)
	return e
}

// send sends a message to the game.
func (e *editor) send(name string, values ...any) bool {
	data := variant.AppendArray(nil, len(values))
	for _, value := range values {
		data = signals.Append(data, value)
	}
	return e.tap.Handle(name, data)
}

func (e *editor) watch(credits int) { e.send("watch", Protocol, credits) }

// take returns the messages received since the last call.
func (e *editor) take() []message {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := e.messages
	e.messages = nil
	return all
}

func names(messages []message) (all []string) {
	for _, m := range messages {
		all = append(all, m.name)
	}
	return all
}

// decoded is a batch as an editor decodes it.
type decoded struct {
	first, dropped int64
	isNewTable     bool
	rows           []row
}

// decode decodes a batch and adds its strings to the table.
func (e *editor) decode(data []byte) decoded {
	t, r := e.t, variant.NewReader(data)
	require.Equal(t, 1, r.Array())
	require.Equal(t, 19, r.Array())
	b := decoded{first: r.Int(), dropped: r.Int(), isNewTable: r.Bool()}
	if b.isNewTable {
		e.table = []string{""}
	}
	e.table = append(e.table, list[string](t, r)...)
	kinds, flags := r.Bytes(), r.Bytes()
	sockets, times := r.Int32s(), list[int64](t, r)
	topics, events, statuses := r.Int32s(), r.Int32s(), r.Int32s()
	sizes, took := r.Int32s(), r.Int32s()
	links, refs, joinRefs := list[int64](t, r), list[int64](t, r), list[int64](t, r)
	lines, ends, blob := r.Int32s(), r.Int32s(), r.Bytes()
	require.NoError(t, r.Err())
	require.Empty(t, r.Rest())
	for _, n := range []int{len(flags), len(sockets), len(times), len(topics), len(events), len(statuses), len(sizes), len(took), len(links), len(refs), len(joinRefs), len(lines), len(ends)} {
		require.Len(t, kinds, n, "each column has an entry a row")
	}
	start := int64(0)
	for i := range kinds {
		b.rows = append(b.rows, row{
			number: b.first + int64(i), kind: kinds[i], flags: flags[i], socket: int32(sockets[i]), time: times[i],
			topic: e.table[topics[i]], event: e.table[events[i]], status: e.table[statuses[i]], line: e.table[lines[i]],
			size: int32(sizes[i]), took: int32(took[i]), link: links[i], ref: refs[i], joinRef: joinRefs[i], payload: blob[start:ends[i]],
		})
		start = ends[i]
	}
	require.EqualValues(t, start, len(blob))
	return b
}

// list reads a packed array.
func list[T any](t *testing.T, r *variant.Reader) (values []T) {
	text := r.JSON()
	require.NoError(t, r.Err())
	require.NoError(t, json.Unmarshal(text, &values), string(text))
	return values
}

// rows returns the rows of all batches among the messages.
func (e *editor) rows(messages []message) (all []row, dropped int64) {
	for _, m := range messages {
		if m.name == "phoenix:batch" {
			b := e.decode(m.data)
			all, dropped = append(all, b.rows...), dropped+b.dropped
		}
	}
	return all, dropped
}

// observe adds an incoming message.
func (e *editor) observe(event, payload string) {
	e.tap.Observe(1, core.Observation{Time: time.Now(), Kind: core.ObservedIn, Topic: "room:1", Event: event, Payload: []byte(payload), Size: len(payload)})
}
