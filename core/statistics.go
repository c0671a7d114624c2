package core

import "time"

// Statistics counts a socket's activity since it was made.
type Statistics struct {
	RoundTrip         time.Duration // of the latest heartbeat or ping
	Connects          int           // connections that opened
	Reconnects        int           // Connects after the first
	JoinedChannels    int
	MessagesIn        int
	MessagesOut       int
	BytesIn           int64 // on the network, with framing and TLS
	BytesOut          int64
	BufferedPushes    int // not yet sent
	BufferedBytes     int
	PendingPushes     int // waiting for a reply
	QueuedEvents      int // waiting for their handlers
	QueuedBytes       int // of these events, counted as in Settings.MaxQueuedBytes
	LateReplies       int // received after their push had completed
	MalformedMessages int // skipped
}

// Statistics returns the current numbers.
func (s *Socket) Statistics() Statistics {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.counters
	if s.conn != nil {
		now.addTraffic(s.conn)
	}
	for _, channel := range s.channels {
		if channel.state == ChannelJoined {
			now.JoinedChannels++
		}
	}
	now.BufferedPushes, now.BufferedBytes = s.buffered.pushes, s.buffered.bytes
	now.PendingPushes = len(s.pending)
	now.QueuedEvents, now.QueuedBytes = s.events.size()
	return now
}

// addTraffic adds the bytes of a connection.
func (n *Statistics) addTraffic(c *connection) {
	if c.link == nil {
		return
	}
	n.BytesIn += c.link.traffic().in.Load()
	n.BytesOut += c.link.traffic().out.Load()
}

// Ping sends a heartbeat and measures the round trip. The push completes with "ok", and its
// RoundTrip returns how long that took; with "timeout"; or with "closed" if the connection ended
// first. Without a connection Ping fails with [ErrNotConnected].
func (s *Socket) Ping() (*Push, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != SocketOpen {
		return nil, ErrNotConnected
	}
	p := newPush(s, nil, pushPing, eventHeartbeat, Payload{}, 0)
	s.sendPush(p)
	return p, nil
}
