package multiplayer_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
)

// roles are those of a scenario; one that has no part in it waits.
var roles = []string{"host", "first", "second", "late"}

// failuresShown is how many of a scenario's failures are reported.
const failuresShown = 20

// How long players may take to start, to play a scenario, and to end.
const (
	startLimit    = 60 * time.Second
	scenarioLimit = 40 * time.Second
	endLimit      = 20 * time.Second
	failedLimit   = 2 * time.Second // for the rest of a scenario that has failed
)

// group is a player of each role over one transport. They play one scenario after the other.
type group struct {
	transport string
	server    string // address of the devserver
	listener  net.Listener
	players   map[string]*player
	cables    map[string]*cable // to the server, by role
	reports   chan report
}

func newGroup(transport, server string) (*group, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	g := &group{transport: transport, server: server, listener: listener, players: map[string]*player{}, cables: map[string]*cable{},
		reports: make(chan report)}
	go g.accept()
	for _, role := range roles {
		if g.cables[role], err = newCable(server); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// accept takes the players' connections, whose first line is the role and the number of the
// process.
func (g *group) accept() {
	for {
		connection, err := g.listener.Accept()
		if err != nil {
			return
		}
		go func() {
			who, _ := bufio.NewReader(connection).ReadString('\n')
			g.reports <- report{verb: verbConnected, text: strings.TrimSpace(who), connection: connection}
		}()
	}
}

// outcome is the result of a scenario.
type outcome struct {
	transcript *transcript
	failures   []string
	notes      []string // what a player measured
	duration   time.Duration
}

// play is a scenario that is being played.
type play struct {
	*group
	outcome
	met     map[string]meeting
	done    map[string]bool
	leaving map[string]bool // roles whose process ends by itself
	crashes map[string]bool // and in any way
}

type meeting struct {
	name string
	data json.RawMessage
}

// run plays a scenario, with new players in place of those that are gone.
func (g *group) run(scenario, room string) outcome {
	p := &play{group: g, outcome: outcome{transcript: newTranscript()}, met: map[string]meeting{}, done: map[string]bool{},
		leaving: map[string]bool{}, crashes: map[string]bool{}}
	if err := p.begin(scenario, room); err != nil {
		p.failures = append(p.failures, err.Error())
		g.kill()
		return p.outcome
	}
	began := time.Now()
	limit := time.NewTimer(scenarioLimit)
	defer limit.Stop()
	failed := false
	for len(p.done) < len(roles) {
		select {
		case r := <-g.reports:
			p.take(r)
		case <-limit.C:
			p.failures = append(p.failures, "not over: "+p.state())
			g.kill()
			return p.outcome
		}
		if len(p.failures) > 0 && !failed {
			failed = true
			limit.Reset(failedLimit)
		}
	}
	p.duration = time.Since(began)
	for _, role := range roles {
		if player := g.players[role]; player != nil {
			p.fail(role, player.missed()...)
		}
	}
	if len(p.failures) > 0 { // what is left of it would spoil the next
		g.kill()
	}
	return p.outcome
}

// begin starts the players that are missing and has all begin the scenario.
func (p *play) begin(scenario, room string) error {
	for _, role := range roles {
		p.cables[role].plugIn()
		if p.players[role] != nil {
			continue
		}
		started, err := startPlayer(role, []string{"--headless", "--path", *game, "--verbose", "-s", "player.gd", "--", "--role", role,
			"--control", p.listener.Addr().String(), "--transport", p.transport, "--server", "ws://" + p.cables[role].address() + "/socket"},
			p.reports)
		if err != nil {
			return err
		}
		p.players[role] = started
	}
	limit := time.NewTimer(startLimit)
	defer limit.Stop()
	for !p.isComplete() {
		select {
		case r := <-p.reports:
			p.take(r)
			if len(p.failures) > 0 {
				return fmt.Errorf("a player did not start")
			}
		case <-limit.C:
			return fmt.Errorf("the players did not start in %v", startLimit)
		}
	}
	for _, role := range roles {
		if err := p.players[role].tell(map[string]any{"run": scenario, "room": room}); err != nil {
			return err
		}
	}
	return nil
}

// isComplete reports whether there is a player of each role, and has connected.
func (p *play) isComplete() bool {
	for _, role := range roles {
		if player := p.players[role]; player == nil || player.connection == nil {
			return false
		}
	}
	return true
}

// take does what a report asks for.
func (p *play) take(r report) {
	if r.verb == verbConnected {
		role, pid, _ := strings.Cut(r.text, " ")
		if player := p.players[role]; player != nil && strconv.Itoa(player.command.Process.Pid) == pid {
			player.connection = r.connection
		}
		return
	}
	player := r.player
	if player != p.players[player.role] {
		return // of one that was killed
	}
	role := player.role
	switch r.verb {
	case verbEngine:
		if wrong := player.complaint(r.text); wrong != "" {
			p.fail(role, wrong)
		}
	case verbExit:
		p.exited(player, r.text)
	case "say":
		p.transcript.say(role, r.text)
	case "settled":
		p.transcript.settle(role)
	case "id":
		p.transcript.identify(r.text, role)
	case "failure":
		p.fail(role, r.text)
	case "note":
		p.notes = append(p.notes, role+": "+r.text)
	case "expect-error":
		player.expected = append(player.expected, r.text)
	case "allow-error":
		player.allowed = append(player.allowed, r.text)
	case "meet":
		name, data, _ := strings.Cut(r.text, " ")
		p.met[role] = meeting{name: name, data: json.RawMessage(data)}
		p.meet()
	case "pull":
		p.cables[r.text].pull()
	case "plug-in":
		p.cables[r.text].plugIn()
	case "quits":
		p.leaving[role] = true
	case "crashes":
		p.leaving[role], p.crashes[role] = true, true
	case "done":
		p.done[role] = true
		p.meet()
	default:
		p.fail(role, "says "+r.verb)
	}
}

// meet lets the players go on when all that still play have come to a meeting.
func (p *play) meet() {
	data := map[string]json.RawMessage{}
	name := ""
	for _, role := range roles {
		if p.done[role] {
			continue
		}
		m, ok := p.met[role]
		if !ok {
			return
		}
		if name != "" && m.name != name {
			p.fail(role, fmt.Sprintf("is at the meeting %q, others at %q", m.name, name))
		}
		name = m.name
		data[role] = m.data
	}
	clear(p.met)
	for role := range data {
		if err := p.players[role].tell(map[string]any{"met": name, "data": data}); err != nil {
			p.fail(role, err.Error())
		}
	}
}

func (p *play) exited(player *player, status string) {
	role := player.role
	switch {
	case !p.leaving[role]:
		p.fail(role, strings.Join(append([]string{"its engine ended: " + status}, player.tail...), "\n    "))
	case status != "" && !p.crashes[role]:
		p.fail(role, "its engine ended with "+status)
	}
	p.fail(role, player.missed()...)
	delete(p.players, role)
	p.done[role] = true
	p.meet()
}

func (p *play) fail(role string, failures ...string) {
	for _, failure := range failures {
		if len(p.failures) < failuresShown {
			p.failures = append(p.failures, role+": "+failure)
		}
	}
}

// state is where the players are, for a report.
func (p *play) state() string {
	var states []string
	for _, role := range roles {
		switch {
		case p.done[role]:
		case p.met[role].name != "":
			states = append(states, fmt.Sprintf("%s waits at the meeting %q", role, p.met[role].name))
		default:
			states = append(states, role+" plays")
		}
	}
	return strings.Join(states, ", ")
}

// kill ends all players at once; the next scenario has new ones.
func (g *group) kill() {
	for role, player := range g.players {
		player.kill()
		delete(g.players, role)
	}
}

// end has the players quit, and returns what was wrong with that.
func (g *group) end() (failures []string) {
	defer func() {
		_ = g.listener.Close()
		for _, cable := range g.cables {
			cable.close()
		}
	}()
	p := &play{group: g, outcome: outcome{transcript: newTranscript()}, done: map[string]bool{}, leaving: map[string]bool{}}
	for _, role := range roles {
		player := g.players[role]
		if player == nil {
			p.done[role] = true
			continue
		}
		p.leaving[role] = true
		if err := player.tell(map[string]any{"quit": true}); err != nil {
			p.fail(role, err.Error())
		}
	}
	limit := time.NewTimer(endLimit)
	defer limit.Stop()
	for len(p.done) < len(roles) {
		select {
		case r := <-g.reports:
			p.take(r)
		case <-limit.C:
			p.failures = append(p.failures, fmt.Sprintf("players did not quit in %v", endLimit))
			g.kill()
			return p.failures
		}
	}
	return slices.Clip(p.failures)
}
