package core

import (
	"encoding/binary"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

// hostileMessages are messages that no good server sends, in valid frames. {join} stands for the
// ref of the latest join.
var hostileMessages = []struct {
	name, text string
	binary     bool
}{
	{"nothing", ``, false},
	{"no JSON", `hello`, false},
	{"half a message", `["{join}","{join}","room:1","phx_rep`, false},
	{"an object", `{"topic":"room:1","event":"phx_close","payload":{},"ref":"{join}"}`, false},
	{"too few fields", `["{join}",null,"room:1","phx_error"]`, false},
	{"too many fields", `["{join}",null,"room:1","e",{},{}]`, false},
	{"two messages", `["{join}",null,"room:1","e",{}]["{join}",null,"room:1","e",{}]`, false},
	{"refs that are numbers", `[{join},1000000,"room:1","phx_reply",{"status":"ok","response":{}}]`, false},
	{"refs that are objects", `[{},[],"room:1","phx_reply",{"status":"ok","response":{}}]`, false},
	{"a ref of 10 KB", `["{join}","` + strings.Repeat("9", 10_000) + `","room:1","phx_reply",{"status":"ok","response":{}}]`, false},
	{"a topic that is null", `["{join}",null,null,"phx_error",{}]`, false},
	{"a topic of nobody", `["{join}",null,"room:2","phx_close",{}]`, false},
	{"the socket's own topic", `[null,null,"phoenix","phx_close",{}]`, false},
	{"an empty topic", `[null,null,"","phx_error",{}]`, false},
	{"an event that is a number", `["{join}",null,"room:1",5,{}]`, false},
	{"an event of nobody", `["{join}",null,"room:1","phx_whatever",{}]`, false},
	{"an empty event", `["{join}",null,"room:1","",{}]`, false},
	{"a reply without a status", `["{join}","{join}","room:1","phx_reply",{"response":{}}]`, false},
	{"a reply with a status that is a number", `["{join}","{join}","room:1","phx_reply",{"status":1,"response":{}}]`, false},
	{"a reply that is null", `["{join}","{join}","room:1","phx_reply",null]`, false},
	{"a reply that is a list", `["{join}","{join}","room:1","phx_reply",["ok"]]`, false},
	{"a reply to nobody", `["{join}","1000000","room:1","phx_reply",{"status":"ok","response":{}}]`, false},
	{"a reply for another topic", `["{join}","{join}","room:2","phx_reply",{"status":"ok","response":{}}]`, false},
	{"a payload that is null", `["{join}",null,"room:1","e",null]`, false},
	{"a payload that is a number of 100,000 digits", `["{join}",null,"room:1","e",` + strings.Repeat("9", 100_000) + `]`, false},
	{"100,000 levels", `["{join}",null,"room:1","e",` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `]`, false},
	{"100,000 levels that do not end", `["{join}",null,"room:1","e",` + strings.Repeat(`{"a":`, 100_000), false},
	{"1,000,000 elements", `["{join}",null,"room:1","e",[` + strings.Repeat("0,", 999_999) + `0]]`, false},
	{"a key 10,000 times", `["{join}",null,"room:1","e",{` + strings.Repeat(`"a":1,`, 9_999) + `"a":1}]`, false},
	{"a presence state that is a list", `["{join}",null,"room:1","presence_state",[1]]`, false},
	{"a presence diff that is text", `["{join}",null,"room:1","presence_diff","all"]`, false},
	{"text that is not UTF-8", "[\"{join}\",null,\"room:1\",\"e\",\"\xff\xfe\"]", false},
	{"a topic that is not UTF-8", "[\"{join}\",null,\"room:\xc3\",\"e\",{}]", false},
	{"half a surrogate pair", `["{join}",null,"room:\ud800","e",{"a":"\udc00"}]`, false},
	{"a NUL in the event", `["{join}",null,"room:1","\u0000",{}]`, false},
	{"an empty binary frame", "", true},
	{"a binary frame of an unknown kind", "\x09\x01\x01\x01abc", true},
	{"a binary push without its header", "\x00", true},
	{"a binary push that is cut", "\x00\x01\x06\x05" + "1room", true},
	{"a binary push whose lengths are too large", "\x00\xff\xff\xff" + "1room:1e", true},
	{"a binary reply that is cut", "\x01\x01\x01\x06\x02" + "11room:1o", true},
	{"a binary broadcast that is cut", "\x02\x06\x05room:1e", true},
	{"a binary broadcast without fields", "\x02\x00\x00", true},
	{"a binary topic that is not UTF-8", "\x02\x02\x01\xff\xfee", true},
	{"JSON in a binary frame", `["{join}","{join}","room:1","phx_reply",{"status":"ok","response":{}}]`, true},
}

// hostileFrames are bytes that are sent in place of a frame and violate RFC 6455.
var hostileFrames = []struct{ name, bytes string }{
	{"bits that are reserved", "\xf1\x02{}"},
	{"an opcode that is reserved", "\x83\x00"},
	{"a control opcode that is reserved", "\x8b\x00"},
	{"a frame that is masked", "\x81\x82\x00\x00\x00\x00{}"},
	{"a continuation of nothing", "\x80\x02{}"},
	{"a message within a message", "\x01\x01[\x81\x02{}"},
	{"a ping in parts", "\x09\x00"},
	{"a ping of 126 bytes", "\x89\x7e\x00\x7e" + strings.Repeat("x", 126)},
	{"a close of one byte", "\x88\x01\x03"},
	{"a close code that nobody may send", "\x88\x02\x03\xed"},
	{"a close reason that is not UTF-8", "\x88\x04\x03\xe8\xff\xfe"},
	{"a length with its highest bit", "\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff"},
	{"a length of 4 EB", "\x81\x7f\x40\x00\x00\x00\x00\x00\x00\x00"},
	{"compression that was not agreed on", "\xc1\x02{}"},
	{"an answer of HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n"},
	{"zeros", strings.Repeat("\x00", 1000)},
}

// hostileMoments bring a channel to the state in which the server turns hostile, and return the ref
// of its join.
var hostileMoments = []struct {
	name  string
	state ChannelState
	reach func(*testing.T, *Socket, *peerConn) (*Channel, string)
}{
	{"joining", ChannelJoining, func(t *testing.T, s *Socket, peer *peerConn) (*Channel, string) {
		channel, err := s.Channel("room:1", nil)
		require.NoError(t, err)
		_, err = channel.Join()
		require.NoError(t, err)
		return channel, peer.expect("room:1", eventJoin).JoinRef
	}},
	{"joined", ChannelJoined, func(_ *testing.T, s *Socket, peer *peerConn) (*Channel, string) {
		channel := peer.join(s, "room:1")
		return channel, channel.JoinRef()
	}},
	{"leaving", ChannelLeaving, func(t *testing.T, s *Socket, peer *peerConn) (*Channel, string) {
		channel := peer.join(s, "room:1")
		_, err := channel.Leave()
		require.NoError(t, err)
		return channel, peer.expect("room:1", eventLeave).JoinRef
	}},
	{"errored", ChannelErrored, func(_ *testing.T, s *Socket, peer *peerConn) (*Channel, string) {
		channel := peer.join(s, "room:1")
		peer.push(channel.JoinRef(), "room:1", eventError, "{}")
		synctest.Wait()
		return channel, channel.JoinRef()
	}},
}

// TestHostileMessagesChangeNothing sends messages that no server should send, in every state of a
// channel. The state and the connection stay, and the next message is processed.
func TestHostileMessagesChangeNothing(t *testing.T) {
	for _, moment := range hostileMoments {
		for _, hostile := range hostileMessages {
			if hostile.name == "a reply without a status" && moment.state == ChannelJoining {
				continue // any status but ok refuses the join: TestRefusedJoinIsErroredAndTriedAgain
			}
			t.Run(moment.name+"/"+hostile.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s, peer := newPeer(t).connect(nil)
					channel, joinRef := moment.reach(t, s, peer)
					NewPresence(channel, PresenceEvents{})
					kind := websocket.TextMessage
					if hostile.binary {
						kind = websocket.BinaryMessage
					}
					peer.write(kind, []byte(strings.ReplaceAll(hostile.text, "{join}", joinRef)))
					synctest.Wait()
					require.Equal(t, moment.state, channel.State())

					var got recorder[string]
					s.OnMessage(func(m *Message) { got.add(m.Event) })
					peer.push("", "room:2", "next", "{}")
					require.Equal(t, []string{"next"}, got.take())
					require.Equal(t, SocketOpen, s.State())
				})
			})
		}
	}
}

// TestBrokenFramesEndTheConnectionWithAReason sends bytes that are not WebSocket frames, in every
// state of a channel. The connection ends, as it must, the game gets the reason, and everything
// works again with the next connection.
func TestBrokenFramesEndTheConnectionWithAReason(t *testing.T) {
	for _, moment := range hostileMoments {
		for _, hostile := range hostileFrames {
			t.Run(moment.name+"/"+hostile.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					p := newPeer(t)
					s, peer := p.connect(nil)
					channel, _ := moment.reach(t, s, peer)
					var closes recorder[CloseEvent]
					s.OnClose(closes.add)
					go func() { _, _ = peer.ws.NetConn().Write([]byte(hostile.bytes)) }()
					next := p.accept()
					told := closes.take()
					require.Len(t, told, 1)
					require.True(t, told[0].WillReconnect)
					require.True(t, told[0].Reason != "" || told[0].Code == websocket.CloseNoStatusReceived, "%+v", told[0])
					if moment.state == ChannelLeaving {
						require.Equal(t, ChannelClosed, channel.State())
						return
					}
					next.reply(next.expect("room:1", eventJoin), StatusOK, "{}")
					synctest.Wait()
					require.Equal(t, ChannelJoined, channel.State())
				})
			})
		}
	}
}

// TestMessageThatNeverEndsIsLimited sends a message in endless parts: the buffered size is limited.
func TestMessageThatNeverEndsIsLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(func(c *Config) { c.MaxMessageBytes = 1 << 20 })
		var errs recorder[error]
		s.OnError(errs.add)
		sent := make(chan int)
		go func() {
			header := binary.BigEndian.AppendUint64([]byte{0x01, 0x7f}, 1<<16)
			part := make([]byte, 1<<16)
			bytes := 0
			for {
				if _, err := peer.ws.NetConn().Write(append(header, part...)); err != nil {
					sent <- bytes
					return
				}
				header[0] = 0x00
				bytes += len(part)
			}
		}()
		require.LessOrEqual(t, <-sent, 2<<20)
		p.accept()
		require.ErrorIs(t, errs.take()[0], ErrMessageTooBig)
	})
}

// TestServerThatStallsInAMessageIsGivenUp stops sending in the middle of a message: the heartbeat
// detects it.
func TestServerThatStallsInAMessageIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		channel := peer.join(s, "room:1")
		began := time.Now()
		_, err := peer.ws.NetConn().Write([]byte("\x81\x7e\x10\x00[null,null,"))
		require.NoError(t, err)
		next := p.accept()
		config := s.config
		require.LessOrEqual(t, time.Since(began), 2*(config.HeartbeatInterval+config.HeartbeatTimeout))
		next.reply(next.expect("room:1", eventJoin), StatusOK, "{}")
		synctest.Wait()
		require.Equal(t, ChannelJoined, channel.State())
	})
}

// TestServerThatNeverAnswersLeavesNothingBehind pushes to a server that does not answer: everything
// times out, late answers are counted, and nothing is kept.
func TestServerThatNeverAnswersLeavesNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(func(c *Config) { c.HeartbeatInterval = time.Hour })
		channel := peer.join(s, "room:1")
		const pushes = 1000
		var statuses recorder[string]
		var sent []wire
		for range pushes {
			push, err := channel.Push("e", nil)
			require.NoError(t, err)
			push.OnComplete(func(r Reply) { statuses.add(r.Status) })
			sent = append(sent, peer.expect("room:1", "e"))
		}
		time.Sleep(time.Minute)
		for range 2 { // late and duplicated
			for _, m := range sent {
				peer.reply(m, StatusOK, "{}")
			}
		}
		synctest.Wait()
		got := statuses.all()
		require.Len(t, got, pushes)
		for _, status := range got {
			require.Equal(t, StatusTimeout, status)
		}
		n := s.Statistics()
		require.Equal(t, pushes, n.LateReplies)
		require.Zero(t, n.PendingPushes+n.BufferedPushes+n.BufferedBytes+n.QueuedEvents, "%+v", n)
		require.Empty(t, s.expired)
	})
}
