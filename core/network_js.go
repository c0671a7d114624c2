//go:build !nativetransport

package core

// Network configures on other platforms how connections are made. In a browser the browser decides:
// no field has an effect, and [Config.Ignored] names the fields that are set. Each field but Header
// counts as set with any value.
type Network struct {
	Header       Header
	TLS          any
	VerifyServer any
	Proxy        any
	DialContext  any
}

// Ignored returns the names of the settings that are set but not supported on this platform.
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

// hasHeaderOf returns true, as connections send none of the headers.
func (n *Network) hasHeaderOf(*Network) bool { return true }

func (n *Network) insecure() bool { return false }
