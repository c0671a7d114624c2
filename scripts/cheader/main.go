// Command cheader writes the C header of the library from the sources of package capi and capi/abi: the exported functions, the numbers
// and the event, with their doc comments. It runs in the folder of package capi (go generate ./capi).
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	to := flag.String("to", "", "the file to write")
	flag.Parse()
	header, err := generate(".")
	if err == nil {
		err = os.WriteFile(*to, header, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "cheader:", err)
		os.Exit(1)
	}
}
