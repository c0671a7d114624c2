package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// writeZip packs the files of a folder; those that are named as programs become executable. Names
// are sorted, times and modes are set, so that nothing of the machine gets in.
func writeZip(folder, name string, modified time.Time, programs []string) error {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestCompression)
	})
	files := 0
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error { // in lexical order
		if err != nil || entry.IsDir() {
			return err
		}
		if !entry.Type().IsRegular() {
			return fmt.Errorf("%s is no regular file", path)
		}
		files++
		mode := fs.FileMode(0o644)
		if slices.Contains(programs, entry.Name()) {
			mode = 0o755
		}
		return addFile(w, folder, path, modified, mode)
	})
	if err != nil {
		return err
	}
	if files == 0 {
		return fmt.Errorf("%s holds no file", folder)
	}
	if err := w.Close(); err != nil {
		return err
	}
	if err := os.WriteFile(name, packed.Bytes(), 0o644); err != nil {
		return err
	}
	sum := fmt.Sprintf("%x  %s\n", sha256.Sum256(packed.Bytes()), filepath.Base(name)) // as sha256sum --check reads it
	return os.WriteFile(name+".sha256", []byte(sum), 0o644)
}

func addFile(w *zip.Writer, folder, path string, modified time.Time, mode fs.FileMode) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	name, err := filepath.Rel(folder, path)
	if err != nil {
		return err
	}
	header := &zip.FileHeader{Name: filepath.ToSlash(name), Method: zip.Deflate, Modified: modified}
	header.SetMode(mode)
	entry, err := w.CreateHeader(header)
	if err != nil {
		return err
	}
	_, err = entry.Write(content)
	return err
}
