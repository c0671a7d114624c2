// Package control serves an exported game to a browser, and does for its tests what a page cannot:
// it starts, stops and freezes servers.
package control

import (
	"net"
	"net/http"
	"sync"

	"phoenixchannels/server/devserver/webhost"
)

// Control is the origin of one page.
type Control struct {
	url    string
	server *http.Server

	devserver string // the program

	mu         sync.Mutex
	devservers []*devserver
	raws       []*raw
	silent     map[string]*silent // by port
}

// policy is the strictest Content-Security-Policy that a game has to run under.
const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src *; img-src 'self' data: blob:"

// New serves the game in folder as a strict host does, with POST /control/... for its tests.
// devserver is the program that they may start.
func New(folder, devserver string) (*Control, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &Control{url: "http://" + listener.Addr().String(), devserver: devserver, silent: map[string]*silent{}}
	mux := http.NewServeMux()
	game := webhost.Handler(folder)
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		game.ServeHTTP(w, r)
	})
	mux.HandleFunc("POST /control/devserver", c.startDevserver)
	mux.HandleFunc("POST /control/devserver/{number}/{action}", c.commandDevserver)
	mux.HandleFunc("POST /control/raw", c.newRaw)
	mux.HandleFunc("GET /control/raw/{number}/test", c.openRaw)
	mux.HandleFunc("GET /control/raw/{number}/socket/websocket", c.connectRaw)
	mux.HandleFunc("POST /control/silent", c.newSilent)
	mux.HandleFunc("POST /control/silent/{port}", c.hasConnection)
	c.server = &http.Server{Handler: mux}
	go c.server.Serve(listener)
	return c, nil
}

// URL is the page's origin.
func (c *Control) URL() string { return c.url }

// Close ends everything that the page has started.
func (c *Control) Close() {
	c.server.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, d := range c.devservers {
		d.stop()
	}
	for _, r := range c.raws {
		r.close()
	}
	for _, s := range c.silent {
		s.listener.Close()
	}
}
