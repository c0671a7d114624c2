package gdext

import (
	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
)

// showLog prints the queued log lines. It runs on the main thread, because goroutines never call
// the engine.
func (s *socket) showLog() {
	s.log.Show(func(line signals.LogLine) {
		switch {
		case line.Level == signals.LevelBug:
			engine.Error("PhoenixSocket", line.Text)
		case line.Level >= core.LevelWarn:
			engine.Warning("PhoenixSocket", line.Text)
		default:
			engine.Print("[phoenix] " + line.Text)
		}
	})
}
