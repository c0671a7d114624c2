package gdext

import (
	"fmt"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/variant"
)

// Project settings are the defaults of a game's sockets, including the engine's feature overrides.
// In the editor, which registers them (addons/phoenix_channels/editor/project_settings.gd), a node
// has the defaults of its class. A property that a scene file omits is therefore set by the game
// that loads the scene.

const projectSettings = "phoenix_channels/"

// projectNumbers lists those of core's settings that are also project settings, by name.
var projectNumbers = []string{"timeout", "heartbeat_interval"}

// endpointVariable is the environment variable that the editor sets for the games that it starts
// while its test server runs (addons/phoenix_channels/editor/test_server.gd).
const endpointVariable = "PHOENIX_CHANNELS_ENDPOINT"

// projectEndpoint returns the endpoint of sockets without one of their own: the project's or, in a
// debug build, the editor's test server. It returns "" if there is neither.
func projectEndpoint() string {
	if endpoint := engine.ProjectSetting(projectSettings + "endpoint"); endpoint != "" {
		return endpoint
	}
	if engine.IsEditor() || !engine.IsDebugBuild() {
		return ""
	}
	return engine.Environment(endpointVariable)
}

// takeProject replaces defaults by the project's settings.
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
	// Bytes cannot fail, because a number has no cycle.
	_ = given.Bytes(func(b []byte) error { number, _, _ = variant.Number(b); return nil })
	if err := core.NamedSettings()[name].Set(&values.Settings, int64(number)); err != nil {
		return fmt.Errorf("the project setting %s%s: %w", projectSettings, name, err)
	}
	return nil
}

// projectDebugLog returns the project's default of debug_log.
func projectDebugLog() bool {
	given := engine.ProjectSettingValue(projectSettings + "debug_log")
	if given == nil {
		return false
	}
	defer given.Release()
	return given.IsTrue()
}

// takeProjectDefaults applies the project's settings to a new socket.
func (s *socket) takeProjectDefaults() {
	if engine.IsEditor() {
		return
	}
	if err := s.settings.takeProject(); err != nil {
		mistake("PhoenixSocket.new", "", err)
	}
	s.log.Debug.Store(projectDebugLog())
}

// connectsTo returns the endpoint, or the project's if it is empty. s.mu must be held.
func (values *settings) connectsTo() string {
	if values.endpoint == "" {
		return projectEndpoint()
	}
	return values.endpoint
}
