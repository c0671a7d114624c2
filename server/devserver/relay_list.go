package devserver

import (
	"time"

	"phoenixchannels/server/devserver/relayroom"
	"phoenixchannels/server/devserver/term"
)

const relayListTopic = "relay_list"

var relayListTerm = term.MustString(relayListTopic)

// relayList is the channel of relay_list, which shows the rooms of relay:* that were opened to be
// listed.
type relayList struct{}

func (relayList) join(*channel, payload) (term.Term, error) { return term.EmptyObject, nil }

func (relayList) joined(c *channel) {
	c.push("presence_state", jsonPayload(c.session.server.presence.list(c.topic)))
}

func (relayList) handleIn(c *channel, in incoming) exit {
	return c.answer(in, func(*channel, incoming) (term.Term, error) { return noReply, errUnknownEvent })
}

// relayListEvery is the time between two changes of a room in the list.
const relayListEvery = time.Second

// relayListing is a room's place in the list. Its lock is that of the room.
type relayListing struct {
	presence *presence
	code     string
	shown    relayroom.Entry
	isShown  bool
	at       time.Duration // of the last change
}

// show brings the list up to date, and returns when it has to be called again.
func (l *relayListing) show(room *relayroom.Room, now time.Duration) (next time.Duration) {
	entry, isListed := room.Entry()
	switch {
	case !isListed, l.isShown && entry == l.shown:
		return relayroom.Never
	case !l.isShown:
		l.presence.trackIn(relayListTerm, l, l.code, entryMeta(entry))
	case now < l.at+relayListEvery:
		return l.at + relayListEvery
	default:
		l.presence.updateIn(relayListTerm, l, entryMeta(entry))
	}
	l.shown, l.isShown, l.at = entry, true, now
	return relayroom.Never
}

func (l *relayListing) hide() {
	if l.isShown {
		l.presence.untrackFrom(relayListTerm, l)
		l.isShown = false
	}
}

func entryMeta(e relayroom.Entry) metaWriter {
	return func(ref, previous term.Term) term.Term {
		return metaOf(ref, previous,
			term.Member{Key: "shape", Value: term.MustString(string(e.Shape))},
			term.Member{Key: "peers", Value: term.Int(int64(e.Peers))},
			term.Member{Key: "max_peers", Value: term.Int(int64(e.MaxPeers))},
			term.Member{Key: "locked", Value: term.Bool(e.Locked)},
			term.Member{Key: "host", Value: term.Term(e.Host)},
		)
	}
}
