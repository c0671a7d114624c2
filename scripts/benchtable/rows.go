package main

import "fmt"

// row says what is compared with what, and what is to be reached.
type row struct {
	what         string
	figure       string
	baseline     string
	moreIsBetter bool    // of the figure, such as messages a second
	ratio        float64 // at least this many times better than the baseline; 0: see the next
	atMost       float64 // of the figure's unit, above the baseline if there is one
	unit         string  // of atMost, as it is shown
}

var rows = []row{
	{what: "a message of ten fields comes in, to the end of the handler: main thread", ratio: 4,
		figure: "engine/incoming/ten_fields", baseline: "engine/incoming/ten_fields/baseline"},
	{what: "the same with 30 KB", ratio: 3,
		figure: "engine/incoming/30_kb", baseline: "engine/incoming/30_kb/baseline"},
	{what: "`push()` of ten fields until it returns", ratio: 4,
		figure: "engine/outgoing/ten_fields", baseline: "engine/outgoing/ten_fields/baseline"},
	{what: "push → reply at 60 frames a second, median", atMost: 1, unit: "frames", figure: "engine/latency/p50"},
	{what: "the same, 99th percentile", atMost: 2, unit: "frames", figure: "engine/latency/p99"},
	{what: "messages a second of main thread's time into one handler", ratio: 5, moreIsBetter: true,
		figure: "engine/rate", baseline: "engine/rate/baseline"},
	{what: "an idle frame of a connected socket", atMost: 200, unit: "ns", figure: "engine/idle_frame", baseline: "engine/idle_frame/baseline"},
	{what: "the library, Linux x86_64", atMost: 8e6, unit: "bytes", figure: "library/size"},
	{what: "loading it, until the classes are registered", atMost: 10, unit: "ms", figure: "library/load"},
}

func (r row) target() string {
	switch {
	case r.ratio != 0:
		return fmt.Sprintf("%g ×", r.ratio)
	case r.baseline != "":
		return "baseline + " + quantity(r.atMost, r.unit)
	default:
		return quantity(r.atMost, r.unit)
	}
}

func (r row) isMet(of result) bool {
	if r.ratio != 0 {
		return of.Ratio >= r.ratio
	}
	return of.Ours-of.Baseline <= r.atMost
}
