package worker_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/web/protocol"
)

// numbersInGo reads the constants of package protocol: type → name → number, names as in GDScript.
func numbersInGo(t *testing.T) map[string]map[string]int {
	file, err := parser.ParseFile(token.NewFileSet(), "../../../web/protocol/protocol.go", nil, 0)
	require.NoError(t, err)
	words := regexp.MustCompile(`[A-Z][a-z]*`)
	all := map[string]map[string]int{}
	for _, declaration := range file.Decls {
		constants, ok := declaration.(*ast.GenDecl)
		if !ok || constants.Tok != token.CONST {
			continue
		}
		numbers := map[string]int{}
		for i, spec := range constants.Specs {
			name := spec.(*ast.ValueSpec).Names[0].Name
			numbers[strings.ToUpper(strings.Join(words.FindAllString(name, -1), "_"))] = i + 1
		}
		all[constants.Specs[0].(*ast.ValueSpec).Type.(*ast.Ident).Name] = numbers
	}
	return all
}

func numbersInGDScript(t *testing.T) map[string]map[string]int {
	text, err := os.ReadFile("../../../godot_project/addons/phoenix_channels/web/protocol.gd")
	require.NoError(t, err)
	all := map[string]map[string]int{}
	for _, enum := range regexp.MustCompile(`(?s)enum (\w+) \{(.*?)\n\}`).FindAllStringSubmatch(string(text), -1) {
		numbers := map[string]int{}
		for _, entry := range regexp.MustCompile(`(\w+) = (\d+)`).FindAllStringSubmatch(enum[2], -1) {
			numbers[entry[1]], _ = strconv.Atoi(entry[2]) // digits
		}
		all[enum[1]] = numbers
	}
	return all
}

func TestPageAndWorkerHaveTheSameNumbers(t *testing.T) {
	numbers := numbersInGo(t)
	assert.Equal(t, numbers, numbersInGDScript(t))
	assert.Equal(t, int(protocol.Ack), numbers["Command"]["ACK"])
	assert.Equal(t, int(protocol.EngineError), numbers["Record"]["ENGINE_ERROR"])
}

func TestTheScriptOfTheWorkerKnowsTheNumberOfAnError(t *testing.T) {
	script, err := os.ReadFile("../../../web/worker.js")
	require.NoError(t, err)
	assert.Contains(t, string(script), "const ENGINE_ERROR = "+strconv.Itoa(int(protocol.EngineError))+";")
}

func TestEveryCommandIsDescribed(t *testing.T) {
	description, err := os.ReadFile("../../../web/doc.go")
	require.NoError(t, err)
	for _, names := range numbersInGo(t) {
		for name := range names {
			assert.Contains(t, string(description), "//\t"+name+" ")
		}
	}
}
