// Package webhost serves the files of a game that was exported for the web, with the headers that
// browsers want.
package webhost

import (
	"net/http"
	"os"
	"path"
)

// contentTypes do not depend on the system's own list, as a browser compiles WebAssembly while it
// loads only under its own type.
var contentTypes = map[string]string{
	".css":  "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".json": "application/json",
	".pck":  "application/octet-stream",
	".png":  "image/png",
	".svg":  "image/svg+xml",
	".wasm": "application/wasm",
}

// Handler serves a folder. Its pages are cross-origin isolated, which exports with threads need.
// Browsers may keep a file, but ask each time whether it has changed.
func Handler(folder string) http.Handler {
	files := http.FileServerFS(os.DirFS(folder))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "no-cache")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Embedder-Policy", "require-corp")
		if contentType, known := contentTypes[path.Ext(r.URL.Path)]; known {
			header.Set("Content-Type", contentType)
		}
		files.ServeHTTP(w, r)
	})
}
