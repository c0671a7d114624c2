// Package testnames finds the tests that exist, for tests of pages that name them.
package testnames

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Tests are the tests of a folder and those below it, by name.
type Tests struct {
	// golang has the text literals of each test function: its subtests have their names from among
	// them.
	golang map[string]map[string]bool
	// engine counts the files that have a test: of two with one name, a page could mean either.
	engine map[string]int
}

// Below finds the tests below a folder.
func Below(root string) (*Tests, error) {
	t := &Tests{golang: map[string]map[string]bool{}, engine: map[string]int{}}
	return t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == "node_modules" || name == "build" || name == "addons" || strings.HasPrefix(name, ".") && path != root):
			return fs.SkipDir
		case strings.HasSuffix(name, "_test.go"):
			return t.addGo(path)
		case strings.HasPrefix(name, "test_") && strings.HasSuffix(name, ".gd"):
			return t.addEngine(path)
		}
		return nil
	})
}

// Check returns an error unless there is a test of the name: TestName, TestName/subtest, or
// test_file.test_function of the engine's.
func (t *Tests) Check(name string) error {
	if !goTest.MatchString(name) {
		if n := t.engine[name]; n != 1 {
			return fmt.Errorf("there are %d tests %s", n, name)
		}
		return nil
	}
	function, subtest, _ := strings.Cut(name, "/")
	literals, found := t.golang[function]
	if !found {
		return fmt.Errorf("there is no test %s", function)
	}
	if subtest != "" && !literals[subtest] {
		return fmt.Errorf("%s has no subtest %q", function, subtest)
	}
	return nil
}

func (t *Tests) addGo(path string) error {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	for _, declaration := range file.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if !ok || function.Recv != nil || !goTest.MatchString(function.Name.Name) {
			continue
		}
		literals := map[string]bool{}
		ast.Inspect(function.Body, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				text, _ := strconv.Unquote(literal.Value)
				literals[text] = true
			}
			return true
		})
		t.golang[function.Name.Name] = literals
	}
	return nil
}

var (
	goTest     = regexp.MustCompile(`^(Test|Fuzz)`)
	engineTest = regexp.MustCompile(`(?m)^func (test_\w+)\(`)
)

func (t *Tests) addEngine(path string) error {
	text, err := os.ReadFile(path)
	for _, m := range engineTest.FindAllSubmatch(text, -1) {
		t.engine[strings.TrimSuffix(filepath.Base(path), ".gd")+"."+string(m[1])]++
	}
	return err
}
