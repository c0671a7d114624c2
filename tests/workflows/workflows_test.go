// Package workflows tests the files in .github: that they are well formed, do nothing that build.sh does not do, and run no action of
// others that could change under them.
package workflows

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const folder = "../../.github"

type workflow struct {
	Permissions map[string]string `yaml:"permissions"`
	Jobs        map[string]struct {
		RunsOn         string `yaml:"runs-on"`
		TimeoutMinutes int    `yaml:"timeout-minutes"`
		Strategy       struct {
			Matrix struct {
				Include []struct {
					Platforms string `yaml:"platforms"`
				} `yaml:"include"`
			} `yaml:"matrix"`
		} `yaml:"strategy"`
		Steps []struct {
			Uses yaml.Node      `yaml:"uses"`
			Run  string         `yaml:"run"`
			With map[string]any `yaml:"with"`
		} `yaml:"steps"`
	} `yaml:"jobs"`
}

var (
	pinned  = regexp.MustCompile(`^actions/[a-z-]+@[0-9a-f]{40}$`)
	version = regexp.MustCompile(`^# v\d+\.\d+\.\d+`)
	command = regexp.MustCompile(`^(\.ci/run|\./build\.sh|gh)( .*)?\n?$`)
)

func TestStepsArePinnedActionsOrOurOwnCommands(t *testing.T) {
	versions := map[string]string{}
	for name, workflow := range workflows(t) {
		assert.Equal(t, map[string]string{"contents": "read"}, workflow.Permissions, "%s: what a job needs more it says itself", name)
		require.NotEmpty(t, workflow.Jobs, name)
		for title, job := range workflow.Jobs {
			where := name + ": " + title
			assert.NotEmpty(t, job.RunsOn, where)
			assert.Positive(t, job.TimeoutMinutes, "%s: timeout-minutes", where)
			require.NotEmpty(t, job.Steps, where)
			for _, step := range job.Steps {
				if step.Run != "" {
					assert.Regexp(t, command, step.Run, where)
					continue
				}
				uses := step.Uses.Value
				assert.Regexp(t, pinned, uses, "%s: pin it by the hash of a commit", where)
				assert.Regexp(t, version, step.Uses.LineComment, "%s: %s: name the version", where, uses)
				action, _, _ := strings.Cut(uses, "@")
				if known, ok := versions[action]; ok {
					assert.Equal(t, known, uses, "%s: another version than elsewhere", where)
				}
				versions[action] = uses
			}
		}
	}
}

func TestReleaseBuildsEachPlatformOnce(t *testing.T) {
	release, found := workflows(t)["release.yml"]
	require.True(t, found)
	var built []string
	for _, entry := range release.Jobs["library"].Strategy.Matrix.Include {
		for _, word := range strings.Fields(entry.Platforms) {
			if word != "--platform" {
				built = append(built, word)
			}
		}
	}
	script, err := os.ReadFile("../../scripts/platforms.sh")
	require.NoError(t, err)
	_, table, _ := strings.Cut(string(script), "PLATFORMS='\n")
	table, _, _ = strings.Cut(table, "\n'")
	var names []string
	for line := range strings.Lines(table) {
		names = append(names, strings.Fields(line)[0])
	}
	assert.ElementsMatch(t, names, built)
}

func TestIssueFormsHaveFields(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(folder, "ISSUE_TEMPLATE", "*.yml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		var form struct {
			Name, Description string
			Body              []struct {
				Type, ID   string
				Attributes struct{ Label string }
			}
		}
		read(t, file, &form)
		assert.NotEmpty(t, form.Name, file)
		assert.NotEmpty(t, form.Description, file)
		seen := map[string]bool{}
		for _, field := range form.Body {
			assert.Contains(t, []string{"textarea", "input", "dropdown"}, field.Type, file)
			assert.NotEmpty(t, field.Attributes.Label, file)
			assert.False(t, seen[field.ID], "%s: two fields %s", file, field.ID)
			seen[field.ID] = true
		}
		assert.NotEmpty(t, seen, file)
	}
}

func workflows(t *testing.T) map[string]workflow {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "workflows", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	found := map[string]workflow{}
	for _, file := range files {
		var parsed workflow
		read(t, file, &parsed)
		found[filepath.Base(file)] = parsed
	}
	return found
}

func read(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, into), file)
}
