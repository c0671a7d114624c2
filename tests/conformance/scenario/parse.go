package scenario

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	phoenix "phoenixchannels/core"
)

// Scenario is one sequence of steps.
type Scenario struct {
	Title string
	File  string
	Line  int // of the title

	only  *phoenix.Transport // nil for all
	steps []step
}

// step is one line.
type step struct {
	line   int
	text   string
	client string // who acts or gets; empty for lines of nobody
	do     action

	connects bool // all other steps of a client need a connection
}

// RunsOver reports whether the scenario is meant for a transport.
func (s Scenario) RunsOver(t phoenix.Transport) bool { return s.only == nil || *s.only == t }

// Load reads all *.scenario files of a folder.
func Load(folder string) ([]Scenario, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.scenario"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s has no *.scenario files", folder)
	}
	var all []Scenario
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		scenarios, err := Parse(filepath.Base(file), string(text))
		if err != nil {
			return nil, err
		}
		all = append(all, scenarios...)
	}
	return all, nil
}

// Parse reads a file's text. An error names the line.
func Parse(file, text string) ([]Scenario, error) {
	lines, err := readLines(text)
	if err == nil {
		lines, err = expand(lines)
	}
	p := &parser{file: file}
	for i := 0; err == nil && i < len(lines); i++ {
		if err = p.line(lines[i]); err != nil {
			err = lines[i].error(err)
		}
	}
	if err == nil {
		err = p.finish()
	}
	if err != nil {
		return nil, fmt.Errorf("%s:%w", file, err)
	}
	return p.scenarios, nil
}

// line of a file, without comments and blanks.
type line struct {
	number int
	indent int
	text   string
}

func (l line) error(err error) error { return fmt.Errorf("%d: %s: %w", l.number, l.text, err) }

func readLines(text string) ([]line, error) {
	var lines []line
	scanner := bufio.NewScanner(strings.NewReader(text))
	for number := 1; scanner.Scan(); number++ {
		raw := scanner.Text()
		text := strings.TrimSpace(raw)
		if text != "" && !strings.HasPrefix(text, "#") {
			lines = append(lines, line{number, strings.Index(raw, text), text})
		}
	}
	return lines, scanner.Err()
}

var repeatLine = regexp.MustCompile(`^repeat ([0-9]+)$`)

// expand writes out the lines between "repeat N" and "end", in which <n> counts from 1. The first
// of them says how far they are indented together.
func expand(lines []line) ([]line, error) {
	var out []line
	for i := 0; i < len(lines); i++ {
		found := repeatLine.FindStringSubmatch(lines[i].text)
		if found == nil {
			out = append(out, lines[i])
			continue
		}
		times, err := strconv.Atoi(found[1])
		length := slices.IndexFunc(lines[i:], func(l line) bool { return l.text == "end" })
		if err != nil || length < 0 {
			return nil, lines[i].error(errors.Join(err, errors.New("there is no end to it")))
		}
		for n := 1; n <= times; n++ {
			for _, l := range lines[i+1 : i+length] {
				l.text = strings.ReplaceAll(l.text, "<n>", strconv.Itoa(n))
				l.indent -= lines[i+1].indent
				out = append(out, l)
			}
		}
		i += length
	}
	return out, nil
}

// parser makes steps of lines, and sees to it that a scenario makes sense as far as that can be
// told before it is played.
type parser struct {
	file      string
	scenarios []Scenario

	inTopic    bool
	client     string // of the last line that was not indented
	clients    map[string]bool
	known      values         // what is known by name at this line, with any value
	unanswered map[string]int // pushes that wait for their reply, by client
}

func (p *parser) line(l line) error {
	if title, isTitle := strings.CutPrefix(l.text, "== "); isTitle {
		if err := p.finish(); err != nil {
			return err
		}
		p.scenarios = append(p.scenarios, Scenario{Title: title, File: p.file, Line: l.number})
		p.client, p.inTopic = "", false
		p.clients, p.unanswered = map[string]bool{}, map[string]int{}
		p.known = values{runName: quote(runName)}
		return nil
	}
	if len(p.scenarios) == 0 {
		return errors.New(`a scenario begins with "== " and its title`)
	}
	current := &p.scenarios[len(p.scenarios)-1]
	if transport, found := strings.CutPrefix(l.text, "only over "); found {
		for _, t := range []phoenix.Transport{phoenix.WebSocket, phoenix.LongPoll} {
			if t.String() == transport {
				current.only = &t
				return nil
			}
		}
		return errors.New("there are websocket and longpoll")
	}
	made, err := p.step(l)
	if err == nil {
		made.line, made.text, made.client = l.number, l.text, p.client
		current.steps = append(current.steps, made)
	}
	return err
}

// step reads a line of nobody, or one of a client: of the last one, when it is indented.
func (p *parser) step(l line) (made step, err error) {
	word, rest, _ := strings.Cut(l.text, " ")
	if l.indent <= 0 {
		p.client = ""
		if parse, found := lineWords[word]; found {
			made.do, err = parse(p, strings.TrimSpace(rest))
			return made, err
		}
		p.client = word
		l.text = strings.TrimSpace(rest)
	}
	switch {
	case p.client == "":
		return made, errors.New("no client is named")
	case !nameHole.MatchString(p.client):
		return made, fmt.Errorf("%q is no name of a client", p.client)
	}
	for _, verb := range verbs {
		rest, found := strings.CutPrefix(l.text+" ", verb.words+" ")
		if !found {
			continue
		}
		first := !p.clients[p.client]
		if first && p.known[p.client] != nil {
			return made, fmt.Errorf("<%s> is a value already", p.client)
		}
		p.clients[p.client] = true
		p.known[p.client] = quote(p.client)
		made.connects = verb.words == "connects"
		made.do, err = verb.parse(p, strings.TrimSpace(rest), first)
		return made, err
	}
	return made, fmt.Errorf("%q is no step", l.text)
}

// finish checks that the scenario is complete.
func (p *parser) finish() error {
	for client, count := range p.unanswered {
		if count > 0 {
			last := p.scenarios[len(p.scenarios)-1]
			return fmt.Errorf("%d: %s: %s pushed what is never replied (what gets no reply is \"cast\")", last.Line, last.Title, client)
		}
	}
	return nil
}

// check tracks the names that the templates remember, and finds templates with unknown names or
// invalid JSON.
func (p *parser) check(expected bool, templates ...*template) error {
	for _, t := range templates {
		used, remembered := t.names()
		for _, name := range used {
			if p.known[name] == nil {
				return fmt.Errorf("<%s> is not known here", name)
			}
		}
		for _, name := range remembered {
			if p.clients[name] || name == runName {
				return fmt.Errorf("<%s> has a meaning already", name)
			}
		}
		var err error
		if expected {
			_, err = t.pattern(p.known)
		} else {
			_, err = t.text(p.known)
		}
		if err != nil {
			return err
		}
		for _, name := range remembered {
			p.known[name] = anyNumber
		}
	}
	return nil
}

// payload reads one to push, or with expected one to compare with.
func (p *parser) payload(text string, expected bool) (payload, error) {
	parsed, err := parsePayload(text)
	if err != nil {
		return payload{}, err
	}
	if parsed.json == nil {
		expected = false // bytes are compared as they are
	}
	return parsed, p.check(expected, parsed.templates()...)
}

// needsTopic is for the steps that belong to one.
func (p *parser) needsTopic() error {
	if !p.inTopic {
		return errors.New(`the topic comes first: "in TOPIC"`)
	}
	return nil
}
