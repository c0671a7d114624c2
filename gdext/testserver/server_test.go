package testserver

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func started(t *testing.T, port int, network bool) *Server {
	t.Helper()
	s := new(Server)
	require.NoError(t, s.Start(port, network))
	t.Cleanup(s.Stop)
	return s
}

// portOf returns the port in a server's endpoints.
func portOf(t *testing.T, s *Server) int {
	t.Helper()
	require.NotEmpty(t, s.Endpoints())
	endpoint, err := url.Parse(s.Endpoints()[0])
	require.NoError(t, err)
	port, err := strconv.Atoi(endpoint.Port())
	require.NoError(t, err)
	return port
}

func dial(t *testing.T, endpoint string) *websocket.Conn {
	t.Helper()
	conn, response, err := websocket.DefaultDialer.Dial(endpoint+"/websocket?vsn=2.0.0", nil)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func TestClientsConnectUntilTheServerStops(t *testing.T) {
	s := started(t, 0, false)
	assert.True(t, s.IsRunning())
	endpoints := s.Endpoints()
	require.Len(t, endpoints, 1)
	conn := dial(t, endpoints[0])
	require.NoError(t, conn.WriteMessage(websocket.TextMessage, []byte(`["1","1","game:lobby","phx_join",{}]`)))
	_, reply, err := conn.ReadMessage()
	require.NoError(t, err)
	assert.Contains(t, string(reply), `"ok"`)
	assert.Equal(t, 1, s.Connections())

	s.Stop()
	for err == nil {
		_, _, err = conn.ReadMessage()
	}
	assert.True(t, websocket.IsCloseError(err, websocket.CloseServiceRestart), err)
	assert.False(t, s.IsRunning())
	assert.Empty(t, s.Endpoints())
	assert.Zero(t, s.Connections())
	_, _, err = websocket.DefaultDialer.Dial(endpoints[0]+"/websocket", nil)
	assert.Error(t, err)
}

func TestStoppedServerStartsAgainOnItsPort(t *testing.T) {
	s := started(t, 0, false)
	port := portOf(t, s)
	s.Stop()
	s.Stop()
	require.NoError(t, s.Start(port, false))
	assert.Equal(t, port, portOf(t, s))
	dial(t, s.Endpoints()[0])
}

func TestSecondServerTakesAnotherPort(t *testing.T) {
	assert.NotEqual(t, portOf(t, started(t, 0, false)), portOf(t, started(t, 0, false)))
}

func TestServerThatCannotStartSaysWhy(t *testing.T) {
	other, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	defer other.Close()
	taken := other.Addr().(*net.TCPAddr).Port
	for _, c := range []struct {
		name string
		port int
		says string
	}{
		{"a taken port", taken, fmt.Sprintf("port %d cannot be used: another program listens there. Stop the program that uses it, or choose another port", taken)},
		{"a port too large", 65536, "port 65536 does not exist. Choose one from 1 to 65535, or 0 for a free port"},
		{"a negative port", -1, "port -1 does not exist"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, network := range []bool{false, true} {
				s := new(Server)
				require.ErrorContains(t, s.Start(c.port, network), c.says)
				assert.False(t, s.IsRunning())
				assert.Empty(t, s.TakeLog())
			}
		})
	}
}

func TestRunningServerIsNotStartedAgain(t *testing.T) {
	s := started(t, 0, false)
	require.EqualError(t, s.Start(0, true), "the test server is already running")
	assert.Len(t, s.Endpoints(), 1)
}

func TestServerIsOpenToTheNetworkOnRequest(t *testing.T) {
	hosts := networkHosts()
	s := started(t, 0, true)
	endpoints := s.Endpoints()
	require.Len(t, endpoints, 1+len(hosts))
	for _, endpoint := range endpoints {
		dial(t, endpoint)
	}
	closed := started(t, 0, false)
	for _, host := range hosts {
		_, err := net.Dial("tcp4", net.JoinHostPort(host, strconv.Itoa(portOf(t, closed))))
		assert.Error(t, err, host)
	}
}

func TestAddressesThatADeviceCanUse(t *testing.T) {
	network := func(text string) net.Addr {
		ip, mask, err := net.ParseCIDR(text)
		require.NoError(t, err)
		return &net.IPNet{IP: ip, Mask: mask.Mask}
	}
	assert.Equal(t, []string{"192.168.1.5", "10.0.0.7"}, ipv4([]net.Addr{
		network("192.168.1.5/24"), network("fe80::1/64"), network("2001:db8::1/64"), network("169.254.7.7/16"),
		network("127.0.0.1/8"), network("10.0.0.7/8"), &net.UnixAddr{},
	}))
}
