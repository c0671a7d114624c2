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

// Plain returns an error's text for games.
func Plain(err error) string { return strings.TrimPrefix(err.Error(), core.ErrorPrefix) }

// Opened returns the argument of PhoenixSocket.on_open.
func Opened(e core.OpenEvent) Encoded {
	return Dictionary("endpoint", e.Endpoint, "transport", e.Transport.String())
}

// Closed returns the argument of PhoenixSocket.on_close.
func Closed(e core.CloseEvent) Encoded {
	return Dictionary("was_requested", e.WasRequested, "will_reconnect", e.WillReconnect,
		"retry_in_ms", e.RetryIn.Milliseconds(), "code", e.Code,
		"reason", Dictionary("message", strings.TrimPrefix(e.Reason, core.ErrorPrefix)))
}

// Error returns the argument of PhoenixSocket.on_error: {message}, and the HTTP response if the
// server refused the connection.
func Error(message string, err error) Encoded {
	refusal, ok := errors.AsType[*core.HandshakeError](err)
	if !ok {
		return Dictionary("message", message)
	}
	return Dictionary("message", message, "status_code", refusal.StatusCode, "headers", headersOf(refusal), "body", refusal.Body)
}

// headersOf returns a Dictionary of a response's headers. Values of the same name are joined with
// commas.
func headersOf(refusal *core.HandshakeError) Encoded {
	var pairs []any
	for _, name := range slices.Sorted(maps.Keys(refusal.Header)) {
		pairs = append(pairs, name, strings.Join(refusal.Header[name], ", "))
	}
	return Dictionary(pairs...)
}

// Statistics returns core's statistics under the names that games use.
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

// Timeout converts a timeout argument in milliseconds. -1 and any other value that is not positive
// stand for the socket's timeout. Values above 292 years, the limit of time.Duration, are reduced
// to it.
func Timeout(milliseconds int64) time.Duration {
	return time.Duration(min(max(milliseconds, 0), math.MaxInt64/int64(time.Millisecond))) * time.Millisecond
}

// Milliseconds converts a duration to milliseconds, as games receive it.
func Milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
