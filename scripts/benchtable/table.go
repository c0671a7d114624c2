package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// table is what a run has measured.
type table struct {
	Rows []result `json:"rows"`
}

// result is a row of the table.
type result struct {
	What     string  `json:"what"`
	Figure   string  `json:"figure"`
	Unit     string  `json:"unit"`
	Samples  int     `json:"samples"`
	Ours     float64 `json:"ours"`
	Baseline float64 `json:"baseline,omitempty"`
	Ratio    float64 `json:"ratio,omitempty"`  // how many times better than the baseline; of a growth, how many times as much
	Growth   float64 `json:"growth,omitempty"` // the linear one
	Target   string  `json:"target"`
	Met      bool    `json:"met"`
}

// newTable makes the rows whose figures were measured; what was not is left out, as Node.js may be
// missing. No row at all is an error.
func newTable(rows []row, s samples) (*table, error) {
	t := new(table)
	for _, r := range rows {
		ours := s[r.figure]
		if ours == nil {
			continue
		}
		made := result{What: r.what, Figure: r.figure, Unit: ours.unit, Samples: len(ours.numbers), Ours: ours.median(), Target: r.target()}
		if r.baseline != "" {
			baseline := s[r.baseline]
			if baseline == nil {
				continue
			}
			made.Baseline = baseline.median()
			made.Ratio = made.Baseline / made.Ours
			if r.moreIsBetter || r.growth != 0 {
				made.Ratio = made.Ours / made.Baseline
			}
		}
		made.Growth = r.growth
		made.Met = r.isMet(made)
		t.Rows = append(t.Rows, made)
	}
	if len(t.Rows) == 0 {
		return nil, fmt.Errorf("none of the figures of the table was measured")
	}
	return t, nil
}

func readTable(name string) (*table, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	t := new(table)
	if err := json.Unmarshal(data, t); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}

func (t *table) writeFile(name string) error {
	data, err := json.MarshalIndent(t, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append(data, '\n'), 0o644)
}

func (t *table) write(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\tours\tbaseline\tratio\tto reach\t")
	for _, r := range t.Rows {
		fmt.Fprintf(w, "%s\t%s\n", r.What, strings.Join(r.cells(), "\t"))
	}
	w.Flush()
}

func (t *table) writeMarkdown(out io.Writer) {
	fmt.Fprintln(out, "| what | ours | baseline | ratio | to reach | |\n|---|---|---|---|---|---|")
	for _, r := range t.Rows {
		fmt.Fprintf(out, "| %s | %s |\n", r.What, strings.Join(r.cells(), " | "))
	}
}

func (r result) cells() []string {
	baseline, ratio, met := "", "", ""
	if r.Ratio != 0 {
		baseline, ratio = quantity(r.Baseline, r.Unit), fmt.Sprintf("%.2f", r.Ratio)
	}
	if !r.Met {
		met = "not reached"
	}
	return []string{quantity(r.Ours, r.Unit), baseline, ratio, r.Target, met}
}

// compare fails when a row is worse than in an earlier table by a factor of two, and not what is to
// be reached. Times without a baseline are not compared.
func (t *table) compare(earlier *table) error {
	var worse []string
	for _, r := range t.Rows {
		i := slices.IndexFunc(earlier.Rows, func(e result) bool { return e.Figure == r.Figure })
		if i < 0 {
			continue
		}
		e := earlier.Rows[i]
		switch {
		case r.Met:
		case r.Growth != 0 && r.Ratio > 2*max(e.Ratio, tolerance*r.Growth):
			worse = append(worse, fmt.Sprintf("%s: %.2f times as much, was %.2f", r.What, r.Ratio, e.Ratio))
		case r.Growth == 0 && r.Ratio != 0 && r.Ratio < e.Ratio/2:
			worse = append(worse, fmt.Sprintf("%s: %.2f times the baseline, was %.2f", r.What, r.Ratio, e.Ratio))
		case r.Ratio == 0 && !isTime(r.Unit) && r.Ours > 2*e.Ours && r.Ours-e.Ours > 1:
			worse = append(worse, fmt.Sprintf("%s: %s, was %s", r.What, quantity(r.Ours, r.Unit), quantity(e.Ours, e.Unit)))
		}
	}
	if worse != nil {
		return fmt.Errorf("worse by a factor of two:\n  %s", strings.Join(worse, "\n  "))
	}
	return nil
}

func isTime(unit string) bool { return unit == "ns" || unit == "ms" || unit == "percent" }

// quantity is a number as people read it.
func quantity(number float64, unit string) string {
	switch {
	case unit == "ns" && number >= 1e6:
		return significant(number/1e6) + " ms"
	case unit == "ns" && number >= 1e3:
		return significant(number/1e3) + " µs"
	case unit == "per_second":
		return thousands(number) + " /s"
	case unit == "bytes" && number >= 1e6:
		return fmt.Sprintf("%.2f MB", number/1e6)
	case unit == "bytes" && number >= 1e3:
		return fmt.Sprintf("%.1f KB", number/1e3)
	case unit == "percent":
		return significant(number) + " %"
	}
	return significant(number) + " " + unit
}

func significant(number float64) string {
	if number >= 100 {
		return strconv.FormatFloat(number, 'f', 0, 64)
	}
	return strconv.FormatFloat(number, 'g', 3, 64)
}

func thousands(number float64) string {
	digits := strconv.FormatFloat(number, 'f', 0, 64)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
