package webhost_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/server/devserver/webhost"
)

func TestHandler(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"index.html", "index.wasm", "index.js", "index.pck"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte("content of "+name), 0o644))
	}
	handler := webhost.Handler(folder)
	for _, test := range []struct{ path, contentType, body string }{
		{"/", "text/html; charset=utf-8", "content of index.html"},
		{"/index.wasm", "application/wasm", "content of index.wasm"},
		{"/index.js", "text/javascript; charset=utf-8", "content of index.js"},
		{"/index.pck", "application/octet-stream", "content of index.pck"},
	} {
		t.Run(test.path, func(t *testing.T) {
			answer := get(handler, test.path)
			assert.Equal(t, http.StatusOK, answer.Code)
			assert.Equal(t, test.contentType, answer.Header().Get("Content-Type"))
			assert.Equal(t, test.body, answer.Body.String())
			assert.Equal(t, "same-origin", answer.Header().Get("Cross-Origin-Opener-Policy"))
			assert.Equal(t, "require-corp", answer.Header().Get("Cross-Origin-Embedder-Policy"))
			assert.Equal(t, "no-cache", answer.Header().Get("Cache-Control"))
		})
	}
	assert.Equal(t, http.StatusNotFound, get(handler, "/other.js").Code)
	assert.Equal(t, http.StatusNotFound, get(handler, "/../webhost_test.go").Code)
}

func get(handler http.Handler, path string) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, path, nil))
	return recorder
}
