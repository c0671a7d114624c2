//go:build !nativetransport

package core

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"math"
	"net/url"
	"strings"
	"syscall/js"
	"time"
)

// In a browser connections are the browser's own: its WebSocket, and fetch for long polling. This
// file and its neighbours use what a page, a worker and Node have in common, without eval.

// Header holds the headers of a request or a response. Names are case-insensitive.
type Header map[string][]string

// Get returns the first value of a header, "" if there is none.
func (h Header) Get(name string) string {
	for key, values := range h {
		if strings.EqualFold(key, name) && len(values) > 0 {
			return values[0]
		}
	}
	return ""
}

// Set replaces the values of a header.
func (h Header) Set(name, value string) {
	h.Del(name)
	h[name] = []string{value}
}

// Del removes a header.
func (h Header) Del(name string) {
	maps.DeleteFunc(h, func(key string, _ []string) bool { return strings.EqualFold(key, name) })
}

// Clone returns a copy.
func (h Header) Clone() Header { return maps.Clone(h) }

// platformTarget holds the platform-specific part of a target.
type platformTarget struct {
	user *url.Userinfo // of the endpoint
}

// platformSocket holds the platform-specific state that a socket keeps between connections.
type platformSocket struct{}

func newPlatformSocket() platformSocket { return platformSocket{} }

// newTarget returns a new target for the endpoint.
func (s *Socket) newTarget(endpoint *url.URL) target {
	return target{endpoint: endpoint, header: Header{}}
}

// authorize adds the endpoint's user and password to the connect request: in the URL for a
// WebSocket, in a header for fetch.
func (t *target) authorize(user, password string) {
	t.user = url.UserPassword(user, password)
	t.header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user+":"+password)))
}

func (t *target) addHeader(Header) {} // see Config.Ignored

func (t *target) via() string { return "" }

// cookieValues returns none, as the browser manages cookies.
func cookieValues(string) []string { return nil }

// open opens a link.
func (c *connection) open(ctx context.Context, t target, config *Config) (link, error) {
	if c.transport == LongPoll {
		return longPollDialer{config}.dial(ctx, t)
	}
	return browserDialer{config}.dial(ctx, t)
}

var (
	array      = js.Global().Get("Array")
	uint8Array = js.Global().Get("Uint8Array")
	object     = js.Global().Get("Object")
	ignore     = js.Global().Get("Function").Get("prototype") // a function that does nothing
)

// attempt calls fn and returns the exception that it throws as an error.
func attempt(fn func()) (err error) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case js.Error:
			err = thrown(v.Value)
		case *js.ValueError: // a property or a function is missing
			err = v
		default:
			panic(v)
		}
	}()
	fn()
	return nil
}

// thrown converts a JavaScript error to a Go error. Node has the reason of a failed request in the
// error's cause.
func thrown(value js.Value) error {
	text := js.Global().Get("String").Invoke(value).String()
	if value.Type() == js.TypeObject {
		if cause := value.Get("cause"); cause.Type() == js.TypeObject {
			text += ": " + js.Global().Get("String").Invoke(cause).String()
		}
	}
	return fmt.Errorf("%s", text)
}

// await waits for a promise.
func await(promise js.Value) (value js.Value, err error) {
	settled := make(chan struct{})
	fulfilled := js.FuncOf(func(_ js.Value, args []js.Value) any {
		value = args[0]
		close(settled)
		return nil
	})
	defer fulfilled.Release()
	rejected := js.FuncOf(func(_ js.Value, args []js.Value) any {
		err = thrown(args[0])
		close(settled)
		return nil
	})
	defer rejected.Release()
	promise.Call("then", fulfilled, rejected)
	<-settled
	return value, err
}

// connectAdvice lists what to check after a failed connect, the likeliest cause first: a browser
// does not tell the page the reason.
func connectAdvice(endpoint *url.URL) string {
	advice := "check that the server's check_origin lists the page's origin"
	if origin := js.Global().Get("origin"); origin.Type() == js.TypeString {
		advice += ", " + origin.String()
	}
	advice += ", that the URL is right, that the server runs"
	if endpoint.Scheme == "wss" || endpoint.Scheme == "https" {
		return advice + ", and that the browser trusts its certificate"
	}
	location := js.Global().Get("location")
	if location.Type() == js.TypeObject && location.Get("protocol").String() == "https:" {
		return advice + ", and that it has TLS, as a page of https may only connect to wss"
	}
	return advice
}

// parseHTTPDate parses a date in a header. A plain number is not a date; JavaScript's Date would
// read it as a year.
func parseHTTPDate(text string) (at time.Time, ok bool) {
	if !strings.Contains(text, " ") {
		return at, false
	}
	milliseconds := js.Global().Get("Date").Call("parse", text).Float()
	return time.UnixMilli(int64(milliseconds)), !math.IsNaN(milliseconds)
}
