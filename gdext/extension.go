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

// Class names.
const (
	classSocket   = "PhoenixSocket"
	classChannel  = "PhoenixChannel"
	classPush     = "PhoenixPush"
	classPresence = "PhoenixPresence"
	classPeer     = "PhoenixMultiplayerPeer"
)

// classes lists the classes in the order of registration.
var classes = []*engine.Class{pushClass, presenceClass, channelClass, socketClass, peerClass}

// Init implements the library's entry symbol, with the symbol's three arguments.
func Init(getProcAddress, library, initialization unsafe.Pointer) bool {
	return engine.Start(getProcAddress, library, initialization, engine.Extension{
		Name:         "Phoenix Channels",
		Classes:      classes,
		EditorPlugin: editorPluginClass,
		Docs:         docs(),
		Started:      attachDebugger,
		Entering:     later.flush,
		Ending: func() {
			later.flush()
			ended.Store(true)
			closing.wait(closingLimit)
			detachDebugger()
		},
	})
}

// instance is the common part of all classes: the engine object, which may be freed while Go still
// works for it.
type instance struct {
	object engine.Object
	gone   atomic.Bool
}

// emit emits a signal, unless the object has been freed or the game has ended.
func (i *instance) emit(signal *engine.Signal, values ...any) {
	if !i.gone.Load() && !ended.Load() {
		i.object.Emit(signal, arguments(values...))
	}
}

// ended is set at the end of the game. Signals are then no longer emitted, because no scripts are
// left.
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

// closingLimit is how long the extension waits at the end of the game for closed sockets to send
// their last pushes and a close frame. Without the close frame the server would see a lost
// connection.
const closingLimit = 250 * time.Millisecond

// closing holds the closed sockets that may still have data to send.
var closing closingSockets

type closingSockets struct {
	mu      sync.Mutex
	sockets []*core.Socket
}

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

// wait waits until all sockets have ended, but no longer than limit.
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
