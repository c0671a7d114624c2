package engine

import (
	"fmt"

	"github.com/godot-go/godot-go/pkg/ffi"
)

// Functions that only an editor has.
const (
	editorHelpFunction         = "editor_help_load_xml_from_utf8_chars" // loads the classes' documentation
	editorAddPluginFunction    = "editor_add_plugin"
	editorRemovePluginFunction = "editor_remove_plugin"
)

func loadDocs(docs []string) {
	if len(docs) == 0 {
		return
	}
	load := (ffi.GDExtensionsInterfaceEditorHelpLoadXmlFromUtf8Chars)(find(editorHelpFunction))
	for _, xml := range docs {
		ffi.CallFunc_GDExtensionsInterfaceEditorHelpLoadXmlFromUtf8Chars(load, xml)
	}
}

// addEditorPlugin registers a class that derives from EditorPlugin. The editor creates its one instance.
func addEditorPlugin(class *Class) {
	if class == nil {
		return
	}
	ffi.FFI.EditorAddPlugin = (ffi.GDExtensionInterfaceEditorAddPlugin)(find(editorAddPluginFunction))
	ffi.FFI.EditorRemovePlugin = (ffi.GDExtensionInterfaceEditorRemovePlugin)(find(editorRemovePluginFunction))
	register(class)
	ffi.CallFunc_GDExtensionInterfaceEditorAddPlugin(className(class))
	editorPluginAdded = true
}

var editorPluginAdded bool

// removeEditorPlugin undoes addEditorPlugin, while the editor's classes still exist.
func removeEditorPlugin(class *Class) {
	if !editorPluginAdded {
		return
	}
	editorPluginAdded = false
	ffi.CallFunc_GDExtensionInterfaceEditorRemovePlugin(className(class))
	unregisterLast()
}

// AddScriptNode adds a child node to this one: a new instance of the GDScript in the file.
func (o Object) AddScriptNode(path string) error {
	loader, text := singleton("ResourceLoader"), newText(path)
	defer loader.Release()
	defer text.Release()
	if !loader.askWith("exists", text) {
		return fmt.Errorf("the file %s is missing", path)
	}
	script := loader.resultWith("load", text)
	defer script.Release()
	node, err := script.Call("new", Args{})
	defer node.Release()
	if err != nil {
		return fmt.Errorf("the script %s cannot be used: %w", path, err)
	}
	self := o.Keep()
	defer self.Release()
	self.callWith("add_child", node)
	return nil
}
