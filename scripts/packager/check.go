package main

import (
	"bytes"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// check returns the problems of a library: it must export exactly the wanted names, need no glibc
// newer than the version, its segments must fit the pages of its systems, and it must stay in
// memory when a program frees it.
func check(path, glibc string, wanted []string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	libraries := [][]byte{content}
	if fat, err := macho.NewFatFile(bytes.NewReader(content)); err == nil {
		libraries = nil
		for _, arch := range fat.Arches {
			libraries = append(libraries, content[arch.Offset:arch.Offset+arch.Size])
		}
	}
	for _, library := range libraries {
		shown, err := exports(library, glibc)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		slices.Sort(shown)
		wanted = slices.Sorted(slices.Values(wanted))
		if !slices.Equal(shown, wanted) {
			return fmt.Errorf("%s shows the symbols %v, not %v", path, shown, wanted)
		}
		if !staysLoaded(library) {
			return fmt.Errorf("%s can be unmapped by a program that frees it, while Go's threads run", path)
		}
	}
	return nil
}

// exports are the symbols that a library of any system shows to others.
func exports(library []byte, glibc string) ([]string, error) {
	reader := bytes.NewReader(library)
	if file, err := elf.NewFile(reader); err == nil {
		return elfExports(file, glibc)
	}
	if file, err := macho.NewFile(reader); err == nil {
		return machoExports(file)
	}
	if file, err := pe.NewFile(reader); err == nil {
		return peExports(file)
	}
	return nil, errors.New("neither a Linux, nor a macOS, nor a Windows library")
}

// staysLoaded reports whether the library, once loaded, stays until the process ends: as Go's
// linker asks for on Linux, as dyld does on macOS with thread-local variables (dlclose(3)), or
// because it pins itself, on Windows.
func staysLoaded(library []byte) bool {
	const hasThreadLocals = 0x800000 // MH_HAS_TLV_DESCRIPTORS
	reader := bytes.NewReader(library)
	if file, err := elf.NewFile(reader); err == nil {
		flags, err := file.DynValue(elf.DT_FLAGS_1)
		return err == nil && len(flags) > 0 && elf.DynFlag1(flags[0])&elf.DF_1_NODELETE != 0
	}
	if file, err := macho.NewFile(reader); err == nil {
		return file.Flags&hasThreadLocals != 0
	}
	if file, err := pe.NewFile(reader); err == nil {
		imports, err := file.ImportedSymbols()
		return err == nil && slices.Contains(imports, "GetModuleHandleExW:KERNEL32.dll")
	}
	return false
}

// androidPage is the size of a page on some of the phones with Android 15 or newer, and on some
// arm64 machines with Linux.
const androidPage = 16 << 10

func elfExports(file *elf.File, glibc string) (names []string, err error) {
	libraries, err := file.ImportedLibraries()
	if err != nil {
		return nil, err
	}
	isForAndroid := slices.Contains(libraries, "libc.so") // elsewhere it is libc.so.6
	for _, segment := range file.Progs {
		if segment.Type == elf.PT_LOAD && segment.Align < androidPage && (isForAndroid || file.Machine == elf.EM_AARCH64) {
			return nil, fmt.Errorf("a segment is aligned to %d bytes, and a page may have %d", segment.Align, androidPage)
		}
	}
	symbols, err := file.DynamicSymbols()
	if err != nil {
		return nil, err
	}
	for _, symbol := range symbols {
		if version, ok := strings.CutPrefix(symbol.Version, "GLIBC_"); ok && isNewer(version, glibc) {
			return nil, fmt.Errorf("%s is from glibc %s, newer than %s", symbol.Name, version, glibc)
		}
		if symbol.Section != elf.SHN_UNDEF && elf.ST_BIND(symbol.Info) != elf.STB_LOCAL {
			names = append(names, symbol.Name)
		}
	}
	return names, nil
}

// isNewer compares versions of numbers with dots between.
func isNewer(version, than string) bool {
	numbers := func(text string) (list []int) {
		for part := range strings.SplitSeq(text, ".") {
			n, _ := strconv.Atoi(part)
			list = append(list, n)
		}
		return list
	}
	return slices.Compare(numbers(version), numbers(than)) > 0
}

func machoExports(file *macho.File) (names []string, err error) {
	const (
		stab           = 0xe0 // any of these bits: for a debugger
		privateExtern  = 0x10
		external       = 0x01
		typeMask       = 0x0e
		definedSection = 0x0e
	)
	// What the linker and cgo add themselves (with _cgo_…); only Apple's linker can hide these.
	own := []string{"__dso_handle", "_mh_dylib_header", "crosscall1", "crosscall2"}
	if file.Symtab == nil {
		return nil, errors.New("it has no symbol table")
	}
	for _, symbol := range file.Symtab.Syms {
		shown := symbol.Type&(stab|privateExtern) == 0 && symbol.Type&external != 0 && symbol.Type&typeMask == definedSection
		if name := strings.TrimPrefix(symbol.Name, "_"); shown && !slices.Contains(own, name) && !strings.HasPrefix(name, "_cgo_") {
			names = append(names, name)
		}
	}
	return names, nil
}

// peExports reads the names of the export directory, which the standard library leaves to its user.
func peExports(file *pe.File) ([]string, error) {
	header, ok := file.OptionalHeader.(*pe.OptionalHeader64)
	if !ok || header.NumberOfRvaAndSizes == 0 {
		return nil, errors.New("it is no 64 bit library with exports")
	}
	directory, err := peData(file, header.DataDirectory[pe.IMAGE_DIRECTORY_ENTRY_EXPORT].VirtualAddress)
	if err != nil {
		return nil, err
	}
	var fields [10]uint32 // of IMAGE_EXPORT_DIRECTORY
	if _, err := binary.Decode(directory, binary.LittleEndian, &fields); err != nil {
		return nil, err
	}
	const numberOfNames, addressOfNames = 6, 8
	addresses, err := peData(file, fields[addressOfNames])
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, fields[numberOfNames])
	for i := range int(fields[numberOfNames]) {
		if len(addresses) < 4*i+4 {
			return nil, errors.New("its export table is cut off")
		}
		text, err := peData(file, binary.LittleEndian.Uint32(addresses[4*i:]))
		if err != nil {
			return nil, err
		}
		name, _, _ := bytes.Cut(text, []byte{0})
		names = append(names, string(name))
	}
	return names, nil
}

// peData returns the file's bytes from an address to the end of its section.
func peData(file *pe.File, address uint32) ([]byte, error) {
	for _, section := range file.Sections {
		if address >= section.VirtualAddress && address < section.VirtualAddress+section.VirtualSize {
			data, err := section.Data()
			if offset := int(address - section.VirtualAddress); err != nil || offset <= len(data) {
				return data[min(offset, len(data)):], err
			}
		}
	}
	return nil, fmt.Errorf("nothing stands at the address %#x", address)
}
