package devserver

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// logIn posts to the login, and returns the status and the body's members.
func logIn(t *testing.T, server *Server, method, body string) (int, map[string]any) {
	t.Helper()
	recorder := httptest.NewRecorder()
	server.ServeHTTP(recorder, httptest.NewRequest(method, "/api/login", strings.NewReader(body)))
	var answer map[string]any
	require.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &answer))
	return recorder.Code, answer
}

func TestLoginReturnsATokenThatNamesItsUserUntilItExpires(t *testing.T) {
	server := New(Options{TokenLifetime: time.Minute})
	defer server.Close()
	status, answer := logIn(t, server, http.MethodPost, `{"user_id":"ada","password":"phoenix"}`)
	require.Equal(t, http.StatusOK, status)
	assert.EqualValues(t, 60, answer["expires_in_s"])
	token, _ := answer["token"].(string)
	user, err := tokenUser(token, time.Now())
	require.NoError(t, err)
	assert.Equal(t, "ada", user)
	_, err = tokenUser(token, time.Now().Add(time.Minute))
	assert.ErrorIs(t, err, errExpired)
}

func TestLoginRefusesWhatIsNotALogin(t *testing.T) {
	server := New(Options{})
	defer server.Close()
	for _, c := range []struct {
		method, body string
		status       int
	}{
		{http.MethodGet, "", http.StatusNotFound},
		{http.MethodPost, "", http.StatusBadRequest},
		{http.MethodPost, `[]`, http.StatusBadRequest},
		{http.MethodPost, `{"password":"phoenix"}`, http.StatusBadRequest},
		{http.MethodPost, `{"user_id":" ","password":"phoenix"}`, http.StatusBadRequest},
		{http.MethodPost, `{"user_id":7,"password":"phoenix"}`, http.StatusBadRequest},
		{http.MethodPost, `{"user_id":"` + strings.Repeat("a", loginMaxBytes) + `","password":"phoenix"}`, http.StatusBadRequest},
		{http.MethodPost, `{"user_id":"ada"}`, http.StatusUnauthorized},
		{http.MethodPost, `{"user_id":"ada","password":"dragon"}`, http.StatusUnauthorized},
	} {
		status, answer := logIn(t, server, c.method, c.body)
		assert.Equal(t, c.status, status, "%s %s", c.method, c.body)
		assert.Contains(t, answer, "errors", "%s %s", c.method, c.body)
	}
}

func TestConnectTakesTheUserOfAToken(t *testing.T) {
	later := time.Now().Add(time.Hour)
	for _, c := range []struct{ name, token, user string }{
		{"a token of the login", signToken("ada", later), "ada"},
		{"a token of another kind", "anything", "bob"},
		{"no time", tokenPrefix + "soon.YWRh", "bob"},
		{"no user", tokenPrefix + "99999999999999.!", "bob"},
	} {
		request := httptest.NewRequest(http.MethodGet, "/socket/websocket?vsn=2.0.0&user_id=bob", nil)
		info, err := connectSocket(request, "websocket", &c.token)
		require.NoError(t, err, c.name)
		assert.Equal(t, c.user, info.userID, c.name)
	}
	expired := signToken("ada", time.Now())
	_, err := connectSocket(httptest.NewRequest(http.MethodGet, "/socket/websocket?vsn=2.0.0", nil), "websocket", &expired)
	assert.ErrorIs(t, err, errRefused)
}
