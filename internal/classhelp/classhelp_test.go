package classhelp

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHelpOfTheAddonIsRead(t *testing.T) {
	classes, err := ReadFolder("../../gdext/docs")
	require.NoError(t, err)
	require.Len(t, classes, 5)
	byName := map[string]*Class{}
	for _, class := range classes {
		byName[class.Name] = class
		assert.NotEmpty(t, class.Inherits, class.Name)
		assert.NotEmpty(t, class.Tutorials, "%s links to the guides", class.Name)
	}
	socket := byName["PhoenixSocket"]
	require.NotNil(t, socket)
	assert.Equal(t, []string{"State", "Transport"}, socket.Enums())
	for _, method := range socket.Methods {
		assert.Equal(t, method.Name == "create", method.IsStatic(), method.Name)
	}
}

func TestBrokenHelpIsAnError(t *testing.T) {
	for name, text := range map[string]string{
		"not XML":         "<class",
		"another element": "<classes></classes>",
		"without a name":  "<class></class>",
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			file := filepath.Join(folder, "A.xml")
			require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
			_, err := ReadFolder(folder)
			assert.ErrorContains(t, err, file+": not the help of a class")
		})
	}
	_, err := ReadFolder(t.TempDir())
	assert.ErrorContains(t, err, "holds no *.xml; name the folder")
}
