package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// node is a script that runs on Node: it answers each line with a number. A nil node answers
// nothing, as where Node is missing.
type node struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	out   *bufio.Reader
}

// startNode starts a script of tests/bench/js; nil, and a word on stderr, where that cannot be.
func startNode(r *run, script string, arguments ...string) (*node, error) {
	program, err := exec.LookPath("node")
	if err != nil {
		fmt.Fprintf(os.Stderr, "node is missing: the baseline of %s is left out\n", script)
		return nil, nil
	}
	client := filepath.Join(r.scripts, "..", "..", "conformance", "jsclient")
	if _, err := os.Stat(filepath.Join(client, "node_modules", "phoenix")); errors.Is(err, os.ErrNotExist) {
		fmt.Fprintf(os.Stderr, "the official client is not installed (npm ci in tests/conformance/jsclient): the baseline of %s is left out\n", script)
		return nil, nil
	}
	n := &node{cmd: exec.Command(program, append([]string{filepath.Join(r.scripts, script)}, arguments...)...)}
	n.cmd.Stderr = os.Stderr
	if n.stdin, err = n.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := n.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	n.out = bufio.NewReader(out)
	return n, n.cmd.Start()
}

// ask sends a line, and gives the number that the script answers.
func (n *node) ask(line string) (float64, error) {
	numbers, err := n.askAll(line, 1)
	return numbers[0], err
}

// askAll is ask for a script that answers with several numbers in a line.
func (n *node) askAll(line string, count int) ([]float64, error) {
	numbers := make([]float64, count)
	if n == nil {
		return numbers, nil
	}
	if _, err := fmt.Fprintln(n.stdin, line); err != nil {
		return numbers, err
	}
	answer, err := n.out.ReadString('\n')
	if err != nil {
		return numbers, err
	}
	fields := strings.Fields(answer)
	if len(fields) != count {
		return numbers, fmt.Errorf("the script answered %q", answer)
	}
	for i, field := range fields {
		if numbers[i], err = strconv.ParseFloat(field, 64); err != nil {
			return numbers, err
		}
	}
	return numbers, nil
}

func (n *node) stop() {
	if n == nil {
		return
	}
	_ = n.stdin.Close()
	_ = n.cmd.Wait()
}
