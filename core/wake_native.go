//go:build !js || nativetransport

package core

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

// standstillOf returns how long this machine slept between two checks, from the time that has
// passed on both clocks.
func standstillOf(wall, awake, _ time.Duration) time.Duration { return wall - awake }

// addressCache holds this machine's addresses for all sockets, as reading them costs several system
// calls.
var addressCache struct {
	sync.Mutex
	at   time.Time
	list []netip.Addr
}

// usableAddresses returns the addresses of the network interfaces that are up, or those of the
// routes if the system does not list interfaces (Android 11 and newer); nil if it has neither.
func usableAddresses() []netip.Addr {
	addressCache.Lock()
	defer addressCache.Unlock()
	if age := time.Since(addressCache.at); age >= 0 && age < watchInterval/2 {
		return addressCache.list
	}
	addressCache.at, addressCache.list = time.Now(), nil
	interfaces, err := net.Interfaces()
	if err != nil {
		addressCache.list = routeAddresses()
	}
	for _, i := range interfaces {
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagRunning == 0 || i.Flags&net.FlagLoopback != 0 {
			continue
		}
		addresses, _ := i.Addrs()
		for _, a := range addresses {
			if network, ok := a.(*net.IPNet); ok {
				if address, ok := netip.AddrFromSlice(network.IP); ok && isUsable(address.Unmap()) {
					addressCache.list = append(addressCache.list, address.Unmap())
				}
			}
		}
	}
	return addressCache.list
}

// routeAddresses returns the local addresses of connections to remote servers. It sends nothing:
// connecting a datagram socket only looks up its route. The server addresses are reserved for
// examples.
func routeAddresses() (list []netip.Addr) {
	for _, server := range []string{"192.0.2.1:9", "[2001:db8::1]:9"} {
		conn, err := net.Dial("udp", server)
		if err != nil {
			continue // no route
		}
		if local, ok := conn.LocalAddr().(*net.UDPAddr); ok && isUsable(local.AddrPort().Addr().Unmap()) {
			list = append(list, local.AddrPort().Addr().Unmap())
		}
		_ = conn.Close()
	}
	return list
}
