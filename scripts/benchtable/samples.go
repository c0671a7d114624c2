package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

// figure is what was measured under one name.
type figure struct {
	unit    string
	numbers []float64
}

func (f *figure) median() float64 {
	sorted := slices.Sorted(slices.Values(f.numbers))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// samples are all figures by their names.
type samples map[string]*figure

func (s samples) readFile(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := s.read(file); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// read takes the lines of samples out of whatever a program printed.
func (s samples) read(r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		rest, ok := strings.CutPrefix(lines.Text(), "bench: ")
		if !ok {
			continue
		}
		words := strings.Fields(rest)
		if len(words) != 3 {
			return fmt.Errorf("the line %q is not FIGURE NUMBER UNIT", rest)
		}
		number, err := strconv.ParseFloat(words[1], 64)
		if err != nil {
			return fmt.Errorf("the line %q has no number", rest)
		}
		f := s[words[0]]
		if f == nil {
			f = &figure{unit: words[2]}
			s[words[0]] = f
		}
		if f.unit != words[2] {
			return fmt.Errorf("the figure %s is in %s and in %s", words[0], f.unit, words[2])
		}
		f.numbers = append(f.numbers, number)
	}
	return lines.Err()
}
