package worker_test

import (
	"encoding/json/jsontext"
	json "encoding/json/v2"
	"flag"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
	"phoenixchannels/web/protocol"
)

var long = flag.Bool("long", false, "floods of half a minute instead of three seconds")

// patience is how long a record may take that has to come.
const patience = 20 * time.Second

// page plays the facades of a page: it posts commands, and takes and acknowledges batches.
type page struct {
	t       testing.TB
	post    func(command []byte)
	batches chan []byte
	lastID  int64
	sent    int64 // commands
	handled int64 // of them, as the latest batch says
	told    []record
	hidden  bool // acknowledges nothing
	owed    map[int64]int64
	latest  string // batch as JSON text
}

// record is one of a batch, with its values as in JSON.
type record struct {
	kind   protocol.Record
	id     int64
	values []any
}

func (r record) String() string { return fmt.Sprint(r.kind, " ", r.id, " ", r.values) }

// object is a Dictionary in a command, as JSON text.
type object string

func encode(values ...any) []byte {
	b := variant.AppendArray(nil, len(values))
	for _, value := range values {
		switch v := value.(type) {
		case object:
			b, _ = variant.AppendVariant(b, []byte(v))
		case settings:
			b = variant.AppendDictionary(b, len(v))
			for name, value := range v {
				b = append(variant.AppendString(b, name), encode(value)[8:]...) // without the Array around it
			}
		case []byte:
			b = variant.AppendBytes(b, v)
		case []string:
			b = variant.AppendArray(b, len(v))
			for _, text := range v {
				b = variant.AppendString(b, text)
			}
		default:
			b = signals.Append(b, v)
		}
	}
	return b
}

func (p *page) id() int64 {
	p.lastID++
	return p.lastID
}

// command posts a command; ids are int64, and numbers int.
func (p *page) command(op protocol.Command, args ...any) {
	p.sent++
	p.post(encode(append([]any{int(op)}, args...)...))
}

// take takes a batch.
func (p *page) take(batch []byte) {
	text, err := variant.AppendJSON(nil, batch)
	require.NoError(p.t, err)
	var values []any
	require.NoError(p.t, json.Unmarshal(text, &values, jsontext.AllowDuplicateNames(true)))
	p.latest = string(text)
	p.handled = int64(values[0].(float64))
	socket := int64(values[1].(float64))
	var event record
	for _, value := range values[2:] {
		list := value.([]any)
		r := record{protocol.Record(list[0].(float64)), int64(list[1].(float64)), list[2:]}
		switch {
		case r.kind == protocol.Event:
			event = r
		case r.kind == protocol.Completed && len(r.values) == 1, r.kind == protocol.Message && len(r.values) == 4:
			r.values = append(r.values, event.values[3])
		}
		if r.kind == protocol.EngineError {
			p.t.Errorf("engine error: %v", r.values)
		}
		p.told = append(p.told, r)
	}
	if socket != 0 && p.hidden {
		p.owed[socket]++
	} else if socket != 0 {
		p.command(protocol.Ack, socket, 1)
	}
}

// next waits for a record, and returns the first one of the kind and the id. Others stay for later.
func (p *page) next(kind protocol.Record, id int64) record {
	p.t.Helper()
	timeout := time.After(patience)
	for seen := 0; ; {
		for ; seen < len(p.told); seen++ {
			if r := p.told[seen]; r.kind == kind && r.id == id {
				p.told = append(p.told[:seen:seen], p.told[seen+1:]...)
				return r
			}
		}
		select {
		case batch := <-p.batches:
			p.take(batch)
		case <-timeout:
			require.FailNow(p.t, "no record came", "%d %d; there are %v", kind, id, p.told)
		}
	}
}

// settings are the settings of a socket.
type settings map[string]any

// makeSocket makes a socket; asked are the settings that are Callables.
func (p *page) makeSocket(endpoint string, given settings, asked ...string) int64 {
	id := p.id()
	all := settings{"endpoint": endpoint, "reconnect_after": []int64{10}}
	maps.Copy(all, given)
	p.command(protocol.Socket, id, asked, all)
	return id
}

// openSocket makes a socket that is connected.
func (p *page) openSocket(endpoint string, given settings) int64 {
	p.t.Helper()
	id := p.makeSocket(endpoint, given)
	p.command(protocol.Connect, id)
	p.next(protocol.Open, id)
	return id
}

// joined makes a channel that is joined.
func (p *page) joined(socket int64, topic string) int64 {
	p.t.Helper()
	channel, push := p.id(), p.id()
	p.command(protocol.Channel, channel, socket, topic, false, object(`{"presence":false}`))
	p.command(protocol.Join, channel, push, -1)
	r := p.next(protocol.Completed, push)
	require.Equal(p.t, "ok", r.values[0])
	return channel
}

// ask pushes an event and returns the status and the response.
func (p *page) ask(channel int64, event string, payload any) (string, any) {
	p.t.Helper()
	push := p.id()
	p.command(protocol.Push, channel, push, event, -1, payload)
	r := p.next(protocol.Completed, push)
	return r.values[0].(string), r.values[1]
}

// nextQuestion waits for a question about an object.
func (p *page) nextQuestion(object int64) (question int64, what string) {
	p.t.Helper()
	timeout := time.After(patience)
	for {
		for i, r := range p.told {
			if r.kind == protocol.Ask && int64(r.values[0].(float64)) == object {
				p.told = append(p.told[:i:i], p.told[i+1:]...)
				return r.id, r.values[1].(string)
			}
		}
		select {
		case batch := <-p.batches:
			p.take(batch)
		case <-timeout:
			require.FailNow(p.t, "no question came", "about %d; there are %v", object, p.told)
		}
	}
}

// awaitState waits until a state is the one wanted.
func (p *page) awaitState(kind protocol.Record, id int64, wanted int) {
	p.t.Helper()
	for p.next(kind, id).values[0] != float64(wanted) {
	}
}

// ticks counts the events of a flood that were told.
func (p *page) ticks(channel int64) (n int) {
	for _, r := range p.told {
		if r.kind == protocol.Event && r.id == channel && r.values[0] == "tick" {
			n++
		}
	}
	return n
}

// dictionaryOf is the Dictionary in a PackedByteArray, which is here as JSON has one: "[1, 2]".
func dictionaryOf(t testing.TB, text string) (dictionary map[string]any) {
	var bytes []byte
	for _, number := range strings.Split(strings.Trim(text, "[]"), ", ") {
		n, err := strconv.ParseUint(number, 10, 8)
		require.NoError(t, err)
		bytes = append(bytes, byte(n))
	}
	decoded, err := variant.AppendJSON(nil, bytes)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(decoded, &dictionary))
	return dictionary
}
