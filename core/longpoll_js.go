//go:build !nativetransport

package core

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall/js"
)

// pollClient makes the requests of a long-poll session, with fetch.
//
// Credentials are sent to the same origin only. Phoenix answers with "Access-Control-Allow-Origin:
// *", and a browser rejects such an answer to a cross-origin request with cookies. Any header other
// than those that a page may send freely costs a preflight request before each request, because
// each poll has a new URL. The session's token is therefore only in the URL.
type pollClient struct{ link *longPollLink }

// maxKeepalive is the maximum size of a request that outlives the page, such as the last leaves
// when the page is closed. All such requests of a page share 64 KiB.
const maxKeepalive = 1 << 10

func (c *pollClient) init(l *longPollLink) { c.link = l }

func (c *pollClient) close() {} // each request ends with its context

// ask makes a request. ctx ends the request and the reading of its response.
func (c *pollClient) ask(ctx context.Context, r *pollRequest) (*pollResponse, error) {
	var promise js.Value
	controller := js.Global().Get("AbortController").New()
	headers := object.New()
	headers.Set("Accept", "application/json")
	for name, values := range r.header {
		headers.Set(name, values[0])
	}
	options := object.New()
	options.Set("method", r.method)
	options.Set("headers", headers)
	options.Set("signal", controller.Get("signal"))
	options.Set("credentials", "same-origin")
	options.Set("cache", "no-store")
	options.Set("redirect", "manual")
	if r.method == methodPost {
		headers.Set("Content-Type", r.contentType)
		body := uint8Array.New(len(r.body))
		js.CopyBytesToJS(body, r.body)
		options.Set("body", body)
		options.Set("keepalive", len(r.body) <= maxKeepalive)
	}
	c.link.counters.out.Add(int64(len(r.body)))
	if err := attempt(func() { promise = js.Global().Call("fetch", r.url.String(), options) }); err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { controller.Call("abort") })
	response, err := await(promise)
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case err != nil && r.token == "":
		err = fmt.Errorf("%w; %s", err, connectAdvice(&r.url))
	case err == nil && response.Get("type").String() == "opaqueredirect":
		err = errors.New("the server redirects, which is not followed; use the final endpoint")
	}
	if err != nil {
		stop()
		return nil, err
	}
	body := &fetchBody{ctx: ctx, stop: stop, counters: &c.link.counters}
	if stream := response.Get("body"); stream.Type() == js.TypeObject {
		body.reader = stream.Call("getReader")
	} else {
		body.done = true
	}
	return &pollResponse{response.Get("status").Int(), headersOf(response), body}, nil
}

// headersOf returns the headers of a response. From another origin, these are the headers that the
// server lets a page see.
func headersOf(response js.Value) Header {
	header := Header{}
	entries := array.Call("from", response.Get("headers"))
	for i := range entries.Length() {
		entry := entries.Index(i)
		header[entry.Index(0).String()] = []string{entry.Index(1).String()}
	}
	return header
}

// fetchBody is the body of a response, read as it arrives.
type fetchBody struct {
	ctx      context.Context
	stop     func() bool // stops ctx from ending the request
	counters *traffic
	reader   js.Value
	chunk    js.Value // the latest received chunk
	at, size int      // how much of the chunk has been read, and its size
	done     bool
}

func (b *fetchBody) Read(p []byte) (int, error) {
	for b.at == b.size {
		if b.done {
			return 0, io.EOF
		}
		result, err := await(b.reader.Call("read"))
		switch {
		case b.ctx.Err() != nil:
			return 0, b.ctx.Err()
		case err != nil:
			return 0, err
		}
		if b.done = result.Get("done").Bool(); b.done {
			continue
		}
		b.chunk = result.Get("value")
		b.at, b.size = 0, b.chunk.Length()
	}
	n := js.CopyBytesToGo(p, b.chunk.Call("subarray", b.at))
	b.at += n
	b.counters.in.Add(int64(n))
	return n, nil
}

func (b *fetchBody) Close() error {
	b.stop()
	if !b.done {
		b.done, b.at, b.size = true, 0, 0
		b.reader.Call("cancel").Call("catch", ignore)
	}
	return nil
}
