package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/internal/classhelp"
)

const sample = `<class name="Lamp" inherits="Node">
	<brief_description>A lamp.</brief_description>
	<description>It shines.</description>
	<methods>
		<method name="shine" qualifiers="const">
			<return type="Lamp[]" />
			<param index="0" name="watts" type="int" default="60" />
			<description>Shines.</description>
		</method>
		<method name="check"><return type="int" enum="Error" /><description>Checks.</description></method>
	</methods>
	<members>
		<member name="color" type="Color" setter="set_color" getter="get_color" default="Color(1, 1, 1, 1)">Its color.</member>
		<member name="state" type="int" setter="" getter="get_state" enum="Lamp.State" default="0">Its state.</member>
		<member name="process_mode" type="int" setter="a" getter="b" overrides="Node" default="3" />
	</members>
	<signals><signal name="lit"><param index="0" name="by" type="String" /><description>Lit.</description></signal></signals>
	<constants><constant name="OFF" value="0" enum="State">Dark.</constant></constants>
</class>`

func sampleHelp(t *testing.T) (*help, *classhelp.Class) {
	t.Helper()
	class, err := classhelp.Parse([]byte(sample))
	require.NoError(t, err)
	return newHelp([]*classhelp.Class{class}), class
}

func TestDescriptionsBecomeMarkdown(t *testing.T) {
	const engine = "https://docs.godotengine.org/en/stable/classes/class_"
	h, class := sampleHelp(t)
	for name, c := range map[string]struct{ text, want string }{
		"paragraphs":             {"\n\t\tOne.\n\t\tTwo.\n\t", "One.\n\nTwo.\n\n"},
		"a list":                 {"Keys:\n- [code]a[/code]\n- b\nEnd.", "Keys:\n\n- `a`\n- b\n\nEnd.\n\n"},
		"a list at the end":      {"- a", "- a\n\n"},
		"what Markdown reads":    {"a*b_c <d> & #e", `a\*b\_c &lt;d&gt; &amp; \#e` + "\n\n"},
		"code with tags in it":   {"[code][b]`[/code]", "`` [b]` ``\n\n"},
		"bold and italic":        {"[b]Note:[/b] [i]so[/i]", "**Note:** *so*\n\n"},
		"a class of ours":        {"[Lamp]", "[`Lamp`](Lamp.md)\n\n"},
		"a class of the engine":  {"[Node]", "[`Node`](" + engine + "node.html)\n\n"},
		"a method":               {"[method shine]", "[`shine()`](Lamp.md#method-shine)\n\n"},
		"a property":             {"[member Lamp.color]", "[`Lamp.color`](Lamp.md#property-color)\n\n"},
		"a signal":               {"[signal lit]", "[`lit`](Lamp.md#signal-lit)\n\n"},
		"a constant":             {"[constant OFF]", "[`OFF`](Lamp.md#constant-OFF)\n\n"},
		"an enumeration":         {"[enum State]", "[`State`](Lamp.md#enum-State)\n\n"},
		"a parameter":            {"[param watts]", "`watts`\n\n"},
		"a method of the engine": {"[method Node.add_child]", "[`Node.add_child()`](" + engine + "node.html#class-node-method-add-child)\n\n"},
		"a method to override":   {"[method Node._ready]", "[`Node._ready()`](" + engine + "node.html#class-node-private-method-ready)\n\n"},
		"a project setting": {
			"[member ProjectSettings.network/tls/bundle]",
			"[`ProjectSettings.network/tls/bundle`](" + engine + "projectsettings.html#class-projectsettings-property-network-tls-bundle)\n\n",
		},
		"an error code": {"[constant ERR_BUSY]", "[`ERR_BUSY`](" + engine + "@globalscope.html#class-globalscope-constant-err-busy)\n\n"},
		"a code block": {
			"Do:\n\t\t[codeblock]\n\t\tif a:\n\t\t\tb()\n\n\t\tc()\n\t\t[/codeblock]\n\t\tDone.",
			"Do:\n\n```gdscript\nif a:\n\tb()\n\nc()\n```\n\nDone.\n\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := h.markdown(class, c.text)
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
		})
	}
}

func TestBrokenDescriptionsAreErrors(t *testing.T) {
	h, class := sampleHelp(t)
	for text, want := range map[string]string{
		"[codeblock]a":          "a [codeblock] is not closed",
		"[code]a":               "a [code] is not closed: a",
		"a[/code]":              "[/code] closes nothing",
		"[url x]":               "unknown tag [url x]",
		"[method glow]":         "[method glow] does not exist",
		"[member Lamp.shine]":   "[member Lamp.shine] does not exist",
		"[signal glow]":         "[signal glow] does not exist",
		"- [constant Lamp.ON]":  "[constant Lamp.ON] does not exist",
		"[enum Lamp.Direction]": "[enum Lamp.Direction] does not exist",
	} {
		_, err := h.markdown(class, text)
		assert.EqualError(t, err, "Lamp: "+want, text)
	}
}

func TestPageOfAClassHasItsMembers(t *testing.T) {
	h, class := sampleHelp(t)
	text, err := h.classPage(class)
	require.NoError(t, err)
	for _, want := range []string{
		"# Lamp\n\nA lamp.\n\n**Inherits:** [`Node`]",
		"### `shine()` { #method-shine }\n\n`shine`(`watts`: [`int`](https://docs.godotengine.org/en/stable/classes/class_int.html) = `60`) → [`Array`]",
		" of [`Lamp`](Lamp.md) · const\n\nShines.",
		"`check`() → [`Error`](https://docs.godotengine.org/en/stable/classes/class_@globalscope.html#enum-globalscope-error)",
		"### `color` { #property-color }\n\n[`Color`](https://docs.godotengine.org/en/stable/classes/class_color.html) · default `Color(1, 1, 1, 1)`\n\nIts color.",
		"[`Lamp.State`](Lamp.md#enum-State) · default `0` · read-only",
		"`process_mode` of [`Node`](https://docs.godotengine.org/en/stable/classes/class_node.html) has the default `3`.",
		"### `lit` { #signal-lit }\n\n`lit`(`by`: [`String`]",
		"#### `OFF` = `0` { #constant-OFF }\n\nDark.",
		"| **Properties** | [`color`](#property-color) · [`state`](#property-state) |",
	} {
		assert.Contains(t, text, want)
	}
	class.Members[0].Text = "[member size]"
	_, err = h.classPage(class)
	assert.EqualError(t, err, "Lamp: [member size] does not exist")
}

// checkout makes a folder with these files, and a page in docs/ with the text.
func checkout(t *testing.T, text string) *source {
	t.Helper()
	root := t.TempDir()
	for file, text := range map[string]string{
		"docs/page.md": text, "docs/other.md": "# Other\n", "docs/images/a.png": "", "README.md": "[page](docs/page.md)", "CHANGELOG.md": "",
		"server/README.md": "", "server/phoenix/README.md": "[d](../../docs/page.md#a)", "server/main.go": "", "gdext/docs/Lamp.xml": sample,
	} {
		require.NoError(t, write(filepath.Join(root, file), []byte(text)))
	}
	return &source{root: root, address: "https://example.com/repo", commit: "abc"}
}

func TestLinksLeadToWhereThePagesAre(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a page beside it":        {"[a](other.md#b)", "[a](other.md#b)"},
		"this page":               {"[a](#b)", "[a](#b)"},
		"the README":              {"[a](../README.md#b)", "[a](index.md#b)"},
		"a page of another":       {"[a](../server/phoenix/README.md)", "[a](phoenix-server.md)"},
		"the help of a class":     {"[a](../gdext/docs/Lamp.xml)", "[a](reference/Lamp.md)"},
		"a file":                  {"[a](../server/main.go)", "[a](https://example.com/repo/blob/abc/server/main.go)"},
		"a folder":                {"[`a`](../server)", "[`a`](https://example.com/repo/tree/abc/server)"},
		"the web":                 {"[a](https://a.example/b.md)", "[a](https://a.example/b.md)"},
		"a picture":               {"![a](images/a.png)", "![a](images/a.png)"},
		"a picture with a link":   {"[![a](images/a.png)](../server/main.go) [b](other.md)", "[![a](images/a.png)](https://example.com/repo/blob/abc/server/main.go) [b](other.md)"},
		"HTML":                    {`<a href="other.md"><img src="images/a.png"></a>`, `<a href="other.html"><img src="images/a.png"></a>`},
		"code":                    {"`[a](nothing.md)`, [b](other.md)", "`[a](nothing.md)`, [b](other.md)"},
		"a block of code":         {"```gdscript refused\n[a](nothing.md)\n```", "```gdscript\n[a](nothing.md)\n```"},
		"what the host has":       {"[a](../../../releases)", "[a](https://example.com/repo/releases)"},
		"a badge":                 {"[![b](https://img.example/b.svg)](other.md) and [![b](../../../actions/b.svg)](other.md)", " and "},
		"two links in a sentence": {"[a](../server/main.go) [b](other.md)", "[a](https://example.com/repo/blob/abc/server/main.go) [b](other.md)"},
	} {
		t.Run(name, func(t *testing.T) {
			s := checkout(t, c.text)
			folder := t.TempDir()
			require.NoError(t, writeSite(folder, s))
			got, err := os.ReadFile(filepath.Join(folder, "page.md"))
			require.NoError(t, err)
			assert.Equal(t, c.want, strings.TrimSuffix(string(got), "\n"))
			home, err := os.ReadFile(filepath.Join(folder, "index.md"))
			require.NoError(t, err)
			assert.Equal(t, "[page](page.md)", string(home))
			assert.FileExists(t, filepath.Join(folder, "images", "a.png"))
			assert.FileExists(t, filepath.Join(folder, "reference", "Lamp.md"))
			assert.FileExists(t, filepath.Join(folder, "reference", "index.md"))
		})
	}
}

func TestLinksToSourcesThatAreNotPublishedBecomeText(t *testing.T) {
	s := checkout(t, "")
	s.address = ""
	got, err := s.rewrite("docs/page.md", "see [`main`](../server/main.go), [the other](other.md)")
	require.NoError(t, err)
	assert.Equal(t, "see `main`, [the other](other.md)", got)
	got, err = s.rewrite("docs/page.md", "[![b](../../../actions/b.svg)](../../../actions/b) or so")
	require.NoError(t, err)
	assert.Equal(t, " or so", got)
}

func TestLinksToNothingAreErrors(t *testing.T) {
	s := checkout(t, "[a](nothing.md)")
	assert.EqualError(t, writeSite(t.TempDir(), s), "docs/page.md links to nothing.md, which does not exist")
	s = checkout(t, "[a](../../outside.md)")
	assert.EqualError(t, writeSite(t.TempDir(), s), "docs/page.md links to ../../outside.md, which does not exist")
}

func TestBuiltSiteIsChecked(t *testing.T) {
	const navigation = `<a href="a.html" class="md-nav__link">A</a><a href="index.html" class="md-nav__link">Home</a>`
	for name, c := range map[string]struct{ page, want string }{
		"all well":            {navigation + `<h1 id=b>B</h1><a href="a.html#b">x</a><a href='https://a.example/'>y</a>`, ""},
		"no such file":        {navigation + `<a href="b.html">x</a>`, "index.html links to b.html: no such file"},
		"no such anchor":      {navigation + `<a href="a.html?q=1#c">x</a>`, "index.html links to a.html?q=1#c: no such anchor"},
		"no such anchor here": {navigation + `<a href="#c">x</a>`, "index.html links to #c: no such anchor"},
		"a missing picture":   {navigation + `<img src=c.png>`, "index.html links to c.png: no such file"},
		"a table as text":     {navigation + "<p>| a | b |\n|---|---|</p>", `index.html has Markdown that was not understood: "<p>|"`},
		"a list as text":      {navigation + "<p>Two:\n- a</p>", "index.html has Markdown that was not understood"},
		"a list in code":      {navigation + "<pre><code>\n- a</p></code></pre>", ""},
		"a page left out":     {`<a href="index.html" class="md-nav__link">Home</a>`, "no page leads to a.html; add it to nav in scripts/sitepages/mkdocs.yml"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			require.NoError(t, write(filepath.Join(folder, "index.html"), []byte(c.page)))
			require.NoError(t, write(filepath.Join(folder, "a.html"), []byte(`<h2 id="b">B</h2>`)))
			_, err := checkSite(folder)
			if c.want == "" {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, c.want)
			}
		})
	}
	_, err := checkSite(t.TempDir())
	assert.ErrorContains(t, err, "build the site first: ./build.sh site")
}

func TestMistakesOnTheCommandLineAreNamed(t *testing.T) {
	for _, args := range [][]string{nil, {"write"}, {"write", "a", "b"}, {"fly", "a"}} {
		assert.ErrorContains(t, run(args), "usage: sitepages write FOLDER")
	}
}

// The address is in three places; the help of the classes links to pages that exist.
func TestHelpLinksToTheSite(t *testing.T) {
	script, err := os.ReadFile("../site.sh")
	require.NoError(t, err)
	assert.Contains(t, string(script), "SITE_DEFAULT_URL="+siteURL+" ")
	classes, err := classhelp.ReadFolder("../../gdext/docs")
	require.NoError(t, err)
	for _, class := range classes {
		for _, tutorial := range class.Tutorials {
			page, within := strings.CutPrefix(strings.TrimSpace(tutorial.URL), siteURL)
			require.True(t, within, "%s: %s", class.Name, tutorial.URL)
			page, _, _ = strings.Cut(page, "#")
			assert.FileExists(t, "../../docs/"+strings.TrimSuffix(page, ".html")+".md", class.Name)
		}
	}
}
