package gdext

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"phoenixchannels/gdext/engine"
)

var allClasses = []*engine.Class{socketClass, channelClass, pushClass, presenceClass}

// What games are promised, beside the getters and setters of properties.
func TestClassesHaveTheirMethods(t *testing.T) {
	promised := map[string]string{
		classSocket: "can_push channel connect_socket create disconnect_socket get_channels get_is_connected get_is_connecting " +
			"get_settings get_statistics make_ref ping push reconnect_now set_online",
		classChannel:  "can_push close is_closed is_errored is_joined is_joining is_leaving join leave off on push",
		classPush:     "get_event get_response get_status is_completed receive",
		classPresence: "clear get_count get_keys get_presence get_state has list sync_diff sync_state",
	}
	for _, class := range allClasses {
		assert.Equal(t, strings.Fields(promised[class.Name]), methodNames(class), class.Name)
	}
}

func TestClassesHaveTheirProperties(t *testing.T) {
	promised := map[string]string{
		classSocket: "auth_token auto_connect compression debug_log endpoint headers heartbeat_interval longpoll_fallback_after " +
			"max_message_size max_messages_per_frame max_queued_bytes params proxy reconnect_after reconnect_jitter rejoin_after report_sent " +
			"round_trip_ms state timeout tls_options transport",
		classChannel:  "auto_join params presence state topic",
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

func TestOptionsAreThePropertiesThatCanBeSet(t *testing.T) {
	assert.ElementsMatch(t, propertyNames(socketClass), append(optionNames(), "round_trip_ms", "state"))
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
