package core

import (
	"context"
	"net"
	"net/netip"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// sleeping returns a function that makes the socket's wall clock jump ahead, as after a sleep.
func sleeping(s *Socket) (sleep func()) {
	var slept atomic.Int64
	s.watch.interval = watchInterval
	s.watch.wall = func() time.Time { return time.Now().Add(time.Duration(slept.Load())) }
	return func() { slept.Store(int64(time.Hour)) }
}

// After a sleep the connection looks open, but nothing answers any more.
func TestSocketIsConnectedWithinASecondAfterASleep(t *testing.T) {
	for _, transport := range []Transport{WebSocket, LongPoll} {
		t.Run(transport.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPollPeer(t)
				if transport == WebSocket {
					p.answer(nil)
				}
				s := p.socket(func(c *Config) { c.Transport = transport })
				sleep := sleeping(s)
				require.NoError(t, s.Connect())
				require.NoError(t, s.WaitOpen(t.Context()))
				time.Sleep(7 * time.Second)
				sleep()
				time.Sleep(time.Second)
				synctest.Wait()
				require.Equal(t, SocketOpen, s.State())
				require.Equal(t, 1, s.Statistics().Reconnects)
			})
		})
	}
}

func TestConnectionThatSurvivedTheSleepStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(nil)
		sleep := sleeping(s)
		require.NoError(t, s.Connect())
		peer := p.accept()
		synctest.Wait()
		sleep()
		peer.reply(peer.expect("phoenix", "heartbeat"), "ok", "{}")
		time.Sleep(20 * time.Second)
		peer.silent()
		require.Equal(t, 1, p.attempts())
	})
}

// On a network with a long round trip, the first heartbeat after a sleep may take a multiple of
// that time.
func TestProbeAllowsForASlowNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const roundTrip = 900 * time.Millisecond
		p := newPeer(t)
		s := p.socket(func(c *Config) { c.HeartbeatInterval = 5 * time.Second })
		sleep := sleeping(s)
		require.NoError(t, s.Connect())
		peer := p.accept()
		answerHeartbeat := func() {
			m := peer.expect("phoenix", "heartbeat")
			time.Sleep(roundTrip)
			peer.reply(m, "ok", "{}")
		}
		answerHeartbeat()
		sleep()
		answerHeartbeat()
		time.Sleep(3 * time.Second)
		require.Equal(t, 1, p.attempts())
	})
}

// movedConn is a network connection from an address of this machine.
type movedConn struct{ net.Conn }

func (movedConn) LocalAddr() net.Addr {
	return &net.TCPAddr{IP: net.ParseIP("192.168.1.20"), Port: 5000}
}

// networks returns a function that sets the addresses of the socket's machine.
func networks(s *Socket) (set func(addresses ...string)) {
	var current atomic.Pointer[[]netip.Addr]
	set = func(addresses ...string) {
		var list []netip.Addr
		for _, a := range addresses {
			list = append(list, netip.MustParseAddr(a))
		}
		current.Store(&list)
	}
	set("192.168.1.20")
	s.watch.interval = watchInterval
	s.watch.addresses = func() []netip.Addr {
		s.State() // without the lock, as the system may be slow
		return *current.Load()
	}
	return set
}

func fromThisMachine(p *peer) func(c *Config) {
	return func(c *Config) {
		c.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := p.network.DialContext(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return movedConn{conn}, nil
		}
	}
}

func TestSocketIsConnectedWithinASecondAfterItsNetworkCameBack(t *testing.T) {
	tests := map[string]func(p *peer){
		"while it waits for its next attempt": func(p *peer) { p.network.fail(syscall.ENETUNREACH) },
		"while an attempt hangs":              func(p *peer) { p.network.hold(true) },
	}
	for name, lose := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				s := p.socket(fromThisMachine(p))
				set := networks(s)
				require.NoError(t, s.Connect())
				peer := p.accept()
				time.Sleep(time.Minute)
				set()
				lose(p)
				peer.drop()
				time.Sleep(time.Minute)
				require.NotEqual(t, SocketOpen, s.State())
				p.network.fail(nil)
				p.network.hold(false)
				set("192.168.1.20")
				back := time.Now()
				require.NoError(t, s.WaitOpen(t.Context()))
				require.LessOrEqual(t, time.Since(back), time.Second)
			})
		})
	}
}

func TestConnectionWhoseAddressIsGoneIsProbed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(fromThisMachine(p))
		set := networks(s)
		require.NoError(t, s.Connect())
		peer := p.accept()
		time.Sleep(4 * watchInterval)
		peer.silent()
		set("10.0.0.7")
		changed := time.Now()
		peer.reply(peer.expect("phoenix", "heartbeat"), "ok", "{}")
		require.LessOrEqual(t, time.Since(changed), watchInterval)
		require.NoError(t, s.Disconnect(0, ""))
		time.Sleep(time.Minute)
		require.Equal(t, 1, p.attempts())
	})
}

func TestSignsOfAnotherNetwork(t *testing.T) {
	tests := map[string]struct {
		before, now  []string
		gained, gone bool
	}{
		"nothing changed":     {[]string{"192.168.1.20"}, []string{"192.168.1.20"}, false, false},
		"another network":     {[]string{"192.168.1.20"}, []string{"10.0.0.7"}, true, true},
		"one more":            {[]string{"192.168.1.20"}, []string{"192.168.1.20", "2001:db8::1"}, true, false},
		"one less":            {[]string{"192.168.1.20", "10.0.0.7"}, []string{"192.168.1.20"}, false, false},
		"none any more":       {[]string{"192.168.1.20"}, nil, false, false},
		"one never listed":    {[]string{"10.0.0.7"}, []string{"10.0.0.7"}, false, false},
		"the first look":      {nil, []string{"192.168.1.20"}, false, false},
		"system says nothing": {nil, nil, false, false},
	}
	parsed := func(addresses []string) (list []netip.Addr) {
		for _, a := range addresses {
			list = append(list, netip.MustParseAddr(a))
		}
		return list
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				s := p.socket(fromThisMachine(p))
				require.NoError(t, s.Connect())
				p.accept()
				synctest.Wait()
				s.mu.Lock()
				defer s.mu.Unlock()
				s.watch.compare(parsed(test.before))
				gained, gone := s.watch.compare(parsed(test.now))
				require.Equal(t, []bool{test.gained, test.gone}, []bool{gained, gone})
			})
		})
	}
}

func TestNetworkThatComesBackIsGained(t *testing.T) {
	s, err := NewSocket("ws://peer/socket", Config{})
	require.NoError(t, err)
	own := []netip.Addr{netip.MustParseAddr("192.168.1.20")}
	s.watch.compare(own)
	s.watch.compare(nil)
	gained, _ := s.watch.compare(own)
	require.True(t, gained)
}

func TestUsableAddressesAreNoneOfThisMachineAlone(t *testing.T) {
	for _, a := range usableAddresses() {
		require.True(t, isUsable(a), a)
	}
	for _, a := range []string{"127.0.0.1", "::1", "fe80::1", "169.254.1.1"} {
		require.False(t, isUsable(netip.MustParseAddr(a)), a)
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

func TestCheckNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(func(c *Config) { c.ReconnectAfter = []time.Duration{time.Hour} })
		s.CheckNow()
		peer.expect("phoenix", "heartbeat")
		require.Equal(t, 1, p.attempts(), "a heartbeat that is answered ends no connection")

		s.SetOnline(false)
		peer.drop()
		synctest.Wait()
		s.CheckNow()
		time.Sleep(time.Minute)
		require.Equal(t, 1, p.attempts(), "offline it does not try")
		require.NoError(t, s.Disconnect(0, ""))
		s.SetOnline(true)
		s.CheckNow()
		time.Sleep(time.Minute)
		require.Equal(t, 1, p.attempts(), "nor when nobody wants a connection")
	})
}

func TestCheckNowSkipsTheDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(func(c *Config) { c.ReconnectAfter = []time.Duration{time.Hour} })
		peer.drop()
		synctest.Wait()
		before := time.Now()
		s.CheckNow()
		p.accept()
		require.LessOrEqual(t, time.Since(before), 5*time.Second)
	})
}
