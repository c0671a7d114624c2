package gdext

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"phoenixchannels/core"
)

func TestNetChangesKeepTheOrderOfTheList(t *testing.T) {
	for name, test := range map[string]struct{ changes, net string }{
		"none":                                   {"", ""},
		"new ones in order":                      {"+a +b +c", "+a +b +c"},
		"a second change keeps the place":        {"+a +b +a", "+a +b"},
		"one who leaves":                         {"-a", "-a"},
		"one who comes and leaves":               {"+a +b -a", "-a +b"},
		"one who leaves and comes back is last":  {"+a -a +b +a", "-a +b +a"},
		"one who was there before and came back": {"-a +b +a", "-a +b +a"},
	} {
		t.Run(name, func(t *testing.T) {
			var changes []core.PresenceNow
			for _, change := range strings.Fields(test.changes) {
				now := core.PresenceNow{Key: change[1:]}
				if change[0] == '+' {
					now.Entry = new(core.PresenceEntry)
				}
				changes = append(changes, now)
			}
			var net []string
			for _, now := range netChanges(changes) {
				sign := "-"
				if now.Entry != nil {
					sign = "+"
				}
				net = append(net, sign+now.Key)
			}
			assert.Equal(t, test.net, strings.Join(net, " "))
		})
	}
}
