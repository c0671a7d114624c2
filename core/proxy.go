package core

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"

	"github.com/gorilla/websocket"
)

// route chooses the proxy of the requests of one connection, and keeps which it was for errors to name it: what failed may be the proxy,
// and its address is not the server's.
type route struct {
	choose func(*http.Request) (*url.URL, error) // Config.Proxy
	proxy  atomic.Pointer[url.URL]
}

// errProxy stands for an error that shows a proxy's user and password.
var errProxy = errors.New("the address of the proxy is no URL, see HTTP_PROXY and HTTPS_PROXY")

func (r *route) pick(request *http.Request) (*url.URL, error) {
	proxy, err := r.choose(request)
	if err != nil && strings.Contains(err.Error(), "@") {
		err = errProxy
	}
	r.proxy.Store(proxy)
	return proxy, err
}

// connect opens a WebSocket. The library has an index out of range when a proxy refuses with a status line without words, which is no
// reason to end the program.
func (r *route) connect(ctx context.Context, dialer *websocket.Dialer, endpoint string, header http.Header) (conn *websocket.Conn, err error) {
	defer func() {
		if r.proxy.Load() == nil {
			return
		}
		if v := recover(); v != nil {
			if _, ok := v.(runtime.Error); !ok {
				panic(v)
			}
			err = errors.New("it refused")
		}
	}()
	conn, _, err = dialer.DialContext(ctx, endpoint, header)
	return conn, err
}

// String is " through the proxy http://…", or nothing without one.
func (r *route) String() string {
	if r == nil || r.proxy.Load() == nil {
		return ""
	}
	return " through the proxy " + displayURL(r.proxy.Load())
}
