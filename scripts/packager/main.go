// Command packager makes what is released, the same bytes for the same input, and checks it:
//
//	packager zip FOLDER FILE.zip UNIX_SECONDS [PROGRAM...]
//	                                            what a folder holds, as a zip, and FILE.zip.sha256 beside it
//	packager universal FILE THIN...             macOS libraries of several architectures as one
//	packager check FILE GLIBC SYMBOL...         whether a library shows these symbols alone, runs with this glibc, fits pages, and stays in memory
//	packager program FILE OS/ARCH...            whether a program is for this system, for these processors alone, and needs no library of others
//
// UNIX_SECONDS is the time that each file in the zip gets. The files named PROGRAM are executable
// once they are unzipped.
package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "packager:", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("usage: packager zip FOLDER FILE.zip UNIX_SECONDS [PROGRAM…] | packager universal FILE THIN… | " +
	"packager check FILE GLIBC SYMBOL… | packager program FILE OS/ARCH…")

func run(args []string) error {
	switch {
	case len(args) >= 4 && args[0] == "zip":
		seconds, err := strconv.ParseInt(args[3], 10, 64)
		if err != nil {
			return fmt.Errorf("the time %q is not a number of seconds", args[3])
		}
		return writeZip(args[1], args[2], time.Unix(seconds, 0).UTC(), args[4:])
	case len(args) >= 3 && args[0] == "universal":
		return writeUniversal(args[1], args[2:])
	case len(args) >= 4 && args[0] == "check":
		return check(args[1], args[2], args[3:])
	case len(args) >= 3 && args[0] == "program":
		return checkProgram(args[1], args[2:])
	}
	return errUsage
}
