// Package testserver provides the test server that the editor runs in its own process for games in
// development: a devserver with its own port, the endpoints for games, and a log that is kept for
// reading.
package testserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"
	"sync"
	"time"

	"phoenixchannels/server/devserver"
)

// defaultPort is the port in PhoenixSocket's default endpoint, so that a game without any settings
// finds the server.
const defaultPort = 4000

// drainTime is the time for clients to close their connections. The editor is blocked meanwhile.
const drainTime = 500 * time.Millisecond

// Server is the test server. It can be started again after a stop. Its methods are safe for
// concurrent use.
type Server struct {
	log lines

	mu      sync.Mutex
	server  *devserver.Server // nil while stopped
	port    int
	network bool
}

// Start listens on a port, on this machine only or, if network is set, on all its addresses. Port 0
// selects the default port, or any free port if another program uses the default one.
func (s *Server) Start(port int, network bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server != nil {
		return errors.New("the test server is already running")
	}
	listener, err := listenFor(port, network)
	if err != nil {
		return err
	}
	log := slog.New(&handler{lines: &s.log})
	server := devserver.New(devserver.Options{Logger: log})
	if err := server.Serve(listener); err != nil {
		return err
	}
	s.server, s.network = server, network
	s.port = listener.Addr().(*net.TCPAddr).Port
	log.Info("listening on " + listener.Addr().String())
	return nil
}

// Stop shuts the server down as SIGTERM does a Phoenix server. It does nothing if the server is not
// running.
func (s *Server) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		return
	}
	drain, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	_ = s.server.Shutdown(drain) // connections still open by then are dropped
	s.server = nil
	slog.New(&handler{lines: &s.log}).Info("stopped")
}

// IsRunning reports whether the server accepts connections.
func (s *Server) IsRunning() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.server != nil
}

// Endpoints returns the URLs for PhoenixSocket.endpoint: first the one for games on this machine,
// then, if the server is open to the network, those for other devices. It returns nil while the
// server is not running.
func (s *Server) Endpoints() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		return nil
	}
	hosts := []string{localHost}
	if s.network {
		hosts = append(hosts, networkHosts()...)
	}
	endpoints := make([]string, len(hosts))
	for i, host := range hosts {
		endpoints[i] = fmt.Sprintf("ws://%s/socket", net.JoinHostPort(host, strconv.Itoa(s.port)))
	}
	return endpoints
}

// Connections returns the number of open connections.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		return 0
	}
	return s.server.Connections()
}

// TakeLog returns the lines logged since the last call, the oldest first.
func (s *Server) TakeLog() []string { return s.log.take() }

const (
	localHost = "127.0.0.1"
	allHosts  = "0.0.0.0"
)

func listenFor(port int, network bool) (net.Listener, error) {
	if port < 0 || port > 65535 {
		return nil, fmt.Errorf("port %d does not exist. Choose one from 1 to 65535, or 0 for a free port", port)
	}
	if port != 0 {
		return listen(port, network)
	}
	if listener, err := listen(defaultPort, network); err == nil {
		return listener, nil
	}
	return listen(0, network)
}

func listen(port int, network bool) (net.Listener, error) {
	const taken = "port %d cannot be used: %w. Stop the program that uses it, or choose another port; 0 takes a free one"
	if port != 0 && isAnswered(port) {
		return nil, fmt.Errorf(taken, port, errors.New("another program listens there"))
	}
	host := localHost
	if network {
		host = allHosts
	}
	listener, err := net.Listen("tcp4", net.JoinHostPort(host, strconv.Itoa(port)))
	var call *os.SyscallError
	if errors.As(err, &call) {
		err = call.Err
	}
	if err != nil {
		return nil, fmt.Errorf(taken, port, err)
	}
	return listener, nil
}

// isAnswered reports whether a program on this machine accepts connections at the port. On Windows
// and macOS, a program that listens on all addresses does not keep another from listening on one of
// them, and games would reach the wrong server.
func isAnswered(port int) bool {
	connection, err := net.DialTimeout("tcp4", net.JoinHostPort(localHost, strconv.Itoa(port)), 100*time.Millisecond)
	if err != nil {
		return false
	}
	_ = connection.Close()
	return true
}

// networkHosts returns the addresses at which other devices may reach this machine.
func networkHosts() (hosts []string) {
	interfaces, _ := net.Interfaces() // empty without the permission to list them
	for _, network := range interfaces {
		if network.Flags&net.FlagUp == 0 || network.Flags&net.FlagLoopback != 0 {
			continue
		}
		addresses, _ := network.Addrs()
		hosts = append(hosts, ipv4(addresses)...)
	}
	return hosts
}

// ipv4 returns those of the addresses at which the server listens and that other devices can use.
func ipv4(addresses []net.Addr) (hosts []string) {
	for _, address := range addresses {
		network, ok := address.(*net.IPNet)
		if ok && network.IP.To4() != nil && network.IP.IsGlobalUnicast() {
			hosts = append(hosts, network.IP.String())
		}
	}
	return hosts
}
