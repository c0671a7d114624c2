package worker

import (
	"encoding/json/jsontext"

	"phoenixchannels/core"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
	"phoenixchannels/web/protocol"
)

// presence is one of the page's PhoenixPresences.
type presence struct {
	worker  *Worker
	id      int64
	core    *core.Presence
	channel *channel // the one that it follows, or followed last
	muted   bool     // its changes are not posted to the page
	syncing bool     // applying a state or diff that the page synced by hand
	told    bool     // another change was reported in the meantime
}

// makePresence handles PRESENCE.
func (w *Worker) makePresence(args *variant.Reader) {
	p := &presence{worker: w, id: args.Int(), core: core.NewPresence(nil, core.PresenceEvents{})}
	w.presences[p.id] = p
	p.core.InParts(core.PresenceParts{
		Prepare: func() func(*core.PresencePart) { return encodePart },
		Deliver: p.changed,
	})
	p.core.OnSync(func() {
		if !p.muted && !p.syncing {
			p.out().add(protocol.Sync, p.id)
		}
	})
}

// out returns the outbox for the presence's records.
func (p *presence) out() *outbox {
	if p.channel != nil && !p.channel.socket.closed {
		return &p.channel.socket.out
	}
	return &p.worker.loose
}

// encodePart encodes the values of a CHANGED record, in the place where core computes the changes.
// The page has already reported the changes that it synced by hand. For these the record contains
// only the resulting entries, because the worker's list may have included changes that had not
// reached the page.
func encodePart(part *core.PresencePart) {
	joins, leaves := part.Joins, part.Leaves
	if part.ByHand {
		joins, leaves = nil, nil
	}
	b := append(signals.Joins(joins), signals.Leaves(leaves)...)
	b = variant.AppendDictionary(b, len(part.Now))
	for _, now := range part.Now {
		b = append(variant.AppendString(b, now.Key), signals.Entry(now.Entry)...)
	}
	part.Prepared = signals.Encoded(b)
}

func (p *presence) changed(part *core.PresencePart) {
	if p.muted {
		return
	}
	p.told = p.told || !part.ByHand
	out := p.out()
	out.begin(protocol.Changed, p.id, 3)
	out.records = append(out.records, part.Prepared.(signals.Encoded)...)
	if p.channel != nil {
		p.channel.socket.full()
	}
}

// clearPresences clears the presences that follow a channel that has closed.
func (c *channel) clearPresences() {
	for _, p := range c.socket.worker.presences {
		if p.channel != c {
			continue
		}
		if left := p.core.Clear(); len(left) > 0 {
			part := &core.PresencePart{Leaves: left}
			for _, change := range left {
				part.Now = append(part.Now, core.PresenceNow{Key: change.Key})
			}
			encodePart(part)
			p.changed(part)
			p.out().add(protocol.Sync, p.id)
		}
	}
}

// presenceNamed reads a presence id and returns the presence, nil if it no longer exists.
func (w *Worker) presenceNamed(args *variant.Reader) *presence { return w.presences[args.Int()] }

// follow handles FOLLOW.
func (w *Worker) follow(args *variant.Reader) {
	p, c := w.presenceNamed(args), w.channelNamed(args)
	if p == nil {
		return
	}
	p.channel = c
	if c == nil {
		p.core.Follow(nil)
	} else {
		p.core.Follow(c.core)
	}
}

func (w *Worker) syncState(args *variant.Reader) {
	w.sync(args, "PhoenixPresence.sync_state", (*core.Presence).SyncState)
}

func (w *Worker) syncDiff(args *variant.Reader) {
	w.sync(args, "PhoenixPresence.sync_diff", (*core.Presence).SyncDiff)
}

// sync passes a state or a diff to core. The page itself emits on_sync for it. It receives all
// other changes: channel updates that are completed first, and diffs that were pending until the
// state.
func (w *Worker) sync(args *variant.Reader, method string, f func(*core.Presence, jsontext.Value) error) {
	p := w.presenceNamed(args)
	if p == nil || args.Err() != nil {
		return
	}
	text, err := variant.AppendJSON(nil, args.Rest())
	if err == nil {
		p.syncing, p.told = true, false
		err = f(p.core, text)
		p.syncing = false
		if p.told {
			p.out().add(protocol.Sync, p.id)
		}
	} else {
		err = signals.NotInPresence(err)
	}
	if err != nil {
		w.refuse(p.out(), p.id, method, "", err)
	}
}

// clearPresence handles CLEAR.
func (w *Worker) clearPresence(args *variant.Reader) {
	if p := w.presenceNamed(args); p != nil {
		p.core.Clear()
	}
}

// freePresence handles FREE.
func (w *Worker) freePresence(args *variant.Reader) {
	if p := w.presenceNamed(args); p != nil {
		p.muted = true
		p.core.Follow(nil)
		p.core.Clear()
		delete(w.presences, p.id)
	}
}
