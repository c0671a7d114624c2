package gdext

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
)

func TestDefaultSettingsAreTheDefaultsOfCore(t *testing.T) {
	settings := defaultSettings()
	config := settings.Settings
	assert.Equal(t, 10*time.Second, config.Timeout)
	assert.Equal(t, 30*time.Second, config.HeartbeatInterval)
	assert.Equal(t, 10*time.Millisecond, config.ReconnectAfter[0])
	assert.Equal(t, 5*time.Second, config.ReconnectAfter[len(config.ReconnectAfter)-1])
	assert.Equal(t, 0.25, config.Jitter)
	_, err := core.NewSocket(settings.endpoint, core.Config{Settings: config})
	assert.NoError(t, err)
}

func TestJitterOfZeroKeepsTheExactTimes(t *testing.T) {
	settings := defaultSettings()
	require.NoError(t, core.NamedSettings()["reconnect_jitter"].Set(&settings.Settings, 0.0))
	assert.Equal(t, core.NoJitter, settings.Jitter)
}
