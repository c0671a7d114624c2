// Package capi_test runs a C program that uses the library as a host without Godot would, against
// the embedded server.
package capi_test

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/server/devserver"
	"phoenixchannels/tests/certificates"
)

// Each command is words with spaces between. Without arguments all is this machine's.
var (
	library  = flag.String("library", "", "the library; built when it is empty")
	compiler = flag.String("cc", "cc", "the C compiler for the library's system")
	emulator = flag.String("emulator", "", "what runs programs of the library's system here")
	exits    = flag.Int("exits", 5, "how many programs free the library while its threads run, and end")
)

// hostCases are those of host/host.c.
var hostCases = []string{"session", "binary", "broadcast", "short_buffer", "threads", "mistakes", "last_error", "entry", "broken_pipe", "signals_early", "signals_late"}

// limit is how long one case may take, with an emulator that starts for the first time.
const limit = 3 * time.Minute

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

// run has the library built before the tests, if none was given.
func run(m *testing.M) int {
	if *library == "" {
		folder, err := os.MkdirTemp("", "phoenix_channels")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer func() { _ = os.RemoveAll(folder) }()
		*library = filepath.Join(folder, "library.so")
		if err := build(*library, "../../capi"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return m.Run()
}

// build makes a library for this machine.
func build(library, source string) error {
	output, err := exec.Command("go", "build", "-buildmode=c-shared", "-tags", "nethttpomithttp2", "-o", library, source).CombinedOutput()
	if err != nil {
		return fmt.Errorf("building the library: %w\n%s", err, output)
	}
	return nil
}

func startServer(t *testing.T, options devserver.Options) *devserver.Server {
	server := devserver.New(options)
	require.NoError(t, server.Start("127.0.0.1:0"))
	t.Cleanup(server.Close)
	return server
}

// compile gives a program of the C sources.
func compile(t *testing.T, arguments ...string) string {
	program := filepath.Join(t.TempDir(), "host.exe") // the ending that Windows needs and nobody else minds
	words := append(strings.Fields(*compiler), "-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-O1", "-g", "-I../../capi", "-o", program)
	words = append(words, arguments...)
	output, err := exec.Command(words[0], words[1:]...).CombinedOutput()
	require.NoError(t, err, "%s", output)
	return program
}

func compileHost(t *testing.T, flags ...string) string {
	sources, err := filepath.Glob("host/*.c")
	require.NoError(t, err)
	flags = append(append(flags, sources...), "-pthread")
	if filepath.Ext(*library) != ".dll" {
		flags = append(flags, "-ldl") // glibc before 2.34
	}
	return compile(t, flags...)
}

// start runs a program, in the emulator if there is one, to its end, and gives what it printed.
func start(t *testing.T, environment []string, words ...string) string {
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	words = append(strings.Fields(*emulator), words...)
	command := exec.CommandContext(ctx, words[0], words[1:]...)
	command.Env = append(os.Environ(), environment...)
	command.WaitDelay = time.Second // for children of the emulator that keep the pipe
	output, err := command.CombinedOutput()
	if !errors.Is(err, exec.ErrWaitDelay) { // the program itself has ended well
		require.NoError(t, err, "%s", output)
	}
	return string(output)
}

func TestHost(t *testing.T) {
	url, program := startServer(t, devserver.Options{}).URL(), compileHost(t)
	for _, name := range hostCases {
		t.Run(name, func(t *testing.T) {
			assert.Contains(t, start(t, nil, program, *library, name, url), "ok "+name)
		})
	}
}

// TestFaultsOfGoAndOfAnotherRuntimeAreHandled: a null reference in a game's C# is an exception, one
// in Go's code is recovered from, whichever of the two came last.
func TestFaultsOfGoAndOfAnotherRuntimeAreHandled(t *testing.T) {
	if runtime.GOOS != "linux" || *emulator != "" {
		return // elsewhere .NET needs no signals for its faults, or nobody has tried
	}
	faulty := filepath.Join(t.TempDir(), "faulty.so")
	require.NoError(t, build(faulty, "./fault/library"))
	assert.Contains(t, start(t, nil, compile(t, "fault/host.c", "-ldl", "-pthread"), faulty), "ok")
}

// TestLibraryIsFreedUnderLoad: at its exit the engine frees the library, whose threads go on. Their
// code must stay where it is, also for those who load the library once more. On Windows the host
// counts as a fault what a thread of the library runs into.
func TestLibraryIsFreedUnderLoad(t *testing.T) {
	url, program := startServer(t, devserver.Options{}).URL(), compileHost(t)
	for range *exits {
		assert.Contains(t, start(t, nil, program, *library, "freed", url), "ok freed")
	}
}

// TestWindowsStoreIsTrusted: which authorities a game trusts is what Windows says, as in the
// engine, whatever programs of other origin have put into the environment for their own.
func TestWindowsStoreIsTrusted(t *testing.T) {
	if filepath.Ext(*library) != ".dll" || *emulator == "" {
		return // the store of this system stays as it is
	}
	authority, err := certificates.NewAuthority("Authority of the C host")
	require.NoError(t, err)
	certificate, key, err := authority.Issue(certificates.Certificate{Hosts: []string{"localhost"}, Age: time.Hour})
	require.NoError(t, err)
	pair, err := tls.X509KeyPair(certificate, key)
	require.NoError(t, err)
	url := startServer(t, devserver.Options{TLS: &tls.Config{Certificates: []tls.Certificate{pair}}}).URL()
	url = strings.Replace(url, "127.0.0.1", "localhost", 1) // whose certificates Wine can compare

	folder := t.TempDir()
	root, none := filepath.Join(folder, "root.der"), filepath.Join(folder, "none.pem")
	block, _ := pem.Decode(authority.PEM())
	require.NoError(t, os.WriteFile(root, block.Bytes, 0o600))
	require.NoError(t, os.WriteFile(none, nil, 0o600))
	start(t, nil, compile(t, "wine/trust.c", "-lcrypt32"), root)
	host := compileHost(t)
	for _, environment := range [][]string{{"SSL_CERT_FILE=", "SSL_CERT_DIR="}, {"SSL_CERT_FILE=" + none}, {"SSL_CERT_FILE=", "SSL_CERT_DIR=" + folder}} {
		assert.Contains(t, start(t, environment, host, *library, "session", url), "ok session", "%s", environment)
	}
}

// AddressSanitizer and LeakSanitizer watch the host and all that the library takes from malloc.
func TestNoByteIsLost(t *testing.T) {
	url, program := startServer(t, devserver.Options{}).URL(), compileHost(t, "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined",
		"-fno-sanitize=integer-divide-by-zero") // some hosts divide by zero on purpose
	for _, name := range hostCases {
		t.Run(name, func(t *testing.T) {
			assert.Contains(t, start(t, []string{"ASAN_OPTIONS=detect_leaks=1"}, program, *library, name, url), "ok "+name)
		})
	}
}

func TestSocketsThatComeAndGoLeaveNothing(t *testing.T) {
	output := start(t, nil, compileHost(t), *library, "cycles", startServer(t, devserver.Options{}).URL())
	assert.Contains(t, output, "ok cycles")
	t.Log(output)
}

// The example of docs/c-abi.md, as a reader would build it; only the address differs.
func TestExampleOfTheDocumentation(t *testing.T) {
	const address = "ws://localhost:4000/socket"
	text, err := os.ReadFile("../../docs/c-abi.md")
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(text), "```c\n")
	example, rest, _ := strings.Cut(rest, "```")
	_, rest, _ = strings.Cut(rest, "it prints\n\n```text\n")
	printed, _, _ := strings.Cut(rest, "```")
	require.Contains(t, example, address)
	source := filepath.Join(t.TempDir(), "example.c")
	require.NoError(t, os.WriteFile(source, []byte(strings.ReplaceAll(example, address, startServer(t, devserver.Options{}).URL())), 0o644))
	assert.Equal(t, printed, start(t, nil, compile(t, source, *library)))
}

// A C++ compiler takes the header as well.
func TestHeaderIsGoodForCPlusPlus(t *testing.T) {
	source := filepath.Join(t.TempDir(), "header.cc")
	require.NoError(t, os.WriteFile(source, []byte("#include \"phoenix_channels.h\"\nint main() { return phx_error_text(0) == nullptr; }\n"), 0o644))
	output, err := exec.Command("c++", "-std=c++11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-I../../capi", source).CombinedOutput()
	require.NoError(t, err, "%s", output)
}

// A function whose declaration is missing has nothing that the compiler could compare it with.
func TestHeaderDeclaresWhatIsExported(t *testing.T) {
	sources, err := filepath.Glob("../../capi/*.go")
	require.NoError(t, err)
	names := func(files []string, pattern string) (found []string) {
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, match := range regexp.MustCompile(pattern).FindAllSubmatch(text, -1) {
				found = append(found, string(match[1]))
			}
		}
		return found
	}
	exported := names(sources, `(?m)^//export (\w+)$`)
	require.NotEmpty(t, exported)
	assert.ElementsMatch(t, exported, names([]string{"../../capi/phoenix_channels.h"}, `(?m)^\w[\w ]* \*?(ph\w+)\(.*;$`))
}
