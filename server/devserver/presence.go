package devserver

import (
	"encoding/base64"
	"encoding/binary"
	"slices"
	"sync"
	"time"

	"phoenixchannels/server/devserver/term"
)

// presence tracks who is in which topic and broadcasts every change as a presence_diff.
type presence struct {
	pubsub *pubsub

	mu     sync.Mutex
	topics map[term.Term][]*meta // in the order of tracking
	refs   uint32
}

// meta is one entry of a key: one connection of a user, for example.
type meta struct {
	owner any // a channel, or whatever else is tracked
	key   string
	ref   term.Term
	json  term.Term
}

// metaWriter writes a meta around its phx_ref and, when it replaces another, phx_ref_prev
// (otherwise empty). The order of the keys is the caller's, as in the real server's maps.
type metaWriter func(ref, previous term.Term) term.Term

func newPresence(p *pubsub) *presence {
	return &presence{pubsub: p, topics: map[term.Term][]*meta{}}
}

// track adds a meta of the channel under a key, for as long as the channel lives.
func (p *presence) track(c *channel, key string, write metaWriter) {
	p.trackIn(c.topic, c, key, write)
}

// trackIn adds a meta of an owner to a topic, until untrackFrom.
func (p *presence) trackIn(topic term.Term, owner any, key string, write metaWriter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := &meta{owner: owner, key: key, ref: p.newRef()}
	m.json = write(m.ref, "")
	p.topics[topic] = append(p.topics[topic], m)
	p.diff(topic, nil, []*meta{m})
}

// update replaces the channel's meta; false when it has none.
func (p *presence) update(c *channel, write metaWriter) bool { return p.updateIn(c.topic, c, write) }

// updateIn replaces an owner's meta in a topic; false when it has none.
func (p *presence) updateIn(topic term.Term, owner any, write metaWriter) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.IndexFunc(p.topics[topic], func(m *meta) bool { return m.owner == owner })
	if i < 0 {
		return false
	}
	old := p.topics[topic][i]
	m := &meta{owner: owner, key: old.key, ref: p.newRef()}
	m.json = write(m.ref, old.ref)
	p.topics[topic][i] = m
	p.diff(topic, []*meta{old}, []*meta{m})
	return true
}

// untrack removes all metas of a channel.
func (p *presence) untrack(c *channel) { p.untrackFrom(c.topic, c) }

// untrackFrom removes all metas of an owner from a topic.
func (p *presence) untrackFrom(topic term.Term, owner any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var left, gone []*meta
	for _, m := range p.topics[topic] {
		if m.owner == owner {
			gone = append(gone, m)
		} else {
			left = append(left, m)
		}
	}
	if len(gone) == 0 {
		return
	}
	p.topics[topic] = left
	if len(left) == 0 {
		delete(p.topics, topic)
	}
	p.diff(topic, gone, nil)
}

// list is the whole state of a topic, as presence_state carries it.
func (p *presence) list(topic term.Term) term.Term {
	p.mu.Lock()
	defer p.mu.Unlock()
	return grouped(p.topics[topic])
}

// diff broadcasts a change. It runs under the lock, so that everyone sees changes in one order.
func (p *presence) diff(topic term.Term, leaves, joins []*meta) {
	change := jsonPayload(term.Object(
		term.Member{Key: "leaves", Value: grouped(leaves)},
		term.Member{Key: "joins", Value: grouped(joins)},
	))
	if err := p.pubsub.broadcast(topic, "presence_diff", change); err != nil {
		panic(err) // JSON can be encoded in every version
	}
}

// grouped writes metas under their keys, which are sorted.
func grouped(metas []*meta) term.Term {
	byKey := map[string][]term.Term{}
	var keys []string
	for _, m := range metas {
		if byKey[m.key] == nil {
			keys = append(keys, m.key)
		}
		byKey[m.key] = append(byKey[m.key], m.json)
	}
	slices.Sort(keys)
	members := make([]term.Member, len(keys))
	for i, key := range keys {
		entry := term.Object(term.Member{Key: "metas", Value: term.List(byKey[key]...)})
		members[i] = term.Member{Key: key, Value: entry}
	}
	return term.Object(members...)
}

// newRef makes a phx_ref: like the real one 12 bytes in the URL-safe base64 alphabet, the time and
// a number that no other ref of this server has.
func (p *presence) newRef() term.Term {
	p.refs++
	var ref [12]byte
	binary.BigEndian.PutUint64(ref[:], uint64(time.Now().UnixNano()))
	binary.BigEndian.PutUint32(ref[8:], p.refs)
	return term.MustString(base64.URLEncoding.EncodeToString(ref[:]))
}
