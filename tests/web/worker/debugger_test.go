package worker_test

import (
	"encoding/json/jsontext"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
	"phoenixchannels/web/protocol"
)

// list is an Array in a command.
func list(values ...any) signals.Encoded {
	b := variant.AppendArray(nil, len(values))
	for _, value := range values {
		b = signals.Append(b, value)
	}
	return b
}

// nextForDebugger waits for a message to the debugger whose data contain a text, as JSON or bytes.
func (p *page) nextForDebugger(name, text string) {
	p.t.Helper()
	for {
		r := p.next(protocol.Debugger, 0)
		data, _ := jsontext.AppendQuote(nil, r.values[1].(string)) // a PackedByteArray has the text of its numbers
		if r.values[0] == name && (text == "" || strings.Contains(string(data), bytesText(text))) {
			return
		}
	}
}

// bytesText is how the bytes of a text look in the text of a PackedByteArray.
func bytesText(text string) string {
	b, err := variant.AppendJSON(nil, variant.AppendBytes(nil, []byte(text)))
	if err != nil {
		panic(err)
	}
	return strings.Trim(string(b), `"[]`)
}

func TestDebuggerSeesWhatASocketDoes(t *testing.T) {
	server := serve(t)
	onEach(t, func(t *testing.T, p *page) {
		p.command(protocol.Debug, "attach", list())
		p.command(protocol.Debug, "watch", list(1, 1000))
		p.nextForDebugger("phoenix:hello", "Web")
		socket := p.openSocket(server.URL(), settings{"params": object(`{"access_token":"param-PLANTED"}`)})
		channel := p.joined(socket, "room:debugger")
		p.nextForDebugger("phoenix:batch", "room:debugger")
		p.nextForDebugger("phoenix:state", "room:debugger")
		p.command(protocol.Debug, "push", list(channel, "echo", `[1, "by hand"]`))
		p.nextForDebugger("phoenix:batch", `[1, "by hand"]`)
		require.NotContains(t, p.latest, bytesText("PLANTED"))
	})
}
