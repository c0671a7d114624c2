package devserver

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	loginPath     = "api/login"
	loginPassword = "phoenix" // everyone's: there are no accounts
	loginMaxBytes = 4096
	tokenPrefix   = "devserver."
	tokenLifetime = 24 * time.Hour
)

var errExpired = errors.New("the token has expired")

// serveLogin hands out a token to anyone who knows the password, in the way in which a game's own
// login would.
func (s *Server) serveLogin(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		respondError(w, http.StatusNotFound, "Not Found")
		return
	}
	var request struct {
		UserID   string `json:"user_id"`
		Password string `json:"password"`
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, loginMaxBytes))
	if err != nil || json.Unmarshal(body, &request) != nil || strings.TrimSpace(request.UserID) == "" {
		respondError(w, http.StatusBadRequest, "Bad Request")
		return
	}
	if request.Password != loginPassword {
		respondError(w, http.StatusUnauthorized, "Unauthorized")
		return
	}
	lifetime := s.options.TokenLifetime
	answer, err := json.Marshal(map[string]any{
		"token": signToken(request.UserID, time.Now().Add(lifetime)), "expires_in_s": int(lifetime.Seconds()),
	})
	if err != nil {
		respondError(w, http.StatusInternalServerError, "Internal Server Error")
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	respond(w, http.StatusOK, string(answer))
}

// signToken makes a token that anybody could make: a development server has nothing to protect.
func signToken(userID string, expires time.Time) string {
	return tokenPrefix + strconv.FormatInt(expires.UnixMilli(), 10) + "." + base64.RawURLEncoding.EncodeToString([]byte(userID))
}

// tokenUser returns the user of a token that serveLogin has made, and "" for any other token, which
// says nothing about its user here.
func tokenUser(token string, now time.Time) (string, error) {
	fields, found := strings.CutPrefix(token, tokenPrefix)
	if !found {
		return "", nil
	}
	expires, user, _ := strings.Cut(fields, ".")
	milliseconds, err := strconv.ParseInt(expires, 10, 64)
	if err != nil {
		return "", nil
	}
	userID, err := base64.RawURLEncoding.DecodeString(user)
	if err != nil {
		return "", nil
	}
	if !now.Before(time.UnixMilli(milliseconds)) {
		return "", errExpired
	}
	return string(userID), nil
}
