package main

import (
	"bufio"
	"encoding/json/v2"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// event is one line of "go test -json"; see "go doc test2json" and "go help buildjson".
type event struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Elapsed    float64 // seconds
	Output     string
}

// report counts cases, which are the tests without subtests, and prints each package when it ends.
type report struct {
	out                     io.Writer
	packages                map[string]*packageReport
	builds                  map[string]*strings.Builder // compiler output by import path
	passed, failed, skipped int
}

type packageReport struct {
	output map[string]*strings.Builder // by test; "" is the package itself
	parent map[string]bool             // tests that have subtests
	failed map[string]bool             // tests that failed, in themselves or in a subtest
	cases  int
}

func newReport(out io.Writer) *report {
	return &report{out: out, packages: map[string]*packageReport{}, builds: map[string]*strings.Builder{}}
}

// read takes events until the input ends. A line that is no event (go itself has a word to say) is printed as it is.
func (r *report) read(in io.Reader) error {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			var e event
			if json.Unmarshal([]byte(line), &e) != nil {
				fmt.Fprint(r.out, line)
			} else {
				r.take(e)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading the events of go test: %w", err)
		}
	}
}

func (r *report) take(e event) {
	switch e.Action {
	case "build-output":
		b := r.builds[e.ImportPath]
		if b == nil {
			b = &strings.Builder{}
			r.builds[e.ImportPath] = b
		}
		b.WriteString(e.Output)
		return
	case "build-fail":
		if b := r.builds[e.ImportPath]; b != nil {
			fmt.Fprint(r.out, b)
		}
		return
	}

	p := r.packages[e.Package]
	if p == nil {
		p = &packageReport{output: map[string]*strings.Builder{}, parent: map[string]bool{}, failed: map[string]bool{}}
		r.packages[e.Package] = p
	}
	switch e.Action {
	case "run":
		if parent := parentOf(e.Test); parent != "" {
			p.parent[parent] = true
		}
	case "output":
		b := p.output[e.Test]
		if b == nil {
			b = &strings.Builder{}
			p.output[e.Test] = b
		}
		b.WriteString(e.Output)
	case "pass", "fail", "skip":
		if e.Test != "" {
			r.endTest(p, e)
		} else {
			r.endPackage(p, e)
			delete(r.packages, e.Package)
		}
	}
}

func (r *report) endTest(p *packageReport, e event) {
	if e.Action == "fail" {
		alreadyCounted := p.failed[e.Test] // a subtest of it failed and is counted
		for name := e.Test; name != ""; name = parentOf(name) {
			p.failed[name] = true
		}
		if !alreadyCounted {
			r.failed++
			p.cases++
		}
		fmt.Fprintf(r.out, "--- FAIL %s %s\n", shortName(e.Package), e.Test)
		r.printOutput(p, e.Test)
		return
	}
	delete(p.output, e.Test)
	switch {
	case p.parent[e.Test]:
	case e.Action == "pass":
		r.passed++
		p.cases++
	default:
		r.skipped++
		p.cases++
	}
}

var coverage = regexp.MustCompile(`coverage: ([0-9.]+)% of statements`)

func (r *report) endPackage(p *packageReport, e event) {
	name := shortName(e.Package)
	if e.Action == "fail" && len(p.failed) == 0 { // did not build, or died outside a test
		r.failed++
		fmt.Fprintf(r.out, "--- FAIL %s\n", name)
		r.printOutput(p, "")
	}
	switch {
	case e.Action == "fail":
		fmt.Fprintf(r.out, "FAIL %s (%d cases, %.1f s)\n", name, p.cases, e.Elapsed)
	case p.cases > 0:
		fmt.Fprintf(r.out, "ok   %s (%d cases, %.1f s)\n", name, p.cases, e.Elapsed)
	}
	if b := p.output[""]; b != nil {
		if m := coverage.FindStringSubmatch(b.String()); m != nil && p.cases > 0 {
			fmt.Fprintf(r.out, "%s coverage: %s %%\n", name, m[1])
		}
	}
}

// finish reports the packages that never ended, as when go test itself was killed.
func (r *report) finish() {
	for name, p := range r.packages {
		if name == "" {
			continue
		}
		r.failed++
		fmt.Fprintf(r.out, "--- FAIL %s did not end\n", shortName(name))
		r.printOutput(p, "")
	}
}

func (r *report) printOutput(p *packageReport, test string) {
	b := p.output[test]
	if b == nil {
		return
	}
	for line := range strings.Lines(b.String()) {
		if !strings.HasPrefix(line, "=== ") {
			fmt.Fprint(r.out, line)
		}
	}
	delete(p.output, test)
}

func parentOf(test string) string {
	i := strings.LastIndexByte(test, '/')
	if i < 0 {
		return ""
	}
	return test[:i]
}

// shortName is the package's path without the module's.
func shortName(path string) string {
	_, name, found := strings.Cut(path, "/")
	if !found {
		return path
	}
	return name
}
