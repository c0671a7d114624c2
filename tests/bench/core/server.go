package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"

	"github.com/gorilla/websocket"
)

// What this program is when it starts itself.
const (
	roleServer   = "server"
	roleIdle     = "idle"
	roleLateness = "lateness"
)

// serverProcess is a server of its own, so that its processor time and memory are not ours.
type serverProcess struct {
	url   string
	cmd   *exec.Cmd
	stdin io.Closer
}

func startServer() (*serverProcess, error) {
	cmd := exec.Command(os.Args[0], roleServer)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	return &serverProcess{strings.TrimSpace(line), cmd, stdin}, err
}

func (p *serverProcess) stop() {
	_ = p.stdin.Close()
	_ = p.cmd.Wait()
}

// serve answers every push with "ok" and the push's own payload, until stdin ends. It does so as
// cheaply as can be, so that it is not what limits the clients: it never looks into a payload, and
// what one read brought is answered with one write.
func serve() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	upgrader := websocket.Upgrader{ReadBufferSize: 256, WriteBufferSize: 256, CheckOrigin: func(*http.Request) bool { return true }}
	server := http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if conn, err := upgrader.Upgrade(w, r, nil); err == nil {
			answerAll(conn.NetConn())
		}
	})}
	go func() { _ = server.Serve(listener) }()
	fmt.Printf("ws://%s/socket\n", listener.Addr())
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// answerAll answers the frames of one connection until it ends.
func answerAll(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	in, out, have := make([]byte, 2048), []byte(nil), 0
	for {
		n, err := conn.Read(in[have:])
		if err != nil {
			return
		}
		have += n
		at := 0
		out = out[:0]
		for {
			f, ok := parseClientFrame(in[at:have])
			if !ok {
				break
			}
			at += f.size
			if out, ok = f.answer(out); !ok {
				_, _ = conn.Write(out)
				return
			}
		}
		have = copy(in, in[at:have])
		if have == len(in) || len(in) < 1<<16 && at > len(in)/2 {
			in = append(in, make([]byte, len(in))...)
		}
		if _, err := conn.Write(out); err != nil {
			return
		}
	}
}
