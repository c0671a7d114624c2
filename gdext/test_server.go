//go:build testserver

package gdext

import (
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/testserver"
)

// Only the editor's library is built with the test server.
func init() { classes = append(classes, testServerClass) }

var testServerClass = &engine.Class{
	Name: "PhoenixTestServer", Parent: "RefCounted", Internal: true,
	New: func(engine.Object) any { return &testServer{} },
	Methods: []engine.Method{
		engine.Func2("start", (*testServer).start, engine.P("port"), engine.P("network")),
		engine.Func0("stop", func(s *testServer) engine.None { s.server.Stop(); return engine.None{} }),
		engine.Func0("is_running", func(s *testServer) bool { return s.server.IsRunning() }).Const(),
		engine.Func0("get_endpoints", func(s *testServer) []string { return s.server.Endpoints() }).Const(),
		engine.Func0("get_connections", func(s *testServer) int64 { return int64(s.server.Connections()) }).Const(),
		engine.Func0("take_log", func(s *testServer) []string { return s.server.TakeLog() }),
	},
}

// testServer is the Go side of a PhoenixTestServer.
type testServer struct{ server testserver.Server }

// start returns an error text, or "" if the server is running.
func (s *testServer) start(port int64, network bool) string {
	if err := s.server.Start(int(port), network); err != nil {
		return err.Error()
	}
	return ""
}

func (s *testServer) Freed() { s.server.Stop() }
