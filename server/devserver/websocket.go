package devserver

import (
	"errors"

	"phoenixchannels/server/devserver/wsframe"
)

// webSocket is the transport process of one WebSocket connection.
type webSocket struct {
	session *session
	conn    *wsframe.Conn

	more     chan struct{} // asks the reader for the next batch
	done     bool          // nothing more is sent
	code     int           // of the close frame; 0 ends TCP without one
	finished chan struct{}
}

func newWebSocket(server *Server, conn *wsframe.Conn, info connectInfo) *webSocket {
	w := &webSocket{
		session: newSession(server, info), conn: conn,
		more: make(chan struct{}, 1), finished: make(chan struct{}),
	}
	w.session.transport = w
	return w
}

// run is the life of the connection. The reader hands over one batch of messages at a time, and
// reads on only when that has been handled: a slow join holds up everything behind it.
func (w *webSocket) run() {
	defer close(w.finished)
	reader := make(chan struct{})
	go func() {
		defer close(reader)
		w.read()
	}()
	go w.abortAtEnd()
	w.more <- struct{}{}
	w.loop()
	w.session.finish()
	close(w.more)
	if w.code == 0 {
		w.conn.Abort()
	} else {
		w.conn.Close(w.code)
	}
	<-reader
}

// abortAtEnd unblocks a write to a client that does not read, when the session has to end.
func (w *webSocket) abortAtEnd() {
	select {
	case <-w.session.ended:
		w.conn.Abort()
	case <-w.finished:
	}
}

func (w *webSocket) loop() {
	for {
		for _, l := range w.session.mailbox.take() {
			w.session.handle(l)
			if w.done {
				return
			}
		}
		if w.conn.Flush() != nil {
			return // the client has gone
		}
		select {
		case <-w.session.mailbox.wake:
		case <-w.session.ended:
			return
		}
	}
}

// read runs on its own goroutine and posts what the client sends.
func (w *webSocket) read() {
	for range w.more {
		batch, err := w.conn.ReadBatch()
		w.session.mailbox.post(letter{do: func() { w.receive(batch, err) }})
		if err != nil {
			return
		}
	}
}

// receive handles a batch, as a whole before anything else, and the error that ended it.
func (w *webSocket) receive(batch []wsframe.Message, err error) {
	for _, message := range batch {
		w.receiveOne(message)
		if w.done {
			return
		}
	}
	var violation *wsframe.ProtocolError
	switch {
	case err == nil:
		w.more <- struct{}{}
	case errors.Is(err, wsframe.ErrIdle):
		w.stop(wsframe.CloseProtocolError)
	case errors.As(err, &violation):
		w.session.log.Warn("protocol error", "reason", violation)
		w.stop(violation.Code)
	default: // the client has gone
		w.kill()
	}
}

func (w *webSocket) receiveOne(message wsframe.Message) {
	switch message.Op {
	case wsframe.Ping:
		w.write(wsframe.Pong, message.Data)
	case wsframe.Close: // whatever its code, the answer is 1000
		w.stop(wsframe.CloseNormal)
	case wsframe.Text, wsframe.Binary:
		err := w.session.receive(frame{binary: message.Op == wsframe.Binary, data: message.Data})
		if err != nil {
			w.session.log.Warn("transport crashed", "reason", err)
			w.stop(wsframe.CloseInternalError)
		}
	}
}

// send implements transport.
func (w *webSocket) send(f frame) {
	op := wsframe.Text
	if f.binary {
		op = wsframe.Binary
	}
	w.write(op, f.data)
}

func (w *webSocket) write(op wsframe.Opcode, data []byte) {
	if w.conn.Write(op, data) != nil {
		w.kill() // the client has gone
	}
}

// stop implements transport.
func (w *webSocket) stop(code int) {
	if !w.done {
		w.done, w.code = true, code
	}
}

// kill implements transport.
func (w *webSocket) kill() {
	if !w.done {
		w.done, w.code = true, 0
	}
}
