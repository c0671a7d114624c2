//go:build !js || nativetransport

package core

import (
	"maps"
	"slices"
	"sync"
)

// systemSigns receives the system's own reports: that an address or a link has changed, and that
// the machine has woken. So an idle game need not check at intervals. Where the system has no such
// reports or a sandbox forbids them, as on Android, sockets check at intervals.
var systemSigns = signReader{open: openSources}

// signReader waits for the reports while there are watches.
type signReader struct {
	open    func() []source // nil: the system reports nothing
	mu      sync.Mutex
	watches map[*watch]struct{}
	sources []source // that are open; nil: the system reports nothing
}

// source is an origin of reports.
type source interface {
	// wait returns nil after a report, and an error if there will be no more, as after close.
	wait() error
	close()
}

// bothSources opens two sources, or none if one of them cannot be opened.
func bothSources[A, B source](openA func() (A, error), openB func() (B, error)) []source {
	a, err := openA()
	if err != nil {
		return nil
	}
	b, err := openB()
	if err != nil {
		a.close()
		return nil
	}
	return []source{a, b}
}

// add registers a watch for the system's reports. The socket's mu must be held.
func (r *signReader) add(w *watch) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.watches == nil {
		r.watches = map[*watch]struct{}{}
	}
	if len(r.watches) == 0 {
		r.sources = r.open()
		for _, s := range r.sources {
			go r.read(s)
		}
	}
	r.watches[w] = struct{}{}
}

func (r *signReader) remove(w *watch) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.watches, w)
	if len(r.watches) == 0 {
		r.stop()
	}
}

// areReported reports whether the system reports the signs.
func (r *signReader) areReported() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sources != nil
}

// stop closes the sources, which ends their waits. r.mu must be held.
func (r *signReader) stop() {
	for _, s := range r.sources {
		s.close()
	}
	r.sources = nil
}

// read passes reports on to the watches. When the source is over it returns, and the watches check
// at intervals.
func (r *signReader) read(from source) {
	for {
		err := from.wait()
		for _, w := range r.notified(from, err != nil) {
			w.reported()
		}
		if err != nil {
			return
		}
	}
}

// notified returns the watches that a report of a source concerns: none if the source has been
// closed. If the source is over, so are the others.
func (r *signReader) notified(from source, isOver bool) []*watch {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Contains(r.sources, from) {
		return nil
	}
	if isOver {
		r.stop()
	}
	return slices.Collect(maps.Keys(r.watches))
}
