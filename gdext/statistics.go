package gdext

import (
	"time"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
)

// getStatistics gives core's numbers under the names that a game sees.
func (s *socket) getStatistics() engine.DictionaryBytes {
	n := s.statistics()
	return engine.DictionaryBytes(dictionary(
		"round_trip_ms", inMilliseconds(n.RoundTrip),
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
	))
}

// statistics are core's; all zero before the socket was used.
func (s *socket) statistics() core.Statistics {
	if made := s.made(); made != nil {
		return made.Statistics()
	}
	return core.Statistics{}
}

func inMilliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
