package docs

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"go/format"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.yaml.in/yaml/v3"
)

// languages has for each language of a block how it is checked here; nil where that is done
// elsewhere, or there is nothing to check.
var languages = map[string]func(text string) error{
	"gdscript":         nil,
	"gdscript refused": nil, // what the engine must refuse
	"elixir":           nil,
	"ini":              nil, // the tutorial's files
	"text":             nil, // what a program prints, or a picture
	"sh":               checkCommands,
	"c":                checkC,
	"csharp":           checkCSharp,
	"go":               checkGo,
	"json":             checkJSON,
	"xml":              checkXML,
	"yaml":             checkYAML,
	"nginx":            checkNginx,
	"caddyfile":        checkBraces,
}

func TestMistakesInBlocksAreFound(t *testing.T) {
	for language, mistakes := range map[string][]string{
		"c":         {"int x = ;", "#include \"nothing.h\"\n"},
		"go":        {"func {"},
		"json":      {`{"a": 1,}`},
		"xml":       {"<a></b>", "<a>"},
		"yaml":      {"a: [1"},
		"nginx":     {"server {\n  listen 80\n}\n", "server {\n"},
		"caddyfile": {"a {\n", "}{\n"},
		"sh": {
			"if\n", "./build.sh\n", "./build.sh fly\n", "./build.sh demo --fly\n", "./build.sh test nothing\n", "cd nowhere\n",
			"go run ./nothing\n", "go fly\n", "mix fly\n", "A=1 fly # away\n", "true && ./build.sh fly\n",
		},
	} {
		for _, mistake := range mistakes {
			assert.Error(t, languages[language](mistake), "%s: %q", language, mistake)
		}
	}
}

// checkC compiles sources with the header of the C ABI: those without an #include as statements in
// a function.
func checkC(text string) error {
	if !strings.Contains(text, "#include") {
		text = "#include <phoenix_channels.h>\nvoid example(void);\nvoid example(void) {\n" + text + "}\n"
	}
	compile := exec.Command("cc", "-std=c11", "-Wall", "-Wextra", "-Wno-unused", "-Werror", "-fsyntax-only", "-I"+root+"/capi", "-x", "c", "-")
	compile.Stdin = strings.NewReader(text)
	if output, err := compile.CombinedOutput(); err != nil {
		return fmt.Errorf("cc: %s", output)
	}
	return nil
}

// checkCSharp compiles a file with the wrappers for C# and the types of the engine that they use,
// where a compiler of Mono is installed.
func checkCSharp(text string) error {
	compiler, err := exec.LookPath("mcs")
	if err != nil {
		return nil // the workflow compiles it with .NET
	}
	folder, err := os.MkdirTemp("", "csharp")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "Example.cs")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return err
	}
	compile := exec.Command(compiler, "-target:library", "-langversion:latest", "-warnaserror", "-out:"+filepath.Join(folder, "example.dll"),
		file, root+"/docs/csharp/PhoenixChannels.cs", root+"/tests/csharp/godot.cs")
	if output, err := compile.CombinedOutput(); err != nil {
		return fmt.Errorf("mcs: %s", output)
	}
	return nil
}

func checkGo(text string) error {
	_, err := format.Source([]byte(text))
	return err
}

func checkJSON(text string) error {
	var value any
	return json.Unmarshal([]byte(text), &value)
}

func checkYAML(text string) error {
	var value any
	return yaml.Unmarshal([]byte(text), &value)
}

func checkXML(text string) error {
	decoder := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func checkNginx(text string) error {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && line[0] != '#' && !strings.ContainsAny(line[len(line)-1:], "{};") {
			return fmt.Errorf("a line without its end: %s", line)
		}
	}
	return checkBraces(text)
}

func checkBraces(text string) error {
	depth := 0
	for _, character := range text {
		switch character {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth < 0 {
			return errors.New("a } too many")
		}
	}
	if depth > 0 {
		return errors.New("a } too few")
	}
	return nil
}
