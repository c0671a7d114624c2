package core

// Configure replaces the settings. Timeouts, delays and limits hold from now on; what a connection is made with (Header, Transport,
// TLS, Compression, MaxMessageBytes and the like) holds from the next attempt on. Params and AuthToken have setters of their own; they,
// Version, Logger, ManualDispatch, OnQueued, Prepare and OnPanic stay as they are. On an error, which names the setting that cannot
// work, nothing changes.
func (s *Socket) Configure(config Config) error {
	config.Version = s.version
	config, err := config.withDefaults()
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.config
	s.config = config
	s.events.setLimit(config.MaxQueuedBytes)
	s.retry.steps, s.retry.jitter = config.ReconnectAfter, config.Jitter
	for _, c := range s.channels {
		c.retry.steps, c.retry.jitter = config.RejoinAfter, config.Jitter
	}
	if config.HeartbeatInterval != before.HeartbeatInterval {
		s.heartbeat.rescheduled()
	}
	if config.Transport != before.Transport {
		s.fallback.chosen()
	}
	if !config.hasHeaderOf(&before.Network) {
		s.credentialsChanged()
	}
	if config.insecure() && !before.insecure() {
		s.journal.note(LevelWarn, insecureWarning)
	}
	return nil
}

const insecureWarning = "TLS certificates are not verified: anyone on the network can read and change the traffic"
