package tap

import (
	"bytes"
	"math"
	"strconv"
	"sync"
	"time"

	"phoenixchannels/core"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
)

// Protocol is the version of the protocol between game and editor.
const Protocol = 1

const (
	// batchEvery and stateEvery are the minimum intervals between batches and between states.
	batchEvery = 33 * time.Millisecond
	stateEvery = 500 * time.Millisecond
)

// Host connects a tap to its environment. Its functions are called without a lock.
type Host struct {
	Platform string // that the game runs on, as OS.get_name() returns it
	HasLines bool   // pushes carry the script line that they come from
	// Send sends a message to the editor. data is an Array in the binary Variant form, lent for the
	// call.
	Send func(message string, data []byte)
	// State appends an Array of the sockets in their current state, see [Tap.AppendState].
	State func(dst []byte) []byte
	// Do executes a command, whose arguments are an Array in the binary Variant form. The host
	// answers it by calling [Tap.Did].
	Do func(number int64, verb string, target int64, arguments []byte)
	// Watched is called when an editor starts watching. It may be nil.
	Watched func()
}

// Tap records the activity of sockets, and sends it while an editor watches.
type Tap struct {
	host Host
	wake chan struct{} // wakes the goroutine that sends
	stop chan struct{}
	done chan struct{}

	mu         sync.Mutex
	ring       ring
	links      links
	reasons    reasons
	isWatched  bool
	isGreeting bool // hello has to be sent
	isNew      bool // the next batch begins a new table
	table      table
	credits    int64

	// The following fields belong to the goroutine that sends.
	state     []byte // last sent to the editor
	stateTime time.Time
	buffer    []byte
}

// New returns a tap and starts its goroutine that sends.
func New(host Host) *Tap {
	t := &Tap{host: host, links: links{}, reasons: reasons{}, wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{})}
	go t.run()
	return t
}

// Close ends the goroutine that sends. Nothing is sent afterwards.
func (t *Tap) Close() {
	close(t.stop)
	<-t.done
}

// Observe records an observation of a socket. It is for [core.Config.Observer] of the socket with
// the given number.
func (t *Tap) Observe(socket int32, o core.Observation) {
	r := row{
		kind: [...]byte{core.ObservedIn: kindIn, core.ObservedOut: kindOut, core.Happened: kindHappening}[o.Kind], flags: flagsOf(&o),
		socket: socket, time: o.Time.UnixMicro(),
		topic: name(o.Topic), event: name(o.Event), status: name(o.Status), line: o.Origin,
		size: clamp(int64(o.Size)), took: none, link: none, ref: number(o.Ref), joinRef: number(o.JoinRef), payload: o.Payload,
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ring.skip(o.Dropped)
	r.number = t.ring.next
	if o.Kind == core.Happened {
		t.reasons.note(socket, o.Event, string(o.Payload))
	}
	switch {
	case o.Kind == core.ObservedOut:
		t.links.remember(&r)
	case o.Kind == core.ObservedIn && o.Event == signals.EventReply:
		t.links.connect(&r, true)
	case o.Kind == core.Happened && o.Event == "timeout":
		t.links.connect(&r, false)
	case o.Kind == core.Happened && o.Event == "close":
		t.links.forget(socket)
	}
	t.ring.add(r)
}

func flagsOf(o *core.Observation) (flags byte) {
	for _, flag := range [...]struct {
		isSet bool
		bit   byte
	}{{o.IsBinary, flagBinary}, {o.IsCut, flagCut}, {o.HasSecrets, flagSecret}, {o.IsWarning, flagWarning}} {
		if flag.isSet {
			flags |= flag.bit
		}
	}
	return flags
}

// name shortens a text for a row.
func name(text string) string { return text[:min(len(text), maxName)] }

// number parses a ref for a row. A game may use refs that are not numbers.
func number(ref string) int64 {
	n, err := strconv.ParseInt(ref, 10, 64)
	if err != nil || n < 0 {
		return none
	}
	return n
}

func clamp(n int64) int32 { return int32(min(max(n, 0), math.MaxInt32)) }

// Handle handles a message from the editor, given its name without the prefix and its Array in the
// binary Variant form. It reports whether the tap knows the message. Malformed messages are
// dropped: they come from an editor of another version, or from a tool of the game.
func (t *Tap) Handle(message string, data []byte) bool {
	args := variant.NewReader(data)
	args.Array()
	switch message {
	case "watch":
		if protocol, credits := args.Int(), args.Int(); args.Err() == nil {
			t.watch(protocol, credits)
		}
	case "more":
		if credits := args.Int(); args.Err() == nil && credits > 0 {
			t.mu.Lock()
			t.credits = min(t.credits+credits, math.MaxInt32)
			t.mu.Unlock()
		}
	case "unwatch":
		t.mu.Lock()
		t.isWatched, t.credits = false, 0
		t.mu.Unlock()
	case "do":
		if number, verb, target := args.Int(), args.String(), args.Int(); args.Err() == nil {
			t.host.Do(number, verb, target, args.Rest())
		}
	default:
		return false
	}
	return true
}

// watch starts a new session with the editor, whatever the previous state.
func (t *Tap) watch(protocol, credits int64) {
	t.mu.Lock()
	t.isGreeting = true
	t.isWatched = protocol == Protocol
	t.isNew, t.credits = true, max(credits, 0)
	t.mu.Unlock()
	if t.host.Watched != nil {
		t.host.Watched()
	}
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// Did answers a command. An empty text means success. After Close it does nothing.
func (t *Tap) Did(number int64, text string) {
	select {
	case <-t.stop:
		return
	default:
	}
	answer := variant.AppendInt(variant.AppendArray(nil, 2), number)
	t.host.Send("phoenix:did", variant.AppendString(answer, text))
}

// run sends until Close is called.
func (t *Tap) run() {
	defer close(t.done)
	pace := time.NewTicker(batchEvery)
	pace.Stop()
	for {
		select {
		case <-t.stop:
			pace.Stop()
			return
		case <-t.wake:
			t.greet()
			pace.Reset(batchEvery)
		case <-pace.C:
			if !t.sendNews() {
				pace.Stop()
			}
		}
	}
}

func (t *Tap) greet() {
	t.mu.Lock()
	isDue := t.isGreeting
	t.isGreeting = false
	t.mu.Unlock()
	if isDue {
		t.state, t.stateTime = nil, time.Time{}
		t.host.Send("phoenix:hello", append(variant.AppendArray(nil, 1), t.hello()...))
	}
}

// hello is what the editor needs to know about the game.
func (t *Tap) hello() signals.Encoded {
	return signals.Dictionary("protocol", Protocol, "version", core.Version, "platform", t.host.Platform, "has_lines", t.host.HasLines,
		"presets", signals.Encoded(variant.AppendStrings(nil, core.PresetNames())))
}

// sendNews sends a state and a batch if there is a credit. It returns false if no editor watches.
func (t *Tap) sendNews() bool {
	t.greet()
	t.mu.Lock()
	isWatched, hasCredit := t.isWatched, t.credits > 0
	t.mu.Unlock()
	if !isWatched || !hasCredit {
		return isWatched
	}
	if now := time.Now(); now.Sub(t.stateTime) >= stateEvery {
		t.stateTime = now
		t.sendState()
	}
	t.sendBatch()
	return true
}

func (t *Tap) sendState() {
	state := t.host.State(variant.AppendArray(nil, 1))
	if !bytes.Equal(state, t.state) {
		t.state = state
		t.host.Send("phoenix:state", state)
	}
}

func (t *Tap) sendBatch() {
	b, known := t.nextBatch()
	if b == nil {
		return
	}
	t.buffer = b.append(variant.AppendArray(t.buffer[:0], 1), known)
	t.host.Send("phoenix:batch", t.buffer)
	if cap(t.buffer) > 2*maxBatch {
		t.buffer = nil
	}
}

// nextBatch takes rows out of the ring, as many as fit and at least one. It returns nil if there is
// no row or no credit.
func (t *Tap) nextBatch() (*batch, table) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ring.count == 0 || t.credits == 0 || !t.isWatched {
		return nil, nil
	}
	t.credits--
	b := &batch{first: t.ring.oldest().number, dropped: t.ring.dropped}
	t.ring.dropped = 0
	if t.isNew || len(t.table) >= maxTable {
		t.table, t.isNew, b.isNewTable = table{"": 0}, false, true
	}
	for next := t.ring.oldest(); next != nil; next = t.ring.oldest() {
		size := columnBytes + next.weight() - rowOverhead + len(next.line)
		// Rows lost between two rows are a gap between two batches.
		isNext := next.number == b.first+int64(len(b.rows))
		if len(b.rows) > 0 && (b.size+size > maxBatch || !isNext) {
			break
		}
		b.size += size
		b.rows = append(b.rows, t.ring.take())
	}
	return b, t.table
}
