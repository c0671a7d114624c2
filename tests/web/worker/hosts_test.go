package worker_test

import (
	"bufio"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/server/devserver"
	"phoenixchannels/web/worker"
)

// onEach runs a test with a worker in this process, and with the built one in Node.
func onEach(t *testing.T, test func(t *testing.T, p *page)) {
	t.Run("native", func(t *testing.T) { test(t, startNative(t)) })
	t.Run("node", func(t *testing.T) { test(t, startNode(t)) })
}

// native is a worker in this process, with a goroutine as its event loop.
type native struct {
	batches chan []byte
	wake    chan struct{}
}

func (n *native) Post(batch []byte) { n.batches <- append([]byte{}, batch...) }

func (n *native) Wake() {
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

func startNative(t *testing.T) *page {
	n := &native{batches: make(chan []byte, 1000), wake: make(chan struct{}, 1)}
	commands, done := make(chan []byte, 1000), make(chan struct{})
	w := worker.New(n)
	var running sync.WaitGroup
	running.Go(func() {
		for {
			select {
			case command := <-commands:
				w.Handle(command)
			case <-n.wake:
				w.Flush()
			case <-done:
				return
			}
		}
	})
	t.Cleanup(func() {
		close(done)
		running.Wait()
	})
	return &page{t: t, post: func(command []byte) { commands <- command }, batches: n.batches, owed: map[int64]int64{}}
}

// build builds the worker once, the way the addon has it.
var build = sync.OnceValues(func() (string, error) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		return "", err
	}
	output, err := exec.Command("bash", "-c", "cd "+root+" && . scripts/messages.sh && . scripts/process.sh && . scripts/toolchain.sh && "+
		". scripts/platforms.sh && . scripts/addon.sh && . scripts/web_build.sh && web_build").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, output)
	}
	return filepath.Join(root, "godot_project/addons/phoenix_channels/web/phoenix_channels.worker.js"), nil
})

// node is the worker in Node.
type node struct {
	*page
	stdin  io.Writer
	stderr output
}

// output is what a process has written.
type output struct {
	mu   sync.Mutex
	text []byte
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text = append(o.text, b...)
	return len(b), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return string(o.text)
}

func startNode(t *testing.T) *page { return startNodeWith(t, "").page }

// startNodeWith starts the worker in Node; script is another copy of it than the built one.
func startNodeWith(t *testing.T, script string, environment ...string) *node {
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("needs Node")
	}
	built, err := build()
	require.NoError(t, err)
	if script == "" {
		script = built
	}
	reads, writes, err := os.Pipe()
	require.NoError(t, err)
	n := &node{}
	command := exec.Command("node", "--no-warnings", "--experimental-websocket", "node.cjs", script)
	command.Env = append(os.Environ(), environment...)
	command.ExtraFiles = []*os.File{writes}
	command.Stderr = &n.stderr
	stdin, err := command.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	writes.Close()
	n.stdin = stdin
	batches := make(chan []byte, 1000)
	var reading sync.WaitGroup
	reading.Go(func() { readBatches(reads, batches) })
	t.Cleanup(func() {
		stdin.Close() // ends it
		reading.Wait()
		_ = command.Wait()
		reads.Close()
		if t.Failed() {
			t.Log(n.stderr.String())
		}
	})
	n.page = &page{t: t, batches: batches, owed: map[int64]int64{}, post: func(command []byte) {
		fmt.Fprintln(stdin, base64.StdEncoding.EncodeToString(command))
	}}
	return n
}

func readBatches(from io.Reader, batches chan<- []byte) {
	reader := bufio.NewReader(from)
	for {
		var size uint32
		if binary.Read(reader, binary.LittleEndian, &size) != nil {
			return
		}
		batch := make([]byte, size)
		if _, err := io.ReadFull(reader, batch); err != nil {
			return
		}
		select {
		case batches <- batch:
		case <-time.After(patience): // nobody takes them any more
			return
		}
	}
}

// serve runs an embedded server.
func serve(t *testing.T) *devserver.Server {
	server := devserver.New(devserver.Options{})
	require.NoError(t, server.Start("127.0.0.1:0"))
	t.Cleanup(server.Close)
	return server
}
