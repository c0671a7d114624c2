package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// latenessProcess only waits for timers, and reports how late they were: as late as any timer on
// the machine at this moment.
type latenessProcess struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	out   *bufio.Reader
}

func startLateness() (*latenessProcess, error) {
	p := &latenessProcess{cmd: exec.Command(os.Args[0], roleLateness)}
	p.cmd.Stderr = os.Stderr
	var err error
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	return p, p.cmd.Start()
}

// take is the latest that a timer was since the last take, in milliseconds.
func (p *latenessProcess) take() (float64, error) {
	if _, err := fmt.Fprintln(p.stdin); err != nil {
		return 0, err
	}
	line, err := p.out.ReadString('\n')
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(strings.TrimSpace(line), 64)
}

func (p *latenessProcess) stop() {
	_ = p.stdin.Close()
	_ = p.cmd.Wait()
}

// watchLateness waits for timers, and answers each line of stdin with the worst lateness since the
// last.
func watchLateness() error {
	var late worst
	go func() {
		for next := time.Now(); ; {
			next = next.Add(time.Millisecond)
			time.Sleep(time.Until(next))
			late.note(time.Since(next))
		}
	}()
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		fmt.Println(milliseconds(late.take()))
	}
	return nil
}
