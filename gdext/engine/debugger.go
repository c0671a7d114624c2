package engine

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// Debugger is the connection to an editor's debugger.
type Debugger struct {
	prefix   string
	debugger *Ref
	engine   *Ref // nil if the engine cannot report script lines
}

// OpenDebugger passes handle the editor's messages that begin with the prefix, with the prefix
// removed. Their data is an Array in the binary Variant form. handle runs in the middle of scripts:
// it must be quick and must not call the engine. OpenDebugger returns nil if no debugger is
// attached.
func OpenDebugger(prefix string, handle func(message string, data []byte) (known bool)) *Debugger {
	debugger := singleton("EngineDebugger")
	if !debugger.askWith("is_active") {
		debugger.Release()
		return nil
	}
	d := &Debugger{prefix: prefix, debugger: debugger}
	if running.atLeast(4, 5) {
		d.engine = singleton("Engine")
	}
	capture := newCallable(func(message, data Variant) (known float64) {
		_ = data.Bytes(func(b []byte) error { // a value from the network cannot contain cycles
			if handle(message.Text(), slices.Clone(b)) {
				known = 1
			}
			return nil
		})
		return known
	}, true)
	defer capture.Release()
	name := newText(prefix)
	defer name.Release()
	debugger.callWith("register_message_capture", name, capture)
	return d
}

// Close ends the connection. Send must not be called afterwards.
func (d *Debugger) Close() {
	name := newText(d.prefix)
	defer name.Release()
	d.debugger.callWith("unregister_message_capture", name)
	d.debugger.Release()
	d.engine.Release()
}

// Send sends a message. data is an Array in the binary Variant form. Send is safe from any
// goroutine, because the engine's debugger has a lock.
func (d *Debugger) Send(message string, data []byte) {
	making.RLock()
	defer making.RUnlock()
	if making.over {
		return
	}
	text, array := newText(message), Decode(data)
	defer text.Release()
	defer array.Release()
	d.debugger.callWith("send_message", text, array)
}

// Decode is NewRef for types that NewRef does not support.
func Decode(data []byte) *Ref {
	const head = 8
	b := make([]byte, head, head+len(data)+3)
	binary.LittleEndian.PutUint32(b, uint32(TypePackedByteArray))
	binary.LittleEndian.PutUint32(b[4:], uint32(len(data)))
	b = append(b, data...)
	packed, offset := NewRef(append(b, make([]byte, -len(data)&3)...)), number(0)
	defer packed.Release()
	defer offset.Release()
	return packed.resultWith("decode_var", offset)
}

// number returns an int.
func number(n int32) *Ref {
	b := binary.LittleEndian.AppendUint32(nil, uint32(TypeInt))
	return NewRef(binary.LittleEndian.AppendUint32(b, uint32(n)))
}

// HasLines reports whether the engine can report script lines (4.5 and later).
func (d *Debugger) HasLines() bool { return d.engine != nil }

// Line returns the script line that this thread is running, as "res://file.gd:12:function", or ""
// if it runs none. HasLines must be true.
func (d *Debugger) Line() string {
	with := NewRef([]byte{0: byte(TypeBool), 7: 0}) // no variables
	defer with.Release()
	traces := d.engine.resultWith("capture_script_backtraces", with)
	defer traces.Release()
	line := ""
	traces.eachElement(func(trace Variant) {
		if line == "" {
			line = lineOf(trace)
		}
	})
	return line
}

// lineOf returns the innermost line of a language's backtrace. Without frames, as always in release
// builds, it queries none: each query would log an engine error.
func lineOf(trace Variant) string {
	kept := trace.Keep()
	defer kept.Release()
	count := kept.resultWith("get_frame_count")
	defer count.Release()
	if count.integer() == 0 {
		return ""
	}
	first := number(0)
	defer first.Release()
	file, line, function := kept.resultWith("get_frame_file", first), kept.resultWith("get_frame_line", first), kept.resultWith("get_frame_function", first)
	defer file.Release()
	defer line.Release()
	defer function.Release()
	return fmt.Sprintf("%s:%d:%s", file.Text(), line.integer(), function.Text())
}

// integer returns the value of an int.
func (r *Ref) integer() (n int64) {
	_ = r.Bytes(func(b []byte) error { // an int has no cycles
		switch len(b) {
		case 8:
			n = int64(int32(binary.LittleEndian.Uint32(b[4:])))
		case 12:
			n = int64(binary.LittleEndian.Uint64(b[4:]))
		}
		return nil
	})
	return n
}
