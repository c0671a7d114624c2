// The program core measures package core against its baselines: a bare WebSocket, encoding/json,
// and the official JavaScript client on Node. It prints one line a sample, "BenchmarkFIGURE 1
// NUMBER UNIT"; ours and the baseline take turns, so that what else the machine does meets both.
//
//	go run ./tests/bench/core [-quick] [-only PATTERN]
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
)

// run is what the measurements share: the server, the scripts' folder, and how much to measure.
type run struct {
	quick   bool
	url     string // of the server, which is a process of its own
	scripts string // folder of the scripts for Node
}

// measurements in the order in which they run. The pattern of -only is compared with the names.
var measurements = []struct {
	name    string
	measure func(*run) error
}{
	{"core/echo/sequential", sequential},
	{"core/echo/pipelined", pipelined},
	{"core/decode", decode},
	{"core/presence", presence},
	{"core/idle", idle},
	{"core/growth/messages", growthOfMessages},
	{"core/growth/channels", growthOfChannels},
	{"core/growth/users", growthOfUsers},
	{"core/bots", bots},
}

func main() {
	quick := flag.Bool("quick", false, "fewer and shorter samples: seconds instead of minutes")
	only := flag.String("only", "", "measure only what matches this regular expression")
	flag.Parse()
	if err := start(*quick, *only, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func start(quick bool, only string, role []string) error {
	switch {
	case len(role) == 1 && role[0] == roleServer:
		return serve()
	case len(role) == 3 && role[0] == roleIdle:
		return weighIdleSockets(role[1], role[2])
	case len(role) == 1 && role[0] == roleLateness:
		return watchLateness()
	case len(role) > 0:
		return fmt.Errorf("unknown argument %q", role[0])
	}
	pattern, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	_, source, _, _ := runtime.Caller(0)
	server, err := startServer()
	if err != nil {
		return err
	}
	defer server.stop()
	r := &run{quick: quick, url: server.url, scripts: filepath.Join(filepath.Dir(source), "..", "js")}
	for _, m := range measurements {
		if !pattern.MatchString(m.name) {
			continue
		}
		if err := m.measure(r); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return nil
}

// sample prints one sample of a figure.
func sample(figure string, value float64, unit string) {
	fmt.Printf("Benchmark%s 1 %.6g %s\n", figure, value, unit)
}

// pick is the first when the run is quick.
func pick[T any](r *run, quick, normal T) T {
	if r.quick {
		return quick
	}
	return normal
}
