// Package webhost serves the files of a game that was exported for the web, with the headers that browsers want.
package webhost

import (
	"net/http"
	"os"
	"path"
)

// Policy is a Content-Security-Policy that an exported game can run under if its page has no inline script.
const Policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src *; img-src 'self' data: blob:"

// Options are what the headers say besides the types of the files.
type Options struct {
	// Isolated makes the page cross-origin isolated, which an export with threads needs.
	Isolated bool
	// Policy is the Content-Security-Policy, if any.
	Policy string
}

// contentTypes do not depend on the system's own list, as a browser compiles WebAssembly while it loads only under its own type.
var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".json": "application/json",
	".wasm": "application/wasm",
	".pck":  "application/octet-stream",
	".png":  "image/png",
	".svg":  "image/svg+xml",
}

// Handler serves the folder. Browsers may keep a file but ask for a newer one each time.
func Handler(folder string, options Options) http.Handler {
	files := http.FileServerFS(os.DirFS(folder))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "no-cache")
		if kind, known := contentTypes[path.Ext(r.URL.Path)]; known {
			header.Set("Content-Type", kind)
		}
		if options.Isolated {
			header.Set("Cross-Origin-Opener-Policy", "same-origin")
			header.Set("Cross-Origin-Embedder-Policy", "require-corp")
		}
		if options.Policy != "" {
			header.Set("Content-Security-Policy", options.Policy)
		}
		files.ServeHTTP(w, r)
	})
}
