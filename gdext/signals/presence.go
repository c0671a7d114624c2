package signals

import (
	"errors"
	"strings"

	"phoenixchannels/core"
	"phoenixchannels/gdext/variant"
)

// Joins returns the argument of PhoenixPresence.on_join.
func Joins(list []core.PresenceChange) Encoded { return changes(list, "new_presence") }

// Leaves returns the argument of PhoenixPresence.on_leave.
func Leaves(list []core.PresenceChange) Encoded { return changes(list, "left_presence") }

// changes returns an Array[Dictionary] of {key, current_presence, CHANGED}.
func changes(list []core.PresenceChange, changed string) Encoded {
	b := variant.AppendDictionaries(nil, len(list))
	for _, c := range list {
		b = append(b, Dictionary("key", c.Key, "current_presence", Entry(c.Current), changed, Entry(c.Changed))...)
	}
	return b
}

// NotInPresence returns the error for a value that cannot be part of a presence state or diff.
// Unlike other values, these are not sent, so the advice on what to send is left out.
func NotInPresence(err error) error {
	if unsendable, ok := errors.AsType[*variant.UnsendableError](err); ok {
		reason, _, _ := strings.Cut(unsendable.Reason, ";")
		return errors.New(unsendable.Value() + " cannot be in a presence: " + reason)
	}
	return err
}

// Entry returns a presence as a Dictionary, or null if e is nil.
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
