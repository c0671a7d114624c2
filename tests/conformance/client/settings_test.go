package client

import (
	"encoding/json/jsontext"
	"time"

	"phoenixchannels/tests/conformance/transcript"
)

// never is longer than any recording: a timer that must not fire in it.
const never = time.Hour

// settings is what cannot be read off a recording's frames: the timers of the client that was
// recorded, and what it did without sending anything.
type settings struct {
	heartbeat time.Duration
	reconnect time.Duration
	rejoin    []time.Duration
	timeouts  map[string]time.Duration // of pushes by event, of joins by topic
	oneClient bool                     // all connections are of one client, which reconnects
	early     map[string]bool          // refs of the frames that were asked for before the socket was open
	hidden    []hiddenAction
}

// hiddenAction is something the recorded program did that left no frame.
type hiddenAction struct {
	atMS  float64
	leave string // a topic
}

// jsClient holds the settings of the recorded official client, as the notes in its recordings tell.
var jsClient = map[string]settings{
	"websocket": {
		heartbeat: 400 * time.Millisecond,
		reconnect: 100 * time.Millisecond,
		rejoin:    []time.Duration{200 * time.Millisecond, 400 * time.Millisecond, 800 * time.Millisecond},
		timeouts:  map[string]time.Duration{"noreply": 300 * time.Millisecond, "room:slow": 200 * time.Millisecond},
		oneClient: true,
		early:     map[string]bool{`"4"`: true, `"6"`: true},
		hidden:    []hiddenAction{{atMS: 3000, leave: "room:slow"}},
	},
	"longpoll": {heartbeat: never, reconnect: 10 * time.Millisecond, rejoin: []time.Duration{never}, oneClient: true},
}

// settingsOf gives a recording's settings. A client never rejoins but where the recording has a
// join after an error, and then after the time that it took there. Over long poll it reconnects:
// that is how it finds out that a session is gone.
func settingsOf(s transcript.Scenario) settings {
	if s.Name == "js-client-session" {
		return jsClient[s.Transport]
	}
	set := settings{heartbeat: never, reconnect: never, rejoin: []time.Duration{never}}
	if gap := rejoinGap(s); gap > 0 {
		set.rejoin = []time.Duration{gap}
	}
	if s.Transport == "longpoll" {
		set.reconnect = 10 * time.Millisecond
	}
	return set
}

// rejoinGap is the time from the first error of a channel to its next join, 0 when it was not
// joined again.
func rejoinGap(s transcript.Scenario) time.Duration {
	failed := map[string]time.Duration{} // by connection and topic
	for _, e := range s.Events {
		for _, text := range textsOf(e) {
			if e.Direction == transcript.FromServer {
				_, in, err := serverFrame(s.Version, text, false, func(ref string) string { return ref })
				if err == nil && (in.event == "phx_error" || in.event == "phx_reply" && in.status == "error") {
					failed[e.Conn+" "+in.topic] = e.At()
				}
				continue
			}
			m, ok := readMessage(s.Version, text, false)
			if at, was := failed[e.Conn+" "+m.topic]; ok && was && m.event == "phx_join" {
				return e.At() - at
			}
		}
	}
	return 0
}

// textsOf gives the text frames of an event: one, or over long poll any number. Of those that the
// recording abridges there is nothing to learn.
func textsOf(e transcript.Event) [][]byte {
	switch e.Kind {
	case "text":
		if !e.Abridged {
			return [][]byte{e.Data}
		}
	case "http_request":
		return bodyLines(e.Body)
	case "http_response":
		var texts [][]byte
		for _, text := range readPoll(e.Body).Messages {
			texts = append(texts, []byte(text))
		}
		return texts
	}
	return nil
}

// params holds the queries that are more than flat strings, as a program would give them.
var params = map[string]jsontext.Value{
	"user_id=p+q%26%3D%C3%BC&nested%5Ba%5D=1&nested%5Bb%5D%5B%5D=2&empty=": jsontext.Value(`{"user_id":"p q&=ü","nested":{"a":"1","b":["2"]},"empty":""}`),
}

// notConcerned holds the requests that no Phoenix client makes, and why. Nothing is played for
// them.
var notConcerned = map[string]string{
	"OPTIONS": "a browser's pre-flight; a native client needs none",
}

// otherMethods holds requests that our client cannot make, and the one it makes in their place to
// meet the recorded answer.
var otherMethods = map[string]string{"PUT": "GET", "DELETE": "GET", "HEAD": "GET"}
