//go:build !js || nativetransport

package core

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"

	"github.com/gorilla/websocket"
)

// NoProxy as the argument of [ParseProxy] disables proxies.
const NoProxy = "none"

// ParseProxy converts a setting to a [Network.Proxy]: a proxy's URL (http, https or socks5, with
// user and password if required), [NoProxy], or "" for the proxy of the environment. The
// environment is read at the time of the call, from HTTPS_PROXY, HTTP_PROXY and NO_PROXY as getenv
// returns them; the names may also be in lower case. As with curl and browsers, connections to this
// machine never use a proxy of the environment. Errors do not contain passwords.
func ParseProxy(setting string, getenv func(string) string) (func(*http.Request) (*url.URL, error), error) {
	switch setting {
	case "":
		return newProxyEnvironment(getenv).choose, nil
	case NoProxy:
		return http.ProxyURL(nil), nil
	}
	proxy, err := parseProxyURL(setting)
	if err != nil {
		return nil, err
	}
	return http.ProxyURL(proxy), nil
}

// parseProxyURL parses a proxy's address.
func parseProxyURL(text string) (*url.URL, error) {
	const advice = "; write it like http://proxy.example:3128"
	proxy, err := url.Parse(text)
	switch {
	case err != nil && strings.Contains(text, "@"): // the error would show a password
		return nil, invalid("the proxy %q is not a URL%s; %s", displayEndpoint(text), advice, escapePassword)
	case err != nil || !strings.Contains(text, "://") || proxy.Hostname() == "":
		return nil, invalid("the proxy %q is not a URL%s", displayEndpoint(text), advice)
	}
	switch proxy.Scheme {
	case "http", "https", "socks5", "socks5h":
		return proxy, nil
	}
	return nil, invalid("the proxy %q has the scheme %q; it must be http, https or socks5", displayEndpoint(text), proxy.Scheme)
}

// proxyEnvironment holds the proxy variables of the environment. net/http reads them only once in a
// process, and a library that is loaded into a process sees them as they were when the process
// started.
type proxyEnvironment struct {
	http, https string
	except      []proxyException
}

// proxyException is an entry of NO_PROXY.
type proxyException struct {
	addresses  netip.Prefix // for an entry with an address
	host       string       // for an entry with a name, with a leading dot; "" for all hosts
	onlyWithin bool         // matches the domain's subdomains, but not the domain itself
	port       string       // "" for all ports
}

func newProxyEnvironment(getenv func(string) string) *proxyEnvironment {
	lookup := func(name string) string {
		if value := getenv(name); value != "" {
			return value
		}
		return getenv(strings.ToLower(name))
	}
	e := &proxyEnvironment{http: lookup("HTTP_PROXY"), https: lookup("HTTPS_PROXY")}
	for entry := range strings.SplitSeq(lookup("NO_PROXY"), ",") {
		if entry = strings.ToLower(strings.TrimSpace(entry)); entry != "" {
			e.except = append(e.except, newProxyException(entry))
		}
	}
	return e
}

func newProxyException(entry string) proxyException {
	if entry == "*" {
		return proxyException{}
	}
	if addresses, err := netip.ParsePrefix(entry); err == nil {
		return proxyException{addresses: addresses.Masked()}
	}
	host, port, err := net.SplitHostPort(entry)
	if err != nil {
		host, port = strings.Trim(entry, "[]"), ""
	}
	if address, err := netip.ParseAddr(host); err == nil {
		return proxyException{addresses: netip.PrefixFrom(address, address.BitLen()), port: port}
	}
	domain := strings.TrimLeft(host, "*.")
	return proxyException{host: "." + domain, onlyWithin: domain != host, port: port}
}

func (x *proxyException) holds(host, port string) bool {
	if x.port != "" && x.port != port {
		return false
	}
	address, err := netip.ParseAddr(host)
	switch {
	case x.addresses.IsValid():
		return err == nil && x.addresses.Contains(address.Unmap())
	case x.host == "":
		return true
	case err == nil:
		return false
	}
	return strings.HasSuffix(host, x.host) || !x.onlyWithin && "."+host == x.host
}

// choose implements Network.Proxy.
func (e *proxyEnvironment) choose(request *http.Request) (*url.URL, error) {
	text, port := e.http, "80"
	if request.URL.Scheme == "https" {
		text, port = e.https, "443"
	}
	host := strings.ToLower(strings.TrimSuffix(request.URL.Hostname(), "."))
	if given := request.URL.Port(); given != "" {
		port = given
	}
	if text == "" || host == "localhost" {
		return nil, nil
	}
	if address, err := netip.ParseAddr(host); err == nil && address.Unmap().IsLoopback() {
		return nil, nil
	}
	for i := range e.except {
		if e.except[i].holds(host, port) {
			return nil, nil
		}
	}
	if !strings.Contains(text, "://") { // as in other programs
		text = "http://" + text
	}
	proxy, err := parseProxyURL(text)
	if err != nil {
		return nil, errProxy
	}
	return proxy, nil
}

// route chooses the proxy of one connection's requests and keeps it, so that errors can name it:
// the failure may be the proxy's, whose address is not the server's.
type route struct {
	choose func(*http.Request) (*url.URL, error) // Network.Proxy
	proxy  atomic.Pointer[url.URL]
}

// errProxy replaces an error that shows a proxy's user and password.
var errProxy = errors.New("the proxy's address is not a URL; see HTTP_PROXY and HTTPS_PROXY")

func (r *route) pick(request *http.Request) (*url.URL, error) {
	proxy, err := r.choose(request)
	if err != nil && strings.Contains(err.Error(), "@") {
		err = errProxy
	}
	r.proxy.Store(proxy)
	return proxy, err
}

// overTLS returns the proxy's host if the connection to the proxy uses TLS.
func (r *route) overTLS() (host string, ok bool) {
	if proxy := r.proxy.Load(); proxy != nil && proxy.Scheme == "https" {
		return proxy.Hostname(), true
	}
	return "", false
}

// pickForLibrary is pick for the WebSocket library, which supports two kinds of proxies. The
// library need not know that the connection to the proxy uses TLS.
func (r *route) pickForLibrary(request *http.Request) (*url.URL, error) {
	proxy, err := r.pick(request)
	if proxy == nil || err != nil {
		return nil, err
	}
	known := *proxy
	switch proxy.Scheme {
	case "https":
		known.Scheme, known.Host = "http", net.JoinHostPort(proxy.Hostname(), portOf(proxy))
	case "socks5h": // the proxy resolves names in either case
		known.Scheme = "socks5"
	}
	return &known, nil
}

// connect opens a WebSocket. If a proxy refuses with a status line without a reason phrase, the
// library panics with an index out of range; that must not end the program.
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

// String returns " through the proxy http://…", or "" without a proxy.
func (r *route) String() string {
	if r == nil || r.proxy.Load() == nil {
		return ""
	}
	return " through the proxy " + displayURL(r.proxy.Load())
}
