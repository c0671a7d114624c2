package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// moved has the pages of the repository that are not in docs/, and their names on the site.
var moved = map[string]string{
	"README.md":                "index.md",
	"CHANGELOG.md":             "changelog.md",
	"server/README.md":         "server.md",
	"server/phoenix/README.md": "phoenix-server.md",
}

// source is the published source code, which pages link to. Without an address such links become
// plain text.
type source struct {
	root    string // folder of the checkout
	address string // such as https://github.com/OWNER/NAME
	commit  string
}

// sitePath returns where a file of the repository is on the site, or "" if it is not there.
func sitePath(file string) string {
	if moved[file] != "" {
		return moved[file]
	}
	if name, ok := strings.CutPrefix(file, "gdext/docs/"); ok {
		return "reference/" + strings.TrimSuffix(name, ".xml") + ".md"
	}
	if name, ok := strings.CutPrefix(file, "docs/"); ok {
		return name
	}
	return ""
}

// copyPages writes the repository's pages to a folder, and the pictures beside them.
func (s *source) copyPages(folder string) error {
	files := make([]string, 0, len(moved))
	for file := range moved {
		files = append(files, file)
	}
	err := filepath.WalkDir(filepath.Join(s.root, "docs"), func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			var relative string
			if relative, err = filepath.Rel(s.root, path); err == nil {
				files = append(files, filepath.ToSlash(relative))
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(s.root, file))
		if err != nil {
			return err
		}
		if path.Ext(file) == ".md" {
			rewritten, err := s.rewrite(file, string(text))
			if err != nil {
				return err
			}
			text = []byte(rewritten)
		}
		if err := write(filepath.Join(folder, sitePath(file)), text); err != nil {
			return err
		}
	}
	return nil
}

func write(file string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}

var (
	fence        = regexp.MustCompile("^ *```(\\S*)")
	inlineCode   = regexp.MustCompile("`+[^`]*`+")
	markdownLink = regexp.MustCompile(`(!?)\[((?:[^\[\]]|!\[[^\]]*\]\([^)]*\))*)\]\(([^)\s]+)\)`)
	htmlLink     = regexp.MustCompile(`(src|href)="([^"]+)"`)
)

// rewrite makes the links of a page lead to where the files are on the site, and leaves code alone.
func (s *source) rewrite(file, text string) (string, error) {
	var out strings.Builder
	inCode := false
	for line := range strings.Lines(text) {
		if match := fence.FindStringSubmatch(line); match != nil {
			inCode = !inCode
			if inCode { // the highlighter knows languages only, not "gdscript refused"
				line = strings.TrimRight(line[:strings.Index(line, "```")]+"```"+match[1], " ") + "\n"
			}
		} else if !inCode {
			var err error
			if line, err = s.rewriteLine(file, line); err != nil {
				return "", err
			}
		}
		out.WriteString(line)
	}
	return out.String(), nil
}

// rewriteLine rewrites the links of a line that is not code. Code spans within it are set aside
// meanwhile.
func (s *source) rewriteLine(file, line string) (string, error) {
	var spans []string
	line = inlineCode.ReplaceAllStringFunc(line, func(span string) string {
		spans = append(spans, span)
		return fmt.Sprintf("\x00%d\x00", len(spans)-1)
	})
	var failed error
	target := func(url string) string {
		rewritten, err := s.target(file, url)
		if err != nil {
			failed = err
		}
		return rewritten
	}
	line = htmlLink.ReplaceAllStringFunc(line, func(attribute string) string {
		match := htmlLink.FindStringSubmatch(attribute)
		return fmt.Sprintf(`%s="%s"`, match[1], strings.Replace(target(match[2]), ".md", ".html", 1))
	})
	line = s.markdownLinks(line, target)
	for i, span := range spans {
		line = strings.Replace(line, fmt.Sprintf("\x00%d\x00", i), span, 1)
	}
	return line, failed
}

// markdownLinks rewrites [text](url) and ![text](url), also a picture that is a link's text.
// Pictures that the page would load from elsewhere are left out: badges.
func (s *source) markdownLinks(line string, target func(string) string) string {
	return markdownLink.ReplaceAllStringFunc(line, func(link string) string {
		match := markdownLink.FindStringSubmatch(link)
		isPicture, text, url := match[1] != "", match[2], target(match[3])
		if isPicture && (url == "" || strings.Contains(url, "://")) {
			return ""
		}
		if strings.Contains(text, "![") {
			text = s.markdownLinks(text, target)
		}
		if text == "" || url == "" {
			return text
		}
		return fmt.Sprintf("%s[%s](%s)", match[1], text, url)
	})
}

// target returns what a link of a page leads to on the site, and "" for a file that is not on it
// and has no published source.
func (s *source) target(page, url string) (string, error) {
	if strings.HasPrefix(url, "#") || strings.Contains(url, ":") {
		return url, nil
	}
	name, anchor, hasAnchor := strings.Cut(url, "#")
	file := path.Join(path.Dir(page), name)
	if rest, above := strings.CutPrefix(file, "../../"); above && !strings.HasPrefix(rest, "../") { // what the host has beside the files
		if s.address == "" {
			return "", nil
		}
		return s.address + "/" + rest, nil
	}
	status, err := os.Stat(filepath.Join(s.root, file))
	if err != nil || strings.HasPrefix(file, "../") {
		return "", fmt.Errorf("%s links to %s, which does not exist", page, url)
	}
	rewritten := s.published(file, status.IsDir())
	if on := sitePath(file); on != "" && !status.IsDir() {
		up := strings.Repeat("../", strings.Count(sitePath(page), "/"))
		rewritten = up + on
	}
	if hasAnchor && rewritten != "" {
		rewritten += "#" + anchor
	}
	return rewritten, nil
}

// published returns the address of a file's source.
func (s *source) published(file string, isFolder bool) string {
	if s.address == "" {
		return ""
	}
	kind := "blob"
	if isFolder {
		kind = "tree"
	}
	return fmt.Sprintf("%s/%s/%s/%s", s.address, kind, s.commit, file)
}
