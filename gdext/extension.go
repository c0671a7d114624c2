package gdext

import (
	"embed"
	"io/fs"
	"slices"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
)

// The names of the classes.
const (
	classSocket   = "PhoenixSocket"
	classChannel  = "PhoenixChannel"
	classPush     = "PhoenixPush"
	classPresence = "PhoenixPresence"
	classPeer     = "PhoenixMultiplayerPeer"
)

// classes in the order in which they are registered.
var classes = []*engine.Class{pushClass, presenceClass, channelClass, socketClass, peerClass}

// Init is the body of the library's entry symbol, with its three arguments.
func Init(getProcAddress, library, initialization unsafe.Pointer) bool {
	return engine.Start(getProcAddress, library, initialization, engine.Extension{
		Name:         "Phoenix Channels",
		Classes:      classes,
		EditorPlugin: editorPluginClass,
		Docs:         docs(),
		Started:      attachDebugger,
		Ending: func() {
			ended.Store(true)
			closing.wait(closingLimit)
			detachDebugger()
		},
	})
}

// instance is what the classes have in common: their engine object, which may be
// gone while Go still works for it.
type instance struct {
	object engine.Object
	gone   atomic.Bool
}

// emit emits a signal, unless the object is gone.
func (i *instance) emit(signal *engine.Signal, values ...any) {
	if !i.gone.Load() && !ended.Load() {
		i.object.Emit(signal, arguments(values...))
	}
}

// ended is set at the end of the game: what still completes is not emitted, as
// there are no scripts any more.
var ended atomic.Bool

// The classes' documentation, shown in the editor by F1.
//
//go:embed docs/*.xml
var docFiles embed.FS

func docs() []string {
	var texts []string
	_ = fs.WalkDir(docFiles, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := docFiles.ReadFile(path)
		texts = append(texts, string(text))
		return err
	})
	return texts
}

// closingLimit is how long the end of the game waits for closed sockets to send
// their last pushes and a close frame, so that the server does not take this for a
// lost connection.
const closingLimit = 250 * time.Millisecond

// closing holds the closed sockets that may still have something to send.
var closing closingSockets

type closingSockets struct {
	mu      sync.Mutex
	sockets []*core.Socket
}

// add adds a closed socket.
func (c *closingSockets) add(closed *core.Socket) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sockets = append(slices.DeleteFunc(c.sockets, hasEnded), closed)
}

func hasEnded(s *core.Socket) bool {
	select {
	case <-s.Ended():
		return true
	default:
		return false
	}
}

// wait waits until all have ended, for at most limit.
func (c *closingSockets) wait(limit time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	timeout := time.After(limit)
	for _, s := range c.sockets {
		select {
		case <-s.Ended():
		case <-timeout:
			return
		}
	}
	c.sockets = nil
}
