package main

import (
	"cmp"
	"fmt"
	"io"
	"os"

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
