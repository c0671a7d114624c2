package gdext

import (
	"fmt"

	"phoenixchannels/gdext/engine"
)

// editorTools is the script whose node adds the addon's tools to the editor.
const editorTools = "res://addons/phoenix_channels/editor/tools.gd"

// editorPluginClass is registered by the extension itself, so users need not enable a plugin in the
// project settings. The plugin itself is written in GDScript, which the editor runs and exported
// games omit.
var editorPluginClass = &engine.Class{
	Name: "PhoenixEditorPlugin", Parent: "EditorPlugin", Internal: true,
	New:           func(o engine.Object) any { return &editorPlugin{node: o} },
	Notifications: []engine.Notification{engine.NotificationEnterTree},
}

type editorPlugin struct {
	node  engine.Object
	added bool
}

func (p *editorPlugin) Notified(engine.Notification) {
	if p.added {
		return
	}
	p.added = true
	if err := p.node.AddScriptNode(editorTools); err != nil {
		engine.Error("Phoenix Channels", fmt.Sprintf("Phoenix Channels cannot export for the web: %v. "+
			"Copy all of addons/phoenix_channels into the project again.", err))
	}
}
