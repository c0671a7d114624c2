package core

import "time"

// Statistics is what a socket has done since it was made.
type Statistics struct {
	RoundTrip         time.Duration // of the latest heartbeat or ping
	Connects          int           // connections that opened
	Reconnects        int           // of them, those after the first
	JoinedChannels    int
	MessagesIn        int
	MessagesOut       int
	BytesIn           int64 // on the network, with framing and TLS
	BytesOut          int64
	BufferedPushes    int // that wait to be sent
	BufferedBytes     int
	PendingPushes     int // that wait for a reply
	QueuedEvents      int // that wait for their handlers
	QueuedBytes       int // of them, as Settings.MaxQueuedBytes counts
	LateReplies       int // that came after their push had completed
	MalformedMessages int // that were skipped
}

// Statistics gives the numbers as they are now.
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

// Ping asks the server for a sign of life. The push completes with "ok", and its RoundTrip tells how long that took; with "timeout",
// or with "closed" when the connection ended first. Without a connection it fails with [ErrNotConnected].
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
