package control

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"sync"
)

const listening = "devserver: listening on "

// devserver is a devserver of a test's own: it keeps its address when it is started again.
type devserver struct {
	program   string
	arguments []string

	mu      sync.Mutex
	url     string
	process *exec.Cmd
	stdin   io.Writer
	stdout  *bufio.Scanner
}

// startDevserver answers with the number of a new devserver and its URL; the query's arg are its
// arguments.
func (c *Control) startDevserver(w http.ResponseWriter, r *http.Request) {
	d := &devserver{program: c.devserver, arguments: r.URL.Query()["arg"]}
	if err := d.start(); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.devservers = append(c.devservers, d)
	fmt.Fprintf(w, "%d %s", len(c.devservers)-1, d.url)
}

// commandDevserver does one of start, stop, freeze and thaw.
func (c *Control) commandDevserver(w http.ResponseWriter, r *http.Request) {
	number, err := strconv.Atoi(r.PathValue("number"))
	c.mu.Lock()
	var d *devserver
	if err == nil && number >= 0 && number < len(c.devservers) {
		d = c.devservers[number]
	}
	c.mu.Unlock()
	if d == nil {
		http.Error(w, "there is no such devserver", http.StatusNotFound)
		return
	}
	switch action := r.PathValue("action"); action {
	case "start":
		err = d.start()
	case "stop":
		d.stop()
	case "freeze":
		err = d.say(action, "devserver: frozen")
	case "thaw":
		err = d.say(action, "devserver: thawed")
	default:
		err = fmt.Errorf("a devserver cannot %s", action)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (d *devserver) start() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.process != nil {
		return errors.New("it runs already")
	}
	address := "127.0.0.1:0"
	if d.url != "" {
		address = strings.Split(d.url, "/")[2]
	}
	process := exec.Command(d.program, append([]string{"-addr", address, "-quiet", "-exit-with-parent"}, d.arguments...)...)
	stdin, err := process.StdinPipe()
	if err != nil {
		return err
	}
	stdout, err := process.StdoutPipe()
	if err != nil {
		return err
	}
	if err := process.Start(); err != nil {
		return err
	}
	d.stdin, d.stdout = stdin, bufio.NewScanner(stdout)
	d.stdout.Scan()
	url, ok := strings.CutPrefix(d.stdout.Text(), listening)
	if !ok {
		process.Process.Kill()
		process.Wait()
		return fmt.Errorf("%s did not start to listen", d.program)
	}
	d.url, d.process = url, process
	return nil
}

// stop ends it at once, as a crash would.
func (d *devserver) stop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.process == nil {
		return
	}
	d.process.Process.Kill()
	d.process.Wait()
	d.process = nil
}

// say writes a line to its stdin and waits for the answer.
func (d *devserver) say(word, answer string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.process == nil {
		return errors.New("it does not run")
	}
	if _, err := fmt.Fprintln(d.stdin, word); err != nil {
		return err
	}
	if !d.stdout.Scan() || d.stdout.Text() != answer {
		return fmt.Errorf("it answered %q to %s", d.stdout.Text(), word)
	}
	return nil
}
