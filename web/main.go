//go:build js && wasm

package main

import (
	"syscall/js"

	"phoenixchannels/web/worker"
)

// page posts to the page, by way of worker.js.
type page struct {
	post, wake js.Value
	isWoken    bool // a flush is due
}

var uint8Array = js.Global().Get("Uint8Array")

func (p *page) Post(batch []byte) {
	array := uint8Array.New(len(batch))
	js.CopyBytesToJS(array, batch)
	p.post.Invoke(array)
}

func (p *page) Wake() {
	if !p.isWoken {
		p.isWoken = true
		p.wake.Invoke()
	}
}

func main() {
	glue := js.Global().Get("phoenixWorker")
	host := &page{post: glue.Get("post"), wake: glue.Get("wake")}
	w := worker.New(host)
	glue.Call("started",
		js.FuncOf(func(_ js.Value, args []js.Value) any {
			command := make([]byte, args[0].Length())
			js.CopyBytesToGo(command, args[0])
			w.Handle(command)
			return nil
		}),
		js.FuncOf(func(js.Value, []js.Value) any {
			host.isWoken = false
			w.Flush()
			return nil
		}),
		js.FuncOf(func(_ js.Value, args []js.Value) any {
			w.SetOnline(args[0].Bool())
			return nil
		}))
	select {}
}
