// Package classhelp reads the class reference, gdext/docs/*.xml, in the engine's format.
package classhelp

import (
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Class is the reference of one class.
type Class struct {
	Name        string     `xml:"name,attr"`
	Inherits    string     `xml:"inherits,attr"`
	Brief       string     `xml:"brief_description"`
	Description string     `xml:"description"`
	Tutorials   []Tutorial `xml:"tutorials>link"`
	Methods     []Callable `xml:"methods>method"`
	Members     []Member   `xml:"members>member"`
	Signals     []Callable `xml:"signals>signal"`
	Constants   []Constant `xml:"constants>constant"`
}

// Tutorial is a link to a page outside the class reference.
type Tutorial struct {
	Title string `xml:"title,attr"`
	URL   string `xml:",chardata"`
}

// Callable is a method or a signal. Qualifiers such as "const" and "static" are separated by
// spaces.
type Callable struct {
	Name        string  `xml:"name,attr"`
	Qualifiers  string  `xml:"qualifiers,attr"`
	Return      Value   `xml:"return"`
	Params      []Value `xml:"param"`
	Description string  `xml:"description"`
}

// IsStatic reports whether the method is static.
func (c Callable) IsStatic() bool { return slices.Contains(strings.Fields(c.Qualifiers), "static") }

// Value is a parameter or a return value. Default is nil for a required parameter.
type Value struct {
	Name    string  `xml:"name,attr"`
	Type    string  `xml:"type,attr"`
	Enum    string  `xml:"enum,attr"`
	Default *string `xml:"default,attr"`
}

// Member is a property. A property without a setter is read-only. One with Overrides is inherited
// from the parent, with a different default.
type Member struct {
	Value
	Setter    string `xml:"setter,attr"`
	Getter    string `xml:"getter,attr"`
	Overrides string `xml:"overrides,attr"`
	Text      string `xml:",chardata"`
}

// Constant is a value of an enumeration.
type Constant struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
	Enum  string `xml:"enum,attr"`
	Text  string `xml:",chardata"`
}

// Enums returns the names of the class's enumerations, in the order of the reference.
func (c *Class) Enums() []string {
	var names []string
	for _, constant := range c.Constants {
		if !slices.Contains(names, constant.Enum) {
			names = append(names, constant.Enum)
		}
	}
	return names
}

// ReadFolder reads the reference of all classes in a folder, sorted by name.
func ReadFolder(folder string) ([]*Class, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.xml"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s holds no *.xml; name the folder with the help of the classes, gdext/docs", folder)
	}
	var classes []*Class
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		class, err := Parse(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		classes = append(classes, class)
	}
	return classes, nil
}

// Parse reads the reference of one class.
func Parse(text []byte) (*Class, error) {
	var class Class
	if err := xml.Unmarshal(text, &class); err != nil {
		return nil, fmt.Errorf("not the help of a class: %w", err)
	}
	if class.Name == "" {
		return nil, fmt.Errorf("not the help of a class: <class> has no name")
	}
	return &class, nil
}
