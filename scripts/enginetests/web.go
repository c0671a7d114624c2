package main

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"phoenixchannels/tests/web/control"
)

// notOnWeb is how a file says that none of its tests makes sense in a browser.
var notOnWeb = regexp.MustCompile(`(?m)^const NOT_ON_WEB := "(.+)"$`)

// skipped is the reason why no test of the file is run; empty when some are.
func skipped(o *options, file string) (string, error) {
	if o.web == "" {
		return "", nil
	}
	source, err := os.ReadFile(filepath.Join(o.project, file))
	if err != nil {
		return "", err
	}
	if match := notOnWeb.FindSubmatch(source); match != nil {
		return string(match[1]), nil
	}
	return "", nil
}

// page is the command that runs the exported game in a browser, with a command line as the engine
// has it; done ends its processes.
func page(o *options, arguments []string) (command *exec.Cmd, done func(), err error) {
	c, err := control.New(o.web, o.devserver)
	if err != nil {
		return nil, nil, err
	}
	return exec.Command("node", o.driver, "--tolerant", "--browser", o.browser,
		"--trust", filepath.Join(o.certificates, "good.pem"), c.URL()+"/?"+query(arguments)), c.Close, nil
}

// query is a command line in the form that tests/web/shell/start.js reads.
func query(arguments []string) string {
	var parts []string
	for i := 0; i < len(arguments); i++ {
		part := url.QueryEscape(arguments[i])
		if hasValue := strings.HasPrefix(part, "--") && part != "--" && i+1 < len(arguments); hasValue && !strings.HasPrefix(arguments[i+1], "--") {
			i++
			part = fmt.Sprintf("%s=%s", part, url.QueryEscape(arguments[i]))
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "&")
}
