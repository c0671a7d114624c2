package gdext

import (
	"fmt"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/variant"
)

// The project's settings are the defaults of a game's sockets, with the engine's feature overrides. In the editor, which registers them
// (addons/phoenix_channels/editor/project_settings.gd), a node has the defaults of its class: what a scene file leaves out is then up to the
// game that loads it.

const projectSettings = "phoenix_channels/"

// projectNumbers are those of core's settings that a project has, by their names.
var projectNumbers = []string{"timeout", "heartbeat_interval"}

// endpointVariable is what the editor sets in the environment of the games that it starts while its test server runs
// (addons/phoenix_channels/editor/test_server.gd).
const endpointVariable = "PHOENIX_CHANNELS_ENDPOINT"

// projectEndpoint is the endpoint of sockets that name none: the project's or else, in a debug build, that of the editor's test server; ""
// if there is neither.
func projectEndpoint() string {
	if endpoint := engine.ProjectSetting(projectSettings + "endpoint"); endpoint != "" {
		return endpoint
	}
	if engine.IsEditor() || !engine.IsDebugBuild() {
		return ""
	}
	return engine.Environment(endpointVariable)
}

// takeProject replaces defaults by what the project has.
func (values *settings) takeProject() error {
	if endpoint := projectEndpoint(); endpoint != "" {
		values.endpoint = endpoint
	}
	for _, name := range projectNumbers {
		if err := values.takeProjectNumber(name); err != nil {
			return err
		}
	}
	return nil
}

func (values *settings) takeProjectNumber(name string) error {
	given := engine.ProjectSettingValue(projectSettings + name)
	if given == nil {
		return nil
	}
	defer given.Release()
	number, wrong := 0.0, fmt.Errorf("the project setting %s%s must be an integer, in milliseconds", projectSettings, name)
	if given.Type() != engine.TypeInt {
		return wrong
	}
	_ = given.Bytes(func(b []byte) error { number, _, _ = variant.Number(b); return nil }) // of a number: no cycle
	if err := core.NamedSettings()[name].Set(&values.Settings, int64(number)); err != nil {
		return fmt.Errorf("the project setting %s%s: %w", projectSettings, name, err)
	}
	return nil
}

// projectDebugLog is the project's default of debug_log.
func projectDebugLog() bool {
	given := engine.ProjectSettingValue(projectSettings + "debug_log")
	if given == nil {
		return false
	}
	defer given.Release()
	return given.IsTrue()
}

// takeProjectDefaults gives a new socket what the project has.
func (s *socket) takeProjectDefaults() {
	if engine.IsEditor() {
		return
	}
	if err := s.settings.takeProject(); err != nil {
		mistake("PhoenixSocket.new", "", err)
	}
	s.log.Debug.Store(projectDebugLog())
}

// connectsTo is the endpoint; an empty one is the project's. s.mu must be held.
func (values *settings) connectsTo() string {
	if values.endpoint == "" {
		return projectEndpoint()
	}
	return values.endpoint
}
