package core

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

var errNoForm = errors.New("it has no form")

// quoting is a format whose JSON is its bytes as a string; "bad" has no JSON.
var quoting = &Format{AppendJSON: func(dst, data []byte) ([]byte, error) {
	if string(data) == "bad" {
		return dst, errNoForm
	}
	return appendString(dst, string(data)), nil
}}

func TestPayloadOfAFormatIsWrittenAsJSON(t *testing.T) {
	for version, want := range map[string]string{
		versionV1: `{"topic":"room:1","event":"say","payload":"hi","ref":null,"join_ref":null}`,
		versionV2: `[null,null,"room:1","say","hi"]`,
	} {
		serializer := newSerializer(version, nil)
		f, err := serializer.encode(nil, &Message{Topic: "room:1", Event: "say", Payload: quoting.Payload([]byte("hi"))})
		require.NoError(t, err)
		require.Equal(t, want, string(f.data))
		_, err = serializer.encode(nil, &Message{Topic: "room:1", Event: "say", Payload: quoting.Payload([]byte("bad"))})
		require.ErrorIs(t, err, errNoForm)
	}
}

func TestHandlersOfWhatIsSentGetJSON(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		var sent recorder[string]
		s.OnSent(func(m *Message) { sent.add(m.Payload.String()) })
		pushing(t, c, "say", quoting.Payload([]byte("hi")))
		peer.expect("room:1", "say")
		synctest.Wait()
		require.Contains(t, sent.take(), `"hi"`)
	})
}

func TestPayloadWithoutJSONFailsItsPush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		push := pushing(t, c, "say", quoting.Payload([]byte("bad")))
		_, err := push.Wait(t.Context())
		require.NoError(t, err)
		reply, _ := push.Reply()
		require.Equal(t, StatusError, reply.Status)
		require.Contains(t, reply.Response.String(), errNoForm.Error())
		pushing(t, c, "next", nil)
		peer.expect("room:1", "next")
		require.Nil(t, quoting.Payload([]byte("bad")).JSON())
	})
}

// A push that waits for its reply keeps no payload, which may be part of a large block of memory.
func TestPushThatWaitsForItsReplyKeepsNoPayload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		push := pushing(t, c, "say", quoting.Payload([]byte("hi")))
		peer.expect("room:1", "say")
		synctest.Wait()
		s.mu.Lock()
		defer s.mu.Unlock()
		require.Equal(t, Payload{}, push.out.msg.Payload)
	})
}
