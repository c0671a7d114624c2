package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func samplesOf(t *testing.T, text string) samples {
	t.Helper()
	s := make(samples)
	require.NoError(t, s.read(strings.NewReader(text), "samples"))
	return s
}

func TestRowsCompareMediansWithTheirBaseline(t *testing.T) {
	rows := []row{
		{what: "time", figure: "t", baseline: "t/baseline", ratio: 4},
		{what: "rate", figure: "r", baseline: "r/baseline", ratio: 4, moreIsBetter: true},
		{what: "size", figure: "s", atMost: 100, unit: "bytes"},
		{what: "above", figure: "a", baseline: "a/baseline", atMost: 10, unit: "ns"},
		{what: "growth", figure: "t/baseline", baseline: "t", growth: 3},
		{what: "for information", figure: "r", baseline: "r/baseline", noTarget: true, moreIsBetter: true},
		{what: "not measured", figure: "n", atMost: 1},
		{what: "without its baseline", figure: "s", baseline: "n", ratio: 1},
	}
	table, err := newTable(rows, samplesOf(t, `
noise
Benchmarkt 1 10 ns
Benchmarkt 1 9999 ns
Benchmarkt 1 12 ns
Benchmarkt/baseline 1 48 ns
Benchmarkr 1 300 per_second
Benchmarkr/baseline 1 100 per_second
Benchmarks 1 102 bytes
Benchmarks 1 104 bytes
Benchmarka 1 25 ns
Benchmarka/baseline 1 15 ns
`))
	require.NoError(t, err)
	require.Equal(t, []result{
		{What: "time", Figure: "t", Unit: "ns", Samples: 3, Ours: 12, Baseline: 48, Ratio: 4, Target: "4 ×", Met: true},
		{What: "rate", Figure: "r", Unit: "per_second", Samples: 1, Ours: 300, Baseline: 100, Ratio: 3, Target: "4 ×"},
		{What: "size", Figure: "s", Unit: "bytes", Samples: 2, Ours: 103, Target: "100 bytes"},
		{What: "above", Figure: "a", Unit: "ns", Samples: 1, Ours: 25, Baseline: 15, Ratio: 0.6, Target: "baseline + 10 ns", Met: true},
		{What: "growth", Figure: "t/baseline", Unit: "ns", Samples: 1, Ours: 48, Baseline: 12, Ratio: 4, Growth: 3, Target: "grows 3 ×", Met: true},
		{What: "for information", Figure: "r", Unit: "per_second", Samples: 1, Ours: 300, Baseline: 100, Ratio: 3, Met: true},
	}, table.Rows)
	var out bytes.Buffer
	table.write(&out)
	assert.Contains(t, out.String(), "rate             300 /s     100 /s    3.00   4 ×               not reached")
}

func TestNoiseIsTheSpreadOfTheSamples(t *testing.T) {
	assert.Equal(t, "noise: too few samples to tell", samplesOf(t, "Benchmarka 1 1 ns").noise())
	steady := strings.Repeat("Benchmarksteady 1 10 ns\n", 5)
	noisy := "Benchmarknoisy 1 5 ns\nBenchmarknoisy 1 8 ns\nBenchmarknoisy 1 10 ns\nBenchmarknoisy 1 12 ns\nBenchmarknoisy 1 50 ns\n"
	assert.Contains(t, samplesOf(t, steady).noise(), "0 % apart (median of 1 figures; of the noisiest tenth 0 %")
	assert.Contains(t, samplesOf(t, noisy).noise(), "40 % apart (median of 1 figures")
}

func TestSamplesThatMakeNoSenseAreRefused(t *testing.T) {
	for text, problem := range map[string]string{
		"Benchmarka 1 1":                      "missing units",
		"Benchmarka 1 many ns":                "parsing measurement",
		"Benchmarka 1 1 ns\nBenchmarka 1 1 s": "in ns and in s",
	} {
		assert.ErrorContains(t, make(samples).read(strings.NewReader(text), "samples"), problem)
	}
	_, err := newTable(rows, samples{})
	assert.ErrorContains(t, err, "none of the figures")
}

func TestOnlyGrossRegressionsFail(t *testing.T) {
	tableOf := func(r result) *table {
		r.What, r.Figure = "it", "f"
		return &table{Rows: []result{r}}
	}
	for name, c := range map[string]struct {
		earlier, now result
		fails        bool
	}{
		"half as good a ratio":              {result{Ratio: 4, Unit: "ns"}, result{Ratio: 2, Unit: "ns"}, false},
		"less than half":                    {result{Ratio: 4, Unit: "ns"}, result{Ratio: 1.9, Unit: "ns"}, true},
		"less, but what is to be reached":   {result{Ratio: 200, Unit: "ns"}, result{Ratio: 50, Unit: "ns", Met: true}, false},
		"growth of twice as much":           {result{Ratio: 20, Growth: 10}, result{Ratio: 40, Growth: 10}, false},
		"growth of more than twice as much": {result{Ratio: 20, Growth: 10}, result{Ratio: 41, Growth: 10}, true},
		"growth near the linear one":        {result{Ratio: 1, Growth: 1}, result{Ratio: 2.9, Growth: 1}, false},
		"a longer time":                     {result{Ours: 1, Unit: "ms"}, result{Ours: 100, Unit: "ms"}, false},
		"more of the processor":             {result{Ours: 1, Unit: "percent"}, result{Ours: 100, Unit: "percent"}, false},
		"more than twice as many":           {result{Ours: 1000, Unit: "bytes"}, result{Ours: 2100, Unit: "bytes"}, true},
		"one more than none":                {result{Ours: 0, Unit: "allocations"}, result{Ours: 1, Unit: "allocations"}, false},
	} {
		err := tableOf(c.now).compare(tableOf(c.earlier))
		assert.Equal(t, c.fails, err != nil, "%s: %v", name, err)
	}
	assert.NoError(t, tableOf(result{Ratio: 1}).compare(new(table)), "a row that is new")
}

func TestQuantitiesAreReadable(t *testing.T) {
	for want, c := range map[string]struct {
		number float64
		unit   string
	}{
		"950 ns": {950, "ns"}, "1.5 µs": {1500, "ns"}, "251 µs": {250900, "ns"}, "1.25 ms": {1.25e6, "ns"},
		"1,234,567 /s": {1234567, "per_second"}, "7.94 MB": {7936000, "bytes"}, "61.2 KB": {61200, "bytes"}, "12 %": {12, "percent"},
		"1 frames": {1, "frames"}, "0 allocations": {0, "allocations"},
	} {
		assert.Equal(t, want, quantity(c.number, c.unit))
	}
}

func TestTheTableIsKeptAndPrinted(t *testing.T) {
	folder := t.TempDir()
	lines, kept := filepath.Join(folder, "lines"), filepath.Join(folder, "table.json")
	require.NoError(t, os.WriteFile(lines, []byte("Benchmarkengine/latency/p50 1 1 frames\n"), 0o600))
	var out bytes.Buffer
	require.NoError(t, run(&out, []string{lines}, kept, "", false))
	require.NoError(t, run(&out, []string{lines}, "", kept, false))
	out.Reset()
	require.NoError(t, run(&out, []string{kept}, "", "", true))
	assert.Contains(t, out.String(), "| 1 frames |")
	assert.ErrorContains(t, run(&out, []string{filepath.Join(folder, "none")}, "", "", false), "none")
}

// The documentation has the table of the last whole run, which quick ones are compared with.
func TestTheDocumentationHasTheLastTable(t *testing.T) {
	var table bytes.Buffer
	require.NoError(t, run(&table, []string{"../../tests/bench/table.json"}, "", "", true))
	page, err := os.ReadFile("../../docs/performance.md")
	require.NoError(t, err)
	assert.Contains(t, string(page), table.String(), "./build.sh bench writes tests/bench/table.json; put the table that it prints into docs/performance.md")
}
