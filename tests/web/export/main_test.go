// Package export exports games for the web as a developer does, and compares them with the native
// ones.
package export

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var (
	engine   = flag.String("engine", "", "the engine's program")
	template = flag.String("template", "", "a web export template, without threads")
	addon    = flag.String("addon", "", "the folder of the built addon")
	browser  = flag.String("browser", "", "the browser's program")
	driver   = flag.String("driver", "", "run.mjs of the browser's driver")
)

func TestMain(m *testing.M) {
	flag.Parse()
	status := m.Run()
	if game.dir != "" {
		_ = os.RemoveAll(filepath.Dir(game.dir))
	}
	os.Exit(status)
}
