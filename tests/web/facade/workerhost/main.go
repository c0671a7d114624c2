// Command workerhost is a Web Worker without a browser: each TCP connection is a page, with a worker of its own. Commands and batches
// travel behind their length, 32 bits in little endian.
package main

import (
	"bufio"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"log"
	"net"

	"phoenixchannels/web/worker"
)

func main() {
	address := flag.String("listen", "127.0.0.1:0", "where pages connect to")
	flag.Parse()
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	for {
		page, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go serve(page)
	}
}

// host is a page's side of a worker.
type host struct {
	page  net.Conn
	woken chan struct{}
}

func (h *host) Post(batch []byte) {
	framed := binary.LittleEndian.AppendUint32(nil, uint32(len(batch)))
	_, _ = h.page.Write(append(framed, batch...)) // the reader notices that the page is gone
}

func (h *host) Wake() {
	select {
	case h.woken <- struct{}{}:
	default: // a flush is due
	}
}

func serve(page net.Conn) {
	defer page.Close()
	h := &host{page, make(chan struct{}, 1)}
	w := worker.New(h)
	commands := make(chan []byte)
	go read(page, commands)
	for {
		select {
		case command, is := <-commands:
			if !is {
				return
			}
			w.Handle(command)
		case <-h.woken:
			w.Flush()
		}
	}
}

func read(page net.Conn, commands chan<- []byte) {
	defer close(commands)
	from := bufio.NewReader(page)
	for {
		var size uint32
		if binary.Read(from, binary.LittleEndian, &size) != nil {
			return
		}
		command := make([]byte, size)
		if _, err := io.ReadFull(from, command); err != nil {
			return
		}
		commands <- command
	}
}
