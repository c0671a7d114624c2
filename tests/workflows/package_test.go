package workflows

import (
	"archive/zip"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const addonFolder = "addons/phoenix_channels/"

// stage is what package puts into its zips: an addon with these libraries, empty but for those of
// iOS, which are a folder.
func stage(t *testing.T, libraries ...string) string {
	t.Helper()
	dir := t.TempDir()
	addon := filepath.Join(dir, "main", addonFolder)
	require.NoError(t, os.MkdirAll(addon+"/bin", 0o700))
	files := []string{"phoenix_channels.gdextension", "LICENSE", "THIRD_PARTY.txt", "README.md"}
	for _, library := range libraries {
		name := "bin/libphoenix_channels." + library
		if strings.HasSuffix(name, ".xcframework") {
			require.NoError(t, os.Mkdir(filepath.Join(addon, name), 0o700))
			name += "/Info.plist"
		}
		files = append(files, name)
	}
	for _, file := range files {
		require.NoError(t, os.WriteFile(filepath.Join(addon, file), []byte(file), 0o600))
	}
	return dir
}

// packageZips packs a stage in an empty folder, and returns that; lines of bash come before.
func packageZips(t *testing.T, stage, lines string) (string, string, error) {
	t.Helper()
	dir := t.TempDir()
	packager := filepath.Join(dir, "build", "packager")
	built, err := exec.CommandContext(t.Context(), "go", "build", "-o", packager, "phoenixchannels/scripts/packager").CombinedOutput()
	require.NoError(t, err, "%s", built)
	manifest, err := os.ReadFile("../../phoenix_channels.gdextension")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(dir+"/phoenix_channels.gdextension", manifest, 0o600))
	require.NoError(t, os.Mkdir(dir+"/dist", 0o700))
	output, err := bash(t, `cd "$DIR"; addon_version() { echo 1.0.0; }; package_time() { echo 1700000000; }
		addon_manifest "$STAGE/main/$PACKAGE_FOLDER" >manifest && mv manifest "$STAGE/main/$PACKAGE_FOLDER/phoenix_channels.gdextension"
		`+lines+`
		package_zips "$STAGE"`, "DIR="+dir, "STAGE="+stage)
	return dir, output, err
}

// unpacked returns the names and contents in a zip.
func unpacked(t *testing.T, path string) map[string]string {
	t.Helper()
	archive, err := zip.OpenReader(path)
	require.NoError(t, err)
	defer archive.Close()
	found := map[string]string{}
	for _, file := range archive.File {
		reader, err := file.Open()
		require.NoError(t, err)
		content, err := io.ReadAll(reader)
		require.NoError(t, err)
		found[strings.TrimPrefix(file.Name, addonFolder)] = string(content)
	}
	return found
}

func TestLibraryForIOSHasAZipOfItsOwn(t *testing.T) {
	dir, output, err := packageZips(t, stage(t, "linux.x86_64.so", "editor.linux.x86_64.so", "android.arm64.so", "ios.xcframework"), "")
	require.NoError(t, err)
	assert.Equal(t, "dist/phoenix_channels-1.0.0.zip\n", output)

	main := unpacked(t, dir+"/dist/phoenix_channels-1.0.0.zip")
	assert.ElementsMatch(t, []string{"phoenix_channels.gdextension", "LICENSE", "THIRD_PARTY.txt", "README.md", "bin/libphoenix_channels.linux.x86_64.so",
		"bin/libphoenix_channels.editor.linux.x86_64.so", "bin/libphoenix_channels.android.arm64.so"}, slices.Collect(maps.Keys(main)))
	ios := unpacked(t, dir+"/dist/phoenix_channels-1.0.0.ios.zip")
	assert.ElementsMatch(t, []string{"phoenix_channels.gdextension", "LICENSE", "THIRD_PARTY.txt", "bin/libphoenix_channels.ios.xcframework/Info.plist"}, slices.Collect(maps.Keys(ios)))

	assert.NotContains(t, main["phoenix_channels.gdextension"], "ios.xcframework")
	var added []string
	for line := range strings.Lines(ios["phoenix_channels.gdextension"]) {
		if !strings.Contains(main["phoenix_channels.gdextension"], line) {
			added = append(added, line)
		}
	}
	assert.Equal(t, []string{"ios = \"res://addons/phoenix_channels/bin/libphoenix_channels.ios.xcframework\"\n"}, added, "unpacked over the other, the manifest lists all libraries")
	for _, name := range []string{"phoenix_channels-1.0.0.zip.sha256", "phoenix_channels-1.0.0.ios.zip.sha256"} {
		assert.FileExists(t, filepath.Join(dir, "dist", name))
	}
}

func TestPackageWithoutIOSLeavesNoZipForIt(t *testing.T) {
	dir, _, err := packageZips(t, stage(t, "macos.dylib"), `touch dist/phoenix_channels-1.0.0.ios.zip{,.sha256}`)
	require.NoError(t, err)
	files, err := filepath.Glob(dir + "/dist/*")
	require.NoError(t, err)
	assert.Equal(t, []string{dir + "/dist/phoenix_channels-1.0.0.zip", dir + "/dist/phoenix_channels-1.0.0.zip.sha256"}, files)
}

func TestZipLargerThanTheLimitIsAnError(t *testing.T) {
	for _, c := range []struct{ name, tooLarge string }{{"the addon's", "phoenix_channels-1.0.0.zip"}, {"the one for iOS", "phoenix_channels-1.0.0.ios.zip"}} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := packageZips(t, stage(t, "macos.dylib", "ios.xcframework"), `addon_size() { if [[ $1 == */`+c.tooLarge+` ]]; then echo 60000000; else echo 59999999; fi; }`)
			assert.ErrorContains(t, err, "dist/"+c.tooLarge+" has 60000000 bytes, and must have fewer than 60000000")
		})
	}
}
