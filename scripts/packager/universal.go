package main

import (
	"bytes"
	"debug/macho"
	"encoding/binary"
	"fmt"
	"os"
)

// alignment of an architecture's part, as a power of two: the page size of arm64 macOS.
const alignment = 14

// writeUniversal joins macOS libraries of several architectures in Apple's "fat" file: a header, an
// entry for each architecture, and the libraries as they are. It is what lipo -create does.
func writeUniversal(name string, thin []string) error {
	type part struct {
		entry   macho.FatArchHeader
		content []byte
	}
	parts := make([]part, len(thin))
	seen := map[macho.Cpu]string{}
	offset := uint32(8 + 20*len(thin)) // the header and the entries
	for i, path := range thin {
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		library, err := macho.NewFile(bytes.NewReader(content))
		if err != nil {
			return fmt.Errorf("%s is no macOS library: %w", path, err)
		}
		if other, found := seen[library.Cpu]; found {
			return fmt.Errorf("%s and %s are both for %v", other, path, library.Cpu)
		}
		seen[library.Cpu] = path
		offset = (offset + 1<<alignment - 1) &^ (1<<alignment - 1)
		parts[i] = part{macho.FatArchHeader{
			Cpu: library.Cpu, SubCpu: library.SubCpu, Offset: offset, Size: uint32(len(content)), Align: alignment,
		}, content}
		offset += uint32(len(content))
	}

	var out bytes.Buffer
	write := func(value any) { _ = binary.Write(&out, binary.BigEndian, value) } // a Buffer takes everything
	write([2]uint32{macho.MagicFat, uint32(len(parts))})
	for _, p := range parts {
		write(p.entry)
	}
	for _, p := range parts {
		out.Write(make([]byte, int(p.entry.Offset)-out.Len()))
		out.Write(p.content)
	}
	return os.WriteFile(name, out.Bytes(), 0o644)
}
