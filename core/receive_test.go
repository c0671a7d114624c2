package core

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

func TestMessagesOfAllSizesKeepTheirBytes(t *testing.T) {
	sizes := []int{0, 1, 100}
	for _, border := range []int{len(smallIncoming{}.data), minScratch, 2 * minScratch, maxScratch, 2 * maxScratch, 100 << 10} {
		for around := -60; around <= 60; around += 3 { // the limit with and without the text around the payload
			sizes = append(sizes, border+around)
		}
	}
	for name, compressed := range map[string]bool{"plain": false, "compressed": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				p.answer(func(w http.ResponseWriter, r *http.Request) {
					p.upgrade(w, r, websocket.Upgrader{EnableCompression: compressed})
				})
				s, peer := p.connect(func(c *Config) { c.Compression = compressed })
				var got recorder[*Message]
				s.OnMessage(got.add)
				for i, size := range sizes {
					peer.push("", "t", fmt.Sprint("e", i), `"`+strings.Repeat(string(rune('a'+i%26)), size)+`"`)
					peer.write(websocket.BinaryMessage, serverBinary(binaryBroadcast, Message{
						Topic: "t", Event: "b", Payload: BinaryPayload([]byte(strings.Repeat(string(rune('A'+i%26)), size))),
					}))
				}
				messages := got.take()
				require.Len(t, messages, 2*len(sizes))
				for i, size := range sizes {
					text, binary := messages[2*i], messages[2*i+1]
					require.Equal(t, fmt.Sprint("e", i), text.Event)
					require.Equal(t, `"`+strings.Repeat(string(rune('a'+i%26)), size)+`"`, string(text.Payload.JSON()))
					require.Equal(t, strings.Repeat(string(rune('A'+i%26)), size), string(binary.Payload.Binary()))
				}
			})
		})
	}
}

func TestMessagesThatCameTogetherAreAllDelivered(t *testing.T) {
	for name, manual := range map[string]bool{"by the socket": false, "by Dispatch": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, peer := newPeer(t).connect(func(c *Config) { c.ManualDispatch = manual })
				s.Dispatch(0)
				var got recorder[string]
				s.OnMessage(func(m *Message) { got.add(m.Event) })
				var frames, want []string
				for n := range 100 {
					message := fmt.Sprintf(`[null,null,"t","%d",{}]`, n)
					frames = append(frames, "\x81"+string(rune(len(message)))+message)
					want = append(want, fmt.Sprint(n))
				}
				_, err := peer.ws.NetConn().Write([]byte(strings.Join(frames, "") + "\x81\x7e\x10\x00[null,")) // and the beginning of another one
				require.NoError(t, err)
				synctest.Wait()
				s.Dispatch(0)
				require.Equal(t, want, got.take())
				require.Zero(t, s.Queued())
			})
		})
	}
}

func TestNamesThatRepeatCostMemoryOnce(t *testing.T) {
	const long = maxKeptName + 1
	tests := map[string]struct {
		text string
		want float64
	}{
		"a broadcast":                    {tenFields, 0},
		"a reply, but for its ref":       {`["17","1001","room:lobby","phx_reply",{"status":"ok","response":{}}]`, 1},
		"names beyond ASCII":             {`["17",null,"room:é","🚀🚀",{}]`, 0},
		"names that need no memory":      {`["1",null,"","e",{}]`, 0},
		"a topic that is too long":       {`[null,null,"` + strings.Repeat("t", long) + `","event",{}]`, 1},
		"the longest topic that is kept": {`[null,null,"` + strings.Repeat("t", long-1) + `","event",{}]`, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSerializer(versionV2, nil)
			data := []byte(test.text)
			var m Message
			require.Equal(t, test.want, testing.AllocsPerRun(100, func() {
				if s.decode(frame{data: data}, &m) != nil {
					t.Fail()
				}
			}))
		})
	}
}

func TestNamesAreKeptApart(t *testing.T) {
	kept := new(names)
	for range 3 {
		for n := range 10000 {
			name := fmt.Sprint("room:", n)
			require.Equal(t, name, kept.intern([]byte(name)))
		}
	}
	require.Equal(t, "", kept.intern(nil))
	require.Equal(t, "\xff\x00", kept.intern([]byte("\xff\x00")))
}
