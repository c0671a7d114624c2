// Package workflows tests the files in .github: that they are well formed, do nothing that build.sh
// does not do, and run no action of others that could change under them.
package workflows

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
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
					Runner    string `yaml:"runner"`
					Version   string `yaml:"version"`
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
	pinned  = regexp.MustCompile(`^(actions/[a-z-]+|erlef/setup-beam)@[0-9a-f]{40}$`)
	version = regexp.MustCompile(`^# v\d+\.\d+\.\d+`)
	command = regexp.MustCompile(`^(\.ci/run|\./build\.sh)( .*)?\n?$`)
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

func TestMissingKitOfAPhoneIsNamed(t *testing.T) {
	folder := t.TempDir()
	bin := filepath.Join(folder, "toolchains", "llvm", "prebuilt", "linux-x86_64", "bin")
	require.NoError(t, os.MkdirAll(bin, 0o700))
	compiler := filepath.Join(bin, "aarch64-linux-android24-clang")
	require.NoError(t, os.WriteFile(compiler, []byte("#!/bin/sh\n"), 0o700))
	for name, c := range map[string]struct{ target, ndk, output, says string }{
		"no NDK":                          {"aarch64-linux-android", "", "", "set ANDROID_NDK_HOME to its folder"},
		"a folder that is none":           {"aarch64-linux-android", t.TempDir(), "", "holds no aarch64-linux-android24-clang"},
		"an NDK without the architecture": {"x86_64-linux-android", folder, "", "holds no x86_64-linux-android24-clang"},
		"an NDK":                          {"aarch64-linux-android", folder, `"` + compiler + `" -Wl,-z,max-page-size=16384` + "\n", ""},
		"no Xcode, for a device":          {"arm64-apple-ios", "", "", "needs a Mac with Xcode"},
		"no Xcode, for the simulator":     {"arm64-apple-ios-simulator", "", "", "needs a Mac with Xcode"},
	} {
		t.Run(name, func(t *testing.T) {
			output, err := bash(t, `have() { [[ $1 != xc* ]]; }; phones_compiler "$TARGET"`, "TARGET="+c.target, "ANDROID_NDK_HOME="+c.ndk)
			assert.Equal(t, c.output, output)
			if c.says == "" {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, c.says)
			}
		})
	}
}

// What only a Mac with the project's certificate can do is not done elsewhere, and says why.
func TestSigningWithoutItsMeansSaysSo(t *testing.T) {
	secrets := []string{"MACOS_CERTIFICATE=a", "MACOS_CERTIFICATE_PASSWORD=b", "MACOS_NOTARY_KEY_ID=c", "MACOS_NOTARY_ISSUER=d", "MACOS_NOTARY_KEY=e"}
	for missing := range secrets {
		environment := slices.Clone(secrets)
		name, _, _ := strings.Cut(secrets[missing], "=")
		environment[missing] = name + "="
		output, err := bash(t, "sign_run 2>&1", environment...)
		assert.NoError(t, err)
		assert.Equal(t, "skip signing: "+name+" is not set\n", output)
	}
	_, err := bash(t, "have() { false; }; sign_run", secrets...)
	assert.ErrorContains(t, err, "codesign is missing, which signs for macOS: run this on a Mac with Xcode")
	_, err = bash(t, "have() { true; }; sign_run", secrets...)
	assert.ErrorContains(t, err, "build it with: ./build.sh package --platform macos")
}

// Each engine that a workflow asks for is one whose digest is known.
func TestEnginesOfTheWorkflowsAreListed(t *testing.T) {
	table, err := os.ReadFile("../../scripts/engine_official.sh")
	require.NoError(t, err)
	tests, found := workflows(t)["test.yml"]
	require.True(t, found)
	kinds := map[string]string{"windows-2025": "win64.exe", "macos-15": "macos.universal", "ubuntu-24.04-arm": "linux.arm64", "ubuntu-24.04": "linux.x86_64"}
	entries := tests.Jobs["engine"].Strategy.Matrix.Include
	assert.NotEmpty(t, entries)
	for _, entry := range entries {
		version, isMono := strings.CutSuffix(entry.Version, "-mono")
		kind := kinds[entry.Runner]
		if isMono {
			kind = "mono_linux_x86_64"
		}
		assert.Contains(t, string(table), "\n"+version+" "+kind+" ", "%s on %s", entry.Version, entry.Runner)
	}
}

func TestReleaseNotesAreTheVersionsPartOfTheChangelog(t *testing.T) {
	for _, c := range []struct{ name, changelog, notes string }{
		{"the last version", "# Changelog\n\n## 1.2.0 (2026-01-01)\n\n- New.\n\n- More.\n\n## 1.1.0\n\n- Old.\n", "- New.\n\n- More.\n\n"},
		{"not the newest", "## 1.3.0\n\n- Newer.\n\n## 1.2.0\n\n- New.\n", "- New.\n"},
		{"a longer number", "## 1.2.01\n\n- Newer.\n", ""},
		{"nothing under it", "## 1.2.0\n\n## 1.1.0\n\n- Old.\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(dir+"/CHANGELOG.md", []byte(c.changelog), 0o600))
			notes, err := bash(t, `cd "$DIR"; addon_version() { echo 1.2.0; }; package_notes`, "DIR="+dir)
			assert.Equal(t, c.notes, notes)
			assert.Equal(t, c.notes == "", err != nil, "it fails when there are none: %v", err)
		})
	}
}

func TestResultsOfMixAreCounted(t *testing.T) {
	for output, want := range map[string]string{
		"....\n\n30 tests, 0 failures\n":                            "30 0 0\n",
		"1 test, 1 failure\n":                                       "0 1 0\n",
		"2 doctests, 30 tests, 3 failures, 1 excluded, 2 skipped\n": "27 3 2\n",
		"5 tests, 0 failures, 2 invalid\n":                          "5 0 0\n",
		"** (Mix) it does not compile\n":                            "0 0 0\n",
	} {
		counts, err := bash(t, `printf '%s' "$OUTPUT" | elixir_counts`, "OUTPUT="+output)
		assert.NoError(t, err)
		assert.Equal(t, want, counts, output)
	}
}

func TestResultsOfGoAreCounted(t *testing.T) {
	tests := `package sample
import "testing"
func TestA(t *testing.T) {
	t.Run("one", func(t *testing.T) {})
	t.Run("two", func(t *testing.T) { t.Skip("it <failure says nothing") })
}
func TestB(t *testing.T) { t.Log("<testcase chatter"); BODY }
`
	for _, c := range []struct{ name, body, pattern, counts string }{
		{"the subtests, not the test around them", "", ".", "2 0 1\n"},
		{"a failed test", "t.Error()", ".", "1 1 1\n"},
		{"a failed subtest, not the test around it", `t.Run("x", func(t *testing.T) { t.Error() })`, ".", "1 1 1\n"},
		{"a test that fails after its subtests passed", `t.Run("x", func(t *testing.T) {}); t.Error()`, ".", "2 1 1\n"},
		{"what does not build", "undefined()", ".", "0 1 0\n"},
		{"what dies", "go func() { panic(1) }(); select {}", ".", "1 1 1\n"},
		{"what cannot begin", "", "(", "0 1 0\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(dir+"/go.mod", []byte("module sample\n\ngo 1.27\n"), 0o600))
			require.NoError(t, os.WriteFile(dir+"/a_test.go", []byte(strings.Replace(tests, "BODY", c.body, 1)), 0o600))
			counts, err := bash(t, `
				GOTESTSUM=$(go -C scripts/tools tool -n gotestsum)
				cd "$DIR"
				mkdir -p "$TEST_DIR"
				test_go it -run "$PATTERN" . || true
				cat "$TEST_DIR/it.totals"`, "DIR="+dir, "PATTERN="+c.pattern)
			require.NoError(t, err)
			assert.Equal(t, c.counts, counts)
		})
	}
}

// bash runs lines of bash that use functions of the project's scripts, and returns their stdout.
func bash(t *testing.T, lines string, environment ...string) (string, error) {
	const begin = "set -euo pipefail\nfor part in messages engine engine_debian engine_official toolchain python platforms phones addon package checksums asset_library sign elixir docker emulators dotnet test; do source \"scripts/$part.sh\"; done\n"
	command := exec.CommandContext(t.Context(), "bash", "-c", begin+lines)
	command.Dir = "../.."
	command.Env = append(os.Environ(), environment...)
	output, err := command.Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		err = fmt.Errorf("%w: %s", err, failed.Stderr)
	}
	return string(output), err
}

// Each folder that dependabot looks into has what its ecosystem reads.
func TestUpdatesAreAskedForWhereThereIsSomething(t *testing.T) {
	var config struct {
		Version int
		Updates []struct {
			Ecosystem   string `yaml:"package-ecosystem"`
			Directory   string
			Directories []string
		}
	}
	read(t, filepath.Join(folder, "dependabot.yml"), &config)
	assert.Equal(t, 2, config.Version)
	manifests := map[string]string{
		"gomod": "go.mod", "github-actions": ".github/workflows/*.yml", "npm": "package.json", "pip": "*.txt", "mix": "mix.exs", "docker": "Dockerfile",
	}
	for _, update := range config.Updates {
		for _, directory := range append(update.Directories, update.Directory) {
			if directory != "" {
				found, err := filepath.Glob(filepath.Join("../..", directory, manifests[update.Ecosystem]))
				require.NoError(t, err)
				assert.NotEmpty(t, found, "%s in %s", update.Ecosystem, directory)
			}
		}
		delete(manifests, update.Ecosystem)
	}
	assert.Empty(t, manifests, "kinds of dependencies that nothing updates")
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
