// Command enginetests runs the test files of tests/godot in the engine, one process a file, and
// reports what passed.
//
//	enginetests -godot PROGRAM -project tests/godot -devserver PROGRAM -totals FILE [-only TEXT] [FILE...]
//
// A file is a script that extends case.gd. A test fails by a failed check, an error or warning of
// the engine that it did not ask for, or by taking too long; a file fails as well by a leak that
// the engine finds at exit and by an exit status. The tests of a file named test_*_quit.gd end the
// engine themselves, so each has a process of its own; those in the folder editor run in the
// editor. Several engines run at once, as they mostly wait, each with a devserver of its own. It
// exits with 1 when anything failed.
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

	"phoenixchannels/server/devserver"
	"phoenixchannels/tests/certificates"
)

type options struct {
	godot, project, devserver, only, totals string
	exported                                string // a game that runs instead of the engine
	web, browser, driver                    string // a game in a folder that runs in a browser, and what runs it
	preload                                 string // a library for LD_PRELOAD of the engine
	editorCache                             string // folder of what editors keep, in place of the user's
	self, verbose                           bool
	certificates                            string // folder of those for tests of TLS
	parallel                                int
}

func main() {
	var o options
	flag.StringVar(&o.godot, "godot", "godot", "the engine")
	flag.StringVar(&o.project, "project", "tests/godot", "folder of the test project")
	flag.StringVar(&o.devserver, "devserver", "", "path of the devserver's program, for tests that start their own")
	flag.StringVar(&o.only, "only", "", "run only the tests whose name contains this")
	flag.StringVar(&o.totals, "totals", "", "file to write the counts to: passed, failed and skipped, separated by blanks")
	flag.StringVar(&o.exported, "exported", "", "the project as an exported game, to run instead of the engine")
	flag.StringVar(&o.web, "web", "", "folder of the project as a game exported for the web, to run in a browser instead of the engine")
	flag.StringVar(&o.browser, "browser", "", "the browser's program, for -web")
	flag.StringVar(&o.driver, "driver", "tests/web/driver/run.mjs", "the program for Node that runs a page in it")
	flag.StringVar(&o.preload, "preload", "", "a library that the system loads into the engine first")
	flag.StringVar(&o.editorCache, "editor-cache", "", "folder of what editors keep, in place of the user's")
	flag.IntVar(&o.parallel, "parallel", 0, "how many engines may run at once; by default one a processor, and a page more in a browser; with -v it is one")
	flag.BoolVar(&o.self, "self", false, "test the runner itself")
	flag.BoolVar(&o.verbose, "v", false, "show everything that the engine prints")
	flag.Parse()

	switch {
	case o.verbose:
		o.parallel = 1
	case o.parallel < 1:
		o.parallel = runtime.NumCPU()
		if o.web != "" { // most of a page's time is spent on waiting
			o.parallel++
		}
	}
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
	planned := make([]*testFile, len(files))
	for i, file := range files {
		if planned[i], err = plan(o, file); err != nil {
			return 0, 0, err
		}
	}
	start(o, planned)
	for _, f := range planned {
		if f.skipped != "" {
			fmt.Printf("skip %s (%s)\n", f.name, f.skipped)
			continue
		}
		j, err := f.judged()
		if err != nil {
			return 0, 0, err
		}
		if o.self {
			j = selfResults(filepath.Base(f.name), j)
		}
		p, f := report(os.Stdout, f.name, j)
		passed, failed = passed+p, failed+f
	}
	return passed, failed, nil
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

// testFile is a file with the processes that run it.
type testFile struct {
	name      string
	skipped   string // why it is not run
	processes []*process
}

// process is an engine that runs all tests of a file, or one.
type process struct {
	test          string // the one that it runs
	option, value string // which tests those are, for the runner in the engine

	ended chan struct{} // closed when the others are set
	judge *judge
	err   error
}

var testFunction = regexp.MustCompile(`(?m)^func (test_\w+)\(`)

// plan says what runs a file: one process, or one for each test.
func plan(o *options, file string) (*testFile, error) {
	name, err := filepath.Rel(o.project, file)
	if err != nil {
		return nil, err
	}
	f := &testFile{name: filepath.ToSlash(name)}
	if f.skipped, err = skipped(o, name); f.skipped != "" || err != nil {
		return f, err
	}
	if !f.quits() {
		f.processes = []*process{{option: "--only", value: o.only, ended: make(chan struct{})}}
		return f, nil
	}
	source, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	for _, match := range testFunction.FindAllStringSubmatch(string(source), -1) {
		if test := match[1]; strings.Contains(test, o.only) {
			f.processes = append(f.processes, &process{test: test, option: "--exactly", value: test, ended: make(chan struct{})})
		}
	}
	return f, nil
}

// quits reports whether its tests end the engine.
func (f *testFile) quits() bool { return strings.HasSuffix(f.name, "_quit.gd") }

// inEditor reports whether its tests run in the editor.
func (f *testFile) inEditor() bool { return strings.HasPrefix(f.name, editorFolder) }

// judged waits for the processes and adds up what they came to.
func (f *testFile) judged() (*judge, error) {
	all := newJudge()
	for _, p := range f.processes {
		<-p.ended
		if p.err != nil {
			return nil, p.err
		}
		if !f.quits() {
			return p.judge, nil
		}
		for _, r := range p.judge.results {
			if r.name != p.test {
				r.name = p.test + ": " + r.name
			}
			all.results = append(all.results, r)
		}
		all.notRun += p.judge.notRun
		all.skipped += p.judge.skipped
	}
	return all, nil
}

// start runs the files, as many processes at once as the options allow. The editor's files come
// first and one after the other: two editors of one project would spoil each other's files. Files
// with a process for each test come last, so that none that takes long does.
func start(o *options, files []*testFile) {
	var editors, long, short []func()
	for _, f := range files {
		for _, p := range f.processes {
			run := func() {
				p.judge, p.err = runProcess(o, f, p)
				close(p.ended)
			}
			switch {
			case f.inEditor():
				editors = append(editors, run)
			case f.quits():
				short = append(short, run)
			default:
				long = append(long, run)
			}
		}
	}
	jobs := make(chan func())
	for range o.parallel {
		go func() {
			for job := range jobs {
				job()
			}
		}()
	}
	go func() {
		defer close(jobs)
		jobs <- func() {
			for _, run := range editors {
				run()
			}
		}
		for _, run := range append(long, short...) {
			jobs <- run
		}
	}()
}

// runProcess runs one, with a devserver of its own: clients of different files meet in no topic.
func runProcess(o *options, f *testFile, p *process) (*judge, error) {
	var log io.Writer = io.Discard
	if o.verbose {
		log = os.Stdout
	}
	server := devserver.New(devserver.Options{})
	if err := server.Start("127.0.0.1:0"); err != nil {
		return nil, err
	}
	defer server.Close()
	program, arguments := o.godot, []string{"--headless"}
	switch {
	case o.web != "": // its main scene runs the file
	case o.exported != "":
		program, arguments = o.exported, append(arguments, "--verbose") // its main scene runs the file
	case f.inEditor():
		// A plugin runs the file there. No --verbose, as it shows what the editor itself leaves
		// behind.
		arguments = append(arguments, "--path", o.project, "--editor")
	default:
		arguments = append(arguments, "--path", o.project, "--verbose", "-s", "runner.gd")
	}
	arguments = append(arguments, "--", "--file", f.name, "--server", server.URL(), "--devserver", o.devserver, "--engine", o.godot,
		"--certificates", o.certificates, p.option, p.value)
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
	if o.editorCache != "" && f.inEditor() {
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
