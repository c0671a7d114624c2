//go:build linux

package suspend

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/server/devserver"
)

// inNetwork is set in the environment of a process that has a network of its own.
const inNetwork = "SUSPENDED_GAME_NETWORK"

// A phone that goes from one network to another: its address is gone, and with it all that the
// server sends to it. Nothing ends the connection, and its heartbeat is hours away.
func TestConnectionOfAnAddressThatIsGoneIsReplaced(t *testing.T) {
	t.Parallel()
	const server, first, second = "10.9.9.1", "10.9.9.2", "10.9.9.3"
	if os.Getenv(inNetwork) == "" {
		repeatInNetwork(t)
		return
	}
	ip(t, "link set lo up")
	ip(t, "link add games type veth peer name other")
	ip(t, "link set games up")
	ip(t, "link set other up") // or the link of both would be down
	ip(t, "address add %s/32 dev games", server)
	ip(t, "address add %s/32 dev games", first)
	phoenix := devserver.New(devserver.Options{IdleTimeout: time.Hour})
	require.NoError(t, phoenix.Start(server+":0"))
	t.Cleanup(phoenix.Close)

	var own atomic.Pointer[net.TCPAddr]
	own.Store(net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(first), 0)))
	socket, err := core.NewSocket(phoenix.URL(), core.Config{Settings: core.Settings{
		HeartbeatInterval: time.Hour,
		Network: core.Network{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return (&net.Dialer{LocalAddr: own.Load()}).DialContext(ctx, network, address)
		}},
	}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = socket.Close() })
	require.NoError(t, socket.Connect())
	require.NoError(t, socket.WaitOpen(t.Context()))
	time.Sleep(time.Second) // in which it looks at its addresses

	own.Store(net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(second), 0)))
	ip(t, "address add %s/32 dev games", second)
	ip(t, "address delete %s/32 dev games", first)
	changed := time.Now()
	require.Eventually(t, func() bool {
		return socket.Statistics().Reconnects == 1 && socket.State() == core.SocketOpen
	}, patience, 10*time.Millisecond)
	t.Logf("connected from the other address after %v", time.Since(changed).Round(time.Millisecond))
	require.Less(t, time.Since(changed), 5*time.Second)
}

// repeatInNetwork runs the test in a process with a network of its own.
func repeatInNetwork(t *testing.T) {
	t.Helper()
	inside := []string{"unshare", "--map-root-user", "--net"}
	if output, err := exec.Command(inside[0], append(inside[1:], "ip", "link", "add", "games", "type", "veth")...).CombinedOutput(); err != nil {
		t.Skipf("a network of its own cannot be had here: %v: %s", err, output)
	}
	command := exec.CommandContext(t.Context(), inside[0], append(inside[1:], os.Args[0], "-test.run", "^"+t.Name()+"$", "-test.v")...)
	command.Env = append(os.Environ(), inNetwork+"=1")
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	t.Logf("%s", output)
}

// ip runs a command of iproute2.
func ip(t *testing.T, command string, values ...any) {
	t.Helper()
	output, err := exec.Command("sh", "-c", "ip "+fmt.Sprintf(command, values...)).CombinedOutput()
	require.NoError(t, err, "ip "+command+": %s", output)
}
