// Command csharp writes docs/csharp/PhoenixChannels.cs, typed wrappers of the classes for games in
// C#, from the help of the classes: what is in the help can be called, with its types, defaults and
// descriptions.
package main

//go:generate go run . ../../gdext/docs ../../docs/csharp/PhoenixChannels.cs

import (
	"errors"
	"fmt"
	"os"

	"phoenixchannels/internal/classhelp"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "csharp:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return errors.New("usage: csharp HELP_FOLDER FILE.cs")
	}
	classes, err := classhelp.ReadFolder(args[0])
	if err != nil {
		return err
	}
	text, err := wrappers(classes)
	if err != nil {
		return err
	}
	return os.WriteFile(args[1], []byte(text), 0o644)
}
