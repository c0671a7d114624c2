package signals

import (
	"errors"

	"phoenixchannels/core"
	"phoenixchannels/gdext/variant"
)

// Joins is what PhoenixPresence.on_join carries.
func Joins(list []core.PresenceChange) Encoded { return changes(list, "new_presence") }

// Leaves is what PhoenixPresence.on_leave carries.
func Leaves(list []core.PresenceChange) Encoded { return changes(list, "left_presence") }

// changes is an Array[Dictionary] of {key, current_presence, CHANGED}.
func changes(list []core.PresenceChange, changed string) Encoded {
	b := variant.AppendDictionaries(nil, len(list))
	for _, c := range list {
		b = append(b, Dictionary("key", c.Key, "current_presence", Entry(c.Current), changed, Entry(c.Changed))...)
	}
	return b
}

// NotInPresence is the error about a value that cannot be in a state or a diff, which are not sent.
func NotInPresence(err error) error {
	if unsendable, ok := errors.AsType[*variant.UnsendableError](err); ok {
		return errors.New(unsendable.Value() + " cannot be in a presence, which has only values that JSON can represent")
	}
	return err
}

// Entry is a presence as a Dictionary, null when there is none.
func Entry(e *core.PresenceEntry) Encoded {
	if e == nil {
		return Null
	}
	b, err := variant.AppendVariant(nil, e.JSON())
	if err != nil {
		panic("signals: a presence that was read cannot be a Dictionary: " + err.Error())
	}
	return b
}
