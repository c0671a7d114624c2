package main

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"

	"phoenixchannels/internal/classhelp"
)

const engineHelp = "https://docs.godotengine.org/en/stable/classes/"

// help is the help of all classes. References between them become links.
type help struct {
	classes map[string]*classhelp.Class
}

func newHelp(classes []*classhelp.Class) *help {
	h := &help{classes: map[string]*classhelp.Class{}}
	for _, class := range classes {
		h.classes[class.Name] = class
	}
	return h
}

var (
	tag       = regexp.MustCompile(`\[(/?)([A-Za-z_@]\w*)(?: ([^\]]+))?\]`)
	notInSlug = regexp.MustCompile(`[^a-z0-9]+`)
	special   = regexp.MustCompile("[\\\\`*_{}\\[\\]<>#|&~^]")
)

// markdown turns a description of a class, in the engine's BBCode, into Markdown.
func (h *help) markdown(class *classhelp.Class, text string) (string, error) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "[codeblock]")
		if err := h.paragraphs(&out, class, before); err != nil {
			return "", err
		}
		if !found {
			return out.String(), nil
		}
		code, after, closed := strings.Cut(rest, "[/codeblock]")
		if !closed {
			return "", fmt.Errorf("%s: a [codeblock] is not closed", class.Name)
		}
		fmt.Fprintf(&out, "```gdscript\n%s```\n\n", unindent(code))
		text = after
	}
}

// paragraphs writes text without code blocks. Each line is a paragraph, or an item of a list if it begins with "- ".
func (h *help) paragraphs(out *strings.Builder, class *classhelp.Class, text string) error {
	inList := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		item, isItem := strings.CutPrefix(line, "- ")
		if inList && !isItem {
			out.WriteString("\n")
		}
		inList = isItem
		inline, err := h.inline(class, item)
		if err != nil {
			return err
		}
		if isItem {
			fmt.Fprintf(out, "- %s\n", inline)
		} else {
			fmt.Fprintf(out, "%s\n\n", inline)
		}
	}
	if inList {
		out.WriteString("\n")
	}
	return nil
}

// inline turns the tags within one line into Markdown.
func (h *help) inline(class *classhelp.Class, text string) (string, error) {
	var out strings.Builder
	for {
		place := tag.FindStringSubmatchIndex(text)
		if place == nil {
			out.WriteString(escape(text))
			return out.String(), nil
		}
		match := tag.FindStringSubmatch(text)
		closing, kind, target := match[1] != "", match[2], match[3]
		out.WriteString(escape(text[:place[0]]))
		text = text[place[1]:]
		switch {
		case kind == "code" && !closing:
			code, after, closed := strings.Cut(text, "[/code]")
			if !closed {
				return "", fmt.Errorf("%s: a [code] is not closed: %s", class.Name, code)
			}
			out.WriteString(codeSpan(code))
			text = after
		case kind == "b":
			out.WriteString("**")
		case kind == "i":
			out.WriteString("*")
		case closing:
			return "", fmt.Errorf("%s: [/%s] closes nothing", class.Name, kind)
		case kind == "param":
			out.WriteString(codeSpan(target))
		case target == "":
			out.WriteString(link(kind, h.classURL(kind)))
		default:
			link, err := h.reference(class, kind, target)
			if err != nil {
				return "", err
			}
			out.WriteString(link)
		}
	}
}

// anchors names the anchors of the engine's documentation by the tags of the help.
var anchors = map[string]string{"method": "method", "member": "property", "signal": "signal", "constant": "constant", "enum": "enum"}

// reference returns a link for a tag such as [method PhoenixSocket.channel].
func (h *help) reference(class *classhelp.Class, kind, target string) (string, error) {
	anchor, known := anchors[kind]
	if !known {
		return "", fmt.Errorf("%s: unknown tag [%s %s]", class.Name, kind, target)
	}
	owner, name, qualified := strings.Cut(target, ".")
	if !qualified {
		owner, name = class.Name, target
	}
	label := target
	if kind == "method" {
		label += "()"
	}
	if own, ours := h.classes[owner]; ours {
		if has(own, kind, name) {
			return link(label, fmt.Sprintf("%s.md#%s-%s", owner, anchor, name)), nil
		}
		if qualified || !isGlobalConstant(kind, name) {
			return "", fmt.Errorf("%s: [%s %s] does not exist", class.Name, kind, target)
		}
		owner = "@GlobalScope"
	}
	if kind == "method" && strings.HasPrefix(name, "_") {
		anchor = "private-method" // a method that a script overrides
	}
	plain := strings.ToLower(strings.TrimPrefix(owner, "@"))
	return link(label, fmt.Sprintf("%sclass_%s.html#class-%s-%s-%s", engineHelp, strings.ToLower(owner), plain, anchor, slug(name))), nil
}

// has reports whether a class has what a tag of this kind names.
func has(class *classhelp.Class, kind, name string) bool {
	switch kind {
	case "method":
		return slices.ContainsFunc(class.Methods, func(m classhelp.Callable) bool { return m.Name == name })
	case "member":
		return slices.ContainsFunc(class.Members, func(m classhelp.Member) bool { return m.Name == name })
	case "signal":
		return slices.ContainsFunc(class.Signals, func(s classhelp.Callable) bool { return s.Name == name })
	case "constant":
		return slices.ContainsFunc(class.Constants, func(c classhelp.Constant) bool { return c.Name == name })
	default:
		return slices.Contains(class.Enums(), name)
	}
}

// isGlobalConstant reports whether a constant is one of the engine's error codes, which the help names without a class.
func isGlobalConstant(kind, name string) bool {
	return kind == "constant" && (name == "OK" || name == "FAILED" || strings.HasPrefix(name, "ERR_"))
}

// classURL returns the page of a class, or of a type of the engine.
func (h *help) classURL(name string) string {
	if _, ours := h.classes[name]; ours {
		return name + ".md"
	}
	return fmt.Sprintf("%sclass_%s.html", engineHelp, strings.ToLower(name))
}

// link returns a link whose label is a name in code.
func link(label, url string) string { return fmt.Sprintf("[%s](%s)", codeSpan(label), url) }

// slug is how the engine's documentation writes a name in an anchor.
func slug(name string) string {
	return strings.Trim(notInSlug.ReplaceAllString(strings.ToLower(name), "-"), "-")
}

// escape keeps text from being read as Markdown.
func escape(text string) string {
	return special.ReplaceAllStringFunc(text, func(character string) string {
		if strings.ContainsAny(character, "<>&") {
			return html.EscapeString(character)
		}
		return `\` + character
	})
}

// codeSpan sets text as code, whatever is in it.
func codeSpan(text string) string {
	marks := "`"
	for strings.Contains(text, marks) {
		marks += "`"
	}
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return marks + text + marks
}

// unindent removes the indentation that all lines of a code block share.
func unindent(code string) string {
	lines := strings.Split(strings.Trim(code, "\n"), "\n")
	if last := len(lines) - 1; strings.TrimSpace(lines[last]) == "" {
		lines = lines[:last]
	}
	shared := -1
	for _, line := range lines {
		if text := strings.TrimLeft(line, "\t"); text != "" && (shared < 0 || len(line)-len(text) < shared) {
			shared = len(line) - len(text)
		}
	}
	var out strings.Builder
	for _, line := range lines {
		out.WriteString(line[min(max(shared, 0), len(line)):] + "\n")
	}
	return out.String()
}
