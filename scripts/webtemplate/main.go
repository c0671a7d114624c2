// Command webtemplate packs an exported web game's engine as an export template:
//
//	webtemplate -from FOLDER -page FILE -o TEMPLATE.zip
//
// FOLDER holds the engine's files under the name index, as an export left them. An export replaces
// the exporter's page by the game's, so a page with the placeholders of a template has to be given.
package main

import (
	"archive/zip"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

// engineFiles are what an export copies from its template beside the page.
var engineFiles = []string{".js", ".wasm", ".audio.worklet.js", ".audio.position.worklet.js"}

func main() {
	from := flag.String("from", "", "folder of the exported game")
	page := flag.String("page", "", "HTML page of the template")
	out := flag.String("o", "", "zip to write")
	flag.Parse()
	if err := pack(*from, *page, *out); err != nil {
		fmt.Fprintln(os.Stderr, "webtemplate:", err)
		os.Exit(1)
	}
}

func pack(from, page, out string) (err error) {
	file, err := os.Create(out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	archive := zip.NewWriter(file)
	if err := add(archive, "godot.html", page); err != nil {
		return err
	}
	for _, suffix := range engineFiles {
		if err := add(archive, "godot"+suffix, filepath.Join(from, "index"+suffix)); err != nil {
			return err
		}
	}
	return archive.Close()
}

func add(archive *zip.Writer, name, path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	writer, err := archive.Create(name)
	if err != nil {
		return err
	}
	_, err = writer.Write(data)
	return err
}
