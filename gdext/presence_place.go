package gdext

import "phoenixchannels/gdext/engine"

// The channel that a presence belongs to is the one that it was assigned to, or the one that it was
// placed under.

// Notified handles the engine's notifications.
func (p *presence) Notified(engine.Notification) {
	above := p.channelAbove()
	// In the editor the node's place is enough, and an assignment would be saved in the scene.
	if above == nil || engine.InEditor() {
		return
	}
	owner, found := p.owner()
	if owner == above || owner != nil && !found {
		return
	}
	if _, ok := above.getPresence().Value().(*presence); ok {
		return
	}
	if owner != nil { // previously placed under another channel
		owner.usePresence(engine.Object{})
	}
	above.usePresence(p.object)
	p.mu.Lock()
	p.found = true
	p.mu.Unlock()
}

// ConfigurationWarnings returns the warnings that the editor shows beside the node.
func (p *presence) ConfigurationWarnings() []string {
	if owner, _ := p.owner(); owner != nil || !p.getAutoSync() {
		return nil
	}
	above := p.channelAbove()
	if above == nil {
		return []string{"The presence has no channel: make it a child of a PhoenixChannel, or set it as the presence of one."}
	}
	if _, ok := above.getPresence().Value().(*presence); ok {
		return []string{"The presence has no channel: the one above has another presence, and can have only one."}
	}
	return nil
}

// channelAbove returns the nearest channel among the node's ancestors.
func (p *presence) channelAbove() *channel {
	for parent := p.object.Parent(); !parent.IsNull(); parent = parent.Parent() {
		if c, ok := parent.Value().(*channel); ok {
			return c
		}
	}
	return nil
}

// owner returns the channel that the presence belongs to, or nil, and whether it belongs to it
// because of the node's place in the tree.
func (p *presence) owner() (owner *channel, found bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	owner, _ = p.given.Value().(*channel)
	return owner, p.found
}

func (p *presence) assign(channel engine.Object) {
	p.mu.Lock()
	p.given, p.found = channel, false
	p.mu.Unlock()
	p.object.UpdateWarnings()
}

func (p *presence) unassign(channel engine.Object) {
	p.mu.Lock()
	if p.given == channel {
		p.given, p.found = engine.Object{}, false
	}
	p.mu.Unlock()
	p.object.UpdateWarnings()
}
