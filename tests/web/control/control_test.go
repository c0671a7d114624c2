package control_test

import (
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/tests/web/control"
)

func open(t *testing.T, devserver string) *control.Control {
	t.Helper()
	c, err := control.New(t.TempDir(), devserver)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// ask is a request of the page.
func ask(t *testing.T, c *control.Control, path string, want int) string {
	t.Helper()
	answer, err := http.Post(c.URL()+"/control/"+path, "", nil)
	require.NoError(t, err)
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, want, answer.StatusCode, string(body))
	return string(body)
}

func TestDevserverIsStoppedAndStartedAgain(t *testing.T) {
	program := filepath.Join(t.TempDir(), "devserver.exe")
	output, err := exec.Command("go", "build", "-o", program, "phoenixchannels/server/cmd/devserver").CombinedOutput()
	require.NoError(t, err, string(output))
	c := open(t, program)

	number, url, found := strings.Cut(ask(t, c, "devserver?arg=-phoenix-1.7", http.StatusOK), " ")
	require.True(t, found)
	connects := func() bool {
		conn, _, err := websocket.DefaultDialer.Dial(url+"/websocket?vsn=2.0.0", nil)
		if err == nil {
			require.NoError(t, conn.Close())
		}
		return err == nil
	}
	assert.True(t, connects())
	ask(t, c, "devserver/"+number+"/freeze", http.StatusOK)
	ask(t, c, "devserver/"+number+"/thaw", http.StatusOK)
	assert.True(t, connects())
	ask(t, c, "devserver/"+number+"/stop", http.StatusOK)
	assert.False(t, connects())
	ask(t, c, "devserver/"+number+"/freeze", http.StatusInternalServerError)
	ask(t, c, "devserver/"+number+"/start", http.StatusOK)
	assert.True(t, connects())
	ask(t, c, "devserver/"+number+"/start", http.StatusInternalServerError)
	ask(t, c, "devserver/7/stop", http.StatusNotFound)

	c.Close()
	assert.False(t, connects(), "it ends with the page")
}

func TestDevserverThatDoesNotStart(t *testing.T) {
	ask(t, open(t, filepath.Join(t.TempDir(), "nothing")), "devserver", http.StatusInternalServerError)
}

func TestRawServerPassesOnWhatIsSaid(t *testing.T) {
	c := open(t, "")
	url := ask(t, c, "raw", http.StatusOK)
	dial := func(url string) *websocket.Conn {
		conn, _, err := websocket.DefaultDialer.Dial(url, nil)
		require.NoError(t, err)
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(10*time.Second)))
		t.Cleanup(func() { conn.Close() })
		return conn
	}
	read := func(conn *websocket.Conn, want string) {
		_, message, err := conn.ReadMessage()
		require.NoError(t, err)
		require.Equal(t, want, string(message))
	}
	one := dial(url + "/websocket?vsn=2.0.0")
	require.NoError(t, one.WriteMessage(websocket.TextMessage, []byte("hello")))
	test := dial(strings.TrimSuffix(url, "/socket") + "/test")
	read(test, "\x00hello")
	two := dial(url + "/websocket")
	require.NoError(t, two.WriteMessage(websocket.TextMessage, []byte("hi")))
	read(test, "\x01hi")
	require.NoError(t, test.WriteMessage(websocket.BinaryMessage, []byte("\x01for two")))
	read(two, "for two")
	require.NoError(t, test.WriteMessage(websocket.BinaryMessage, []byte("\xfffor all")))
	read(one, "for all")
	read(two, "for all")
	require.NoError(t, test.Close())
	_, _, err := one.ReadMessage()
	assert.Error(t, err, "it ends with the test")
}

func TestSilentServerHasConnections(t *testing.T) {
	c := open(t, "")
	url := ask(t, c, "silent", http.StatusOK)
	address := strings.Split(url, "/")[2]
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	assert.Equal(t, "false", ask(t, c, "silent/"+port, http.StatusOK))
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	defer conn.Close()
	assert.Eventually(t, func() bool { return ask(t, c, "silent/"+port, http.StatusOK) == "true" }, 5*time.Second, time.Millisecond)
}

func TestGameIsServedUnderAStrictPolicy(t *testing.T) {
	answer, err := http.Get(open(t, "").URL() + "/index.js")
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	assert.Contains(t, answer.Header.Get("Content-Security-Policy"), "script-src 'self' 'wasm-unsafe-eval'")
	assert.Equal(t, "require-corp", answer.Header.Get("Cross-Origin-Embedder-Policy"))
}
