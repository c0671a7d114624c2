package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRulesOfTheProseCheck shows each rule of scripts/prose a text that it must find and one that
// it must not.
func TestRulesOfTheProseCheck(t *testing.T) {
	folder := t.TempDir()
	rules := map[string]struct{ bad, good string }{
		"Project.Adverbs":        {"It reconnects by itself.", "It reconnects automatically, by its own rules."},
		"Project.Headings":       {"# What there might be", "# Quick start\n\n# How do I connect?\n\n# How to connect"},
		"Project.IsNo":           {"A number is no name.", "A number is not a name. There is no name. It is no longer open."},
		"Project.Metaphors":      {"It says goodbye to the server.", "It closes the connection."},
		"Project.NounClauses":    {"It sends what waits.", "It sends the unsent pushes."},
		"Project.Persons":        {"Whoever joins is a peer.", "A client that joins is a peer."},
		"Project.SentenceLength": {"It is" + strings.Repeat(" long and", 30) + " bad.", "It is short. So is this."},
		"Project.Spelling":       {"It is a conection.", "The addon has `conection` and GDScript params."},
		"Project.Verbs":          {"It tells the state.", "It reports the state. The name stands for it."},
		"Vale.Repetition":        {"It is the the same.", "It is the same."},
	}
	for rule, texts := range rules {
		require.NoError(t, os.WriteFile(filepath.Join(folder, rule+".bad.md"), []byte(texts.bad+"\n"), 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(folder, rule+".good.md"), []byte(texts.good+"\n"), 0o600))
	}
	findings := proseFindings(t, folder)
	for rule := range rules {
		assert.Contains(t, findings[rule+".bad.md"], rule)
		assert.Empty(t, findings[rule+".good.md"], rule)
	}
}

// proseFindings runs the Vale that scripts/tools pins, and returns the rules that each file breaks.
func proseFindings(t *testing.T, folder string) map[string][]string {
	t.Helper()
	program, err := exec.Command("go", "-C", filepath.Join(root, "scripts/tools"), "tool", "-n", "vale").Output()
	require.NoError(t, err)
	check := exec.Command(strings.TrimSpace(string(program)), "--config", filepath.Join(root, "scripts/prose/vale.ini"), "--output", "line", folder)
	output, err := check.Output()
	require.Equal(t, 1, check.ProcessState.ExitCode(), "%s: %v", output, err)
	findings := make(map[string][]string)
	for line := range strings.Lines(string(output)) {
		parts := strings.SplitN(line, ":", 5) // FILE:LINE:COLUMN:RULE:MESSAGE
		require.Len(t, parts, 5, line)
		file := filepath.Base(parts[0])
		findings[file] = append(findings[file], parts[3])
	}
	return findings
}
