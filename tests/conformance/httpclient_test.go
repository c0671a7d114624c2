package conformance_test

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"

	"phoenixchannels/tests/conformance/transcript"
)

// host is where the recorded server was; it shows in the replies to whoami.
const host = "127.0.0.1:4000"

const webSocketKey = "dGhlIHNhbXBsZSBub25jZQ=="

// request writes an HTTP request as the recording client did.
func request(conn net.Conn, e transcript.Event) error {
	method := e.Method
	if method == "" {
		method = "GET"
	}
	head := []string{method + " " + e.Path + " HTTP/1.1", "host: " + host}
	if e.Kind == "handshake_request" {
		head = append(head, "connection: Upgrade", "upgrade: websocket",
			"sec-websocket-version: 13", "sec-websocket-key: "+webSocketKey)
	} else {
		head = append(head, "connection: close")
	}
	if e.Protocol != "" {
		head = append(head, "sec-websocket-protocol: "+e.Protocol)
	}
	if e.Extensions != "" {
		head = append(head, "sec-websocket-extensions: "+e.Extensions)
	}
	for name, value := range e.Headers {
		head = append(head, name+": "+value)
	}
	if e.Body != "" || method == "POST" {
		head = append(head, "content-length: "+strconv.Itoa(len(e.Body)))
	}
	_, err := io.WriteString(conn, strings.Join(head, "\r\n")+"\r\n\r\n"+e.Body)
	return err
}

// response reads an HTTP response. Its headers are all there are, with names in small letters.
func response(reader *bufio.Reader, method string) (transcript.Event, error) {
	e := transcript.Event{Headers: map[string]string{}}
	text := textproto.NewReader(reader)
	line, err := text.ReadLine()
	if err != nil {
		return e, err
	}
	if _, err := fmt.Sscanf(line, "HTTP/1.1 %d", &e.Status); err != nil {
		return e, fmt.Errorf("status line %q: %w", line, err)
	}
	headers, err := text.ReadMIMEHeader()
	if err != nil {
		return e, err
	}
	for name, values := range headers {
		e.Headers[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	delete(e.Headers, "date")
	if length, err := strconv.Atoi(e.Headers["content-length"]); err == nil && method != "HEAD" {
		body := make([]byte, length)
		if _, err := io.ReadFull(reader, body); err != nil {
			return e, err
		}
		e.Body = string(body)
	}
	return e, nil
}

// acceptKey is the Sec-WebSocket-Accept that answers the key of request.
func acceptKey() string {
	sum := sha1.Sum([]byte(webSocketKey + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}
