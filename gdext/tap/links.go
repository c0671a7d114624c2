package tap

// links maps the ref of an outcome to the row of its push.
type links map[linkKey]sent

type linkKey struct {
	socket int32
	ref    int64
}

// sent is the row of a message that may get a reply.
type sent struct{ number, time int64 }

// maxLinks limits the stored messages. Most get a reply soon, but those of a game with refs of its
// own may never get one.
const maxLinks = 8192

func (l links) remember(r *row) {
	if r.ref == none {
		return
	}
	if len(l) >= maxLinks {
		clear(l)
	}
	l[linkKey{r.socket, r.ref}] = sent{r.number, r.time}
}

// connect sets the link of an outcome's row. After a timeout a push may still get a reply.
func (l links) connect(r *row, isLast bool) {
	key := linkKey{r.socket, r.ref}
	push, known := l[key]
	if !known {
		return
	}
	r.link, r.took = push.number, clamp(r.time-push.time)
	if isLast {
		delete(l, key)
	}
}

// forget drops the messages of a connection that has ended.
func (l links) forget(socket int32) {
	for key := range l {
		if key.socket == socket {
			delete(l, key)
		}
	}
}
