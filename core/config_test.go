package core

import (
	"bytes"
	"crypto/tls"
	"log/slog"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDefaultsAreThoseOfTheOfficialClient(t *testing.T) {
	s, err := NewSocket("ws://peer/socket", Config{})
	require.NoError(t, err)
	c := s.config
	require.Equal(t, "2.0.0", c.Version)
	require.Equal(t, WebSocket, c.Transport)
	require.Equal(t, 10*time.Second, c.Timeout)
	require.Equal(t, 20*time.Second, c.LongPollTimeout)
	require.Equal(t, 30*time.Second, c.HeartbeatInterval)
	require.Equal(t, 30*time.Second, c.HeartbeatTimeout)
	require.Equal(t, milliseconds(10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000), c.ReconnectAfter)
	require.Equal(t, milliseconds(1000, 2000, 5000, 10000), c.RejoinAfter)
	require.Zero(t, c.LongPollFallbackAfter)
	require.Empty(t, s.Channels())
	require.Equal(t, SocketClosed, s.State())
	require.Equal(t, "ws://peer/socket", s.Endpoint())
	require.Zero(t, s.Statistics())

	require.Equal(t, 0.25, c.Jitter, "and where it has none")
	require.Equal(t, int64(16<<20), c.MaxMessageBytes)
	require.Equal(t, 64<<20, c.MaxQueuedBytes)
	require.Equal(t, 64<<20, c.MaxBufferedBytes)
	require.Equal(t, 65536, c.MaxBufferedPushes)
	require.NoError(t, s.Close())
}

func TestSettingsReplaceTheDefaults(t *testing.T) {
	given := Config{
		Version: "1.0.0", Timeout: 40 * time.Second, LongPollTimeout: 50 * time.Second, HeartbeatInterval: time.Minute,
		ReconnectAfter: milliseconds(7), RejoinAfter: milliseconds(8), Transport: LongPoll, Jitter: 1, MaxMessageBytes: 1,
	}
	s, err := NewSocket("ws://peer/socket", given)
	require.NoError(t, err)
	require.Equal(t, given.Version, s.config.Version)
	require.Equal(t, given.Timeout, s.config.Timeout)
	require.Equal(t, given.LongPollTimeout, s.config.LongPollTimeout)
	require.Equal(t, time.Minute, s.config.HeartbeatInterval)
	require.Equal(t, time.Minute, s.config.HeartbeatTimeout, "follows the interval")
	require.Equal(t, given.ReconnectAfter, s.config.ReconnectAfter)
	require.Equal(t, given.RejoinAfter, s.config.RejoinAfter)
	require.Equal(t, LongPoll, s.config.Transport)
	require.Equal(t, 1.0, s.config.Jitter)
	require.Equal(t, int64(1), s.config.MaxMessageBytes)
}

func TestHeadersOfTheCallerAreNotChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		header := http.Header{"X-Build": {"7"}}
		p := newPeer(t)
		p.connect(func(c *Config) {
			c.Header = header
			c.AuthToken = "t"
		})
		require.Equal(t, "7", p.request(0).Header.Get("X-Build"))
		require.Equal(t, http.Header{"X-Build": {"7"}}, header)
	})
}

func TestRefsOfASocketCountUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		require.Equal(t, []string{"1", "2"}, []string{s.MakeRef(), s.MakeRef()})
		_, join := joining(t, s, "room:1", nil)
		require.Equal(t, "3", join.Ref())
		require.Equal(t, "3", peer.expect("room:1", "phx_join").Ref)
	})
}

func TestUnverifiedTLSIsWarnedOf(t *testing.T) {
	verifies := func(tls.ConnectionState) error { return nil }
	for name, c := range map[string]struct {
		config *tls.Config
		warns  bool
	}{
		"the default":     {nil, false},
		"verified":        {&tls.Config{}, false},
		"not verified":    {&tls.Config{InsecureSkipVerify: true}, true},
		"verified itself": {&tls.Config{InsecureSkipVerify: true, VerifyConnection: verifies}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				_, err := NewSocket("wss://peer/socket", Config{TLS: c.config, Logger: slog.New(slog.NewTextHandler(&log, nil))})
				require.NoError(t, err)
				synctest.Wait()
				require.Equal(t, c.warns, bytes.Contains(log.Bytes(), []byte("certificates are not verified")), log.String())
			})
		})
	}
}
