package gdext

import (
	"embed"
	"io/fs"
	"slices"
	"sync"
	"time"
	"unsafe"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
)

// classes in the order in which they are registered.
var classes = []*engine.Class{pushClass, presenceClass, channelClass, socketClass}

// Init is the body of the library's entry symbol, with its three arguments.
func Init(getProcAddress, library, initialization unsafe.Pointer) bool {
	return engine.Start(getProcAddress, library, initialization, engine.Extension{
		Name:         "Phoenix Channels",
		Classes:      classes,
		EditorPlugin: editorPluginClass,
		Docs:         docs(),
		Ending: func() {
			ended.Store(true)
			goodbyes.wait(goodbyeLimit)
		},
	})
}

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

// goodbyeLimit is how long the end of the game waits for closed sockets to send
// what was pushed last, and to say goodbye, so that the server does not take
// the player for one who lost the connection.
const goodbyeLimit = 250 * time.Millisecond

// goodbyes are the closed sockets that may still have something to send.
var goodbyes farewell

type farewell struct {
	mu      sync.Mutex
	sockets []*core.Socket
}

// add takes a closed socket.
func (f *farewell) add(closed *core.Socket) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sockets = append(slices.DeleteFunc(f.sockets, hasEnded), closed)
}

func hasEnded(s *core.Socket) bool {
	select {
	case <-s.Ended():
		return true
	default:
		return false
	}
}

// wait waits for all of them, but not longer than limit.
func (f *farewell) wait(limit time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	timeout := time.After(limit)
	for _, s := range f.sockets {
		select {
		case <-s.Ended():
		case <-timeout:
			return
		}
	}
	f.sockets = nil
}
