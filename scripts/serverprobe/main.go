// Command serverprobe asks whether a Phoenix Channels server that has the demo's channels answers
// at a URL.
//
//	serverprobe ws://127.0.0.1:4000/socket
//
// It prints one line that says what it found, and exits with 0 for a server that lets it join, 3
// for anything else that answers, 4 when nothing answers, 2 for a URL that cannot be one.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

const (
	statusUsage  = 2
	statusOther  = 3
	statusSilent = 4

	limit = 5 * time.Second
	topic = "game:probe"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: serverprobe URL")
		os.Exit(statusUsage)
	}
	status, text := probe(os.Args[1])
	fmt.Println(text)
	os.Exit(status)
}

// probe connects, joins and leaves.
func probe(endpoint string) (status int, text string) {
	address, err := url.Parse(endpoint)
	if err != nil || (address.Scheme != "ws" && address.Scheme != "wss") || address.Host == "" {
		return statusUsage, fmt.Sprintf("%s is no URL of a socket, which looks like ws://127.0.0.1:4000/socket", endpoint)
	}
	address.Path = strings.TrimSuffix(strings.TrimSuffix(address.Path, "/"), "/websocket") + "/websocket"
	query := address.Query()
	query.Set("vsn", "2.0.0")
	address.RawQuery = query.Encode()

	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	socket, response, err := websocket.DefaultDialer.DialContext(ctx, address.String(), nil)
	switch {
	case errors.Is(err, websocket.ErrBadHandshake) && response != nil:
		return statusOther, fmt.Sprintf("%s answers the handshake with %s", endpoint, response.Status)
	case errors.Is(err, context.DeadlineExceeded):
		return statusOther, fmt.Sprintf("%s does not answer the handshake within %s", endpoint, limit)
	case err != nil && isDialError(err):
		return statusSilent, fmt.Sprintf("nothing answers at %s: %s", endpoint, err)
	case err != nil:
		return statusOther, fmt.Sprintf("%s answers, but not as a WebSocket server: %s", endpoint, err)
	}
	defer socket.Close()
	return join(socket, endpoint)
}

func join(socket *websocket.Conn, endpoint string) (status int, text string) {
	_ = socket.SetReadDeadline(time.Now().Add(limit))
	if err := socket.WriteMessage(websocket.TextMessage, []byte(`["1","1","`+topic+`","phx_join",{}]`)); err != nil {
		return statusOther, fmt.Sprintf("%s closes at once: %s", endpoint, err)
	}
	for {
		_, frame, err := socket.ReadMessage()
		if err != nil {
			return statusOther, fmt.Sprintf("%s does not answer the join of %s: %s", endpoint, topic, err)
		}
		message := string(frame)
		switch {
		case !strings.Contains(message, `"phx_reply"`):
		case strings.Contains(message, `"status":"ok"`):
			return 0, "a server with the demo's channels answers at " + endpoint
		default:
			return statusOther, fmt.Sprintf("%s refuses the join of %s: %s", endpoint, topic, message)
		}
	}
}

// isDialError reports whether the connection could not be made, as opposed to one that was made and
// then failed.
func isDialError(err error) bool {
	var operation *net.OpError
	return errors.As(err, &operation) && operation.Op == "dial"
}
