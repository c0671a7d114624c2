// Command sitepages prepares and checks the documentation site, which MkDocs builds in between:
//
//	sitepages write FOLDER [ADDRESS COMMIT]   the site's Markdown: the guides, and the reference of the classes made from their help;
//	                                          links to other files lead to the source code at ADDRESS, as it is in COMMIT
//	sitepages check FOLDER                    follows each link and anchor of a built site
//
// It runs in the root of the repository.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"phoenixchannels/internal/classhelp"
)

// siteURL is where the help of the classes expects the site. scripts/site.sh has it as well.
const siteURL = "https://phoenix-channels.example/"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "sitepages:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "write":
		return writeSite(args[1], &source{root: "."})
	case len(args) == 4 && args[0] == "write":
		return writeSite(args[1], &source{root: ".", address: args[2], commit: args[3]})
	case len(args) == 2 && args[0] == "check":
		links, err := checkSite(args[1])
		if err == nil {
			fmt.Printf("%d links\n", links)
		}
		return err
	}
	return errors.New("usage: sitepages write FOLDER [ADDRESS COMMIT] | sitepages check FOLDER")
}

// writeSite writes all pages of the site as Markdown.
func writeSite(folder string, from *source) error {
	if err := from.copyPages(folder); err != nil {
		return err
	}
	classes, err := classhelp.ReadFolder(filepath.Join(from.root, "gdext/docs"))
	if err != nil {
		return err
	}
	help := newHelp(classes)
	for _, class := range classes {
		text, err := help.classPage(class)
		if err != nil {
			return err
		}
		if err := write(filepath.Join(folder, "reference", class.Name+".md"), []byte(text)); err != nil {
			return err
		}
	}
	text, err := help.indexPage(classes)
	if err != nil {
		return err
	}
	return write(filepath.Join(folder, "reference", "index.md"), []byte(text))
}
