package core

import (
	"encoding/base64"
	"encoding/json/jsontext"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNamesOfSecrets(t *testing.T) {
	for _, name := range []string{
		"token", "authToken", "AUTH_TOKEN", "x-api-key", "apiKey", "api_key", "APIKey", "password", "user_password", "passwd", "pwd",
		"client-secret", "Authorization", "Proxy-Authorization", "authentication", "Cookie", "Set-Cookie", "jwt", "credentials", "credential",
		"auth", "X-Auth", "x_auth", "xauth", "userAuth", "auth-key", "authKey", "authcode", "oauth", "OAuth2", "HTTPAuth", "user[auth]",
		"session", "X-Session", "session_id", "sessionId", "sessionid", "PHPSESSID", "connect.sid", "bearer", "otp", "otpCode", "totp",
		"pin", "pin_code", "userPin", "pincode", "passcode", "access_key", "privateKey", "ÄUTH_TOKEN",
	} {
		require.True(t, isSecret(name), name)
	}
	for _, name := range []string{
		"", "user_id", "key", "author", "authors", "Authored-By", "authority", "authentic", "pass", "X-Build", "name", "spin", "ping", "pinned",
		"pineapple", "opinion", "possession", "obsession", "side", "inside", "forbearers", "option", "hotpot", "api", "Monkey", "-", "__",
	} {
		require.False(t, isSecret(name), name)
	}
}

func TestValuesThatSayNothingAreHiddenByNameOnly(t *testing.T) {
	var s secrets
	for _, value := range []string{"true", "false", "null"} {
		s.learnQuery("session=" + value)
	}
	require.Equal(t, `{"auth":"[hidden]","a":true,"b":false,"c":null}`, s.payload(JSONPayload(jsontext.Value(`{"auth":"true","a":true,"b":false,"c":null}`))))
}

func TestPayloadsAreShownWithoutSecrets(t *testing.T) {
	long := strings.Repeat("é", maxShown)
	for _, c := range []struct{ name, text, want string }{
		{"nothing secret", "{\"x\": [1, 2.50,\n\tnull], \"y\":{}}", `{"x": [1, 2.50,  null], "y":{}}`},
		{"a secret string", `{"a":1,"token" : "abc","b":2}`, `{"a":1,"token":"[hidden]","b":2}`},
		{"a secret number", `{"password":1234}`, `{"password":"[hidden]"}`},
		{"a secret object", `{"credentials":{"user":"ada","x":["secret thing"]},"said":"secret thing"}`, `{"credentials":"[hidden]","said":"[hidden]"}`},
		{"a session that is text", `{"session":"abcd","said":"abcd"}`, `{"session":"[hidden]","said":"[hidden]"}`},
		{"a session of a game", `{"session":{"map":"forest","token":"abcd"},"map":"forest"}`, `{"session":{"map":"forest","token":"[hidden]"},"map":"forest"}`},
		{"deep inside", `[[{"m":{"auth_token":"abc"}}]]`, `[[{"m":{"auth_token":"[hidden]"}}]]`},
		{"a text that says token", `["token","abc"]`, `["token","abc"]`},
		{"a value that is token", `{"kind":"token","x":1}`, `{"kind":"token","x":1}`},
		{"a key twice", `{"token":"a","token":"b"}`, `{"token":"[hidden]","token":"[hidden]"}`},
		{"escapes in the key", `{"to\u006ben":"abc"}`, `{"to\u006ben":"[hidden]"}`},
		{"not JSON", `{"a":1,oops "token":"abc"}`, `{"a":1… (26 bytes)`},
		{"cut within a secret", `{"a":1,"token":"ab`, `{"a":1,"token"… (18 bytes)`},
		{"a long text", `{"text":"` + long + `","n":1}`, `{"text":"` + strings.Repeat("é", maxShown/2-5) + "… (" + fmt.Sprint(2*maxShown+17) + " bytes)"},
		{"the empty payload", ``, `{}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s secrets
			payload := JSONPayload(jsontext.Value(c.text))
			if c.text == "" {
				payload = Payload{}
			}
			require.Equal(t, c.want, s.payload(payload))
		})
	}
}

func TestKnownSecretIsHiddenInEveryForm(t *testing.T) {
	const secret = "s3cr\"t/ü+long enough"
	var s secrets
	s.learn(secret)
	for _, text := range []string{
		secret, `s3cr\"t/ü+long enough`, "s3cr%22t%2F%C3%BC%2Blong+enough", "s3cr%22t%2F%C3%BC+long%20enough",
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)),
	} {
		require.Equal(t, "<"+hidden+">", strings.ReplaceAll(s.hide("<"+text+">"), "=", ""), text)
	}
}

func TestSecretThatIsPartOfAnotherIsHiddenAfterIt(t *testing.T) {
	var s secrets
	s.learn("abcd")
	s.learn("abcdefgh")
	require.Equal(t, "[hidden] [hidden]", s.hide("abcdefgh abcd"))
}

func TestShortSecretsAreHiddenByNameOnly(t *testing.T) {
	var s secrets
	require.Equal(t, `{"password":"[hidden]","x":"abc"}`, s.payload(JSONPayload(jsontext.Value(`{"password":"abc","x":"abc"}`))))
}

func TestOldestSecretsAreForgotten(t *testing.T) {
	var s secrets
	for i := range maxSecrets + 1 {
		s.learn(fmt.Sprintf("secret-%04d", i))
	}
	require.Equal(t, "secret-0000 [hidden]", s.hide("secret-0000 secret-0001"))
}

func TestNothingThatAServerNamesMakesTheClientForgetItsOwnSecrets(t *testing.T) {
	var s secrets
	s.learn("named by a server first")
	s.learnOwn("named by a server first")
	s.learnOwn("the player's token")
	for i := range 2 * maxSecrets {
		s.payload(JSONPayload(fmt.Appendf(nil, `{"token":"upload-%d"}`, i)))
	}
	for _, own := range []string{"the player's token", "named by a server first"} {
		require.Equal(t, `{"said":"[hidden]"}`, s.payload(JSONPayload([]byte(`{"said":"`+own+`"}`))))
	}
	for i := range 2 * maxSecrets { // a function that returns a new token for each connect
		s.learnOwn(fmt.Sprint("another token ", i))
	}
	require.LessOrEqual(t, len(s.own)+len(s.heard), 2*maxSecrets)
}

func TestSecretsOfAServerAreLimitedInBytes(t *testing.T) {
	var s secrets
	long := strings.Repeat("é", maxHeard)
	require.Equal(t, `{"token":"[hidden]"}`, s.payload(JSONPayload([]byte(`{"token":"`+long+`"}`))))
	require.Empty(t, s.forms)
	s.learnOwn(long)
	require.Equal(t, hidden, s.hide(long))
}

func TestSecretHeadersAreHidden(t *testing.T) {
	var s secrets
	header := http.Header{"X-Build": {"7"}, "Authorization": {"Bearer abcdefgh"}, "Cookie": {"a=b", "c=d"}, "X-Auth": {"ijklmnop"}}
	require.Equal(t, "Authorization: [hidden], Cookie: [hidden], Cookie: [hidden], X-Auth: [hidden], X-Build: 7", s.header(header))
	require.Equal(t, "[hidden] [hidden]", s.hide("abcdefgh ijklmnop"))
}
