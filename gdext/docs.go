package gdext

import (
	"embed"
	"io/fs"
)

// The classes' documentation, shown in the editor by F1.
//
//go:embed docs/*.xml
var docFiles embed.FS

func docs() []string {
	var texts []string
	_ = fs.WalkDir(docFiles, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := docFiles.ReadFile(path)
		texts = append(texts, string(text))
		return err
	})
	return texts
}
