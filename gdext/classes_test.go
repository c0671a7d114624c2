package gdext

import (
	"encoding/xml"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/gdext/engine"
)

var allClasses = []*engine.Class{socketClass, channelClass, pushClass, presenceClass}

// What games are promised, beside the getters and setters of properties.
func TestClassesHaveTheirMethods(t *testing.T) {
	promised := map[string]string{
		classSocket: "can_push channel connect_socket create disconnect_socket get_channels get_is_connected get_is_connecting " +
			"get_settings get_state get_statistics make_ref ping push",
		classChannel:  "can_push close get_state is_closed is_errored is_joined is_joining is_leaving join leave off on push",
		classPush:     "get_event get_response get_status is_completed receive",
		classPresence: "clear get_state list sync_diff sync_state",
	}
	for _, class := range allClasses {
		assert.Equal(t, strings.Fields(promised[class.Name]), methodNames(class), class.Name)
	}
}

func TestClassesHaveTheirProperties(t *testing.T) {
	promised := map[string]string{
		classSocket: "auth_token auto_connect compression debug_log endpoint headers heartbeat_interval longpoll_fallback_after " +
			"max_message_size max_messages_per_frame max_queued_bytes params reconnect_after reconnect_jitter rejoin_after report_sent " +
			"timeout tls_options transport",
		classChannel:  "params presence topic",
		classPresence: "auto_sync",
	}
	for _, class := range allClasses {
		assert.ElementsMatch(t, strings.Fields(promised[class.Name]), propertyNames(class), class.Name)
	}
}

func TestClassesHaveTheirSignals(t *testing.T) {
	promised := map[string]string{
		classSocket: "on_close(params) on_connecting(is_connecting) on_error(data) on_message(topic,event,payload,ref,join_ref) on_open(params) " +
			"on_sent(topic,event,payload,ref,join_ref)",
		classChannel:  "on_close(params) on_error(error) on_event(event,payload,status) on_join_result(status,result)",
		classPush:     "completed(status,response)",
		classPresence: "on_join(joins) on_leave(leaves) on_sync()",
	}
	for _, class := range allClasses {
		var signals []string
		for _, signal := range class.Signals {
			signals = append(signals, signal.Name()+"("+strings.Join(paramNames(signal.Params()), ",")+")")
		}
		slices.Sort(signals)
		assert.Equal(t, strings.Fields(promised[class.Name]), signals, class.Name)
	}
}

func TestOptionalParametersComeLast(t *testing.T) {
	for _, class := range allClasses {
		for _, method := range class.Methods {
			optional := false
			for _, p := range method.Params() {
				assert.False(t, optional && !p.IsOptional(), "%s.%s", class.Name, method.Name())
				optional = p.IsOptional()
			}
		}
	}
}

func TestOptionsAreTheProperties(t *testing.T) {
	assert.ElementsMatch(t, propertyNames(socketClass), optionNames())
}

// classDoc is the engine's documentation of a class.
type classDoc struct {
	Name        string      `xml:"name,attr"`
	Inherits    string      `xml:"inherits,attr"`
	Brief       string      `xml:"brief_description"`
	Description string      `xml:"description"`
	Methods     []memberDoc `xml:"methods>method"`
	Members     []memberDoc `xml:"members>member"`
	Signals     []memberDoc `xml:"signals>signal"`
	Constants   []memberDoc `xml:"constants>constant"`
}

type memberDoc struct {
	Name        string     `xml:"name,attr"`
	Overrides   string     `xml:"overrides,attr"`
	Text        string     `xml:",chardata"`
	Description string     `xml:"description"`
	Params      []paramDoc `xml:"param"`
}

type paramDoc struct {
	Name    string  `xml:"name,attr"`
	Default *string `xml:"default,attr"`
}

// The engine says nothing when it cannot read a documentation.
func TestDocumentationIsWellFormedAndComplete(t *testing.T) {
	documented := map[string]classDoc{}
	for _, text := range docs() {
		var doc classDoc
		decoder := xml.NewDecoder(strings.NewReader(text))
		decoder.Strict = true
		require.NoError(t, decoder.Decode(&doc))
		documented[doc.Name] = doc
	}
	require.Len(t, documented, len(allClasses))
	for _, class := range allClasses {
		doc := documented[class.Name]
		assert.Equal(t, class.Parent, doc.Inherits)
		assert.NotEmpty(t, strings.TrimSpace(doc.Brief), class.Name)
		assert.NotEmpty(t, strings.TrimSpace(doc.Description), class.Name)
		assert.Equal(t, methodNames(class), names(t, doc.Methods), class.Name)
		assert.Equal(t, propertyNames(class), names(t, doc.Members), class.Name)
		assert.Len(t, names(t, doc.Signals), len(class.Signals), class.Name)
		var constants []string
		for _, enum := range class.Enums {
			constants = append(constants, enum.Constants...)
		}
		slices.Sort(constants)
		assert.Equal(t, constants, names(t, doc.Constants), class.Name)
		checkParams(t, class, doc)
	}
}

func checkParams(t *testing.T, class *engine.Class, doc classDoc) {
	for _, method := range class.Methods {
		at := slices.IndexFunc(doc.Methods, func(m memberDoc) bool { return m.Name == method.Name() })
		require.GreaterOrEqual(t, at, 0)
		require.Len(t, doc.Methods[at].Params, len(method.Params()), method.Name())
		for i, p := range method.Params() {
			assert.Equal(t, p.Name(), doc.Methods[at].Params[i].Name, method.Name())
			assert.Equal(t, p.IsOptional(), doc.Methods[at].Params[i].Default != nil, "%s(%s)", method.Name(), p.Name())
		}
	}
}

// names of what is documented, each with a text.
func names(t *testing.T, members []memberDoc) []string {
	var list []string
	for _, m := range members {
		if m.Overrides != "" {
			continue // another default of the parent's property
		}
		assert.NotEmpty(t, strings.TrimSpace(m.Text+m.Description), m.Name)
		list = append(list, m.Name)
	}
	slices.Sort(list)
	return list
}

func methodNames(class *engine.Class) []string {
	var list []string
	for _, method := range class.Methods {
		list = append(list, method.Name())
	}
	slices.Sort(list)
	return list
}

func propertyNames(class *engine.Class) []string {
	var list []string
	for _, property := range class.Properties {
		if property.Name() != "" {
			list = append(list, property.Name())
		}
	}
	slices.Sort(list)
	return list
}

func paramNames(params []engine.Param) []string {
	list := make([]string, len(params))
	for i, p := range params {
		list[i] = p.Name()
	}
	return list
}
