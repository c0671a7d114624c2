package core

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSleepIsNoticedWithinOneHeartbeatTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(func(c *Config) { c.HeartbeatTimeout = 4 * time.Second })
		var slept atomic.Int64
		s.clock.wall = func() time.Time { return time.Now().Add(time.Duration(slept.Load())) }
		require.NoError(t, s.Connect())
		peer := p.accept()
		synctest.Wait()
		time.Sleep(7 * time.Second)
		peer.silent()
		slept.Store(int64(time.Hour))
		peer.expect("phoenix", "heartbeat")
		require.LessOrEqual(t, time.Since(start(t)), 7*time.Second+watchInterval)
		probed := time.Now()
		p.accept()
		require.Equal(t, 4*time.Second+10*time.Millisecond, time.Since(probed))
	})
}

// start is the moment at which time in a bubble begins.
func start(t *testing.T) time.Time {
	t.Helper()
	return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
}

func TestConnectionThatSurvivedTheSleepStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(nil)
		var slept atomic.Int64
		s.clock.wall = func() time.Time { return time.Now().Add(time.Duration(slept.Load())) }
		require.NoError(t, s.Connect())
		peer := p.accept()
		synctest.Wait()
		slept.Store(int64(time.Hour))
		peer.reply(peer.expect("phoenix", "heartbeat"), "ok", "{}")
		time.Sleep(20 * time.Second)
		peer.silent()
		require.Equal(t, 1, p.attempts())
	})
}

// movedConn is a network connection from an address of this machine.
type movedConn struct{ net.Conn }

func (movedConn) LocalAddr() net.Addr {
	return &net.TCPAddr{IP: net.ParseIP("192.168.1.20"), Port: 5000}
}

func TestConnectionWhoseAddressIsGoneIsProbed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(func(c *Config) {
			c.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := p.network.DialContext(ctx, network, addr)
				return movedConn{conn}, err
			}
		})
		var moved atomic.Bool
		s.clock.addrs = func() ([]net.Addr, error) {
			s.State() // not under the lock, as the system may take its time
			address := "192.168.1.20"
			if moved.Load() {
				address = "10.0.0.7"
			}
			return []net.Addr{&net.IPNet{IP: net.ParseIP(address)}}, nil
		}
		require.NoError(t, s.Connect())
		peer := p.accept()
		time.Sleep(4 * watchInterval)
		peer.silent()
		moved.Store(true)
		changed := time.Now()
		peer.reply(peer.expect("phoenix", "heartbeat"), "ok", "{}")
		require.LessOrEqual(t, time.Since(changed), watchInterval)
		require.NoError(t, s.Disconnect(0, ""))
		time.Sleep(time.Minute)
		peer.silent()
	})
}

func TestAddressGone(t *testing.T) {
	own := &net.TCPAddr{IP: net.ParseIP("192.168.1.20"), Port: 5000}
	has := func(ips ...string) func() ([]net.Addr, error) {
		return func() ([]net.Addr, error) {
			var addrs []net.Addr
			for _, ip := range ips {
				addrs = append(addrs, &net.IPNet{IP: net.ParseIP(ip), Mask: net.CIDRMask(24, 32)})
			}
			return addrs, nil
		}
	}
	tests := map[string]struct {
		own   net.Addr
		addrs func() ([]net.Addr, error)
		want  bool
	}{
		"still there":        {own, has("127.0.0.1", "192.168.1.20"), false},
		"another network":    {own, has("127.0.0.1", "10.0.0.7"), true},
		"system says nought": {own, has(), false},
		"system fails":       {own, func() ([]net.Addr, error) { return nil, errors.New("denied") }, false},
		"loopback":           {&net.TCPAddr{IP: net.ParseIP("127.0.0.1")}, has("10.0.0.7"), false},
		"no TCP":             {memoryAddr{}, has("10.0.0.7"), false},
		"unknown":            {nil, has("10.0.0.7"), false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { require.Equal(t, test.want, addressGone(test.own, test.addrs)) })
	}
}

func TestReconnectNowSkipsTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		p.refuse(503)
		s := p.socket(func(c *Config) { c.ReconnectAfter = []time.Duration{time.Hour} })
		s.ReconnectNow()
		require.Zero(t, p.attempts(), "not before it was asked to connect")
		require.NoError(t, s.Connect())
		synctest.Wait()
		require.Equal(t, 1, p.attempts())
		p.refuse(0)
		s.ReconnectNow()
		p.accept()
		synctest.Wait()
		s.ReconnectNow()
		synctest.Wait()
		require.Equal(t, 2, p.attempts(), "not while it is connected")
		require.Equal(t, SocketOpen, s.State())
	})
}

func TestSetOnline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		s.SetOnline(false)
		peer.drop()
		time.Sleep(time.Hour)
		require.Equal(t, 1, p.attempts(), "offline it does not try")
		s.SetOnline(true)
		peer = p.accept()
		synctest.Wait()
		require.Equal(t, SocketOpen, s.State())

		s.SetOnline(true)
		peer.expect("phoenix", "heartbeat")

		s.SetOnline(false)
		require.NoError(t, s.Disconnect(0, ""))
		time.Sleep(time.Hour)
		require.NoError(t, s.Connect())
		time.Sleep(time.Hour)
		require.Equal(t, 2, p.attempts())
		s.SetOnline(true)
		p.accept()
	})
}
