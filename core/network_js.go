//go:build !nativetransport

package core

// Network is what other platforms let a program say about how connections are made. In a browser that is the browser's: nothing of it
// is obeyed, and [Config.Ignored] names what is set. Each field but Header takes any value as "set".
type Network struct {
	Header       Header
	TLS          any
	VerifyServer any
	Proxy        any
	DialContext  any
}

// Ignored returns the names of the settings that this platform cannot obey, of those that are set.
func (c *Config) Ignored() []string {
	var names []string
	for _, setting := range []struct {
		name  string
		isSet bool
	}{
		{"Header", len(c.Header) > 0}, {"TLS", c.TLS != nil}, {"VerifyServer", c.VerifyServer != nil}, {"Proxy", c.Proxy != nil},
		{"DialContext", c.DialContext != nil}, {"Compression", c.Compression},
	} {
		if setting.isSet {
			names = append(names, setting.name)
		}
	}
	return names
}

func (n *Network) setDefaults() {}

// hasHeaderOf is true, as no connection sends the headers.
func (n *Network) hasHeaderOf(*Network) bool { return true }

func (n *Network) insecure() bool { return false }
