package main

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"

	"phoenixchannels/internal/classhelp"
)

//go:embed base.cs
var base string

// bases are the classes of the engine that ours inherit, by their name in the help, and what each
// is to C#.
var bases = map[string]string{"Node": "Node", "RefCounted": "RefCounted", "MultiplayerPeerExtension": "MultiplayerPeerExtension"}

// additions are members that C# has in place of GDScript's await.
var additions = map[string]string{
	"PhoenixPush": `
        /// <summary>Waits for the reply, and returns its status and response.</summary>
        public async Task<(string Status, Variant Response)> Reply()
        {
            if (!IsCompleted())
            {
                await Instance.ToSignal(Instance, "completed");
            }
            return (GetStatus(), GetResponse());
        }
`,
}

type writer struct {
	strings.Builder
	classes map[string]*classhelp.Class
	err     error
}

// wrappers returns the file.
func wrappers(classes []*classhelp.Class) (string, error) {
	w := &writer{classes: map[string]*classhelp.Class{}}
	for _, class := range classes {
		w.classes[class.Name] = class
	}
	for _, class := range classes {
		w.class(class)
	}
	return strings.Replace(base, "    // CLASSES\n", strings.TrimPrefix(w.String(), "\n"), 1), w.err
}

func (w *writer) class(class *classhelp.Class) {
	parent, known := bases[class.Inherits]
	if !known {
		w.fail(fmt.Errorf("%s inherits %s, which has no counterpart in C#; add it to bases", class.Name, class.Inherits))
	}
	w.summary("    ", class.Brief)
	fmt.Fprintf(w, "    public sealed class %s : PhoenixObject<%s>\n    {\n", class.Name, parent)
	for _, enum := range class.Enums() {
		w.enum(class, enum)
	}
	fmt.Fprintf(w, `        /// <summary>Creates an instance.</summary>
        public %[1]s() : this((%[2]s)Instantiate("%[1]s")) { }

        /// <summary>Wraps an instance, such as a node of a scene.</summary>
        public %[1]s(%[2]s instance) : base(instance) { }

        internal static %[1]s Wrap(Variant instance) =>
            instance.AsGodotObject() is %[2]s existing ? new %[1]s(existing) : null;
`, class.Name, parent)
	for _, member := range class.Members {
		if member.Overrides == "" {
			w.member(class, member)
		}
	}
	for _, method := range class.Methods {
		w.method(class, method)
	}
	for _, signal := range class.Signals {
		w.signal(class, signal)
	}
	w.WriteString(additions[class.Name])
	w.WriteString("    }\n")
}

func (w *writer) enum(class *classhelp.Class, enum string) {
	fmt.Fprintf(w, "        public enum %s\n        {\n", enumName(class, enum))
	for _, constant := range class.Constants {
		if constant.Enum == enum {
			name := strings.TrimPrefix(constant.Name, strings.ToUpper(enum)+"_")
			w.lines("            ", constant.Text)
			fmt.Fprintf(w, "            %s = %s,\n", pascal(name), constant.Value)
		}
	}
	w.WriteString("        }\n\n")
}

func (w *writer) member(class *classhelp.Class, member classhelp.Member) {
	kind := w.kind(class, member.Value)
	w.summary("        ", member.Text)
	fmt.Fprintf(w, "        public %s %s\n        {\n            get => %s;\n", kind.name, pascal(member.Name),
		fmt.Sprintf(kind.from, fmt.Sprintf("Instance.Get(%q)", member.Name)))
	if member.Setter != "" {
		value := member.Value
		value.Default = nil
		fmt.Fprintf(w, "            set => Instance.Set(%q, %s);\n", member.Name, w.variant(value, "value"))
	}
	w.WriteString("        }\n")
}

func (w *writer) method(class *classhelp.Class, method classhelp.Callable) {
	var params []string
	values := []string{fmt.Sprintf("%q", method.Name)}
	for _, param := range method.Params {
		params = append(params, fmt.Sprintf("%s %s%s", w.kind(class, param).name, camel(param.Name), optional(param)))
		values = append(values, w.variant(param, camel(param.Name)))
	}
	target, static := "Instance.Call", ""
	if method.IsStatic() {
		target, static = "CallStatic", "static "
		values = append([]string{fmt.Sprintf("%q", class.Name)}, values...)
	}
	result := kind{"void", "%s"}
	if method.Return.Type != "void" {
		result = w.kind(class, method.Return)
	}
	w.summary("        ", method.Description)
	fmt.Fprintf(w, "        public %s%s %s(%s) =>\n            %s;\n", static, result.name, pascal(method.Name), strings.Join(params, ", "),
		fmt.Sprintf(result.from, fmt.Sprintf("%s(%s)", target, strings.Join(values, ", "))))
}

func (w *writer) signal(class *classhelp.Class, signal classhelp.Callable) {
	handler := "Action"
	var types []string
	for _, param := range signal.Params {
		types = append(types, w.kind(class, param).name)
	}
	if len(types) > 0 {
		handler += "<" + strings.Join(types, ", ") + ">"
	}
	w.summary("        ", signal.Description)
	fmt.Fprintf(w, "        public event %s %s\n        {\n", handler, pascal(signal.Name))
	fmt.Fprintf(w, "            add => Instance.Connect(%q, Callable.From(value));\n", signal.Name)
	fmt.Fprintf(w, "            remove => Instance.Disconnect(%q, Callable.From(value));\n        }\n", signal.Name)
}

func (w *writer) kind(class *classhelp.Class, value classhelp.Value) kind {
	found, err := w.typeOf(class, value)
	w.fail(err)
	return found
}

func (w *writer) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

// summary writes a description's first sentence as a comment, after an empty line.
func (w *writer) summary(indent, text string) {
	w.WriteString("\n")
	w.lines(indent, strings.TrimRight(text, ": "))
}

var (
	sentence  = regexp.MustCompile(`^.*?(?:[.!?:](?: |$)|$)`)
	escaper   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	code      = regexp.MustCompile(`\[code\](.*?)\[/code\]`)
	reference = regexp.MustCompile(`\[(?:method|member|signal|constant|enum|param) ([^\]]+)\]`)
	otherTag  = regexp.MustCompile(`\[/?(\w+)\]`)
)

func (w *writer) lines(indent, text string) {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	text = escaper.Replace(sentence.FindString(text))
	text = code.ReplaceAllString(text, "<c>$1</c>")
	text = reference.ReplaceAllString(text, "<c>$1</c>")
	text = otherTag.ReplaceAllStringFunc(text, func(tag string) string {
		if name := strings.Trim(tag, "[/]"); name != "b" && name != "i" {
			return name
		}
		return ""
	})
	fmt.Fprintf(w, "%s/// <summary>%s</summary>\n", indent, strings.TrimRight(text, ": "))
}
