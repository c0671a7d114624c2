package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asks, in the environment of a process, makes it ask the runner to suspend it for so many seconds.
const asks = "ENGINETESTS_ASKS"

func TestMain(m *testing.M) {
	if seconds := os.Getenv(asks); seconds != "" {
		suspended(seconds)
		return
	}
	os.Exit(m.Run())
}

// suspended is a test file in an engine, as the runner sees it: with one test, which fails unless
// the process stands still.
func suspended(seconds string) {
	fmt.Println("[test] plan 1\n[test] begin test_suspended 20000")
	last := time.Now()
	began := last
	fmt.Println("[test] suspend", os.Getpid(), seconds)
	stood := false
	for !stood && time.Since(began) < 10*time.Second {
		time.Sleep(time.Millisecond)
		stood = time.Since(last) > 200*time.Millisecond
		last = time.Now()
	}
	if !stood {
		fmt.Println("[test] failure it went on")
	}
	fmt.Println("[test] end-of test_suspended 1\n[test] end")
}

func TestAProcessStandsStillWhenItAsksForIt(t *testing.T) {
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), asks+"=0.25")
	j := newJudge()
	require.NoError(t, run(command, j, io.Discard))
	require.Len(t, j.results, 1)
	assert.Empty(t, j.results[0].failures)
	assert.Error(t, suspend("1 soon"))
}

// A test that needs a shell would not run on Windows.
func TestNoEngineTestNeedsAShell(t *testing.T) {
	starts := regexp.MustCompile(`(create_process|execute|execute_with_pipe)\(\s*"(sh|bash|/bin/[a-z]+|kill)"`)
	found := 0
	require.NoError(t, filepath.WalkDir("../../tests", func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.IsDir() && slices.Contains([]string{"addons", "node_modules", ".godot"}, entry.Name()) {
			return filepath.SkipDir // copies, which the engine's tests make meanwhile
		}
		if err != nil || filepath.Ext(path) != ".gd" {
			return err
		}
		found++
		source, err := os.ReadFile(path)
		assert.NotRegexp(t, starts, string(source), path)
		return err
	}))
	assert.Positive(t, found)
}
