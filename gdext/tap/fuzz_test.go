package tap

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
)

// FuzzRowsSurvive checks that an editor decodes the rows that were observed, whatever the rows and
// whenever it receives batches.
func FuzzRowsSurvive(f *testing.F) {
	f.Add([]byte("a message, and another"), []byte{0, 1, 2, 3, 200, 5, 6, 7, 8})
	f.Add([]byte("\x00\xff\xfe not UTF-8 \xc3\x28"), []byte{9, 9, 9, 1, 1, 1, 250, 255, 254})
	f.Add([]byte{}, []byte{3, 253, 3, 252, 3, 251})
	f.Fuzz(func(t *testing.T, text, script []byte) {
		e := &editor{t: t}
		e.tap = &Tap{links: links{}, reasons: reasons{}, wake: make(chan struct{}, 1), isWatched: true, isNew: true, credits: 1 << 20,
			host: Host{Send: func(_ string, data []byte) { e.messages = append(e.messages, message{data: append([]byte{}, data...)}) }}}
		var want []row
		look := func() {
			for range 2 {
				e.tap.sendBatch()
			}
			for _, m := range e.messages {
				for _, got := range e.decode(m.data).rows {
					require.NotEmpty(t, want)
					require.Equal(t, want[0], got)
					want = want[1:]
				}
			}
			e.messages = nil
		}
		for i, step := range script {
			switch {
			case step > 250:
				look()
			case step > 248:
				e.tap.Handle("watch", append(variant.AppendArray(nil, 2), append(variant.AppendInt(nil, Protocol), variant.AppendInt(nil, 1<<20)...)...))
			default:
				part := text[:len(text)*int(step)/256]
				o := core.Observation{
					Time: time.UnixMicro(int64(i) << step % 60), Kind: core.ObservationKind(step % 3), Topic: string(part), Event: string(text), Status: string(part),
					Ref: string(part), JoinRef: "7", Payload: part, Size: int(step) << 20, Origin: string(text), IsBinary: step%2 == 0, IsCut: step%5 == 0,
				}
				e.tap.Observe(int32(step), o)
				stored := e.tap.ring.rows[(e.tap.ring.first+e.tap.ring.count-1)%len(e.tap.ring.rows)]
				want = append(want, asSent(t, stored))
			}
		}
		e.tap.Handle("more", append(variant.AppendArray(nil, 1), variant.AppendInt(nil, 5)...))
		look()
		require.Empty(t, want)
	})
}

// asSent returns a row with its names as a String can represent them.
func asSent(t *testing.T, r row) row {
	for _, name := range []*string{&r.topic, &r.event, &r.status, &r.line} {
		read := variant.NewReader(signals.Append(nil, *name))
		*name = read.String()
		require.NoError(t, read.Err())
	}
	r.payload = append([]byte{}, r.payload...)
	return r
}
