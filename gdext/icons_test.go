package gdext

import (
	"encoding/xml"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Backgrounds on which the editor shows icons, in its dark and its light theme.
var editorBackgrounds = map[string]color.RGBA{
	"dark": {0x25, 0x28, 0x2c, 0xff}, "light": {0xe6, 0xe6, 0xe6, 0xff},
}

func TestEachClassHasAnIconThatCanBeSeen(t *testing.T) {
	manifest, err := os.ReadFile("../phoenix_channels.gdextension")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(manifest), "[icons]")
	require.True(t, found)
	icons := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^(\w+) = "res://(.*)"$`).FindAllStringSubmatch(section, -1) {
		icons[m[1]] = m[2]
	}
	for _, class := range allClasses {
		path, ok := icons[class.Name]
		require.True(t, ok, "the manifest names no icon for %s", class.Name)
		delete(icons, class.Name)
		checkIcon(t, filepath.Join("..", "godot_project", filepath.FromSlash(path)))
	}
	assert.Empty(t, icons, "icons of no class")
}

func checkIcon(t *testing.T, path string) {
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var svg struct {
		Width   string `xml:"width,attr"`
		Height  string `xml:"height,attr"`
		ViewBox string `xml:"viewBox,attr"`
	}
	require.NoError(t, xml.Unmarshal(text, &svg))
	assert.Equal(t, "16", svg.Width, path)
	assert.Equal(t, "16", svg.Height, path)
	assert.Equal(t, "0 0 16 16", svg.ViewBox, path)
	colors := regexp.MustCompile(`(?:fill|stroke)="#(\w{6})"`).FindAllStringSubmatch(string(text), -1)
	assert.NotEmpty(t, colors, path)
	for _, m := range colors {
		value, err := strconv.ParseUint(m[1], 16, 32)
		require.NoError(t, err)
		shown := color.RGBA{uint8(value >> 16), uint8(value >> 8), uint8(value), 0xff}
		for theme, background := range editorBackgrounds {
			// WCAG 2.2 requires 3 for graphics (1.4.11).
			assert.GreaterOrEqual(t, contrast(shown, background), 3.0, "#%s of %s in the %s theme", m[1], path, theme)
		}
	}
}

// contrast returns the contrast ratio of WCAG 2.2, from 1 (equal) to 21 (black on white).
func contrast(a, b color.RGBA) float64 {
	brighter, darker := luminance(a), luminance(b)
	if brighter < darker {
		brighter, darker = darker, brighter
	}
	return (brighter + 0.05) / (darker + 0.05)
}

func luminance(c color.RGBA) float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}
