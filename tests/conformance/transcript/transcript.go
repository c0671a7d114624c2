// Package transcript loads the recordings of a real Phoenix server in tests/conformance/testdata,
// whose INDEX.md describes the format, and completes what they abridge.
package transcript

import (
	"bytes"
	"encoding/hex"
	"encoding/json/v2"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Scenario is one recording.
type Scenario struct {
	Name      string  `json:"scenario"`
	Transport string  `json:"transport"` // "websocket" or "longpoll"
	Version   string  `json:"vsn"`
	About     string  `json:"about"`
	Events    []Event `json:"events"`
	Server    struct {
		Phoenix string `json:"phoenix"`
	} `json:"server"`

	File string `json:"-"` // relative to the directory that Load read
}

// Event is one thing that happened on a connection.
type Event struct {
	AtMS      float64 `json:"t"`    // since the scenario began
	Conn      string  `json:"conn"` // a name for the connection; empty for a note
	Direction string  `json:"dir"`  // FromClient or FromServer
	Kind      string  `json:"kind"`

	Method     string            `json:"method"`
	Path       string            `json:"path"`
	Headers    map[string]string `json:"headers"`
	Protocol   string            `json:"sec_websocket_protocol"`
	Extensions string            `json:"sec_websocket_extensions"`
	Status     int               `json:"status"`
	Body       string            `json:"body"`

	Text     string  `json:"text"` // of a note or an error
	JSON     *string `json:"data"`
	Hex      *string `json:"hex"`
	Bytes    int     `json:"bytes"`
	Head     string  `json:"head"`
	Abridged bool    `json:"abridged"`
	Frame    *Frame  `json:"frame"`

	Code   int    `json:"code"`
	Reason string `json:"reason"`

	Data []byte `json:"-"` // of a text, binary, ping or pong; of an abridged one the head
}

// Frame marks a frame with unusual framing.
type Frame struct {
	Final  *bool `json:"fin"`
	Masked *bool `json:"mask"`
	Binary *bool `json:"binary"`
}

// The two directions.
const (
	FromClient = ">"
	FromServer = "<"
)

// At is the time of the event since the scenario began.
func (e Event) At() time.Duration {
	return time.Duration(e.AtMS * float64(time.Millisecond)).Round(time.Microsecond)
}

// Final reports whether the frame ends its message.
func (e Event) Final() bool { return e.Frame == nil || e.Frame.Final == nil || *e.Frame.Final }

// Masked reports whether the frame is masked, as all from a client have to be.
func (e Event) Masked() bool { return e.Frame == nil || e.Frame.Masked == nil || *e.Frame.Masked }

// Load reads all recordings of a transport in a directory.
func Load(dir, transport string) ([]Scenario, error) {
	prefix := map[string]string{"websocket": "ws-", "longpoll": "longpoll-"}[transport]
	files, err := filepath.Glob(filepath.Join(dir, prefix+"*.json"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no recordings of %q in %s (%v)", transport, dir, err)
	}
	slices.Sort(files)
	scenarios := make([]Scenario, len(files))
	for i, file := range files {
		if scenarios[i], err = read(file); err != nil {
			return nil, fmt.Errorf("recording %s: %w", file, err)
		}
	}
	return scenarios, nil
}

func read(file string) (Scenario, error) {
	s := Scenario{File: filepath.Base(file)}
	data, err := os.ReadFile(file)
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return s, err
	}
	for i := range s.Events {
		if s.Events[i].Data, err = decode(s.Events[i]); err != nil {
			return s, fmt.Errorf("event %d: %w", i, err)
		}
	}
	s.Events, err = restoreJoins(s.Events)
	return s, err
}

// decode returns the bytes that a recording holds of a frame: all of them, or the head of an
// abridged one.
func decode(e Event) ([]byte, error) {
	switch {
	case e.JSON != nil:
		return []byte(*e.JSON), nil
	case e.Hex != nil:
		return hex.DecodeString(*e.Hex)
	case e.Abridged && (e.Kind == "binary" || e.Frame != nil && e.Frame.Binary != nil):
		return hex.DecodeString(e.Head)
	}
	return []byte(e.Head), nil
}

// Payload is the whole payload of a text, binary, ping or pong. An abridged one goes on with the
// last byte of its head; JSON text is closed again at its end.
func (e Event) Payload() []byte {
	if !e.Abridged {
		return e.Data
	}
	end := ""
	switch e.Data[0] {
	case '[':
		end = `"}]`
	case '{':
		end = `"},"ref":"2","join_ref":"1"}`
	}
	fill := max(0, e.Bytes-len(e.Data)-len(end))
	return slices.Concat(e.Data, bytes.Repeat(e.Data[len(e.Data)-1:], fill), []byte(end))
}

var leftOut = regexp.MustCompile(`^(\d+) joins and their ok replies left out$`)

// restoreJoins puts joins back that a note says were left out. They are like the one after the
// note, with lower numbers.
func restoreJoins(events []Event) ([]Event, error) {
	var restored []Event
	for i, e := range events {
		restored = append(restored, e)
		match := leftOut.FindStringSubmatch(e.Text)
		if e.Kind != "note" || match == nil {
			continue
		}
		count, err := strconv.Atoi(match[1])
		if err != nil || i+2 >= len(events) {
			return nil, fmt.Errorf("note %q has no join after it", e.Text)
		}
		for n := 1; n <= count; n++ {
			for _, like := range events[i+1 : i+3] {
				like.AtMS = e.AtMS
				text := strings.ReplaceAll(string(like.Data), strconv.Itoa(count+1), strconv.Itoa(n))
				like.Data = []byte(text)
				restored = append(restored, like)
			}
		}
	}
	return restored, nil
}
