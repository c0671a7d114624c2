package core

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json/jsontext"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// hidden replaces a secret in a log.
const hidden = "[hidden]"

// The words that make a name secret. A long part counts anywhere in the name, as in "authtoken"; a
// short word only as a separate word, as it may be part of another: "spin", "possession".
var (
	longParts = []string{
		"token", "password", "passwd", "passphrase", "passcode", "passkey", "secret", "credential", "apikey", "accesskey", "privatekey",
		"jwt", "authorization", "authentication", "cookie", "sessionid", "sessid",
	}
	shortWords = []string{"session", "sessions", "sid", "bearer", "pwd", "otp", "totp", "pin", "pincode"}
)

// isSecret reports whether the name of a value, a key or a header marks a secret that a log must
// not show, such as "authToken" or "x-api-key". It would rather hide too much than too little.
func isSecret(name string) bool {
	words := nameWords(name)
	joined := strings.Join(words, "")
	return slices.ContainsFunc(longParts, func(part string) bool { return strings.Contains(joined, part) }) ||
		slices.ContainsFunc(words, func(word string) bool { return slices.Contains(shortWords, word) || saysAuth(word) })
}

// isSecretMember reports whether a log must not show the value of a name in JSON. A "session" that
// is an object or a list is usually a session of the application: the names in it determine what is
// secret.
func isSecretMember(name string, value jsontext.Kind) bool {
	if !isSecret(name) {
		return false
	}
	joined := strings.Join(nameWords(name), "")
	return value != '{' && value != '[' || joined != "session" && joined != "sessions"
}

// saysAuth distinguishes "auth", "oauth2" and "authkey" from "author", "authority" and "authentic".
func saysAuth(word string) bool {
	word = strings.TrimRight(word, "0123456789")
	return strings.HasSuffix(word, "auth") ||
		strings.HasPrefix(word, "auth") && !strings.HasPrefix(word, "author") && !strings.HasPrefix(word, "authentic")
}

// nameWords returns the words of a name in lower case: x, auth and key for "X-AuthKey",
// "x_auth_key" and "xAuthKey".
func nameWords(name string) []string {
	var spaced strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		isNew := i > 0 && unicode.IsUpper(r) &&
			(!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) // the K of "authKey", the K of "APIKey"
		if isNew {
			spaced.WriteByte(' ')
		}
		spaced.WriteRune(unicode.ToLower(r))
	}
	return strings.FieldsFunc(spaced.String(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// secrets removes secrets from texts for a log. A value is secret if its name says so. From then on
// it is hidden wherever it appears, in every encoding in which it is sent: a server may send a
// token back under another name.
type secrets struct {
	mu    sync.Mutex
	own   []string // secrets that this client connects with, in the order they were learned
	heard []string // secrets in messages, kept apart so that a server cannot displace the client's own
	forms []string // encodings of all secrets, the longest first, as one may be part of another
}

const (
	minSecret  = 4       // bytes; a shorter value is hidden only where its name marks it as secret
	maxHeard   = 4 << 10 // bytes; the same for a longer value, unless it is this client's own
	maxSecrets = 128     // of own and of heard each
)

// learn adds a value that a message names as secret.
func (s *secrets) learn(value string) {
	if len(value) <= maxHeard {
		s.add(&s.heard, value)
	}
}

// learnOwn adds a secret that the client connects with.
func (s *secrets) learnOwn(value string) { s.add(&s.own, value) }

// add adds a value to a list, and drops the oldest if there are too many.
func (s *secrets) add(list *[]string, value string) {
	if len(value) < minSecret || value == "true" || value == "false" || value == "null" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if slices.Contains(s.own, value) || slices.Contains(*list, value) {
		return
	}
	if len(*list) == maxSecrets {
		*list = slices.Delete(*list, 0, 1)
	}
	*list = append(*list, value)
	s.forms = s.forms[:0]
	for _, value := range slices.Concat(s.own, s.heard) {
		quoted, _ := jsontext.AppendQuote(nil, value) // the error is about invalid UTF-8, which it replaces
		s.forms = append(s.forms, value, string(quoted[1:len(quoted)-1]), url.QueryEscape(value), url.PathEscape(value),
			base64.RawStdEncoding.EncodeToString([]byte(value)), base64.RawURLEncoding.EncodeToString([]byte(value)))
	}
	slices.SortFunc(s.forms, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	s.forms = slices.Compact(s.forms)
}

// learnQuery adds the values of the connect query whose names mark them as secret.
func (s *secrets) learnQuery(query string) {
	values, _ := url.ParseQuery(query) // the values that parse
	for name, list := range values {
		if isSecret(name) {
			for _, value := range list {
				s.learnOwn(value)
			}
		}
	}
}

// learnJSON adds the strings in a value whose name marks it as secret.
func (s *secrets) learnJSON(value jsontext.Value) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(value), looseJSON...)
	for {
		token, err := dec.ReadToken()
		if err != nil {
			return
		}
		if kind, n := dec.StackIndex(dec.StackDepth()); token.Kind() == '"' && (kind != '{' || n%2 == 0) {
			s.learn(token.String())
		}
	}
}

// hide replaces the known secrets in a text.
func (s *secrets) hide(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, form := range s.forms {
		text = strings.ReplaceAll(text, form, hidden)
	}
	return text
}

// maxShown limits the part of a payload that a log shows, in bytes.
const maxShown = 2000

// payload returns the log text of a payload: its JSON text without secrets, or the beginning of it
// and its size.
func (s *secrets) payload(p Payload) string { return s.show(p, maxShown).forLog(p) }

// shownPayload is a payload without secrets.
type shownPayload struct {
	text       string // JSON, or the bytes of a binary payload
	isWhole    bool
	hasSecrets bool // something was hidden
}

// show returns a payload without secrets, truncated to limit bytes.
func (s *secrets) show(p Payload, limit int) shownPayload {
	var shown shownPayload
	if p.IsBinary() {
		text := string(p.data[:min(len(p.data), limit+maxHeard)]) // a secret may begin before the limit and end after it
		shown.text = s.hide(text)
		shown.isWhole, shown.hasSecrets = len(text) == len(p.data), shown.text != text
		if len(shown.text) > limit {
			shown.text, shown.isWhole = shown.text[:limit], false
		}
		return shown
	}
	shown.text, shown.isWhole, shown.hasSecrets = s.json(p.JSON(), limit)
	if cut := cutText(shown.text, limit); len(cut) < len(shown.text) {
		shown.text, shown.isWhole = cut, false
	}
	return shown
}

// forLog returns the log text of p.
func (shown shownPayload) forLog(p Payload) string {
	if p.IsBinary() {
		return p.String()
	}
	text := cutText(shown.text, maxShown)
	if shown.isWhole && len(text) == len(shown.text) {
		return text
	}
	return fmt.Sprintf("%s… (%d bytes)", text, p.Len())
}

// cutText truncates a text to at most limit bytes.
func cutText(text string, limit int) string {
	end := min(len(text), limit)
	for end > 0 && end < len(text) && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

// json copies JSON text without secrets. It copies up to twice the limit, as a secret may cross the
// limit.
func (s *secrets) json(text jsontext.Value, limit int) (shown string, isWhole, hasSecrets bool) {
	var out []byte
	hide := func(isWhole bool) (string, bool, bool) {
		copied := string(out)
		shown := s.hide(copied)
		return shown, isWhole, hasSecrets || shown != copied
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(text), looseJSON...)
	for from, secret := int64(0), false; len(out) <= 2*limit; from = dec.InputOffset() {
		if secret {
			secret = false
			if value, err := dec.ReadValue(); err == nil {
				s.learnJSON(value)
				out = append(out, `:"`+hidden+`"`...)
				hasSecrets = true
			}
			continue
		}
		token, err := dec.ReadToken()
		if err != nil {
			return hide(errors.Is(err, io.EOF))
		}
		for _, c := range text[from:dec.InputOffset()] {
			if c < ' ' { // between tokens, as strings contain none
				c = ' '
			}
			out = append(out, c)
		}
		kind, n := dec.StackIndex(dec.StackDepth())
		secret = token.Kind() == '"' && kind == '{' && n%2 == 1 && isSecretMember(token.String(), dec.PeekKind())
	}
	return hide(false)
}

// header returns the log text of a connect request's headers.
func (s *secrets) header(header Header) string {
	var lines []string
	for name, values := range header {
		for _, value := range values {
			if isSecret(name) {
				s.learnHeader(value)
				value = hidden
			}
			lines = append(lines, name+": "+value)
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, ", ")
}

// learnHeader adds the value of a header and the secrets in it: "Bearer TOKEN", "name=VALUE;
// name=VALUE".
func (s *secrets) learnHeader(value string) {
	s.learnOwn(value)
	if _, credentials, found := strings.Cut(value, " "); found {
		s.learnOwn(credentials)
	}
	for _, cookie := range cookieValues(value) {
		s.learnOwn(cookie)
	}
}
