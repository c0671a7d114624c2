// Package engine_c has no code of its own: its test runs the C part of the engine layer with the
// address and the undefined behaviour sanitizer, on an engine in C, and feeds it with what is
// hostile.
//
//	go test ./tests/engine_c                               a few seconds, of a seed that is the same each time
//	go test ./tests/engine_c -args -seconds 600 -seed 7    longer, of another
//	go test ./tests/engine_c -args -seed 7 -input 4711     one input of it again
package engine_c

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	seconds = flag.Int("seconds", 5, "how long hostile inputs are fed")
	seed    = flag.Uint64("seed", 1, "what the inputs follow from")
	only    = flag.Int64("input", -1, "the number of the only input; -1 for as many as there is time for")
)

// sources are what of the engine layer calls nothing of Go but through _cgo_export.h, which is in
// harness in place of cgo's.
var sources = []string{"build.c", "bytes.c", "emit.c", "object.c", "result.c", "method.c", "instance.c"}

// TestHostileValuesDoNotHarmTheEngineLayer feeds the C code with damaged bytes of values, cyclic
// and deep values, and calls with wrong arguments. No byte outside of allocated memory is read or
// written, no value is left or destroyed twice.
func TestHostileValuesDoNotHarmTheEngineLayer(t *testing.T) {
	drive := compile(t, "drive.c")
	arguments := []string{strconv.Itoa(*seconds), strconv.FormatUint(*seed, 10)}
	if *only >= 0 {
		arguments = append(arguments, strconv.FormatInt(*only, 10))
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Duration(*seconds)*time.Second+time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, drive, arguments...)
	command.Env = append(os.Environ(), "ASAN_OPTIONS=handle_abort=1:malloc_context_size=6", "UBSAN_OPTIONS=print_stacktrace=1")
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	var inputs int
	_, err = fmt.Sscanf(string(output), "%d inputs", &inputs)
	require.NoError(t, err, "%s", output)
	require.Positive(t, inputs)
	t.Logf("%d inputs of seed %d", inputs, *seed)
}

// TestObjectsThatEndOnAnotherThreadAreNotUsed lets threads ask objects that another one frees.
func TestObjectsThatEndOnAnotherThreadAreNotUsed(t *testing.T) {
	output, err := exec.CommandContext(t.Context(), compile(t, "ends.c"), strconv.Itoa(*seconds)).CombinedOutput()
	require.NoError(t, err, "%s", output)
	var objects, answers, references int
	_, err = fmt.Sscanf(string(output), "%d objects, %d answers, %d references", &objects, &answers, &references)
	require.NoError(t, err, "%s", output)
	require.Positive(t, min(objects, answers, references), "%s", output)
	t.Logf("%s", output)
}

// TestPacketsOutliveTheirHandlers lets threads deliver packets to a multiplayer peer, whose
// handlers poll, close and free it.
func TestPacketsOutliveTheirHandlers(t *testing.T) {
	packets := compile(t, "packets.c", "packets.c", "peer.c")
	output, err := exec.CommandContext(t.Context(), packets, strconv.Itoa(*seconds), strconv.FormatUint(*seed, 10)).CombinedOutput()
	require.NoError(t, err, "%s", output)
	var handled, events, freed int
	_, err = fmt.Sscanf(string(output), "%d packets, %d events, %d peers freed in handlers", &handled, &events, &freed)
	require.NoError(t, err, "%s", output)
	require.Positive(t, min(handled, events, freed), "%s", output)
	t.Logf("%s", output)
}

// compile makes a program of the engine layer, of the engine in C, and of the file with its main
// function. Further sources of the layer may be named.
func compile(t *testing.T, main string, further ...string) string {
	compiler := os.Getenv("CC")
	if compiler == "" {
		compiler = "cc"
	}
	program := filepath.Join(t.TempDir(), "program")
	const layer, harness = "../../gdext/engine", "harness"
	arguments := []string{
		"-std=gnu11", "-g", "-O1", "-Wall", "-Wextra", "-Werror", "-fno-omit-frame-pointer",
		"-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-pthread", "-I" + harness, "-I" + layer, "-o", program,
	}
	for _, source := range []string{main, "hostile.c", "fake_values.c", "fake_engine.c"} {
		arguments = append(arguments, filepath.Join(harness, source))
	}
	for _, source := range append(further, sources...) {
		arguments = append(arguments, filepath.Join(layer, source))
	}
	output, err := exec.CommandContext(t.Context(), compiler, arguments...).CombinedOutput()
	require.NoError(t, err, "%s with its sanitizers is needed (Debian: gcc, or clang with libclang-rt-dev)\n%s", compiler, output)
	return program
}
