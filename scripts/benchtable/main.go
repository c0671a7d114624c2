// Command benchtable makes the table of ./build.sh bench out of what the measuring programs print:
// a line a sample, in the form of Go's benchmarks, "BenchmarkFIGURE 1 NUMBER UNIT", which benchstat
// reads as well.
//
//	benchtable [-web] [-json FILE] [-against FILE] [-markdown] FILE...
//
// Each row compares the median of a figure with the median of its baseline, of the same run. -json
// writes the table to a file, -markdown prints it as docs/performance.md has it, from such a file.
// With -against, the table of an earlier run, a row that has become worse by a factor of two is a
// failure: times say nothing, as machines differ, but ratios do, and so do bytes.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	jsonFile := flag.String("json", "", "file to write the table to")
	against := flag.String("against", "", "the table of an earlier run, to compare with")
	web := flag.Bool("web", false, "the table of what is measured in a browser")
	markdown := flag.Bool("markdown", false, "print the table that is in the given JSON file, for the documentation")
	flag.Parse()
	if *web {
		rows = webRows
	}
	if err := run(os.Stdout, flag.Args(), *jsonFile, *against, *markdown); err != nil {
		fmt.Fprintln(os.Stderr, "benchtable:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, files []string, jsonFile, against string, markdown bool) error {
	if markdown {
		if len(files) != 1 {
			return fmt.Errorf("-markdown takes one file, the table in JSON")
		}
		t, err := readTable(files[0])
		if err == nil {
			t.writeMarkdown(out)
		}
		return err
	}
	samples := make(samples)
	for _, file := range files {
		if err := samples.readFile(file); err != nil {
			return err
		}
	}
	t, err := newTable(rows, samples)
	if err != nil {
		return err
	}
	t.write(out)
	fmt.Fprintln(out, samples.noise())
	if jsonFile != "" {
		if err := t.writeFile(jsonFile); err != nil {
			return err
		}
	}
	if against == "" {
		return nil
	}
	earlier, err := readTable(against)
	if err != nil {
		return err
	}
	return t.compare(earlier)
}
