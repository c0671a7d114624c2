package control

import (
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
)

// silent is a server that accepts connections, and never answers.
type silent struct {
	listener net.Listener
	accepted atomic.Bool
}

// newSilent answers with the endpoint of a new one.
func (c *Control) newSilent(w http.ResponseWriter, _ *http.Request) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	s := &silent{listener: listener}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	c.mu.Lock()
	c.silent[port] = s
	c.mu.Unlock()
	go s.accept()
	fmt.Fprintf(w, "ws://127.0.0.1:%s/socket", port)
}

// hasConnection answers whether there has been a connection.
func (c *Control) hasConnection(w http.ResponseWriter, request *http.Request) {
	c.mu.Lock()
	s := c.silent[request.PathValue("port")]
	c.mu.Unlock()
	if s == nil {
		http.NotFound(w, request)
		return
	}
	fmt.Fprint(w, s.accepted.Load())
}

func (s *silent) accept() {
	var connections []net.Conn
	for {
		connection, err := s.listener.Accept()
		if err != nil {
			break
		}
		connections = append(connections, connection)
		s.accepted.Store(true)
	}
	for _, connection := range connections {
		connection.Close()
	}
}
