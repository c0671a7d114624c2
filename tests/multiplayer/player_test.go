package multiplayer_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"time"

	"phoenixchannels/internal/enginelog"
)

// marker begins the lines of a player; all others are its engine's.
const marker = "[play] "

// tailLines is how many of an engine's last lines a failure shows.
const tailLines = 15

// player is an engine process. It plays its role in each scenario that it is asked for: requests go
// to it over a connection of its own, what it reports is on its standard output, where the engine's
// errors are too.
type player struct {
	role       string
	command    *exec.Cmd
	connection net.Conn
	expected   []string // parts of complaints that the running scenario announced
	allowed    []string // the same, for complaints that may come or not
	tail       []string
	killed     chan struct{} // closed when nobody reads its reports any more
}

// report is something that a player said, or that happened to it.
type report struct {
	player     *player
	verb, text string
	connection net.Conn // of "connected"
}

// Verbs that no player says.
const (
	verbConnected = "connected"
	verbEngine    = "engine" // a line of the engine's own
	verbExit      = "exit"
)

// startPlayer starts a process, whose reports go to the channel until verbExit.
func startPlayer(role string, arguments []string, reports chan<- report) (*player, error) {
	p := &player{role: role, command: exec.Command(*engine, arguments...), killed: make(chan struct{})}
	tell := func(verb, text string) {
		select {
		case reports <- report{player: p, verb: verb, text: text}:
		case <-p.killed:
		}
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p.command.Stdout, p.command.Stderr = writer, writer
	p.command.WaitDelay = time.Second
	err = p.command.Start()
	_ = writer.Close()
	if err != nil {
		_ = reader.Close()
		return nil, err
	}
	go func() {
		scanner := bufio.NewScanner(reader)
		scanner.Buffer(nil, 16<<20)
		for scanner.Scan() {
			line := scanner.Text()
			if said, ok := strings.CutPrefix(line, marker); ok {
				verb, text, _ := strings.Cut(said, " ")
				tell(verb, text)
			} else {
				tell(verbEngine, line)
			}
		}
		_ = reader.Close()
		text := ""
		if err := p.command.Wait(); err != nil {
			text = err.Error()
		}
		tell(verbExit, text)
	}()
	return p, nil
}

// kill ends it at once, and reads nothing more of it.
func (p *player) kill() {
	_ = p.command.Process.Kill()
	close(p.killed)
}

// tell sends a request.
func (p *player) tell(request map[string]any) error {
	line, err := json.Marshal(request)
	if err == nil {
		_, err = p.connection.Write(append(line, '\n'))
	}
	return err
}

// complaint takes a line of the engine and returns what is wrong with it, empty when nothing is.
func (p *player) complaint(line string) string {
	if p.tail = append(p.tail, line); len(p.tail) > tailLines {
		p.tail = p.tail[1:]
	}
	if !enginelog.IsComplaint(line) {
		return ""
	}
	for i, part := range p.expected {
		if strings.Contains(line, part) {
			p.expected = append(p.expected[:i:i], p.expected[i+1:]...)
			return ""
		}
	}
	for _, part := range p.allowed {
		if strings.Contains(line, part) {
			return ""
		}
	}
	return "unexpected: " + line
}

// missed returns the announced complaints that did not come, as failures, and forgets all of them.
func (p *player) missed() (failures []string) {
	for _, part := range p.expected {
		failures = append(failures, fmt.Sprintf("expected an engine error with %q, none came", part))
	}
	p.expected, p.allowed = nil, nil
	return failures
}
