// Command gotests turns the output of "go test -json" into what a person wants to read: a line a package, the whole output
// of what failed, and the coverage where it was measured.
//
//	go test -json ./... | gotests -totals build/test/go.totals
//
// It exits with 1 when a case failed or a package did not build.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	totals := flag.String("totals", "", "file to write the counts to: passed, failed and skipped, separated by blanks")
	flag.Parse()

	report := newReport(os.Stdout)
	if err := report.read(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "gotests:", err)
		os.Exit(2)
	}
	report.finish()
	if *totals != "" {
		counts := fmt.Sprintf("%d %d %d\n", report.passed, report.failed, report.skipped)
		if err := os.WriteFile(*totals, []byte(counts), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, "gotests:", err)
			os.Exit(2)
		}
	}
	if report.failed > 0 {
		os.Exit(1)
	}
}
