package relay

import (
	"context"
	"encoding/json/jsontext"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"phoenixchannels/core"
	"phoenixchannels/relay/wire"
)

// Handlers are the functions that a client calls.
type Handlers struct {
	// Deliver receives packed records, in the order of events and one call at a time. Most calls
	// come from the goroutine that reads the connection; the ends of links and of the client are
	// delivered by the goroutine of the socket's handlers. Deliver must be quick, must not call the
	// client and must not keep records.
	Deliver func(records []byte)
}

// The events of a relay.
const (
	eventFrame   = "m"
	eventWelcome = "welcome"
	eventEnded   = "ended"
)

// The reasons for which a client ends its own session. "" is an ordinary end.
const (
	reasonTooFarBehind   = "too far behind"
	reasonConnectionLost = "connection lost"
	// reasonNoRelay means that the server accepted the join, but no relay answered it.
	reasonNoRelay = "no relay"
	// reasonSocketClosed is core's reason for a socket that the game has closed, which is an
	// ordinary end.
	reasonSocketClosed = "socket_closed"
)

// closeTime is how long a closing client waits for the relay to acknowledge its reliable packets.
const closeTime = time.Second

// welcomeTime is how long a client that has joined waits for its first welcome. A relay sends it
// with the join's reply; any other channel never does.
const welcomeTime = 5 * time.Second

// Client is a seat in a room. Create one with [New].
type Client struct {
	channel       *core.Channel
	feed          *core.Feed
	params        func(context.Context) (any, error)
	options       Options
	deliver       func([]byte)
	token         [tokenSize]byte
	started       time.Time
	subscriptions []core.Subscription
	outbox        outbox
	done          chan struct{}

	mu          sync.Mutex // guards the fields below; the socket's lock may be taken while it is held, never the reverse
	link        *wire.Link
	isLinked    bool   // from a welcome to the end of its link
	joinRef     string // of the link's join
	answeredRef string // join_ref of the latest join that the server accepted
	wasWelcomed bool
	welcome     welcome // the first one; later ones may change the limits
	room        room
	batch       batch
	lostAt      time.Time
	isClosing   bool
	isEnded     bool
	isLeaving   bool   // ended, but the writer has yet to send what was queued before the leave
	records     []byte // to be delivered
	frame       []byte // the frame being written
	frameTimer  *time.Timer
	deadline    *time.Timer // for the first welcome, for a lost seat, or for a close
	roundTrip   roundTrip
	counters    Statistics
}

// clients holds the clients that have not ended, by channel.
var clients sync.Map

// New creates a client on a channel that is not joined, and joins the channel. For each join and
// rejoin params returns the channel's own params: a [jsontext.Value] with a JSON object, or nil. A
// nil params means no params. The channel then belongs to the client until the last record: do not
// leave it, join it or set its params.
func New(channel *core.Channel, params func(context.Context) (any, error), options Options, handlers Handlers) (*Client, error) {
	options, err := options.checked()
	if err != nil {
		return nil, err
	}
	if params == nil {
		params = func(context.Context) (any, error) { return nil, nil }
	}
	c := &Client{
		channel: channel, params: params, options: options, deliver: handlers.Deliver, token: newToken(), started: time.Now(),
		link: wire.NewLink(0), done: make(chan struct{}), room: room{host: noSeat},
	}
	if c.feed, err = channel.NewFeed(eventFrame, c.fill); err != nil {
		return nil, err
	}
	c.frameTimer = newTimer(c.frameDue)
	c.deadline = newTimer(c.deadlinePassed)
	c.roundTrip.init(c)
	if err := c.begin(); err != nil {
		return nil, err
	}
	return c, nil
}

// newTimer returns a timer that is not running.
func newTimer(fn func()) *time.Timer {
	t := time.AfterFunc(time.Hour, fn)
	t.Stop()
	return t
}

// begin takes over the channel and joins it.
func (c *Client) begin() error {
	for {
		before, isTaken := clients.LoadOrStore(c.channel, c)
		if !isTaken {
			break
		}
		if other := before.(*Client); !other.hasten() {
			return fmt.Errorf("relay: channel %q has a multiplayer peer already: close that one first", c.channel.Topic())
		}
	}
	if state := c.channel.State(); state != core.ChannelClosed && state != core.ChannelLeaving {
		clients.Delete(c.channel)
		return fmt.Errorf("relay: channel %q is %v already: leave it first, or use a channel that has not been joined; a multiplayer peer joins its channel itself",
			c.channel.Topic(), state)
	}
	c.mu.Lock() // an earlier close of the channel may be delivered now: it must find the channel joining
	defer c.mu.Unlock()
	c.channel.Intercept(c.receive)
	c.subscriptions = []core.Subscription{
		c.channel.OnJoin(c.joinAnswered), c.channel.OnError(c.channelErrored), c.channel.OnClose(c.channelClosed),
	}
	err := c.channel.SetParams(c.joinParams)
	if err == nil {
		_, err = c.channel.Join()
	}
	if err != nil {
		c.isEnded = true
		c.detach()
	}
	return err
}

// detach releases the channel. c.mu must be held, as in all methods below that are not called by
// core.
func (c *Client) detach() {
	for _, s := range c.subscriptions {
		s.Cancel()
	}
	c.channel.Intercept(nil)
	c.channel.SetHurry(0)
	_ = c.channel.SetParams(c.params)
	for _, t := range []*time.Timer{c.frameTimer, c.deadline, c.roundTrip.timer} {
		t.Stop()
	}
	c.outbox.end()
	clients.CompareAndDelete(c.channel, c)
	close(c.done)
}

// Room is the room of a client, as far as the relay has reported it. It may be ahead of the records
// that the game has processed.
type Room struct {
	Shape  Shape
	ID     int32   // the client's own, 0 until the relay has assigned one
	HostID int32   // 0 while it is not known
	Peers  []int32 // ids of the others, ascending
}

// Room returns the client's room.
func (c *Client) Room() Room {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Room{c.room.shape, c.room.ownID, c.room.hostID(), slices.Sorted(maps.Keys(c.room.ids))}
}

// now returns the time on the link's clock.
func (c *Client) now() time.Duration { return time.Since(c.started) }

// joinParams returns the params of a join: the channel's own and the relay's.
func (c *Client) joinParams(ctx context.Context) (any, error) {
	given, err := c.params(ctx)
	if err != nil {
		return nil, err
	}
	var own []byte
	switch v := given.(type) {
	case nil:
		own = []byte("{}")
	case jsontext.Value:
		own = v
	default:
		return nil, fmt.Errorf("relay: params are a %T; it must be a jsontext.Value", given)
	}
	count, hasPeer := 0, false
	if count, err = readObject(own, func(name string, _ *scanner) { hasPeer = hasPeer || name == "peer" }); err != nil {
		return nil, fmt.Errorf("relay: params must be a JSON object: %w", err)
	}
	if hasPeer {
		return nil, errors.New(`relay: params must not have a key "peer", which the relay reserves; rename it`)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lost() // always before the new welcome, whenever core calls the handlers
	text := slices.Concat(own[:lastByte(own, '}')])
	if count > 0 {
		text = append(text, ',')
	}
	return jsontext.Value(append(c.appendPeer(text), '}')), nil
}

// lastByte returns the index of the last b in text, which must contain one.
func lastByte(text []byte, b byte) int {
	i := len(text) - 1
	for text[i] != b {
		i--
	}
	return i
}

// joinAnswered handles the result of a join.
func (c *Client) joinAnswered(reply core.Reply) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch reply.Status {
	case core.StatusOK:
		c.awaitWelcome()
		return
	case core.StatusTimeout:
		return // another join follows
	}
	reason := reasonIn(reply.Response.JSON())
	if reason == "" {
		reason = "refused: " + reply.Response.String()
	}
	if !c.isLinked && (!c.wasWelcomed || isFinal(reason)) {
		c.end(reason)
	}
}

// awaitWelcome sets the deadline of the first welcome. Later ones have the deadline of the seat.
func (c *Client) awaitWelcome() {
	if c.wasWelcomed || c.isClosing || c.isEnded {
		return
	}
	c.answeredRef = c.channel.JoinRef()
	c.deadline.Reset(welcomeTime)
}

// isFinal reports whether the relay itself refused a rejoin, rather than something temporary.
func isFinal(reason string) bool {
	return slices.Contains([]string{
		"seat gone", "invalid", "unsupported version", "no room", "room full", "room locked", "host taken", "wrong shape", "not allowed",
		"too many rooms", "websocket needed", "protocol 2.0.0 needed", "unmatched topic",
	}, reason)
}

// channelErrored handles the end of a connection or a crash of the channel's process.
func (c *Client) channelErrored(core.Payload) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isLinked && (c.channel.State() != core.ChannelJoined || c.channel.JoinRef() != c.joinRef) { // unless the channel has rejoined in the meantime
		c.lost()
	}
}

// channelClosed handles the end of the channel: closed by the relay, left by the game, or closed
// with its socket.
func (c *Client) channelClosed(payload core.Payload) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.channel.State() != core.ChannelClosed { // reopened in the meantime
		return
	}
	reason := reasonIn(payload.JSON())
	if reason == reasonSocketClosed {
		reason = ""
	}
	if c.isLinked && !c.isEnded { // the writer still sends what was queued before the leave
		c.encode()
		c.isLeaving = !c.isEnded
	}
	c.end(reason)
}

// lost ends the link.
func (c *Client) lost() {
	if !c.isLinked || c.isEnded {
		return
	}
	c.isLinked = false
	c.outbox.setLinked(false)
	if c.encode(); c.isEnded {
		return
	}
	c.link.Lost()
	c.lostAt = time.Now()
	c.frameTimer.Stop()
	c.roundTrip.stop()
	c.counters.LinksLost++
	if !c.isClosing {
		c.deadline.Reset(c.welcome.seatTime)
	}
	c.emit(KindLost, 0)
	c.flush()
}

// linked begins a link when the relay's welcome arrives.
func (c *Client) linked(text []byte) error {
	w, err := readWelcome(text)
	if err != nil {
		return violation("welcome: %v", err)
	}
	if c.lost(); c.isEnded { // a welcome whose rejoin went unnoticed
		return nil
	}
	if c.wasWelcomed && (w.id != c.welcome.id || w.seat != c.welcome.seat || w.shape != c.welcome.shape || !w.isResumed) {
		return violation("welcome: it is of another seat")
	}
	if isHost := w.shape == ShapeHost && w.seat == w.host; isHost != (w.id == hostID) {
		return violation("welcome: id %d for seat %d of a room in shape %v with the host in seat %d", w.id, w.seat, w.shape, w.host)
	}
	if err := c.link.Resume(w.got); err != nil {
		return err
	}
	isFirst := !c.wasWelcomed
	c.welcome, c.wasWelcomed, c.isLinked = w, true, true
	c.joinRef = c.channel.JoinRef()
	if !c.isClosing {
		c.deadline.Stop()
	}
	if isFirst {
		c.room = room{shape: w.shape, own: w.seat, ownID: w.id, host: w.host}
		c.records = appendConnected(c.records, &w, c.room.hostID())
		if w.isLocked {
			c.records = appendEvent(c.records, KindLocked, 0, flag(true))
		}
	} else {
		gap := time.Since(c.lostAt)
		c.counters.LinksResumed++
		c.records = appendEvent(c.records, KindResumed, 0, appendMilliseconds(nil, gap)...)
	}
	c.outbox.setLinked(true)
	c.channel.SetHurry(w.seatTime)
	c.roundTrip.start()
	return nil
}

// emit adds a record without data.
func (c *Client) emit(kind Kind, peer int32) { c.records = appendEvent(c.records, kind, peer) }

// keptRecords is how much memory for records is kept between deliveries.
const keptRecords = 256 << 10

// flush delivers the records.
func (c *Client) flush() {
	if len(c.records) > 0 && !c.isClosing {
		c.deliver(c.records)
	}
	if c.records = c.records[:0]; cap(c.records) > keptRecords {
		c.records = nil
	}
}

// end ends the client and leaves the channel. The reason is empty for an ordinary end.
func (c *Client) end(reason string) {
	if c.isEnded {
		return
	}
	c.isEnded, c.isLinked = true, false
	c.records = appendEvent(c.records, KindEnded, 0, []byte(reason)...)
	c.flush()
	c.detach()
	_, _ = c.channel.Leave() // never fails
}

// Close leaves the room once the relay has acknowledged all reliable packets, or after one second.
// No records are delivered after the call.
func (c *Client) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isClosing || c.isEnded {
		return
	}
	if c.encode(); c.isEnded {
		return
	}
	c.isClosing = true
	if !c.closed() {
		c.deadline.Reset(closeTime)
		c.schedule()
	}
}

// closed ends a closing client that has nothing left to send, and reports whether it did.
func (c *Client) closed() bool {
	if c.isClosing && !c.isEnded && (!c.wasWelcomed || c.link.Buffered() == 0) {
		c.end("")
	}
	return c.isEnded
}

// hasten ends a closing client, and reports whether the client has ended.
func (c *Client) hasten() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isClosing {
		c.end("")
	}
	return c.isEnded
}

// deadlinePassed ends a client that has waited too long for its link or for its close.
func (c *Client) deadlinePassed() {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.isClosing, c.wasWelcomed && !c.isLinked && time.Since(c.lostAt) >= c.welcome.seatTime:
		c.end(reasonConnectionLost)
	case !c.wasWelcomed && c.channel.State() == core.ChannelJoined && c.channel.JoinRef() == c.answeredRef: // a rejoin has a deadline of its own
		c.end(reasonNoRelay)
	}
}

// Done returns a channel that is closed when the client has ended: its Phoenix channel has been
// left or closed.
func (c *Client) Done() <-chan struct{} { return c.done }
