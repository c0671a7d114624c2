package devserver

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"

	"phoenixchannels/server/devserver/wsframe"
)

const (
	subprotocol     = "phoenix"
	authTokenPrefix = "base64url.bearer.phx."
)

// serveWebSocket decides about a handshake, in the order in which Phoenix does, and runs the
// connection until it ends.
func (s *Server) serveWebSocket(w http.ResponseWriter, r *http.Request, config socketConfig) {
	if status := s.faults.refusal(); status != 0 {
		respond(w, status, "")
		return
	}
	if r.Method != http.MethodGet {
		respond(w, http.StatusBadRequest, "")
		return
	}
	if !config.allows(r) {
		s.log.Info("refused: origin not allowed", "origin", r.Header.Get("Origin"))
		respond(w, http.StatusForbidden, "")
		return
	}
	protocol, token, err := negotiateSubprotocol(r.Header.Get("Sec-WebSocket-Protocol"))
	switch {
	case errors.Is(err, errAuthToken):
		s.log.Warn("handshake crashed", "reason", err)
		respondError(w, http.StatusInternalServerError, "Internal Server Error")
		return
	case err != nil:
		s.log.Info("refused", "reason", err)
		respond(w, http.StatusForbidden, "")
		return
	}
	info, err := connectSocket(r, "websocket", token)
	if err != nil {
		s.log.Info("refused", "reason", err)
		refuse(w, config, err)
		return
	}
	if problem := upgradeProblem(r); problem != "" {
		respond(w, http.StatusBadRequest, problem)
		return
	}
	s.upgrade(w, r, config, info, protocol)
}

func refuse(w http.ResponseWriter, config socketConfig, err error) {
	switch {
	case errors.Is(err, errParams):
		respondError(w, http.StatusBadRequest, "Bad Request")
	case errors.Is(err, errLimited) && config.limited:
		w.Header().Set("Retry-After", "7")
		respond(w, http.StatusTooManyRequests, "too many requests")
	default:
		respond(w, http.StatusForbidden, "")
	}
}

var (
	errAuthToken   = errors.New("auth token is not standard base64")
	errSubprotocol = errors.New("no subprotocol in common")
)

// negotiateSubprotocol takes the auth token out of the offered subprotocols and picks one of the
// rest. Exactly one token counts; with two there is none. A token alone needs no subprotocol.
func negotiateSubprotocol(header string) (chosen string, token *string, err error) {
	var tokens, offered []string
	for name := range strings.SplitSeq(header, ",") {
		switch name = strings.TrimSpace(name); {
		case strings.HasPrefix(name, authTokenPrefix):
			tokens = append(tokens, strings.TrimPrefix(name, authTokenPrefix))
		case name != "":
			offered = append(offered, name)
		}
	}
	if len(tokens) == 1 {
		decoded, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(tokens[0], "="))
		if err != nil {
			return "", nil, fmt.Errorf("%w: %v", errAuthToken, err)
		}
		text := string(decoded)
		token = &text
		if len(offered) == 0 {
			return "", token, nil
		}
	}
	switch {
	case header == "":
		return "", nil, nil
	case slices.Contains(offered, subprotocol):
		return subprotocol, token, nil
	}
	return "", nil, fmt.Errorf("%w: offered %q", errSubprotocol, offered)
}

// upgradeProblem checks the request's headers and says what is wrong in the words of the real
// server; empty when all is well.
func upgradeProblem(r *http.Request) string {
	lists := func(name, token string) bool {
		for value := range strings.SplitSeq(strings.Join(r.Header[name], ","), ",") {
			if strings.EqualFold(strings.TrimSpace(value), token) {
				return true
			}
		}
		return false
	}
	switch {
	case !lists("Connection", "upgrade"):
		return "'connection' header must contain 'upgrade', got " + inspect(r.Header["Connection"])
	case !lists("Upgrade", "websocket"):
		return "'upgrade' header must contain 'websocket', got " + inspect(r.Header["Upgrade"])
	case r.Header.Get("Sec-Websocket-Key") == "":
		return "'sec-websocket-key' header is absent"
	case r.Header.Get("Sec-Websocket-Version") != "13":
		return "'sec-websocket-version' header must equal '13', got " + inspect(r.Header["Sec-Websocket-Version"])
	}
	return ""
}

// inspect prints a list of strings as Elixir does.
func inspect(values []string) string {
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = fmt.Sprintf("%q", value)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// upgrade answers 101, takes over the connection, and runs its session.
func (s *Server) upgrade(w http.ResponseWriter, r *http.Request, config socketConfig, info connectInfo, protocol string) {
	hijacker, ok := w.(http.Hijacker)
	if !ok {
		respondError(w, http.StatusInternalServerError, "Internal Server Error")
		return
	}
	nc, rw, err := hijacker.Hijack()
	if err != nil {
		s.log.Error("cannot take over the connection", "reason", err)
		return
	}
	early, err := rw.Reader.Peek(rw.Reader.Buffered())
	if err != nil {
		s.log.Error("cannot read what the client has sent", "reason", err)
		_ = nc.Close()
		return
	}
	var compression *wsframe.Deflate
	if config.compress {
		compression = wsframe.AcceptDeflate(strings.Join(r.Header["Sec-Websocket-Extensions"], ","))
	}
	if err := writeSwitch(nc, r.Header.Get("Sec-Websocket-Key"), protocol, compression); err != nil {
		s.log.Info("client has gone during the handshake", "reason", err)
		_ = nc.Close()
		return
	}
	conn := wsframe.NewConn(nc, bytes.NewReader(bytes.Clone(early)), config.limits, compression, &s.faults.gate)
	ws := newWebSocket(s, conn, info)
	s.add(ws.session)
	defer s.remove(ws.session)
	ws.run()
}

// writeSwitch sends the 101 response.
func writeSwitch(nc net.Conn, key, protocol string, compression *wsframe.Deflate) error {
	accept := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	head := "HTTP/1.1 101 Switching Protocols\r\n" +
		"upgrade: websocket\r\n" +
		"connection: Upgrade\r\n" +
		"sec-websocket-accept: " + base64.StdEncoding.EncodeToString(accept[:]) + "\r\n" +
		"cache-control: max-age=0, private, must-revalidate\r\n"
	if compression != nil {
		head += "sec-websocket-extensions: " + compression.Header + "\r\n"
	}
	if protocol != "" {
		head += "sec-websocket-protocol: " + protocol + "\r\n"
	}
	_, err := io.WriteString(nc, head+"\r\n")
	return err
}
