package client

import (
	"encoding/json/jsontext"
	"encoding/json/v2"
	"maps"
	"slices"
	"sync"

	"phoenixchannels/core"
)

// presence follows who is in a channel's topic: according to the recorded frames, and according to
// core's Presence, by its list and by the joins and leaves that it reports.
type presence struct {
	core *core.Presence

	here    metas
	joinRef string // of the join whose state came
	held    []heldDiff

	mu       sync.Mutex
	reported metas // from the handlers alone
}

// metas holds the JSON of each meta by key and phx_ref.
type metas map[[2]string]string

type heldDiff struct{ joinRef, payload string }

// presenceState is a state in the form of a frame.
type presenceState map[string]struct {
	Metas []jsontext.Value `json:"metas"`
}

func newPresence(c *core.Channel) *presence {
	p := &presence{core: core.NewPresence(c, core.PresenceEvents{}), here: metas{}, reported: metas{}}
	p.core.OnJoin(func(key string, _, joined *core.PresenceEntry) { p.report(key, joined, true) })
	p.core.OnLeave(func(key string, _, left *core.PresenceEntry) { p.report(key, left, false) })
	return p
}

// report takes a join or a leave from core. Each has to tell something new.
func (p *presence) report(key string, entry *core.PresenceEntry, joined bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range entry.Metas {
		at := [2]string{key, m.Ref}
		_, known := p.reported[at]
		switch {
		case known == joined:
			p.reported[at] = "was told twice"
		case joined:
			p.reported[at] = string(m.JSON)
		default:
			delete(p.reported, at)
		}
	}
}

// receive folds a frame of the channel into what the model knows.
func (p *presence) receive(in incoming, joinRef string) {
	switch in.event {
	case "presence_state":
		p.here, p.joinRef = metas{}, joinRef
		p.here.add(readState(in.payload))
		for _, diff := range p.held {
			if diff.joinRef == joinRef {
				p.here.apply(diff.payload)
			}
		}
		p.held = nil
	case "presence_diff":
		if p.joinRef == joinRef {
			p.here.apply(string(in.payload))
			return
		}
		p.held = append(p.held, heldDiff{joinRef, string(in.payload)})
	}
}

func (m metas) add(state presenceState) {
	for key, entry := range state {
		for _, meta := range entry.Metas {
			m[[2]string{key, refOf(meta)}] = string(meta)
		}
	}
}

func (m metas) apply(diff string) {
	var parts struct {
		Joins  presenceState `json:"joins"`
		Leaves presenceState `json:"leaves"`
	}
	must(json.Unmarshal([]byte(diff), &parts, duplicates))
	m.add(parts.Joins)
	for key, entry := range parts.Leaves {
		for _, meta := range entry.Metas {
			delete(m, [2]string{key, refOf(meta)})
		}
	}
}

func readState(payload []byte) (state presenceState) {
	must(json.Unmarshal(payload, &state, duplicates))
	return state
}

func refOf(meta jsontext.Value) string {
	var parts struct {
		Ref string `json:"phx_ref"`
	}
	must(json.Unmarshal(meta, &parts, duplicates))
	return parts.Ref
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// lines are the metas one by one, sorted.
func (m metas) lines() (lines []string) {
	for at, meta := range m {
		lines = append(lines, at[0]+" "+at[1]+" "+meta)
	}
	slices.Sort(lines)
	return lines
}

// holds is what core holds.
func (p *presence) holds() metas {
	held := metas{}
	for _, key := range p.core.Keys() {
		entry := p.core.Get(key)
		if len(entry.Metas) == 0 {
			held[[2]string{key}] = "without metas"
		}
		for _, m := range entry.Metas {
			held[[2]string{key, m.Ref}] = string(m.JSON)
		}
	}
	return held
}

// told is what the joins and leaves that core reported add up to.
func (p *presence) told() metas {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.reported)
}
