//go:build js

package webcore_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	phoenix "phoenixchannels/core"
)

// BenchmarkIncoming is the time of Go and JavaScript for a message of ten fields, of those that
// come in one turn of JavaScript.
func BenchmarkIncoming(b *testing.B) {
	const text = `["4",null,"room:a","move",{"id":17,"x":1.5,"y":-3.25,"z":0.125,"vx":1,"vy":2,"name":"ada","team":"red","hp":100,"alive":true}]`
	for _, turn := range []int{1, 4, 16, 64} {
		b.Run(fmt.Sprint(turn), func(b *testing.B) {
			t := &testing.T{}
			browser := newBrowser(t)
			s, err := phoenix.NewSocket("ws://host.example/socket", phoenix.Config{})
			require.NoError(b, err)
			done, lost, got := make(chan struct{}), make(chan phoenix.CloseEvent, 1), 0
			s.OnMessage(func(m *phoenix.Message) {
				if m.Event != "move" { // the answer to a heartbeat
					return
				}
				if got++; got == b.N {
					close(done)
				}
			})
			s.OnClose(func(e phoenix.CloseEvent) {
				if !e.WasRequested {
					lost <- e
				}
			})
			require.NoError(b, s.Connect())
			w := browser.accept()
			require.NoError(b, s.WaitOpen(b.Context()))
			before := processorTime()
			global.Get("Function").New("target", "text", "turn", "n", `
				let sent = 0;
				const next = () => {
					for (let i = 0; i < turn && sent < n; i++, sent++) target.dispatchEvent(new MessageEvent("message", { data: text }));
					if (sent < n) setImmediate(next);
				};
				setImmediate(next);
			`).Invoke(w.object, text, turn, b.N)
			select {
			case <-done:
			case e := <-lost:
				b.Fatalf("the connection ended after %d of %d messages: %s", got, b.N, e.Reason)
			}
			b.ReportMetric((processorTime()-before)*1000/float64(b.N), "cpu-ns/op")
			_ = s.Close()
			<-s.Ended()
		})
	}
}

// processorTime is what this process has used of processors, in microseconds: on a busy machine the
// clock says little.
func processorTime() float64 {
	usage := global.Get("process").Call("cpuUsage")
	return usage.Get("user").Float() + usage.Get("system").Float()
}
