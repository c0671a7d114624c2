// Package worker is the core of the Web Worker: it executes the page's commands with package core,
// and batches records of the resulting events. The comment of the command web describes both. The
// package does not depend on JavaScript, so it can be tested like any other.
package worker

import (
	"fmt"
	"runtime/debug"
	"sync"

	"phoenixchannels/core"
	"phoenixchannels/gdext/variant"
	"phoenixchannels/internal/bug"
	"phoenixchannels/web/protocol"
)

// Host is the environment in which the worker runs.
type Host interface {
	// Post sends a batch to the page. The bytes are valid only during the call.
	Post(batch []byte)
	// Wake requests a call of [Worker.Flush] soon. Several requests before that call count as one.
	// Wake may be called on any goroutine, under core's locks, and must not call the worker itself.
	Wake()
}

// Worker holds the sockets, channels and presences of a page.
type Worker struct {
	host Host

	mu       sync.Mutex // guards the three fields below
	waiting  [][]byte   // unhandled commands
	running  bool
	flushDue bool

	// The remaining fields belong to the goroutine in run.
	handled   int64 // number of commands
	sockets   []*socket
	byID      map[int64]*socket
	channels  map[int64]*channel
	presences map[int64]*presence
	peers     map[int64]*peer
	loose     outbox // records that belong to no socket
	questions questions
	network   network
	debugger  debugger
	buffer    []byte // for the batch being built
}

// New creates a worker and reports that to the page.
func New(host Host) *Worker {
	w := &Worker{host: host, byID: map[int64]*socket{}, channels: map[int64]*channel{}, presences: map[int64]*presence{}, peers: map[int64]*peer{}}
	w.questions.waiting = map[int64]*question{}
	w.network.isOnline = true
	w.loose.add(protocol.Started, 0, core.Version)
	host.Wake()
	return w
}

// Handle executes a command: the bytes of an Array, which then belong to the worker.
func (w *Worker) Handle(command []byte) {
	w.mu.Lock()
	w.waiting = append(w.waiting, command)
	w.mu.Unlock()
	w.run()
}

// Flush posts all records that are due, as far as the page has room.
func (w *Worker) Flush() {
	w.mu.Lock()
	w.flushDue = true
	w.mu.Unlock()
	w.run()
}

// run handles all pending work in sequence. A call during another one leaves the work to that call:
// in a browser a call may be suspended while it waits for a lock, and the next event arrives in the
// meantime.
func (w *Worker) run() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.running {
		return
	}
	w.running = true
	defer func() { w.running = false }()
	for len(w.waiting) > 0 || w.flushDue {
		var due func()
		if len(w.waiting) > 0 {
			command := w.waiting[0]
			w.waiting[0], w.waiting = nil, w.waiting[1:]
			due = func() { w.handle(command) }
		} else {
			w.flushDue = false
			due = w.flush
		}
		w.mu.Unlock()
		due()
		w.mu.Lock()
	}
}

func (w *Worker) handle(command []byte) {
	w.handled++
	defer w.host.Wake()
	defer w.recover()
	args := variant.NewReader(command)
	args.Array()
	op := protocol.Command(args.Int())
	if err := args.Err(); err != nil {
		panic(fmt.Errorf("a command that cannot be read: %w", err))
	}
	do := commands[op]
	if do == nil {
		panic(fmt.Sprintf("there is no command %d", op))
	}
	do(w, args)
	if err := args.Err(); err != nil {
		panic(fmt.Errorf("the arguments of command %d cannot be read: %w", op, err))
	}
}

// recover turns a panic into a record.
func (w *Worker) recover() {
	if v := recover(); v != nil {
		w.loose.add(protocol.EngineError, 0, bug.Text(v, debug.Stack()))
	}
}

var commands = map[protocol.Command]func(*Worker, *variant.Reader){}

func init() { // a literal would cause an initialization cycle
	commands = map[protocol.Command]func(*Worker, *variant.Reader){
		protocol.Socket:       (*Worker).makeSocket,
		protocol.Configure:    (*Worker).configure,
		protocol.Connect:      (*Worker).connect,
		protocol.Disconnect:   (*Worker).disconnect,
		protocol.ReconnectNow: (*Worker).reconnectNow,
		protocol.SetOnline:    (*Worker).setOnline,
		protocol.Close:        (*Worker).closeSocket,
		protocol.Listen:       (*Worker).listen,
		protocol.PushRaw:      (*Worker).pushRaw,
		protocol.Ping:         (*Worker).ping,
		protocol.Channel:      (*Worker).makeChannel,
		protocol.Params:       (*Worker).setParams,
		protocol.Join:         (*Worker).join,
		protocol.Leave:        (*Worker).leave,
		protocol.ChannelClose: (*Worker).closeChannel,
		protocol.Push:         (*Worker).push,
		protocol.Presence:     (*Worker).makePresence,
		protocol.Follow:       (*Worker).follow,
		protocol.SyncState:    (*Worker).syncState,
		protocol.SyncDiff:     (*Worker).syncDiff,
		protocol.Clear:        (*Worker).clearPresence,
		protocol.Free:         (*Worker).freePresence,
		protocol.Answer:       (*Worker).answer,
		protocol.AnswerFailed: (*Worker).answerFailed,
		protocol.Page:         (*Worker).page,
		protocol.Ack:          (*Worker).acknowledge,
		protocol.Peer:         (*Worker).makePeer,
		protocol.Put:          (*Worker).putPackets,
		protocol.Admit:        (*Worker).admitPeer,
		protocol.Kick:         (*Worker).kickPeer,
		protocol.Lock:         (*Worker).lockRoom,
		protocol.Abandon:      (*Worker).abandonPeer,
		protocol.PeerClose:    (*Worker).closePeer,
		protocol.Debug:        (*Worker).debug,
	}
}
