package engine

import (
	"fmt"

	"github.com/godot-go/godot-go/pkg/ffi"
)

// Functions that exist only in the editor.
const (
	editorHelpFunction         = "editor_help_load_xml_from_utf8_chars" // loads the class documentation
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

// addEditorPlugin registers a class derived from EditorPlugin. The editor creates the only
// instance.
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

// removeEditorPlugin undoes addEditorPlugin. It must run while the editor's classes still exist.
func removeEditorPlugin(class *Class) {
	if !editorPluginAdded {
		return
	}
	editorPluginAdded = false
	ffi.CallFunc_GDExtensionInterfaceEditorRemovePlugin(className(class))
	unregisterLast()
}

// AddScriptNode adds a new instance of a GDScript file as a child node.
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
