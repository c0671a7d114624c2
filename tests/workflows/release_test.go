package workflows

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// checkout is a repository with a remote, a packaged zip and what the scripts read, and nothing
// else.
func checkout(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	git(t, dir, "init", "--quiet", "--bare", "remote.git")
	git(t, dir, "init", "--quiet", "work")
	dir = filepath.Join(dir, "work")
	git(t, dir, "remote", "add", "origin", "../remote.git")
	require.NoError(t, os.Mkdir(dir+"/dist", 0o700))
	require.NoError(t, os.WriteFile(dir+"/LICENSE", []byte("MIT\n"), 0o600))
	return dir
}

func git(t *testing.T, dir string, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "git", arguments...)
	command.Dir = dir
	output, err := command.Output()
	require.NoError(t, err, "git %v", arguments)
	return strings.TrimSpace(string(output))
}

// pack writes the zip of a version, whose library has this content.
func pack(t *testing.T, dir, version, library string) {
	t.Helper()
	packFiles(t, dir, "phoenix_channels-"+version+".zip", map[string]string{"phoenix_channels.gdextension": "[configuration]\n", "bin/library.so": library, ".gdignore": ""})
}

// packFiles writes a zip of files of the addon into dist.
func packFiles(t *testing.T, dir, name string, files map[string]string) {
	t.Helper()
	var packed bytes.Buffer
	writer := zip.NewWriter(&packed)
	for name, content := range files {
		file, err := writer.Create("addons/phoenix_channels/" + name)
		require.NoError(t, err)
		_, err = io.WriteString(file, content)
		require.NoError(t, err)
	}
	require.NoError(t, writer.Close())
	require.NoError(t, os.WriteFile(filepath.Join(dir, "dist", name), packed.Bytes(), 0o600))
}

// push runs the command as the release workflow does, in the checkout.
func push(t *testing.T, dir, version string) string {
	t.Helper()
	hash, err := bash(t, `cd "$DIR"; addon_version() { echo "$VERSION"; }; package_time() { echo 1700000000; }; asset_library_run --push`, "DIR="+dir, "VERSION="+version)
	require.NoError(t, err)
	return strings.TrimSpace(hash)
}

// archived is what the hosting site's download of a commit holds.
func archived(t *testing.T, dir, commit string) map[string]string {
	t.Helper()
	files := map[string]string{}
	reader := tar.NewReader(strings.NewReader(git(t, dir, "archive", "--prefix", "repository-"+commit+"/", commit)))
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		require.NoError(t, err)
		if header.Typeflag != tar.TypeReg {
			continue
		}
		content, err := io.ReadAll(reader)
		require.NoError(t, err)
		files[strings.TrimPrefix(header.Name, "repository-"+commit+"/")] = string(content)
	}
}

func TestArchiveOfTheAssetLibrarysBranchIsTheAddon(t *testing.T) {
	dir := checkout(t)
	library := "\x7fELF\r\n\x00\n" // bytes that git must not take for text
	pack(t, dir, "1.0.0", library)
	commit := push(t, dir, "1.0.0")
	assert.Equal(t, commit, git(t, dir, "ls-remote", "origin", "refs/heads/asset-library")[:len(commit)])
	assert.Equal(t, map[string]string{
		"addons/phoenix_channels/phoenix_channels.gdextension": "[configuration]\n",
		"addons/phoenix_channels/bin/library.so":               library,
		"addons/phoenix_channels/.gdignore":                    "",
	}, archived(t, dir, commit))
	assert.Equal(t, "MIT", git(t, dir, "show", commit+":LICENSE"), "the Asset Library wants a licence in the repository")
}

func TestAssetHasTheLibraryForIOS(t *testing.T) {
	dir := checkout(t)
	pack(t, dir, "1.0.0", "one")
	packFiles(t, dir, "phoenix_channels-1.0.0.ios.zip", map[string]string{"phoenix_channels.gdextension": "[configuration]\nios\n", "bin/ios.xcframework/Info.plist": "ios"})
	assert.Equal(t, map[string]string{
		"addons/phoenix_channels/phoenix_channels.gdextension":   "[configuration]\nios\n",
		"addons/phoenix_channels/bin/library.so":                 "one",
		"addons/phoenix_channels/bin/ios.xcframework/Info.plist": "ios",
		"addons/phoenix_channels/.gdignore":                      "",
	}, archived(t, dir, push(t, dir, "1.0.0")))
}

func TestEachReleaseIsACommitOnTheAssetLibrarysBranch(t *testing.T) {
	dir := checkout(t)
	pack(t, dir, "1.0.0", "one")
	first := push(t, dir, "1.0.0")
	assert.Equal(t, first, push(t, dir, "1.0.0"), "the same again is no commit")
	pack(t, dir, "1.0.1", "two")
	second := push(t, dir, "1.0.1")
	assert.Equal(t, second+" "+first, git(t, dir, "rev-list", "--parents", "-1", second))
	assert.Equal(t, "Phoenix Channels for Godot 1.0.1", git(t, dir, "log", "-1", "--format=%s", second))

	fresh := checkout(t) // as each run of the workflow has one, which knows no earlier release
	git(t, fresh, "remote", "set-url", "origin", "file://"+filepath.Join(dir, "../remote.git"))
	pack(t, fresh, "1.1.0", "three")
	third := push(t, fresh, "1.1.0")
	assert.Equal(t, third+" "+second, git(t, dir+"/../remote.git", "rev-list", "--parents", "-1", "asset-library"))
	assert.Equal(t, "one", archived(t, dir, first)["addons/phoenix_channels/bin/library.so"], "an old entry still downloads")
}

func TestAssetLibraryMistakesAreNamed(t *testing.T) {
	dir := checkout(t)
	for _, c := range []struct{ lines, says string }{
		{"asset_library_run", "dist/phoenix_channels-1.0.0.zip is missing; build it with: ./build.sh package"},
		{"asset_library_run --pull", "unknown option '--pull' of asset-library; it takes --push"},
		{"asset_library_run --push now", "asset-library takes --push and nothing else, not 'now'"},
		{"touch dist/phoenix_channels-1.0.0.zip; asset_library_run", "git cannot write the commit for the Asset Library"},
	} {
		_, err := bash(t, `cd "$DIR"; addon_version() { echo 1.0.0; }; `+c.lines, "DIR="+dir)
		assert.ErrorContains(t, err, c.says)
	}
	pack(t, dir, "1.0.0", "one")
	require.NoError(t, os.RemoveAll(dir+"/../remote.git"))
	_, err := bash(t, `cd "$DIR"; addon_version() { echo 1.0.0; }; package_time() { echo 1700000000; }; asset_library_run --push`, "DIR="+dir)
	assert.ErrorContains(t, err, "the branch asset-library cannot be pushed to origin")
}

func TestChecksumsWithoutAKeyAreNotSignedAndSaySo(t *testing.T) {
	dir := checkout(t)
	pack(t, dir, "1.0.0", "one")
	packFiles(t, dir, "phoenix_channels-1.0.0.ios.zip", nil)
	packFiles(t, dir, "phoenix_channels_devserver-1.0.0.macos.zip", nil)
	output, err := bash(t, `cd "$DIR"; checksums_run 2>&1; cd dist; checksums_of --check SHA256SUMS; ls`, "DIR="+dir, "RELEASE_SIGNING_KEY=", "LC_ALL=C")
	require.NoError(t, err)
	assert.Equal(t, "skip signing the checksums: RELEASE_SIGNING_KEY is not set\n"+
		"phoenix_channels-1.0.0.ios.zip: OK\nphoenix_channels-1.0.0.zip: OK\nphoenix_channels_devserver-1.0.0.macos.zip: OK\n"+
		"SHA256SUMS\nphoenix_channels-1.0.0.ios.zip\nphoenix_channels-1.0.0.zip\nphoenix_channels_devserver-1.0.0.macos.zip\n", output)
}

func TestSignedChecksumsAreVerifiedAsDocumented(t *testing.T) {
	if _, err := exec.LookPath("ssh-keygen"); err != nil {
		t.Skip("ssh-keygen is not installed")
	}
	dir := checkout(t)
	pack(t, dir, "1.0.0", "one")
	require.NoError(t, os.Mkdir(dir+"/docs", 0o700))
	key := filepath.Join(dir, "key")
	output, err := exec.CommandContext(t.Context(), "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "releases", "-f", key).CombinedOutput()
	require.NoError(t, err, "%s", output)
	private, err := os.ReadFile(key)
	require.NoError(t, err)
	public, err := os.ReadFile(key + ".pub")
	require.NoError(t, err)
	environment := []string{"DIR=" + dir, "RELEASE_SIGNING_KEY=" + string(private)}

	_, err = bash(t, `cd "$DIR"; checksums_run`, environment...)
	assert.ErrorContains(t, err, "docs/release_signers does not have the public key of RELEASE_SIGNING_KEY")
	require.NoError(t, os.WriteFile(dir+"/docs/release_signers", []byte("releases "+string(public)), 0o600))
	said, err := bash(t, `cd "$DIR"; checksums_run 2>&1`, environment...)
	require.NoError(t, err)
	assert.Contains(t, said, "signed: dist/SHA256SUMS\n")

	page, err := os.ReadFile("../../SECURITY.md")
	require.NoError(t, err)
	verify := "ssh-keygen -Y verify -f release_signers -I releases -n file -s SHA256SUMS.sig < SHA256SUMS"
	assert.Contains(t, string(page), verify)
	_, err = bash(t, `cd "$DIR/dist"; cp ../docs/release_signers .; `+verify, environment...)
	assert.NoError(t, err)
	_, err = bash(t, `cd "$DIR/dist"; echo tampered >>SHA256SUMS; `+verify, environment...)
	assert.Error(t, err)

	_, err = bash(t, `cd "$DIR"; checksums_run`, "DIR="+dir, "RELEASE_SIGNING_KEY=nonsense")
	assert.ErrorContains(t, err, "RELEASE_SIGNING_KEY must hold a private key of OpenSSH without a passphrase")
}
