package core

import "strings"

// ownHeaders are the headers that the transports set and a game cannot.
var ownHeaders = map[string]bool{
	"upgrade": true, "connection": true, "content-length": true, "transfer-encoding": true,
	"sec-websocket-key": true, "sec-websocket-version": true, "sec-websocket-extensions": true, "sec-websocket-protocol": true,
}

// checkHeader refuses headers that would break the request. Its errors do not show the values,
// which may be secret.
func checkHeader(header Header) error {
	for name, values := range header {
		if !validHeaderName(name) {
			return invalid("HTTP does not allow the header name %q", name)
		}
		if ownHeaders[strings.ToLower(name)] {
			return invalid("the transport sets the header %q itself", name)
		}
		for _, value := range values {
			if !validHeaderValue(value) {
				return invalid("the header %q has a value with control characters", name)
			}
		}
	}
	return nil
}

// validHeaderName reports whether name is a token as defined by RFC 9110.
func validHeaderName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}
