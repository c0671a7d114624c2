package devserver

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNegotiateVersion(t *testing.T) {
	for vsn, want := range map[string]serializer{
		"1.0.0": serializerV1{}, "1.0.9": serializerV1{}, "2.0.0": serializerV2{}, "2.0.5": serializerV2{},
		"2.0.0+build": serializerV2{}, "2.0.1-rc.1": serializerV2{},
		"2.0.0-rc.1": nil, "2.1.0": nil, "1.1.0": nil, "3.0.0": nil, "0.0.0": nil,
		"2.0": nil, "2": nil, "abc": nil, "": nil, "2.0.0.0": nil, "02.0.0": nil, "2.0.0-": nil, " 2.0.0": nil, "-2.0.0": nil,
	} {
		assert.Equal(t, want, negotiate(vsn, true), "vsn %q", vsn)
	}
	assert.Equal(t, serializerV1{}, negotiate("", false), "no vsn")
}

func TestNegotiateSubprotocol(t *testing.T) {
	token := func(text string) *string { return &text }
	for _, c := range []struct {
		header, chosen string
		token          *string
		err            error
	}{
		{"", "", nil, nil},
		{"phoenix", "phoenix", nil, nil},
		{"phoenix, base64url.bearer.phx.YWJj", "phoenix", token("abc"), nil},
		{"base64url.bearer.phx.YWJj,phoenix", "phoenix", token("abc"), nil},
		{"base64url.bearer.phx.YWJj", "", token("abc"), nil},
		{"phoenix, base64url.bearer.phx.", "phoenix", token(""), nil},
		{"phoenix, base64url.bearer.phx.YQ==", "phoenix", token("a"), nil},
		{"phoenix, base64url.bearer.phx.b25l, base64url.bearer.phx.dHdv", "phoenix", nil, nil},
		{"base64url.bearer.phx.b25l, base64url.bearer.phx.dHdv", "", nil, errSubprotocol},
		{"phoenix, base64url.bearer.phx.!!!", "", nil, errAuthToken},
		{"phoenix, base64url.bearer.phx.Pj-_", "", nil, errAuthToken},
		{"mqtt", "", nil, errSubprotocol},
		{"mqtt, base64url.bearer.phx.YWJj", "", token("abc"), errSubprotocol},
	} {
		chosen, got, err := negotiateSubprotocol(c.header)
		if c.err != nil {
			assert.ErrorIs(t, err, c.err, c.header)
			continue
		}
		assert.NoError(t, err, c.header)
		assert.Equal(t, c.chosen, chosen, c.header)
		assert.Equal(t, c.token, got, c.header)
	}
}

func TestUpgradeProblem(t *testing.T) {
	good := http.Header{
		"Connection": {"keep-alive, Upgrade"}, "Upgrade": {"WebSocket"},
		"Sec-Websocket-Key": {"k"}, "Sec-Websocket-Version": {"13"},
	}
	assert.Empty(t, upgradeProblem(&http.Request{Header: good}))
	for header, want := range map[string]string{
		"Connection":            "'connection' header must contain 'upgrade', got []",
		"Upgrade":               "'upgrade' header must contain 'websocket', got []",
		"Sec-Websocket-Key":     "'sec-websocket-key' header is absent",
		"Sec-Websocket-Version": "'sec-websocket-version' header must equal '13', got []",
	} {
		without := good.Clone()
		without.Del(header)
		assert.Equal(t, want, upgradeProblem(&http.Request{Header: without}))
	}
}

func TestBinaryFieldsHaveRoomFor255Bytes(t *testing.T) {
	_, err := encodeBinary(kindPush, nil, string(make([]byte, 255)))
	assert.NoError(t, err)
	_, err = encodeBinary(kindPush, nil, string(make([]byte, 256)))
	assert.ErrorContains(t, err, "255 bytes")
}
