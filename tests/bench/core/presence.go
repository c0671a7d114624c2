package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	phoenix "phoenixchannels/core"
)

// crowd is what a server sends of who is in a topic: everybody, then the comings and goings.
type crowd struct {
	state string
	diffs []string
}

// newCrowd makes a state of users, and diffs: in each a user of the state leaves, and one comes
// that was not there.
func newCrowd(users, diffs int) crowd {
	user := func(n int) string {
		return fmt.Sprintf(`"user:%d":{"metas":[{"phx_ref":"GL8Xb%08d","name":"Player %d","online_at":17%08d,"device":"desktop"}]}`, n, n, n, n)
	}
	message := func(event, payload string) string {
		return `["` + replayJoinRef + `",null,"room:lobby","` + event + `",` + payload + `]`
	}
	var all []string
	for n := range users {
		all = append(all, user(n))
	}
	c := crowd{state: message("presence_state", "{"+strings.Join(all, ",")+"}")}
	for n := range diffs {
		leaver := n * 7919 % users // all over the list, nobody twice while they last
		c.diffs = append(c.diffs, message("presence_diff", `{"joins":{`+user(users+n)+`},"leaves":{`+user(leaver)+`}}`))
	}
	return c
}

// write writes the messages to a file, one a line, for the script.
func (c crowd) write(folder string) (string, error) {
	path := filepath.Join(folder, "crowd.txt")
	return path, os.WriteFile(path, []byte(c.state+"\n"+strings.Join(c.diffs, "\n")), 0o600)
}

// play sends the messages to a new presence, and gives the time for the state and that for all
// diffs.
func (c crowd) play() (state, diffs time.Duration, err error) {
	server, channel, err := newReplay(phoenix.Config{})
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = channel.Socket().Close() }()
	joined, left, synced := 0, 0, 0
	steps := make(chan struct{}, 1)
	p := phoenix.NewPresence(channel, phoenix.PresenceEvents{})
	p.OnJoin(func(string, *phoenix.PresenceEntry, *phoenix.PresenceEntry) { joined++ })
	p.OnLeave(func(string, *phoenix.PresenceEntry, *phoenix.PresenceEntry) { left++ })
	p.OnSync(func() {
		if synced++; synced == 1 || synced == 1+len(c.diffs) {
			steps <- struct{}{}
		}
	})
	frame := appendFrame(nil, opText, []byte(c.state))
	var frames []byte
	for _, diff := range c.diffs {
		frames = appendFrame(frames, opText, []byte(diff))
	}
	runtime.GC()
	began := time.Now()
	server.send(frame)
	<-steps
	state, began = time.Since(began), time.Now()
	if len(c.diffs) > 0 {
		server.send(frames)
		<-steps
	}
	diffs = time.Since(began)
	if left != len(c.diffs) || joined != len(p.Keys())+left {
		err = fmt.Errorf("%d joined and %d left of a presence of %d", joined, left, len(p.Keys()))
	}
	return state, diffs, err
}

// presence takes in the state of 10,000 users and then 1,000 diffs, from the messages' text to the
// handlers. The baseline is the official JavaScript client with the same messages.
func presence(r *run) error {
	const figure = "core/presence"
	const users, diffs = 10000, 1000
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	crowd := newCrowd(users, diffs)
	path, err := crowd.write(folder)
	if err != nil {
		return err
	}
	node, err := startNode(r, "presence.mjs", path)
	if err != nil {
		return err
	}
	defer node.stop()
	for n := range pick(r, 6, 16) {
		state, changes, err := crowd.play()
		if err != nil {
			return err
		}
		baseline, err := node.askAll("play", 2)
		if err != nil {
			return err
		}
		if n == 0 {
			continue // warms up
		}
		sample(figure, milliseconds(state+changes), "ms")
		sample(figure+"/state", milliseconds(state), "ms")
		sample(figure+"/diffs", milliseconds(changes), "ms")
		if node != nil {
			sample(figure+"/baseline", baseline[0]+baseline[1], "ms")
			sample(figure+"/state/baseline", baseline[0], "ms")
			sample(figure+"/diffs/baseline", baseline[1], "ms")
		}
	}
	return nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
