package main

import (
	"fmt"
	"strings"

	"phoenixchannels/internal/classhelp"
)

// page is the reference of one class, being written.
type page struct {
	strings.Builder
	help  *help
	class *classhelp.Class
	err   error
}

// classPage returns the reference of a class as a page of Markdown: tables to look things up in,
// then each description.
func (h *help) classPage(class *classhelp.Class) (string, error) {
	p := &page{help: h, class: class}
	fmt.Fprintf(p, "# %s\n\n%s\n\n**Inherits:** %s\n\n", class.Name, p.inline(class.Brief), link(class.Inherits, h.classURL(class.Inherits)))
	p.heading("Description", "description")
	p.text(class.Description)
	p.tutorials()
	p.summary()
	p.members()
	p.callables("Methods", "method", class.Methods)
	p.callables("Signals", "signal", class.Signals)
	p.enums()
	return p.String(), p.err
}

func (p *page) heading(title, anchor string) { fmt.Fprintf(p, "## %s { #%s }\n\n", title, anchor) }

// text writes a description.
func (p *page) text(text string) {
	markdown, err := p.help.markdown(p.class, text)
	p.fail(err)
	p.WriteString(markdown)
}

// inline returns a description of one line.
func (p *page) inline(text string) string {
	markdown, err := p.help.inline(p.class, strings.TrimSpace(text))
	p.fail(err)
	return markdown
}

func (p *page) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}

func (p *page) tutorials() {
	if len(p.class.Tutorials) == 0 {
		return
	}
	p.heading("Guides", "guides")
	for _, tutorial := range p.class.Tutorials {
		fmt.Fprintf(p, "- [%s](%s)\n", escape(tutorial.Title), siteLink(strings.TrimSpace(tutorial.URL)))
	}
	p.WriteString("\n")
}

// siteLink makes a link to the published site one within the site, which may be published
// elsewhere.
func siteLink(url string) string {
	if path, within := strings.CutPrefix(url, siteURL); within {
		return "../" + strings.Replace(path, ".html", ".md", 1)
	}
	return url
}

// summary writes the names of everything, as links.
func (p *page) summary() {
	p.heading("Overview", "overview")
	p.WriteString("| | |\n|---|---|\n")
	var members, methods, signals, enums []string
	for _, member := range p.class.Members {
		if member.Overrides == "" {
			members = append(members, link(member.Name, "#property-"+member.Name))
		}
	}
	for _, method := range p.class.Methods {
		methods = append(methods, link(method.Name+"()", "#method-"+method.Name))
	}
	for _, signal := range p.class.Signals {
		signals = append(signals, link(signal.Name, "#signal-"+signal.Name))
	}
	for _, enum := range p.class.Enums() {
		enums = append(enums, link(enum, "#enum-"+enum))
	}
	for _, row := range []struct {
		title string
		links []string
	}{{"Properties", members}, {"Methods", methods}, {"Signals", signals}, {"Enumerations", enums}} {
		if len(row.links) > 0 {
			fmt.Fprintf(p, "| **%s** | %s |\n", row.title, strings.Join(row.links, " · "))
		}
	}
	p.WriteString("\n")
}

func (p *page) members() {
	if len(p.class.Members) == 0 {
		return
	}
	p.heading("Properties", "properties")
	for _, member := range p.class.Members {
		if member.Overrides != "" {
			fmt.Fprintf(p, "%s of %s has the default %s.\n\n", codeSpan(member.Name),
				link(member.Overrides, p.help.classURL(member.Overrides)), codeSpan(*member.Default))
			continue
		}
		fmt.Fprintf(p, "### %s { #property-%s }\n\n%s", codeSpan(member.Name), member.Name, p.typeOf(member.Value))
		if member.Default != nil {
			fmt.Fprintf(p, " · default %s", codeSpan(*member.Default))
		}
		if member.Setter == "" {
			p.WriteString(" · read-only")
		}
		p.WriteString("\n\n")
		p.text(member.Text)
	}
}

func (p *page) callables(title, kind string, callables []classhelp.Callable) {
	if len(callables) == 0 {
		return
	}
	p.heading(title, strings.ToLower(title))
	for _, callable := range callables {
		fmt.Fprintf(p, "### %s { #%s-%s }\n\n", codeSpan(callable.Name+map[string]string{"method": "()"}[kind]), kind, callable.Name)
		p.signature(kind, callable)
		p.text(callable.Description)
	}
}

// signature writes how a method is called, or what the handlers of a signal receive.
func (p *page) signature(kind string, callable classhelp.Callable) {
	var params []string
	for _, param := range callable.Params {
		text := codeSpan(param.Name) + ": " + p.typeOf(param)
		if param.Default != nil {
			text += " = " + codeSpan(*param.Default)
		}
		params = append(params, text)
	}
	fmt.Fprintf(p, "%s(%s)", codeSpan(callable.Name), strings.Join(params, ", "))
	if kind == "method" {
		fmt.Fprintf(p, " → %s", p.typeOf(callable.Return))
	}
	if callable.Qualifiers != "" {
		fmt.Fprintf(p, " · %s", callable.Qualifiers)
	}
	p.WriteString("\n\n")
}

func (p *page) enums() {
	if len(p.class.Constants) == 0 {
		return
	}
	p.heading("Enumerations", "enumerations")
	for _, enum := range p.class.Enums() {
		fmt.Fprintf(p, "### %s { #enum-%s }\n\n", codeSpan(enum), enum)
		for _, constant := range p.class.Constants {
			if constant.Enum == enum {
				fmt.Fprintf(p, "#### %s = %s { #constant-%s }\n\n", codeSpan(constant.Name), codeSpan(constant.Value), constant.Name)
				p.text(constant.Text)
			}
		}
	}
}

// typeOf returns a type as a link to its page.
func (p *page) typeOf(value classhelp.Value) string {
	if value.Enum != "" {
		owner, name, qualified := strings.Cut(value.Enum, ".")
		if qualified {
			reference, err := p.help.reference(p.class, "enum", owner+"."+name)
			p.fail(err)
			return reference
		}
		return link(value.Enum, engineHelp+"class_@globalscope.html#enum-globalscope-"+strings.ToLower(value.Enum))
	}
	if value.Type == "void" || value.Type == "" {
		return codeSpan("void")
	}
	if element, isArray := strings.CutSuffix(value.Type, "[]"); isArray {
		return link("Array", p.help.classURL("Array")) + " of " + link(element, p.help.classURL(element))
	}
	return link(value.Type, p.help.classURL(value.Type))
}

// indexPage returns the page that lists the classes.
func (h *help) indexPage(classes []*classhelp.Class) (string, error) {
	var out strings.Builder
	out.WriteString("# Class reference\n\nThe same text as in the editor's help (F1).\n\n| class | |\n|---|---|\n")
	for _, class := range classes {
		brief, err := h.inline(class, strings.TrimSpace(class.Brief))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&out, "| %s | %s |\n", link(class.Name, class.Name+".md"), brief)
	}
	return out.String(), nil
}
