package workflows

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const phoenix = "../../server/phoenix"

func TestComposeFileRunsTwoNodesInOneCluster(t *testing.T) {
	var compose struct {
		Services map[string]struct {
			Build, Image string
			Environment  map[string]string
			Volumes      []string
			Deploy       struct{ Replicas int }
		}
	}
	read(t, phoenix+"/compose.yaml", &compose)
	game := compose.Services["game"]
	assert.Equal(t, ".", game.Build)
	assert.Equal(t, 2, game.Deploy.Replicas)
	assert.Equal(t, "game", game.Environment["DNS_CLUSTER_QUERY"], "the service's own name, which Docker's DNS knows")
	for _, secret := range []string{"SECRET_KEY_BASE", "RELEASE_COOKIE"} {
		assert.Contains(t, game.Environment[secret], "${"+secret+":?", "it does not start without")
	}
	proxy := compose.Services["proxy"]
	assert.Regexp(t, `^caddy:\d+\.\d+`, proxy.Image)
	assert.Contains(t, proxy.Volumes, "./Caddyfile:/etc/caddy/Caddyfile:ro")
	caddyfile, err := os.ReadFile(phoenix + "/Caddyfile")
	require.NoError(t, err)
	assert.Contains(t, string(caddyfile), "dynamic a {$GAME_HOST:game} 4000")
}

// What the image is built from is there, and .dockerignore lets it through.
func TestDockerfileCopiesWhatThereIs(t *testing.T) {
	ignore, err := os.ReadFile(phoenix + "/.dockerignore")
	require.NoError(t, err)
	dockerfile, err := os.ReadFile(phoenix + "/Dockerfile")
	require.NoError(t, err)
	copied := 0
	for line := range strings.Lines(string(dockerfile)) {
		words := strings.Fields(line)
		if len(words) < 3 || words[0] != "COPY" || strings.HasPrefix(words[1], "--") {
			continue
		}
		for _, source := range words[1 : len(words)-1] {
			_, err := os.Stat(filepath.Join(phoenix, source))
			assert.NoError(t, err)
			top, _, _ := strings.Cut(source, "/")
			assert.Contains(t, string(ignore), "\n!"+top+"\n", source)
			copied++
		}
	}
	assert.Greater(t, copied, 4)
}

func TestDockerTestSaysWhatIsMissing(t *testing.T) {
	for _, c := range []struct{ lines, says string }{
		{"docker() { return 1; }; docker_test", "docker compose is missing; install Docker with its compose plugin"},
		{`docker() { [[ $1 == compose ]]; }; docker_test`, "Docker's daemon does not answer; start it"},
		{"docker_test now", "test --docker takes nothing else"},
	} {
		_, err := bash(t, c.lines)
		assert.ErrorContains(t, err, c.says)
	}
}
