package gdext

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/internal/classhelp"
)

var allClasses = []*engine.Class{socketClass, channelClass, pushClass, presenceClass, peerClass}

// The engine reports no error for a help file that it cannot read.
func readDocs(t *testing.T) map[string]*classhelp.Class {
	documented := map[string]*classhelp.Class{}
	for _, text := range docs() {
		doc, err := classhelp.Parse([]byte(text))
		require.NoError(t, err)
		documented[doc.Name] = doc
	}
	require.Len(t, documented, len(allClasses))
	return documented
}

func TestDocumentationDescribesEverything(t *testing.T) {
	for name, doc := range readDocs(t) {
		assert.Contains(t, doc.Description, "[codeblock]", "%s has an example", name)
		for subject, text := range texts(doc) {
			text = strings.TrimSpace(text)
			assert.NotEmpty(t, text, subject)
			assert.Regexp(t, `(\.|\[/codeblock\])$`, text, "%s ends like a sentence", subject)
		}
	}
}

var tag = regexp.MustCompile(`\[(/?)(\w+)(?: ([^\]]*))?\]`)

// The engine shows a broken reference as plain text.
func TestDocumentationHasNoBrokenTag(t *testing.T) {
	documented := readDocs(t)
	for _, doc := range documented {
		for subject, text := range texts(doc) {
			open := ""
			for _, m := range tag.FindAllStringSubmatch(text, -1) {
				closing, kind, target := m[1] != "", m[2], m[3]
				switch {
				case closing:
					assert.Equal(t, open, kind, "%s closes what it opened", subject)
					open = ""
				case open != "": // code is not checked
				case slices.Contains([]string{"code", "codeblock", "b", "i"}, kind):
					open = kind
				case target == "":
					assert.Regexp(t, `^([A-Z]|(bool|int|float)$)`, kind, "%s refers to a class", subject)
				default:
					assert.True(t, leadsSomewhere(documented, doc, kind, target, subject), "%s: [%s %s]", subject, kind, target)
				}
			}
			assert.Empty(t, open, "%s closes what it opened", subject)
		}
	}
}

// leadsSomewhere reports whether the target of a reference exists. References to the engine's own
// classes are not checked.
func leadsSomewhere(documented map[string]*classhelp.Class, doc *classhelp.Class, kind, target, subject string) bool {
	if class, name, found := strings.Cut(target, "."); found {
		own, ours := documented[class]
		if !ours {
			return true
		}
		doc, target = own, name
	}
	contains := func(names []string) bool { return slices.Contains(names, target) }
	switch kind {
	case "method":
		return contains(mapped(doc.Methods, func(m classhelp.Callable) string { return m.Name }))
	case "member":
		return contains(mapped(doc.Members, func(m classhelp.Member) string { return m.Name }))
	case "signal":
		return contains(mapped(doc.Signals, func(s classhelp.Callable) string { return s.Name }))
	case "constant":
		return contains(mapped(doc.Constants, func(c classhelp.Constant) string { return c.Name })) ||
			target == "OK" || target == "FAILED" || strings.HasPrefix(target, "ERR_")
	case "enum":
		return slices.ContainsFunc(doc.Constants, func(c classhelp.Constant) bool { return c.Enum == target })
	case "param":
		for _, callable := range append(slices.Clone(doc.Methods), doc.Signals...) {
			if strings.HasSuffix(subject, "."+callable.Name) && contains(mapped(callable.Params, func(p classhelp.Value) string { return p.Name })) {
				return true
			}
		}
	}
	return false
}

// texts returns all descriptions of a class, by subject.
func texts(doc *classhelp.Class) map[string]string {
	all := map[string]string{doc.Name + " in brief": doc.Brief, doc.Name: doc.Description}
	for _, callable := range append(slices.Clone(doc.Methods), doc.Signals...) {
		all[doc.Name+"."+callable.Name] = callable.Description
	}
	for _, member := range doc.Members {
		if member.Overrides == "" { // otherwise the parent's property, with another default
			all[doc.Name+"."+member.Name] = member.Text
		}
	}
	for _, constant := range doc.Constants {
		all[doc.Name+"."+constant.Name] = constant.Text
	}
	return all
}

// Defaults are defined in core's settings table, and repeated in the help.
func TestHelpHasTheDefaultsAndUnitsOfTheSettings(t *testing.T) {
	members := map[string]classhelp.Member{}
	for _, member := range readDocs(t)[classSocket].Members {
		members[member.Name] = member
	}
	for name, setting := range core.NamedSettings() {
		member := members[name]
		require.NotNil(t, member.Default, name)
		kind, value := "", fmt.Sprint(setting.Default)
		switch v := setting.Default.(type) {
		case bool:
			kind = "bool"
		case int64:
			kind = "int"
		case float64:
			kind = "float"
		case []int64:
			kind, value = "PackedInt32Array", "PackedInt32Array("+strings.ReplaceAll(strings.Trim(value, "[]"), " ", ", ")+")"
		case string:
			if kind, value = "Variant", strconv.Quote(v); setting.Choices != nil {
				kind, value = "int", strconv.Itoa(slices.Index(setting.Choices, v))
			}
		default:
			kind = "Variant"
		}
		assert.Equal(t, kind, member.Type, name)
		assert.Equal(t, value, *member.Default, name)
		assert.Regexp(t, map[string]string{"ms": "(?i)milliseconds", "B": "bytes", "": ""}[setting.Unit], member.Text, name)
	}
}

func mapped[T any](list []T, f func(T) string) []string {
	var texts []string
	for _, item := range list {
		texts = append(texts, f(item))
	}
	return texts
}
