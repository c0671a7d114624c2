package gdext

import (
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"

	"phoenixchannels/core"
	"phoenixchannels/gdext/signals"

	"github.com/stretchr/testify/assert"
)

func TestNetworkAdviceFitsTheFailure(t *testing.T) {
	dialing := func(errno syscall.Errno) error {
		return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", errno)}
	}
	for name, test := range map[string]struct {
		err  error
		says string
	}{
		"refused":                    {dialing(syscall.ECONNREFUSED), "start the server"},
		"refused by a proxy":         {fmt.Errorf("connecting to ws://a through the proxy b: %w", dialing(syscall.ECONNREFUSED)), "check the property proxy"},
		"no such host":               {&net.DNSError{Name: "none.example", IsNotFound: true}, "spelling of the host"},
		"no server of names":         {&net.DNSError{Name: "a.example", IsTemporary: true}, "could not be resolved"},
		"no network":                 {dialing(syscall.ENETUNREACH), "online"},
		"no permission of Android's": {dialing(syscall.EPERM), "tick the permission Internet"},
		"no access":                  {dialing(syscall.EACCES), "tick the permission Internet"},
		"a firewall on Windows":      {dialing(10013), "the firewall"},
		"something else":             {dialing(syscall.ECONNRESET), ""},
	} {
		t.Run(name, func(t *testing.T) {
			if advice := networkAdvice(test.err); test.says == "" {
				assert.Empty(t, advice)
			} else {
				assert.Contains(t, advice, test.says)
			}
		})
	}
}

func TestErrorDataNamesTheStatusOfARefusal(t *testing.T) {
	refusal := fmt.Errorf("wrapped: %w", &core.HandshakeError{StatusCode: 403, Endpoint: "ws://h/socket"})
	refused := asJSON(t, signals.Error(advised(refusal), refusal))
	assert.Contains(t, refused, `"status_code":403`)
	assert.Equal(t, `{"message":"the socket is not connected"}`, asJSON(t, signals.Error(advised(core.ErrNotConnected), core.ErrNotConnected)))
}
