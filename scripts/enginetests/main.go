// Command enginetests runs the test files of tests/godot in the engine, one process a file, and
// reports what passed.
//
//	enginetests -godot PROGRAM -project tests/godot -server URL -devserver PROGRAM -totals FILE [-only TEXT] [FILE...]
//
// A file is a script that extends case.gd. A test fails by a failed check, an error or warning of
// the engine that it did not ask for, or by taking too long; a file fails as well by a leak that
// the engine finds at exit and by an exit status. The tests of a file named test_*_quit.gd end the
// engine themselves, so each has a process of its own; those in the folder editor run in the
// editor. Several engines run at once, as they mostly wait. It exits with 1 when anything failed.
// With -self it runs the files of tests/godot/self, whose tests fail on purpose, and passes those
// that fail as they should. With -web they run in an exported game in a browser; what cannot be
// tested there, a file says in its constant NOT_ON_WEB.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"

	"phoenixchannels/tests/certificates"
)

type options struct {
	godot, project, server, devserver, only, totals string
	exported                                        string // a game that runs instead of the engine
	web, browser, driver                            string // a game in a folder that runs in a browser, and what runs it
	preload                                         string // a library for LD_PRELOAD of the engine
	editorCache                                     string // folder of what editors keep, in place of the user's
	self, verbose                                   bool
	certificates                                    string // folder of those for tests of TLS
	parallel                                        int
	slots                                           chan struct{} // one for each engine that may run
	editor                                          sync.Mutex    // two editors of one project would spoil each other's files
}

func main() {
	var o options
	flag.StringVar(&o.godot, "godot", "godot", "the engine")
	flag.StringVar(&o.project, "project", "tests/godot", "folder of the test project")
	flag.StringVar(&o.server, "server", "", "URL of a devserver that runs for all tests")
	flag.StringVar(&o.devserver, "devserver", "", "path of the devserver's program, for tests that start their own")
	flag.StringVar(&o.only, "only", "", "run only the tests whose name contains this")
	flag.StringVar(&o.totals, "totals", "", "file to write the counts to: passed, failed and skipped, separated by blanks")
	flag.StringVar(&o.exported, "exported", "", "the project as an exported game, to run instead of the engine")
	flag.StringVar(&o.web, "web", "", "folder of the project as a game exported for the web, to run in a browser instead of the engine")
	flag.StringVar(&o.browser, "browser", "", "the browser's program, for -web")
	flag.StringVar(&o.driver, "driver", "tests/web/driver/run.mjs", "the program for Node that runs a page in it")
	flag.StringVar(&o.preload, "preload", "", "a library that the system loads into the engine first")
	flag.StringVar(&o.editorCache, "editor-cache", "", "folder of what editors keep, in place of the user's")
	flag.IntVar(&o.parallel, "parallel", runtime.NumCPU(), "how many engines may run at once; with -v it is one")
	flag.BoolVar(&o.self, "self", false, "test the runner itself")
	flag.BoolVar(&o.verbose, "v", false, "show everything that the engine prints")
	flag.Parse()

	if o.verbose {
		o.parallel = 1
	}
	o.slots = make(chan struct{}, max(o.parallel, 1))
	passed, failed, err := runFiles(&o, flag.Args())
	if err == nil && o.totals != "" {
		err = os.WriteFile(o.totals, fmt.Appendf(nil, "%d %d 0\n", passed, failed), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "enginetests:", err)
		os.Exit(2)
	}
	if failed > 0 {
		os.Exit(1)
	}
}

func runFiles(o *options, files []string) (passed, failed int, err error) {
	if len(files) == 0 {
		if files, err = testFiles(o); err != nil {
			return 0, 0, err
		}
	}
	if o.certificates, err = os.MkdirTemp("", "enginetests"); err != nil {
		return 0, 0, err
	}
	defer os.RemoveAll(o.certificates)
	if err := certificates.WriteFiles(o.certificates); err != nil {
		return 0, 0, err
	}
	judged := make([]chan verdict, len(files))
	for i, file := range files {
		judged[i] = make(chan verdict, 1)
		go func() { judged[i] <- runFile(o, file) }()
	}
	for _, ready := range judged {
		v := <-ready
		if v.err != nil {
			return 0, 0, v.err
		}
		if v.skipped != "" {
			fmt.Printf("skip %s (%s)\n", v.name, v.skipped)
			continue
		}
		p, f := report(os.Stdout, v.name, v.judge)
		passed, failed = passed+p, failed+f
	}
	return passed, failed, nil
}

// verdict is the result of a file.
type verdict struct {
	name  string
	judge *judge
	err   error

	skipped string // why it was not run
}

// testFiles are all of the project, or those for the runner itself.
func testFiles(o *options) (files []string, err error) {
	patterns := []string{"test_*.gd", editorFolder + "test_*.gd"}
	if o.self {
		patterns = []string{"self/*.gd"}
	}
	for _, pattern := range patterns {
		found, err := filepath.Glob(filepath.Join(o.project, pattern))
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no test files %s in %s", strings.Join(patterns, ", "), o.project)
	}
	return files, nil
}

// editorFolder holds, in the project, the files whose tests run in the editor.
const editorFolder = "editor/"

// runFile runs a file, in one process or in one for each test.
func runFile(o *options, file string) (v verdict) {
	name, err := filepath.Rel(o.project, file)
	if err != nil {
		return verdict{err: err}
	}
	v.name = filepath.ToSlash(name)
	if v.skipped, v.err = skipped(o, name); v.skipped != "" || v.err != nil {
		return v
	}
	if strings.HasSuffix(name, "_quit.gd") {
		v.judge, v.err = runEach(o, v.name)
	} else {
		v.judge, v.err = runProcess(o, v.name, "--only", o.only)
	}
	if o.self && v.err == nil {
		v.judge = selfResults(filepath.Base(name), v.judge)
	}
	return v
}

var testFunction = regexp.MustCompile(`(?m)^func (test_\w+)\(`)

// runEach runs each test of a file in a process of its own.
func runEach(o *options, file string) (*judge, error) {
	source, err := os.ReadFile(filepath.Join(o.project, file))
	if err != nil {
		return nil, err
	}
	var ready []chan verdict
	for _, match := range testFunction.FindAllStringSubmatch(string(source), -1) {
		name, judged := match[1], make(chan verdict, 1)
		if !strings.Contains(name, o.only) {
			continue
		}
		ready = append(ready, judged)
		go func() {
			j, err := runProcess(o, file, "--exactly", name)
			judged <- verdict{name: name, judge: j, err: err}
		}()
	}
	all := newJudge()
	for _, judged := range ready {
		v := <-judged
		if v.err != nil {
			return nil, v.err
		}
		for _, r := range v.judge.results {
			if r.name != v.name {
				r.name = v.name + ": " + r.name
			}
			all.results = append(all.results, r)
		}
		all.notRun += v.judge.notRun
		all.skipped += v.judge.skipped
	}
	return all, nil
}

// runProcess runs those tests of a file that the option asks for.
func runProcess(o *options, file, option, value string) (*judge, error) {
	var log io.Writer = io.Discard
	if o.verbose {
		log = os.Stdout
	}
	if strings.HasPrefix(file, editorFolder) {
		o.editor.Lock()
		defer o.editor.Unlock()
	}
	o.slots <- struct{}{}
	defer func() { <-o.slots }()
	program, arguments := o.godot, []string{"--headless"}
	switch {
	case o.web != "": // its main scene runs the file
	case o.exported != "":
		program, arguments = o.exported, append(arguments, "--verbose") // its main scene runs the file
	case strings.HasPrefix(file, editorFolder):
		// A plugin runs the file there. No --verbose, as it shows what the editor itself leaves
		// behind.
		arguments = append(arguments, "--path", o.project, "--editor")
	default:
		arguments = append(arguments, "--path", o.project, "--verbose", "-s", "runner.gd")
	}
	arguments = append(arguments, "--", "--file", file, "--server", o.server, "--devserver", o.devserver, "--engine", o.godot,
		"--certificates", o.certificates, option, value)
	command := exec.Command(program, arguments...)
	if o.web != "" {
		inBrowser, done, err := page(o, arguments)
		if err != nil {
			return nil, err
		}
		defer done()
		command = inBrowser
	}
	command.Env = os.Environ()
	if o.preload != "" {
		command.Env = append(command.Env, "LD_PRELOAD="+o.preload)
	}
	if o.editorCache != "" && strings.HasPrefix(file, editorFolder) {
		command.Env = append(command.Env, "XDG_CACHE_HOME="+o.editorCache)
	}
	j := newJudge()
	if err := run(command, j, log); err != nil {
		return nil, fmt.Errorf("running %s: %w", program, err)
	}
	return j, nil
}

// report prints a line for the file and what failed in it. Tests that were not run count as failed.
func report(out io.Writer, file string, j *judge) (passed, failed int) {
	var seconds float64
	for _, r := range j.results {
		seconds += r.duration.Seconds()
		for _, note := range r.notes {
			fmt.Fprintf(out, "note %s %s: %s\n", file, r.name, note)
		}
		if len(r.failures) == 0 {
			passed++
			continue
		}
		failed++
		fmt.Fprintf(out, "--- FAIL %s %s\n", file, r.name)
		for _, message := range r.failures {
			fmt.Fprintf(out, "    %s\n", strings.ReplaceAll(message, "\n", "\n    "))
		}
	}
	if j.notRun > 0 {
		failed += j.notRun
		fmt.Fprintf(out, "--- FAIL %s: %d tests not run, as the engine ended before them\n", file, j.notRun)
	}
	verdict, cases := "ok  ", fmt.Sprintf("%d cases", passed+failed)
	if failed > 0 {
		verdict = "FAIL"
	}
	if j.skipped > 0 {
		cases += fmt.Sprintf(", %d not on the web", j.skipped)
	}
	fmt.Fprintf(out, "%s %s (%s, %.1f s)\n", verdict, file, cases, seconds)
	return passed, failed
}
