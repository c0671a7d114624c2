package main

import (
	"bytes"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// checkProgram tells what is wrong with a program: it must be for one system and exactly the
// processors of the platforms (OS/ARCH, as Go names them), and load nothing but the system's own
// libraries.
func checkProgram(path string, platforms []string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	found, err := programPlatforms(content)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if wanted := slices.Sorted(slices.Values(platforms)); !slices.Equal(found, wanted) {
		return fmt.Errorf("%s is a program for %v, not for %v", path, found, wanted)
	}
	return nil
}

// programPlatforms are the platforms of a program, sorted.
func programPlatforms(content []byte) (platforms []string, err error) {
	reader := bytes.NewReader(content)
	if file, err := elf.NewFile(reader); err == nil {
		return elfProgram(file)
	}
	if file, err := pe.NewFile(reader); err == nil {
		return peProgram(file)
	}
	files := []*macho.File{}
	if fat, err := macho.NewFatFile(reader); err == nil {
		for _, arch := range fat.Arches {
			files = append(files, arch.File)
		}
	} else if file, err := macho.NewFile(reader); err == nil {
		files = append(files, file)
	}
	if len(files) == 0 {
		return nil, errors.New("neither a Linux, nor a macOS, nor a Windows program")
	}
	for _, file := range files {
		platform, err := machoProgram(file)
		if err != nil {
			return nil, err
		}
		platforms = append(platforms, platform)
	}
	slices.Sort(platforms)
	return platforms, nil
}

func elfProgram(file *elf.File) ([]string, error) {
	for _, segment := range file.Progs {
		if segment.Type == elf.PT_INTERP {
			return nil, errors.New("it needs the C library of a certain Linux; build it with CGO_ENABLED=0")
		}
	}
	names := map[elf.Machine]string{elf.EM_X86_64: "amd64", elf.EM_AARCH64: "arm64"}
	if file.Type != elf.ET_EXEC {
		return nil, errors.New("it is no program that stands alone")
	}
	return []string{"linux/" + names[file.Machine]}, nil
}

func machoProgram(file *macho.File) (string, error) {
	libraries, err := file.ImportedLibraries()
	if err != nil {
		return "", err
	}
	for _, library := range libraries {
		if !strings.HasPrefix(library, "/usr/lib/") && !strings.HasPrefix(library, "/System/Library/") {
			return "", fmt.Errorf("it needs the library %s, which is not the system's", library)
		}
	}
	if file.Type != macho.TypeExec {
		return "", errors.New("it is no program that stands alone")
	}
	names := map[macho.Cpu]string{macho.CpuAmd64: "amd64", macho.CpuArm64: "arm64"}
	return "darwin/" + names[file.Cpu], nil
}

// windowsLibraries are those of Windows that a program of Go's may load.
var windowsLibraries = []string{"kernel32.dll"}

func peProgram(file *pe.File) ([]string, error) {
	symbols, err := file.ImportedSymbols()
	if err != nil {
		return nil, err
	}
	for _, symbol := range symbols {
		_, library, _ := strings.Cut(symbol, ":")
		if !slices.Contains(windowsLibraries, strings.ToLower(library)) {
			return nil, fmt.Errorf("it needs the library %s, which is not the system's", library)
		}
	}
	if file.Characteristics&pe.IMAGE_FILE_DLL != 0 {
		return nil, errors.New("it is no program that stands alone")
	}
	names := map[uint16]string{pe.IMAGE_FILE_MACHINE_AMD64: "amd64", pe.IMAGE_FILE_MACHINE_ARM64: "arm64"}
	return []string{"windows/" + names[file.Machine]}, nil
}
