package signals

import (
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"phoenixchannels/core"
)

// errorPrefix tells Go programs where an error comes from.
const errorPrefix = "phoenix: "

// Plain is an error's text for games.
func Plain(err error) string { return strings.TrimPrefix(err.Error(), errorPrefix) }

// Opened is what PhoenixSocket.on_open carries.
func Opened(e core.OpenEvent) Encoded {
	return Dictionary("endpoint", e.Endpoint, "transport", e.Transport.String())
}

// Closed is what PhoenixSocket.on_close carries.
func Closed(e core.CloseEvent) Encoded {
	return Dictionary("was_requested", e.WasRequested, "will_reconnect", e.WillReconnect,
		"retry_in_ms", e.RetryIn.Milliseconds(), "code", e.Code,
		"reason", Dictionary("message", strings.TrimPrefix(e.Reason, errorPrefix)))
}

// Error is what PhoenixSocket.on_error carries: {message}, with the HTTP response when the server refused to connect.
func Error(message string, err error) Encoded {
	refusal, ok := errors.AsType[*core.HandshakeError](err)
	if !ok {
		return Dictionary("message", message)
	}
	return Dictionary("message", message, "status_code", refusal.StatusCode, "headers", headersOf(refusal), "body", refusal.Body)
}

// headersOf makes a Dictionary of a response's headers; several of one name are joined with commas.
func headersOf(refusal *core.HandshakeError) Encoded {
	var pairs []any
	for _, name := range slices.Sorted(maps.Keys(refusal.Header)) {
		pairs = append(pairs, name, strings.Join(refusal.Header[name], ", "))
	}
	return Dictionary(pairs...)
}

// Statistics are core's numbers under the names that a game sees.
func Statistics(n core.Statistics) Encoded {
	return Dictionary(
		"round_trip_ms", Milliseconds(n.RoundTrip),
		"connects", n.Connects,
		"reconnects", n.Reconnects,
		"messages_in", n.MessagesIn,
		"messages_out", n.MessagesOut,
		"bytes_in", n.BytesIn,
		"bytes_out", n.BytesOut,
		"buffered_pushes", n.BufferedPushes,
		"buffered_bytes", n.BufferedBytes,
		"pending_pushes", n.PendingPushes,
		"queued_events", n.QueuedEvents,
		"queued_bytes", n.QueuedBytes,
		"late_replies", n.LateReplies,
		"malformed_messages", n.MalformedMessages,
	)
}

// Timeout is a timeout argument in milliseconds: -1, and whatever is not positive, is the socket's. More than Go can count, 292 years, is
// that.
func Timeout(milliseconds int64) time.Duration {
	return time.Duration(min(max(milliseconds, 0), math.MaxInt64/int64(time.Millisecond))) * time.Millisecond
}

// Milliseconds is a duration as games get it.
func Milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
