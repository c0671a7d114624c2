package worker

import (
	"encoding/json/jsontext"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
)

const pagesTable = "../../godot_project/addons/phoenix_channels/web/settings_table.gd"

var update = flag.Bool("update", false, "write the files that tests compare with")

// The page rejects an invalid setting within the call that sets it, using a table of its own.
func TestPageHasCoresTableOfSettings(t *testing.T) {
	want := gdscriptTable()
	if *update {
		require.NoError(t, os.WriteFile(pagesTable, []byte(want), 0o644))
	}
	got, err := os.ReadFile(pagesTable)
	require.NoError(t, err)
	require.Equal(t, want, string(got), "go test ./web/worker -run TestPageHasCoresTableOfSettings -update writes it")
}

func gdscriptTable() string {
	var table strings.Builder
	table.WriteString(`extends RefCounted
## The settings that core has: of each its default, the least and the greatest value if it has a
## range, and what it can be if it is one of several. A test of web/worker writes this file.

const TABLE: Dictionary[String, Array] = {
`)
	settings := core.NamedSettings()
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		setting := settings[name]
		values := []string{gdscript(setting.Default)}
		switch {
		case setting.Choices != nil:
			values = append(values, gdscript(setting.Choices))
		case setting.Max > setting.Min:
			values = append(values, gdscript(setting.Min), gdscript(setting.Max))
		}
		fmt.Fprintf(&table, "\t%q: [%s],\n", name, strings.Join(values, ", "))
	}
	table.WriteString("}\n\n## The keys of a simulation: the least and the greatest value of a number, nothing for a bool.\nconst SIMULATION: Dictionary[String, Array] = {\n")
	for _, key := range core.SimulationKeys() {
		values := ""
		if key.Max > 0 {
			values = fmt.Sprintf("%d, %d", key.Min, key.Max)
		}
		fmt.Fprintf(&table, "\t%q: [%s],\n", key.Name, values)
	}
	table.WriteString("}\n\n## What each preset begins with.\nconst PRESETS: Dictionary[String, Dictionary] = {\n")
	for _, name := range slices.Sorted(maps.Keys(core.SimulationPresets)) {
		preset := core.SimulationPresets[name]
		fmt.Fprintf(&table, "\t%q: {\"stall_ms\": %d, \"stall_every_ms\": %d, \"refuse_status\": %d, \"refuse_ms\": %d},\n", name,
			preset.Stall.Milliseconds(), preset.StallEvery.Milliseconds(), preset.RefuseStatus, preset.Refuse.Milliseconds())
	}
	return table.String() + "}\n"
}

// gdscript returns a value as a GDScript literal.
func gdscript(value any) string {
	switch v := value.(type) {
	case jsontext.Value:
		return string(v)
	case string:
		return strconv.Quote(v)
	case []string:
		return strings.ReplaceAll(fmt.Sprintf("%q", v), " ", ", ")
	case []int64:
		return strings.ReplaceAll(fmt.Sprint(v), " ", ", ")
	default:
		return fmt.Sprint(v)
	}
}
