package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// generate gives the header of the package capi in a folder.
func generate(folder string) ([]byte, error) {
	var w writer
	w.text(before)
	codes, err := parse(filepath.Join(folder, "abi", "codes.go"))
	if err != nil {
		return nil, err
	}
	for _, decl := range codes.Decls {
		if err := w.constants(decl); err != nil {
			return nil, err
		}
	}
	event, err := parse(filepath.Join(folder, "abi", "event.go"))
	if err != nil {
		return nil, err
	}
	if err := w.event(event); err != nil {
		return nil, err
	}
	w.text(openC)
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(names, func(a, b string) int { return -strings.Compare(a, b) }) // main.go first
	for _, name := range names {
		file, err := parse(name)
		if err != nil {
			return nil, err
		}
		for _, decl := range file.Decls {
			if err := w.function(decl); err != nil {
				return nil, err
			}
		}
	}
	w.text(after)
	return w.Bytes(), nil
}

func parse(name string) (*ast.File, error) {
	return parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
}

type writer struct{ bytes.Buffer }

func (w *writer) text(lines string) { w.WriteString(lines) }

// comment writes a doc comment, without directives.
func (w *writer) comment(indent string, doc *ast.CommentGroup) {
	lines := strings.Split(strings.TrimSpace(doc.Text()), "\n")
	if lines[0] == "" {
		return
	}
	for i, line := range lines {
		lead := " * "
		if i == 0 {
			lead = "/* "
		}
		fmt.Fprintf(w, "%s%s%s", indent, lead, line)
		if i == len(lines)-1 {
			w.text(" */")
		}
		w.text("\n")
	}
}

// constants writes a block of numbers as an enum without a name.
func (w *writer) constants(decl ast.Decl) error {
	block, ok := decl.(*ast.GenDecl)
	if !ok || block.Tok != token.CONST {
		return nil
	}
	w.text("\n")
	w.comment("", block.Doc)
	w.text("enum {\n")
	for _, spec := range block.Specs {
		constant := spec.(*ast.ValueSpec)
		if len(constant.Values) != 1 {
			return fmt.Errorf("%s: a number of the C ABI is written out", constant.Names[0])
		}
		value := ""
		switch v := constant.Values[0].(type) {
		case *ast.BasicLit:
			value = v.Value
		case *ast.UnaryExpr:
			value = v.Op.String() + v.X.(*ast.BasicLit).Value
		default:
			return fmt.Errorf("%s: a number of the C ABI is written out", constant.Names[0])
		}
		w.comment("\t", constant.Doc)
		fmt.Fprintf(w, "\tPHX_%s = %s,\n", strings.ToUpper(underscores(constant.Names[0].Name)), value)
	}
	w.text("};\n")
	return nil
}

// event writes the struct EventHeader as phx_event.
func (w *writer) event(file *ast.File) error {
	for _, decl := range file.Decls {
		types, ok := decl.(*ast.GenDecl)
		if !ok || types.Tok != token.TYPE || types.Specs[0].(*ast.TypeSpec).Name.Name != "EventHeader" {
			continue
		}
		w.text("\n/* What phx_poll() writes into the buffer, with the texts and the payload behind it. */\ntypedef struct phx_event {\n")
		for _, field := range types.Specs[0].(*ast.TypeSpec).Type.(*ast.StructType).Fields.List {
			w.comment("\t", field.Doc)
			fmt.Fprintf(w, "\t%s_t %s;\n", field.Type.(*ast.Ident).Name, underscores(field.Names[0].Name))
		}
		w.text("} phx_event;\n")
		return nil
	}
	return fmt.Errorf("there is no type EventHeader")
}

// cTypes are the types that an exported function may use. A text that it returns is the library's own.
var cTypes = map[string]string{
	"C.uint8_t": "uint8_t ", "C.int32_t": "int32_t ", "C.uint32_t": "uint32_t ", "C.int64_t": "int64_t ", "C.size_t": "size_t ",
	"*C.size_t": "size_t *", "*C.char": "const char *", "C.phx_text": "const char *", "C.phx_bytes": "const void *",
	"unsafe.Pointer": "void *",
}

// function writes the prototype of an exported function.
func (w *writer) function(decl ast.Decl) error {
	fn, ok := decl.(*ast.FuncDecl)
	if !ok || fn.Doc == nil || !slices.ContainsFunc(fn.Doc.List, func(c *ast.Comment) bool { return c.Text == "//export "+fn.Name.Name }) {
		return nil
	}
	result, err := cType(fn.Type.Results.List[0].Type)
	if err != nil {
		return fmt.Errorf("%s: %w", fn.Name.Name, err)
	}
	var arguments []string
	for _, group := range fn.Type.Params.List {
		is, err := cType(group.Type)
		if err != nil {
			return fmt.Errorf("%s: %w", fn.Name.Name, err)
		}
		for _, name := range group.Names {
			arguments = append(arguments, is+strings.ToLower(underscores(name.Name)))
		}
	}
	if len(arguments) == 0 {
		arguments = []string{"void"}
	}
	w.text("\n")
	w.comment("", fn.Doc)
	fmt.Fprintf(w, "%s%s(%s);\n", result, fn.Name.Name, strings.Join(arguments, ", "))
	return nil
}

func cType(of ast.Expr) (string, error) {
	var name string
	switch t := of.(type) {
	case *ast.SelectorExpr:
		name = fmt.Sprintf("%s.%s", t.X, t.Sel)
	case *ast.StarExpr:
		if to, ok := t.X.(*ast.SelectorExpr); ok {
			name = fmt.Sprintf("*%s.%s", to.X, to.Sel)
		}
	}
	if is, ok := cTypes[name]; ok {
		return is, nil
	}
	return "", fmt.Errorf("no C type is known for %q", name)
}

// underscores gives a Go name as C names are written: retry_in_ms.
func underscores(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
