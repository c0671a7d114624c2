package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// How long the engine may take to start and to quit, and how far a test may overrun its own limit,
// which the runner reports unless the main thread hangs.
const (
	startLimit   = 60 * time.Second
	exitLimit    = 30 * time.Second
	overrunLimit = 5 * time.Second
)

// run starts the command, gives each line it prints to the judge and to echo, and kills it when it
// hangs.
func run(command *exec.Cmd, j *judge, echo io.Writer) error {
	reader, writer, err := os.Pipe()
	if err != nil {
		return err
	}
	defer reader.Close()
	// One pipe for both, so that errors are in order with the runner's lines.
	command.Stdout, command.Stderr = writer, writer
	// The engine's children would keep the pipe open.
	command.WaitDelay = time.Second
	if err := command.Start(); err != nil {
		writer.Close()
		return err
	}
	writer.Close()

	lines := make(chan string)
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(reader)
		scanner.Buffer(nil, 16<<20)
		for scanner.Scan() {
			lines <- scanner.Text()
		}
	}()

	stopped := ""
	deadline := time.NewTimer(startLimit)
	for open := true; open; {
		select {
		case line, ok := <-lines:
			if open = ok; !ok {
				break
			}
			io.WriteString(echo, line+"\n")
			before := j.phase()
			j.line(line)
			if request, ok := strings.CutPrefix(line, marker+"suspend "); ok {
				if err := suspend(request); err != nil {
					j.fail("cannot suspend the engine: " + err.Error())
				}
			}
			if after := j.phase(); after != before {
				deadline.Reset(j.patience())
			}
		case <-deadline.C:
			stopped = "hung for " + j.patience().String() + " and was killed"
			command.Process.Kill()
		}
	}
	j.exit(command.Wait(), stopped)
	return nil
}

// suspend stops a process and lets it go on, as a test asks for with the number of its process and
// the seconds: no test can do it by itself.
func suspend(request string) error {
	var pid int
	var seconds float64
	if _, err := fmt.Sscan(request, &pid, &seconds); err != nil {
		return err
	}
	process, err := openProcess(pid)
	if err != nil {
		return err
	}
	defer process.close()
	if err := process.stop(); err != nil {
		return err
	}
	time.Sleep(time.Duration(seconds * float64(time.Second)))
	return process.resume()
}

// phase changes whenever a test begins or ends.
func (j *judge) phase() [3]int {
	running, done := 0, 0
	if j.current != nil {
		running = 1
	}
	if j.allEnded {
		done = 1
	}
	return [3]int{j.ended, running, done}
}

// patience is how long the present phase may last.
func (j *judge) patience() time.Duration {
	switch {
	case j.allEnded:
		return exitLimit
	case j.current != nil:
		return j.limit + overrunLimit
	default:
		return startLimit
	}
}
