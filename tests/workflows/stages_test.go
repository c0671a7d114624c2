package workflows

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stages are the beginnings of a run of stages in FOLDER, whose stages are up to a test.
const stages = `
	source scripts/process.sh
	server_stop() { :; }
	server_build() { :; }
	addon_build() { :; }
	cd "$FOLDER"
	mkdir -p build/test
	passes() { printf '1 0 0\n' >"$TEST_DIR/$1.totals"; }
	appears() { until [[ -e $1 ]]; do sleep 0.01; done; }
	exec 2>&1
`

// The stage core waits for demo, and demo for core, so that they end only beside each other.
func TestStagesOfGoRunBesideThoseOfTheAddon(t *testing.T) {
	output, err := bash(t, stages+`
		test_stage_lint() { say lints; passes lint; }
		test_stage_core() { say 'core begins'; appears demo; say 'core fails'; printf '2 1 0\n' >"$TEST_DIR/core.totals"; : >core; return 1; }
		test_stage_chaos() { appears package; say 'chaos ends'; passes chaos; }
		test_stage_demo() { say 'demo begins'; : >demo; appears core; appears build/test/core.output; say 'demo ends'; passes demo; }
		test_stage_package() { : >package; say 'package ends'; passes package; }
		test_stage_bench() { say measures; passes bench; }
		test_stages bench package core chaos lint demo
		test_totals
	`, "FOLDER="+t.TempDir())
	require.Error(t, err, "one has failed")
	assert.Equal(t, []string{
		"== lint", "lints", "== lint: s",
		"beside what follows: core chaos",
		"== package", "package ends", "== package: s",
		"== demo", "demo begins", "demo ends", "== demo: s",
		"== core", "core begins", "core fails", "== core: s",
		"== chaos", "chaos ends", "== chaos: s",
		"== bench", "measures", "== bench: s",
		"7 passed, 1 failed",
	}, printed(output))
}

func TestStagesOfOneKindRunAlone(t *testing.T) {
	output, err := bash(t, stages+`
		test_stage_core() { say 'core ends'; passes core; }
		test_stage_go() { say 'go ends without counts'; return 1; }
		test_stages core go
		test_totals
	`, "FOLDER="+t.TempDir())
	require.Error(t, err)
	assert.Equal(t, []string{
		"== core", "core ends", "== core: s",
		"== go", "go ends without counts", "FAIL go", "== go: s",
		"1 passed, 1 failed",
	}, printed(output))
}

func TestStagesBesideEndWithTheRun(t *testing.T) {
	dir := t.TempDir()
	_, err := bash(t, stages+`
		test_stage_core() { sleep 100 & echo $! >pid.new; mv pid.new pid; wait; }
		test_stage_demo() { appears pid; kill -TERM $$; }
		test_stages core demo
	`, "FOLDER="+dir)
	require.ErrorContains(t, err, "exit status 143")
	pid, err := os.ReadFile(filepath.Join(dir, "pid"))
	require.NoError(t, err)
	assert.Eventually(t, func() bool {
		_, err := bash(t, "kill -0 "+string(pid))
		return err != nil
	}, 10*time.Second, 10*time.Millisecond)
}

var seconds = regexp.MustCompile(`(?m)^(== \w+: )\d+ s$`)

// printed are the lines of the output that are not empty, without times.
func printed(output string) []string {
	return strings.FieldsFunc(seconds.ReplaceAllString(output, "${1}s"), func(r rune) bool { return r == '\n' })
}
