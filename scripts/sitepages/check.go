package main

import (
	"errors"
	"fmt"
	"html"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	reference = regexp.MustCompile(`\s(?:href|src)=(?:"([^"]*)"|'([^']*)'|([^\s>"']+))`)
	identity  = regexp.MustCompile(`\s(?:id|name)=(?:"([^"]*)"|([^\s>"']+))`)
	navigated = regexp.MustCompile(`<a href="([^"#]+)" class="md-nav__link`)
	// Markdown that was meant to be a table, a list or a block of code, and became text.
	leftover = regexp.MustCompile("(?m)<p>\\s*(?:\\||- |```)|^(?:- |\\|[ -]).*</p>$|^```")
	listing  = regexp.MustCompile(`(?s)<(pre|script|style)\b.*?</(?:pre|script|style)>`)
)

// checkSite follows each link of a built site, to files and to anchors, looks for Markdown that was
// not understood, and for pages that the navigation leaves out. It does not go online.
func checkSite(folder string) (links int, err error) {
	site := &builtSite{folder: folder, anchors: map[string]map[string]bool{}, navigation: map[string]bool{}}
	var problems []error
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".html" || entry.Name() == "404.html" { // which has absolute links, as it is shown for any address
			return err
		}
		found, bad, err := site.checkPage(path)
		links += found
		site.pages = append(site.pages, path)
		problems = append(problems, bad...)
		return err
	})
	if err == nil && links == 0 {
		err = fmt.Errorf("%s holds no page with a link; build the site first: ./build.sh site", folder)
	}
	for _, page := range site.pages {
		if name, _ := filepath.Rel(folder, page); !site.navigation[page] && links > 0 {
			problems = append(problems, fmt.Errorf("no page leads to %s; add it to nav in scripts/sitepages/mkdocs.yml", name))
		}
	}
	return links, errors.Join(append(problems, err)...)
}

// builtSite is a folder of pages, with the anchors of those that were looked at.
type builtSite struct {
	folder     string
	pages      []string
	anchors    map[string]map[string]bool
	navigation map[string]bool // pages in the navigation, which each page has
}

func (s *builtSite) checkPage(page string) (links int, problems []error, err error) {
	text, err := os.ReadFile(page)
	if err != nil {
		return 0, nil, err
	}
	name, _ := filepath.Rel(s.folder, page)
	for _, match := range reference.FindAllStringSubmatch(string(text), -1) {
		target := html.UnescapeString(match[1] + match[2] + match[3])
		if parsed, err := url.Parse(target); err != nil || parsed.Scheme != "" || parsed.Host != "" {
			continue
		}
		links++
		if problem := s.follow(page, target); problem != nil {
			problems = append(problems, fmt.Errorf("%s links to %s: %w", name, target, problem))
		}
	}
	for _, match := range navigated.FindAllStringSubmatch(string(text), -1) {
		s.navigation[filepath.Join(filepath.Dir(page), filepath.FromSlash(match[1]))] = true
	}
	prose := listing.ReplaceAllString(string(text), "")
	if found := leftover.FindString(prose); found != "" {
		problems = append(problems, fmt.Errorf("%s has Markdown that was not understood: %q", name, found))
	}
	return links, problems, nil
}

func (s *builtSite) follow(page, target string) error {
	path, anchor, _ := strings.Cut(target, "#")
	path, _, _ = strings.Cut(path, "?")
	path, err := url.PathUnescape(path)
	if err != nil {
		return err
	}
	file := page
	if path != "" {
		file = filepath.Join(filepath.Dir(page), filepath.FromSlash(path))
	}
	status, err := os.Stat(file)
	if err == nil && status.IsDir() {
		file = filepath.Join(file, "index.html")
		_, err = os.Stat(file)
	}
	if err != nil {
		return errors.New("no such file")
	}
	if anchor == "" {
		return nil
	}
	anchors, err := s.anchorsOf(file)
	if err != nil {
		return err
	}
	if anchor, err = url.PathUnescape(anchor); err == nil && !anchors[anchor] {
		err = errors.New("no such anchor")
	}
	return err
}

func (s *builtSite) anchorsOf(file string) (map[string]bool, error) {
	if known := s.anchors[file]; known != nil {
		return known, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for _, match := range identity.FindAllStringSubmatch(string(text), -1) {
		found[html.UnescapeString(match[1]+match[2])] = true
	}
	s.anchors[file] = found
	return found, nil
}
