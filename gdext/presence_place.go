package gdext

import "phoenixchannels/gdext/engine"

// Which channel a presence belongs to: the one that it was given to, or the one
// that it was placed under.

// Notified takes the engine's notifications.
func (p *presence) Notified(engine.Notification) {
	above := p.channelAbove()
	if above == nil || engine.InEditor() { // where the place alone says it, and would be stored as a property
		return
	}
	of, found := p.owner()
	if of == above || of != nil && !found {
		return
	}
	if _, has := above.getPresence().Value().(*presence); has {
		return
	}
	if of != nil { // placed under another one before
		of.usePresence(engine.Object{})
	}
	above.usePresence(p.object)
	p.mu.Lock()
	p.found = true
	p.mu.Unlock()
}

// ConfigurationWarnings are what the editor shows beside the node.
func (p *presence) ConfigurationWarnings() []string {
	if of, _ := p.owner(); of != nil || !p.getAutoSync() {
		return nil
	}
	above := p.channelAbove()
	if above == nil {
		return []string{"The presence follows no channel: make it a child of a PhoenixChannel, or set it as the presence of one."}
	}
	if _, has := above.getPresence().Value().(*presence); has {
		return []string{"The presence follows no channel: the one above has another presence, and can have only one."}
	}
	return nil
}

// channelAbove is the nearest channel among the parents.
func (p *presence) channelAbove() *channel {
	for at := p.object.Parent(); !at.IsNull(); at = at.Parent() {
		if c, ok := at.Value().(*channel); ok {
			return c
		}
	}
	return nil
}

// owner is the channel that has the presence, if there is one, and whether that
// is because it was placed under it.
func (p *presence) owner() (of *channel, found bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	of, _ = p.given.Value().(*channel)
	return of, p.found
}

func (p *presence) givenTo(channel engine.Object) {
	p.mu.Lock()
	p.given, p.found = channel, false
	p.mu.Unlock()
	p.object.UpdateWarnings()
}

func (p *presence) takenFrom(channel engine.Object) {
	p.mu.Lock()
	if p.given == channel {
		p.given, p.found = engine.Object{}, false
	}
	p.mu.Unlock()
	p.object.UpdateWarnings()
}
