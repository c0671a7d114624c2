package scenario

import (
	"encoding/json/jsontext"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// action is what a step does when it is played.
type action func(p *play, c *client) error

// runName is the placeholder for a text that no other run has.
const runName = "run"

// lineWords begin the lines that belong to no client.
var lineWords = map[string]func(p *parser, rest string) (action, error){
	"in":   parseTopic,
	"wait": parseWait,
}

// verbs are what a client does or gets. The first whose words begin the line is the one.
var verbs = []struct {
	words string
	parse func(p *parser, rest string, first bool) (action, error)
}{
	{"connects", parseConnects},
	{"disconnects", nothingBehind((*client).disconnect)},
	{"reconnects", nothingBehind((*client).reconnect)},
	{"is closed", parseIsClosed},
	{"joins", parseJoins},
	{"rejoins", parseRejoins},
	{"leaves", parseLeaves},
	{"pushes", func(p *parser, rest string, _ bool) (action, error) { return parsePushes(p, rest, true) }},
	{"casts", func(p *parser, rest string, _ bool) (action, error) { return parsePushes(p, rest, false) }},
	{"reply", parseReply},
	{"refused", parseRefused},
	{"gets", func(p *parser, rest string, _ bool) (action, error) { return parseGets(p, rest, false) }},
	{"finally gets", func(p *parser, rest string, _ bool) (action, error) { return parseGets(p, rest, true) }},
	{"sees", parseSees},
	{"enters", parseEnters},
	{"sends", parseSends},
	{"receives", parseReceives},
	{"is acknowledged", nothingBehind((*client).isAcknowledged)},
}

func parseTopic(p *parser, rest string) (action, error) {
	topic, err := parseTemplate(string(quote(rest)))
	if err == nil {
		err = p.check(false, topic)
	}
	p.inTopic = true
	return func(play *play, _ *client) error {
		text, err := topic.text(play.known)
		if err != nil {
			return err
		}
		play.topic = unquote(text)
		return nil
	}, err
}

// unquote gives the characters of a JSON string.
func unquote(text jsontext.Value) string {
	chars, err := jsontext.AppendUnquote(nil, text)
	if err != nil { // it was checked when it was filled in
		panic(err)
	}
	return string(chars)
}

func parseWait(_ *parser, rest string) (action, error) {
	duration, err := time.ParseDuration(strings.ReplaceAll(rest, " ", ""))
	return func(p *play, _ *client) error {
		select {
		case <-time.After(duration):
			return nil
		case <-p.ctx.Done():
			return p.ctx.Err()
		}
	}, err
}

// parseConnects reads [speaking VERSION] [PARAMS]. A client that does not say how connects with its
// own user id.
func parseConnects(p *parser, rest string, first bool) (action, error) {
	if !first {
		return nil, errors.New("it is connected already")
	}
	version := ""
	if after, found := cutWord(rest, "speaking"); found {
		version, rest, _ = strings.Cut(after, " ")
	}
	var params *template
	if rest != "" {
		parsed, err := p.payload(rest, false)
		if err != nil {
			return nil, err
		}
		if params = parsed.json; params == nil {
			return nil, errors.New("the params of a connect are JSON")
		}
	}
	return func(p *play, c *client) error {
		if params == nil {
			return p.connect(c, version, p.ownID(c))
		}
		text, err := params.text(p.known)
		if err != nil {
			return err
		}
		return p.connect(c, version, text)
	}, nil
}

func nothingBehind(do func(*client, *play) error) func(*parser, string, bool) (action, error) {
	return func(_ *parser, rest string, first bool) (action, error) {
		switch {
		case rest != "":
			return nil, fmt.Errorf("%q is too much", rest)
		case first:
			return nil, errors.New("it is not connected")
		}
		return func(p *play, c *client) error { return do(c, p) }, nil
	}
}

func parseIsClosed(_ *parser, rest string, first bool) (action, error) {
	if first {
		return nil, errors.New("it is not connected")
	}
	code, err := 0, error(nil)
	if rest != "" {
		code, err = strconv.Atoi(rest)
	}
	return func(p *play, c *client) error { return c.isClosed(p, code) }, err
}

func parseJoins(p *parser, rest string, _ bool) (action, error) {
	params, err := p.payload(rest, false)
	if err == nil {
		err = p.needsTopic()
	}
	p.unanswered[p.client]++
	return func(p *play, c *client) error {
		made, err := params.make(p.known)
		if err != nil {
			return err
		}
		return c.join(p.topic, made)
	}, err
}

func parseRejoins(p *parser, rest string, first bool) (action, error) {
	do, err := nothingBehind(func(c *client, p *play) error {
		c.expectReply(p.topic, "phx_join", "")
		return nil
	})(p, rest, first)
	p.unanswered[p.client]++
	return do, errors.Join(err, p.needsTopic())
}

func parseLeaves(p *parser, rest string, first bool) (action, error) {
	do, err := nothingBehind(func(c *client, p *play) error { return c.leave(p.topic) })(p, rest, first)
	p.unanswered[p.client]++
	return do, errors.Join(err, p.needsTopic())
}

func parsePushes(p *parser, rest string, replied bool) (action, error) {
	event, text, _ := strings.Cut(rest, " ")
	body, err := p.payload(strings.TrimSpace(text), false)
	if err == nil {
		err = p.needsTopic()
	}
	if replied {
		p.unanswered[p.client]++
	}
	return func(p *play, c *client) error {
		made, err := body.make(p.known)
		if err != nil {
			return err
		}
		return c.push(p.topic, event, made, replied)
	}, err
}

// parseReply reads STATUS [PAYLOAD]. It answers the earliest push that has no reply yet.
func parseReply(p *parser, rest string, _ bool) (action, error) {
	status, text, _ := strings.Cut(rest, " ")
	response, err := p.payload(strings.TrimSpace(text), true)
	if err != nil {
		return nil, err
	}
	return expectReply(p, expectation{event: "phx_reply", status: status, payload: response})
}

// parseRefused reads the reason of an error.
func parseRefused(p *parser, reason string, _ bool) (action, error) {
	response, err := p.payload(fmt.Sprintf(`{"reason": %s}`, quote(reason)), true)
	if err != nil {
		return nil, err
	}
	return expectReply(p, expectation{event: "phx_reply", status: "error", payload: response})
}

func expectReply(p *parser, want expectation) (action, error) {
	if p.unanswered[p.client] == 0 {
		return nil, errors.New("nothing was pushed that could be replied")
	}
	p.unanswered[p.client]--
	return func(p *play, c *client) error {
		of := c.unanswered[0]
		c.unanswered = c.unanswered[1:]
		want := want
		want.topic, want.of = of.topic, &of
		return p.expect(c, want, false)
	}, nil
}

// parseGets reads EVENT [PAYLOAD].
func parseGets(p *parser, rest string, finally bool) (action, error) {
	event, text, _ := strings.Cut(rest, " ")
	body, err := p.payload(strings.TrimSpace(text), true)
	if err == nil {
		err = p.needsTopic()
	}
	return func(p *play, c *client) error {
		return p.expect(c, expectation{topic: p.topic, event: event, payload: body}, finally)
	}, err
}

// parseSees reads who is present: {KEY: [META, ...], ...}, without phx_ref and phx_ref_prev.
func parseSees(p *parser, rest string, first bool) (action, error) {
	who, err := p.payload(rest, true)
	switch {
	case err != nil:
		return nil, err
	case who.json == nil:
		return nil, errors.New("who is present is JSON")
	case first:
		return nil, errors.New("it is in no topic")
	}
	return func(p *play, c *client) error { return p.sees(c, who.json) }, p.needsTopic()
}
