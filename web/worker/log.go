package worker

import (
	"phoenixchannels/core"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/web/protocol"
)

// addLog adds the queued log lines as records.
func (s *socket) addLog() {
	s.log.Show(func(line signals.LogLine) {
		kind := protocol.Log
		switch {
		case line.Level == signals.LevelBug:
			kind = protocol.EngineError
		case line.Level >= core.LevelWarn:
			kind = protocol.Warning
		}
		s.out.add(kind, s.id, line.Text)
	})
}
