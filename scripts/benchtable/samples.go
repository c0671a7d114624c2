package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchmath"
)

// figure is what was measured under one name.
type figure struct {
	unit    string
	numbers []float64
}

func (f *figure) median() float64 {
	sample := benchmath.NewSample(f.numbers, &benchmath.DefaultThresholds)
	return benchmath.AssumeNothing.Summary(sample, 0.95).Center
}

// spread is how far the middle half of the samples lies apart, as a part of their median.
func (f *figure) spread() float64 {
	sorted := slices.Sorted(slices.Values(f.numbers))
	return (sorted[len(sorted)*3/4] - sorted[len(sorted)/4]) / f.median()
}

// samples are all figures by their names.
type samples map[string]*figure

func (s samples) readFile(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	return s.read(file, name)
}

// noise says in a line how far the samples of a figure lie apart, which is how little a run on a
// busy machine is worth.
func (s samples) noise() string {
	var spreads []float64
	for _, f := range s {
		if len(f.numbers) >= minForNoise && f.median() > 0 {
			spreads = append(spreads, f.spread())
		}
	}
	if spreads == nil {
		return "noise: too few samples to tell"
	}
	slices.Sort(spreads)
	return fmt.Sprintf("noise: the middle half of a figure's samples lies %.0f %% apart (median of %d figures; of the noisiest tenth %.0f %% or more)",
		100*spreads[len(spreads)/2], len(spreads), 100*spreads[len(spreads)*9/10])
}

// minForNoise is how many samples a figure needs to say something of noise.
const minForNoise = 4

// read takes the samples out of whatever a program printed.
func (s samples) read(r io.Reader, file string) error {
	reader := benchfmt.NewReader(r, file)
	for reader.Scan() {
		switch record := reader.Result().(type) {
		case *benchfmt.SyntaxError:
			return record
		case *benchfmt.Result:
			value, name := record.Values[0], string(record.Name)
			number, unit := value.Value, value.Unit
			if value.OrigUnit != "" { // as it was printed, such as ns
				number, unit = value.OrigValue, value.OrigUnit
			}
			f := cmp.Or(s[name], &figure{unit: unit})
			if f.unit != unit {
				return fmt.Errorf("%s: the figure %s is in %s and in %s", file, name, f.unit, unit)
			}
			f.numbers = append(f.numbers, number)
			s[name] = f
		}
	}
	return reader.Err()
}
