package gdext

import (
	"slices"
	"sync"
	"time"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
)

// monitors provides the debugger's monitors: totals over all sockets in the tree, shown while there
// are any.
var monitors monitoring

type monitoring struct {
	mu      sync.Mutex
	sockets []*socket
	left    counts // of sockets that left the tree, minus the counts of sockets on entering it
	shown   []*engine.Monitor
}

// counts holds the counters that only grow.
type counts struct{ messagesIn, messagesOut, bytesIn, bytesOut, reconnects int64 }

func countsOf(n core.Statistics) counts {
	return counts{int64(n.MessagesIn), int64(n.MessagesOut), n.BytesIn, n.BytesOut, int64(n.Reconnects)}
}

func (c *counts) add(other counts, times int64) {
	c.messagesIn += times * other.messagesIn
	c.messagesOut += times * other.messagesOut
	c.bytesIn += times * other.bytesIn
	c.bytesOut += times * other.bytesOut
	c.reconnects += times * other.reconnects
}

// add adds a socket that has entered the tree, unless it was added before. The first socket adds
// the monitors.
func (m *monitoring) add(s *socket) {
	if engine.InEditor() {
		return
	}
	m.mu.Lock()
	if slices.Contains(m.sockets, s) {
		m.mu.Unlock()
		return
	}
	m.left.add(countsOf(s.statistics()), -1)
	m.sockets = append(m.sockets, s)
	first := len(m.sockets) == 1
	m.mu.Unlock()
	if first { // without the lock, because the engine's calls come back here
		m.shown = m.show()
	}
}

// remove removes a socket that has left the tree. The last socket removes the monitors.
func (m *monitoring) remove(s *socket) {
	m.mu.Lock()
	i := slices.Index(m.sockets, s)
	if i < 0 {
		m.mu.Unlock()
		return
	}
	m.sockets = slices.Delete(m.sockets, i, i+1)
	m.left.add(countsOf(s.statistics()), 1)
	last := len(m.sockets) == 0
	m.mu.Unlock()
	if last {
		for _, monitor := range m.shown {
			monitor.Remove()
		}
		m.shown = nil
	}
}

func (m *monitoring) show() []*engine.Monitor {
	perSecond := func(count func(counts) int64) func() float64 {
		r := newRate(time.Now(), count(m.totals()))
		return func() float64 { return r.perSecond(time.Now(), count(m.totals())) }
	}
	sum := func(number func(core.Statistics) int) func() float64 {
		return func() (total float64) {
			m.each(func(s *socket) { total += float64(number(s.statistics())) })
			return total
		}
	}
	reconnects := func() int64 { return m.totals().reconnects }
	before := reconnects()
	// The debugger recognizes a category only before a single slash, so the names cannot contain
	// "/s".
	return []*engine.Monitor{
		engine.NewMonitor("Phoenix/Open Sockets", func() (open float64) {
			m.each(func(s *socket) {
				if s.state() == core.SocketOpen {
					open++
				}
			})
			return open
		}),
		engine.NewMonitor("Phoenix/Joined Channels", sum(func(n core.Statistics) int { return n.JoinedChannels })),
		engine.NewMonitor("Phoenix/Reconnects", func() float64 { return float64(reconnects() - before) }),
		engine.NewMonitor("Phoenix/Messages In per Second", perSecond(func(c counts) int64 { return c.messagesIn })),
		engine.NewMonitor("Phoenix/Messages Out per Second", perSecond(func(c counts) int64 { return c.messagesOut })),
		engine.NewMonitor("Phoenix/Bytes In per Second", perSecond(func(c counts) int64 { return c.bytesIn })),
		engine.NewMonitor("Phoenix/Bytes Out per Second", perSecond(func(c counts) int64 { return c.bytesOut })),
		engine.NewMonitor("Phoenix/Round Trip (ms)", func() (longest float64) {
			m.each(func(s *socket) { longest = max(longest, signals.Milliseconds(s.statistics().RoundTrip)) })
			return longest
		}),
		engine.NewMonitor("Phoenix/Pending Pushes", sum(func(n core.Statistics) int { return n.PendingPushes })),
		engine.NewMonitor("Phoenix/Queued Events", sum(func(n core.Statistics) int { return n.QueuedEvents })),
		engine.NewMonitor("Phoenix/Queued Bytes", sum(func(n core.Statistics) int { return n.QueuedBytes })),
	}
}

// each calls f for each socket in the tree.
func (m *monitoring) each(f func(*socket)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.sockets {
		f(s)
	}
}

// totals returns the counts of all sockets since monitoring began.
func (m *monitoring) totals() counts {
	m.mu.Lock()
	total := m.left
	m.mu.Unlock()
	m.each(func(s *socket) { total.add(countsOf(s.statistics()), 1) })
	return total
}

// rate measures how much a number grew in the last second, however often it is read. If it is read
// less than once a second, it returns the mean since the previous read.
type rate struct{ samples []sample }

type sample struct {
	time  time.Time
	total int64
}

func newRate(now time.Time, total int64) *rate { return &rate{[]sample{{now, total}}} }

func (r *rate) perSecond(now time.Time, total int64) float64 {
	for len(r.samples) > 1 && now.Sub(r.samples[1].time) >= time.Second {
		r.samples = r.samples[1:]
	}
	first := r.samples[0]
	r.samples = append(r.samples, sample{now, total})
	return float64(total-first.total) / max(now.Sub(first.time), time.Second).Seconds()
}

// getStatistics returns core's statistics under the names that games use.
func (s *socket) getStatistics() engine.DictionaryBytes {
	return engine.DictionaryBytes(signals.Statistics(s.statistics()))
}

// statistics returns core's statistics, which are all zero before the socket is first used.
func (s *socket) statistics() core.Statistics {
	if client := s.clientIfMade(); client != nil {
		return client.Statistics()
	}
	return core.Statistics{}
}
