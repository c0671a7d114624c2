package devserver

import (
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"phoenixchannels/server/devserver/query"
	"phoenixchannels/server/devserver/term"
)

// connectInfo is what a socket knows of the request that opened it.
type connectInfo struct {
	transport  string // "websocket" or "longpoll"
	params     *query.Params
	serializer serializer
	userID     string  // the param user_id, or one made up; the socket's id is user:ID
	authToken  *string // nil without one
	uri        string
	userAgent  *string
	xHeaders   [][2]string
	trace      [][2]string
}

// Reasons to refuse a connection.
var (
	errRefused = errors.New("connect refused")                // the socket's connect returned :error
	errLimited = errors.New("connect refused with a reason")  // it returned {:error, reason}
	errVersion = errors.New("unsupported serializer version") // no serializer for vsn
	errParams  = errors.New("query string cannot be decoded") // answered before the socket is asked
)

// connectSocket decides about a connection as the UserSocket does: token=bad and token=bad_reason
// are refused.
func connectSocket(r *http.Request, transport string, authToken *string) (connectInfo, error) {
	params, err := query.Decode(r.URL.RawQuery)
	if err != nil {
		return connectInfo{}, errors.Join(errParams, err)
	}
	info := connectInfo{
		transport: transport, params: params, authToken: authToken,
		serializer: negotiate(params.Text("vsn")),
		uri:        requestURI(r),
		xHeaders:   headersOf(r, func(name string) bool { return strings.HasPrefix(name, "x-") }),
		trace:      headersOf(r, func(name string) bool { return name == "traceparent" || name == "tracestate" }),
	}
	if agents, sent := r.Header["User-Agent"]; sent {
		info.userAgent = &agents[0]
	}
	if info.serializer == nil {
		return connectInfo{}, errVersion
	}
	switch token, _ := params.Text("token"); token {
	case "bad":
		return connectInfo{}, errRefused
	case "bad_reason":
		return connectInfo{}, errLimited
	}
	if authToken != nil {
		if info.userID, err = tokenUser(*authToken, time.Now()); err != nil {
			return connectInfo{}, errors.Join(errRefused, err)
		}
	}
	if info.userID == "" {
		info.userID, _ = params.Text("user_id")
	}
	if strings.TrimSpace(info.userID) == "" {
		info.userID = guestID()
	}
	return info, nil
}

func requestURI(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host + r.RequestURI
	}
	return "http://" + r.Host + r.RequestURI
}

func headersOf(r *http.Request, wanted func(lowerName string) bool) [][2]string {
	var found [][2]string
	for name, values := range r.Header {
		if name = strings.ToLower(name); wanted(name) {
			for _, value := range values {
				found = append(found, [2]string{name, value})
			}
		}
	}
	slices.SortFunc(found, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return found
}

// describe is the answer to whoami.
func (info connectInfo) describe(joinRef term.Term) (term.Term, error) {
	texts := map[string]*string{
		"auth_token": info.authToken, "transport": &info.transport, "uri": &info.uri,
		"user_agent": info.userAgent, "user_id": &info.userID,
	}
	serializer := info.serializer.name()
	texts["serializer"] = &serializer
	values := map[string]term.Term{"join_ref": joinRef, "params": info.params.Term()}
	for key, text := range texts {
		values[key] = term.Null
		if text != nil {
			var err error
			if values[key], err = term.String(*text); err != nil {
				return "", err
			}
		}
	}
	var err error
	if values["x_headers"], err = pairs(info.xHeaders); err != nil {
		return "", err
	}
	if values["trace_context_headers"], err = pairs(info.trace); err != nil {
		return "", err
	}
	keys := make([]string, 0, len(values))
	for key := range values {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	members := make([]term.Member, len(keys))
	for i, key := range keys {
		members[i] = term.Member{Key: key, Value: values[key]}
	}
	return term.Object(members...), nil
}

func pairs(headers [][2]string) (term.Term, error) {
	list := make([]term.Term, len(headers))
	for i, header := range headers {
		name, err := term.String(header[0])
		if err != nil {
			return "", err
		}
		value, err := term.String(header[1])
		if err != nil {
			return "", err
		}
		list[i] = term.List(name, value)
	}
	return term.List(list...), nil
}

func randomID() string { return rand.Text() }

// guestID makes up the id of a user who does not say one.
func guestID() string { return "guest-" + strings.ToLower(rand.Text()[:8]) }
