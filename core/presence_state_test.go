package core

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// presenceLog returns a presence that follows no channel, and a recorder of its handlers' calls.
func presenceLog() (*Presence, *recorder[string]) {
	p := NewPresence(nil, PresenceEvents{})
	return p, logPresence(p)
}

func logPresence(p *Presence) *recorder[string] {
	log := new(recorder[string])
	show := func(e *PresenceEntry) string {
		if e == nil {
			return "nobody"
		}
		return string(e.JSON())
	}
	p.OnJoin(func(key string, current, joined *PresenceEntry) {
		log.add("join " + key + ": " + show(current) + " + " + show(joined))
	})
	p.OnLeave(func(key string, current, left *PresenceEntry) {
		log.add("leave " + key + ": " + show(current) + " - " + show(left))
	})
	p.OnSync(func() { log.add("sync") })
	return log
}

const threeUsers = `{"u1":{"metas":[{"id":1,"phx_ref":"1"}]},"u2":{"metas":[{"id":2,"phx_ref":"2"}]},"u3":{"metas":[{"id":3,"phx_ref":"3"}]}}`

func TestSyncState(t *testing.T) {
	tests := map[string]struct {
		before, state string
		want          string // the given state if empty
		told          []string
	}{
		"onto nothing": {
			`{}`, `{"u1":{"metas":[{"id":1,"phx_ref":"1"}]}}`, ``,
			[]string{`join u1: nobody + {"metas":[{"id":1,"phx_ref":"1"}]}`},
		},
		"new presences join and those that are gone leave": {
			`{"u4":{"metas":[{"id":4,"phx_ref":"4"}]}}`, threeUsers, ``,
			[]string{
				`join u1: nobody + {"metas":[{"id":1,"phx_ref":"1"}]}`,
				`join u2: nobody + {"metas":[{"id":2,"phx_ref":"2"}]}`,
				`join u3: nobody + {"metas":[{"id":3,"phx_ref":"3"}]}`,
				`leave u4: {"metas":[]} - {"metas":[{"id":4,"phx_ref":"4"}]}`,
			},
		},
		"only newly added metas join": {
			`{"u3":{"metas":[{"id":3,"phx_ref":"3"}]}}`,
			`{"u3":{"metas":[{"id":3,"phx_ref":"3"},{"id":3,"phx_ref":"3.new"}]}}`, ``,
			[]string{`join u3: {"metas":[{"id":3,"phx_ref":"3"}]} + {"metas":[{"id":3,"phx_ref":"3.new"}]}`},
		},
		"only metas that are gone leave": {
			`{"u3":{"metas":[{"phx_ref":"3"},{"phx_ref":"4"}]}}`, `{"u3":{"metas":[{"phx_ref":"4"}]}}`, ``,
			[]string{`leave u3: {"metas":[{"phx_ref":"4"}]} - {"metas":[{"phx_ref":"3"}]}`},
		},
		"a meta in place of another": {
			`{"u":{"metas":[{"phx_ref":"1"}]}}`, `{"u":{"metas":[{"phx_ref":"2"}]}}`, ``,
			[]string{
				`join u: {"metas":[{"phx_ref":"1"}]} + {"metas":[{"phx_ref":"2"}]}`,
				`leave u: {"metas":[{"phx_ref":"2"}]} - {"metas":[{"phx_ref":"1"}]}`,
			},
		},
		"metas that stay keep their place before those that join": {
			`{"u":{"metas":[{"phx_ref":"1"},{"phx_ref":"2"}]}}`,
			`{"u":{"metas":[{"phx_ref":"3"},{"phx_ref":"2"}]}}`,
			`{"u":{"metas":[{"phx_ref":"2"},{"phx_ref":"3"}]}}`,
			[]string{
				`join u: {"metas":[{"phx_ref":"1"},{"phx_ref":"2"}]} + {"metas":[{"phx_ref":"3"}]}`,
				`leave u: {"metas":[{"phx_ref":"2"},{"phx_ref":"3"}]} - {"metas":[{"phx_ref":"1"}]}`,
			},
		},
		"the same changes nothing": {threeUsers, threeUsers, ``, nil},
		"nobody onto nobody":       {`{}`, `{}`, ``, nil},
		"other members than metas are kept": {
			`{}`, `{"u":{"user":{"name":"Ann"},"metas":[{"phx_ref":"1","n":9007199254740993}],"vip":true}}`,
			`{"u":{"user":{"name":"Ann"},"vip":true,"metas":[{"phx_ref":"1","n":9007199254740993}]}}`,
			[]string{`join u: nobody + {"user":{"name":"Ann"},"vip":true,"metas":[{"phx_ref":"1","n":9007199254740993}]}`},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p, log := presenceLog()
			require.NoError(t, p.SyncState(raw(test.before)))
			log.list = nil
			require.NoError(t, p.SyncState(raw(test.state)))
			if test.want == "" {
				test.want = test.state
			}
			require.JSONEq(t, test.want, string(p.JSON()))
			require.Equal(t, append(test.told, "sync"), log.all())
		})
	}
}

func TestSyncDiff(t *testing.T) {
	tests := map[string]struct {
		before, diff, want string
		told               []string
	}{
		"onto nothing": {
			`{}`, `{"joins":{"u1":{"metas":[{"id":1,"phx_ref":"1"}]}},"leaves":{}}`,
			`{"u1":{"metas":[{"id":1,"phx_ref":"1"}]}}`,
			[]string{`join u1: nobody + {"metas":[{"id":1,"phx_ref":"1"}]}`},
		},
		"removes a presence without metas and adds a meta to another": {
			threeUsers,
			`{"joins":{"u1":{"metas":[{"id":1,"phx_ref":"1.2"}]}},"leaves":{"u2":{"metas":[{"id":2,"phx_ref":"2"}]}}}`,
			`{"u1":{"metas":[{"id":1,"phx_ref":"1"},{"id":1,"phx_ref":"1.2"}]},"u3":{"metas":[{"id":3,"phx_ref":"3"}]}}`,
			[]string{
				`join u1: {"metas":[{"id":1,"phx_ref":"1"}]} + {"metas":[{"id":1,"phx_ref":"1.2"}]}`,
				`leave u2: {"metas":[]} - {"metas":[{"id":2,"phx_ref":"2"}]}`,
			},
		},
		"removes a meta while others of the key stay": {
			`{"u1":{"metas":[{"phx_ref":"1"},{"phx_ref":"1.2"}]}}`, `{"joins":{},"leaves":{"u1":{"metas":[{"phx_ref":"1"}]}}}`,
			`{"u1":{"metas":[{"phx_ref":"1.2"}]}}`,
			[]string{`leave u1: {"metas":[{"phx_ref":"1.2"}]} - {"metas":[{"phx_ref":"1"}]}`},
		},
		"an update is a join and a leave": {
			`{"u":{"metas":[{"name":"chris","phx_ref":"2"}]}}`,
			`{"joins":{"u":{"metas":[{"name":"chris.2","phx_ref":"2.2","phx_ref_prev":"2"}]}},"leaves":{"u":{"metas":[{"name":"chris","phx_ref":"2"}]}}}`,
			`{"u":{"metas":[{"name":"chris.2","phx_ref":"2.2","phx_ref_prev":"2"}]}}`,
			[]string{
				`join u: {"metas":[{"name":"chris","phx_ref":"2"}]} + {"metas":[{"name":"chris.2","phx_ref":"2.2","phx_ref_prev":"2"}]}`,
				`leave u: {"metas":[{"name":"chris.2","phx_ref":"2.2","phx_ref_prev":"2"}]} - {"metas":[{"name":"chris","phx_ref":"2"}]}`,
			},
		},
		"a join of what is there changes nothing": {threeUsers, `{"joins":{"u2":{"metas":[{"id":2,"phx_ref":"2"}]}}}`, threeUsers, nil},
		"a leave of who is not there":             {threeUsers, `{"leaves":{"u9":{"metas":[{"phx_ref":"9"}]}}}`, threeUsers, nil},
		"a leave of a meta that is not there":     {threeUsers, `{"leaves":{"u1":{"metas":[{"phx_ref":"9"}]}}}`, threeUsers, nil},
		"empty":                                   {threeUsers, `{}`, threeUsers, nil},
		"unknown members":                         {threeUsers, `{"x":[1],"joins":{},"leaves":{}}`, threeUsers, nil},
		"a key joins and leaves at once": {
			`{}`, `{"joins":{"u":{"metas":[{"phx_ref":"1"}]}},"leaves":{"u":{"metas":[{"phx_ref":"1"}]}}}`, `{}`,
			[]string{`join u: nobody + {"metas":[{"phx_ref":"1"}]}`, `leave u: {"metas":[]} - {"metas":[{"phx_ref":"1"}]}`},
		},
		"the joining entry's other members count": {
			`{"u":{"metas":[{"phx_ref":"1"}],"name":"old"}}`, `{"joins":{"u":{"metas":[{"phx_ref":"2"}],"name":"new"}}}`,
			`{"u":{"metas":[{"phx_ref":"1"},{"phx_ref":"2"}],"name":"new"}}`,
			[]string{`join u: {"name":"old","metas":[{"phx_ref":"1"}]} + {"name":"new","metas":[{"phx_ref":"2"}]}`},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p, log := presenceLog()
			require.NoError(t, p.SyncState(raw(test.before)))
			log.list = nil
			require.NoError(t, p.SyncDiff(raw(test.diff)))
			require.JSONEq(t, test.want, string(p.JSON()))
			require.Equal(t, append(test.told, "sync"), log.all())
		})
	}
}

func TestPresenceEntryWithoutMetasIsNobody(t *testing.T) {
	p, log := presenceLog()
	require.NoError(t, p.SyncState(raw(`{"u":{"metas":[]}}`)))
	require.NoError(t, p.SyncDiff(raw(`{"joins":{"u":{"metas":[]}},"leaves":{"v":{"metas":[]}}}`)))
	require.Empty(t, p.Keys())
	require.Equal(t, []string{"sync", "sync"}, log.all())
}

func TestPresenceKeysOfAnyContent(t *testing.T) {
	keys := []string{"__proto__", "constructor", "hasOwnProperty", "", "10", "9", `"\`, "ключ 🚀", "a\u0000b", " ", "metas", "phx_ref"}
	var members []string
	for _, key := range keys {
		members = append(members, string(appendString(nil, key))+`:{"metas":[{"key":`+string(appendString(nil, key))+`,"phx_ref":"1"}]}`)
	}
	state := `{` + strings.Join(members, ",") + `}`
	p, log := presenceLog()
	require.NoError(t, p.SyncState(raw(state)))
	require.Equal(t, keys, p.Keys(), "in the order they came")
	require.Len(t, log.all(), len(keys)+1)
	for _, key := range keys {
		require.Len(t, p.Get(key).Metas, 1)
		require.Equal(t, "1", p.Get(key).Metas[0].Ref)
	}
	require.JSONEq(t, state, string(p.JSON()))
	require.NoError(t, p.SyncDiff(raw(`{"leaves":`+state+`}`)))
	require.Empty(t, p.Keys())
	require.Equal(t, "{}", string(p.JSON()))
	require.Nil(t, p.Get("__proto__"))
}

func TestPresenceKeysKeepTheOrderInWhichTheyJoined(t *testing.T) {
	p, _ := presenceLog()
	require.NoError(t, p.SyncState(raw(`{"b":{"metas":[{"phx_ref":"1"}]},"a":{"metas":[{"phx_ref":"2"}]}}`)))
	require.NoError(t, p.SyncDiff(raw(`{"joins":{"c":{"metas":[{"phx_ref":"3"}]},"b":{"metas":[{"phx_ref":"4"}]}}}`)))
	require.Equal(t, []string{"b", "a", "c"}, p.Keys())
	require.NoError(t, p.SyncDiff(raw(`{"leaves":{"b":{"metas":[{"phx_ref":"1"},{"phx_ref":"4"}]}}}`)))
	require.NoError(t, p.SyncDiff(raw(`{"joins":{"b":{"metas":[{"phx_ref":"5"}]}}}`)))
	require.Equal(t, []string{"a", "c", "b"}, p.Keys())
}

func TestMetasKeepTheirOrder(t *testing.T) {
	p, _ := presenceLog()
	require.NoError(t, p.SyncState(raw(`{"u":{"metas":[{"phx_ref":"b"},{"phx_ref":"a"}]}}`)))
	require.NoError(t, p.SyncDiff(raw(`{"joins":{"u":{"metas":[{"phx_ref":"d"},{"phx_ref":"c"}]}}}`)))
	var refs []string
	for _, meta := range p.Get("u").Metas {
		refs = append(refs, meta.Ref)
	}
	require.Equal(t, []string{"b", "a", "d", "c"}, refs)
}

func TestMetasWithoutARefCountAsOne(t *testing.T) {
	p, log := presenceLog()
	require.NoError(t, p.SyncState(raw(`{"u":{"metas":[{"a":1}]}}`)))
	log.list = nil
	require.NoError(t, p.SyncState(raw(`{"u":{"metas":[{"a":2}]}}`)))
	require.Equal(t, []string{"sync"}, log.all())
	require.NoError(t, p.SyncDiff(raw(`{"leaves":{"u":{"metas":[{}]}}}`)))
	require.Empty(t, p.Keys())
}

func TestMembersThatComeTwiceCountByTheirLast(t *testing.T) {
	p, _ := presenceLog()
	require.NoError(t, p.SyncState(raw(
		`{"u":{"metas":[{"phx_ref":"0"}]},"u":{"name":"a","metas":[{"phx_ref":"1"}],"name":"b","metas":[{"phx_ref":"1","phx_ref":"2"}]}}`)))
	require.Equal(t, []string{"u"}, p.Keys())
	require.Len(t, p.Get("u").Metas, 1)
	require.Equal(t, "2", p.Get("u").Metas[0].Ref)
	require.Equal(t, `"b"`, string(p.Get("u").Field("name")))
}

func TestEntriesAreNotChangedAfterTheyWereHandedOut(t *testing.T) {
	p, _ := presenceLog()
	require.NoError(t, p.SyncState(raw(`{"u":{"metas":[{"phx_ref":"1"}]}}`)))
	entry, keys := p.Get("u"), p.Keys()
	require.NoError(t, p.SyncDiff(raw(`{"joins":{"u":{"metas":[{"phx_ref":"2"}]},"v":{"metas":[{"phx_ref":"3"}]}}}`)))
	require.NoError(t, p.SyncDiff(raw(`{"leaves":{"u":{"metas":[{"phx_ref":"1"}]}}}`)))
	require.Equal(t, `{"metas":[{"phx_ref":"1"}]}`, string(entry.JSON()))
	require.Equal(t, []string{"u"}, keys)
}

func TestMalformedPresencesAreErrorsAndChangeNothing(t *testing.T) {
	values := map[string]string{
		"not JSON":            `hello`,
		"cut off":             `{"u":{"metas":[{"phx_ref":"1"}`,
		"a list":              `[]`,
		"null":                `null`,
		"an entry is null":    `{"u":null}`,
		"an entry is a list":  `{"u":[]}`,
		"no metas":            `{"u":{"name":"x"}}`,
		"metas are no list":   `{"u":{"metas":{}}}`,
		"a meta is no object": `{"u":{"metas":["1"]}}`,
		"a key not UTF-8":     "{\"\xff\":{\"metas\":[]}}",
		"a ref not UTF-8":     "{\"u\":{\"metas\":[{\"phx_ref\":\"\xff\"}]}}",
	}
	states, diffs := map[string]string{"empty": ``, "two values": `{} {}`}, map[string]string{"empty": ``, "two values": `{} {}`, "a list": `[]`}
	for name, text := range values {
		states[name] = text
		diffs["in joins: "+name] = `{"joins":` + text + `,"leaves":{}}`
		diffs["in leaves: "+name] = `{"joins":{"v":{"metas":[{"phx_ref":"1"}]}},"leaves":` + text + `}`
	}
	check := func(text string, sync func(*Presence) error, want string) func(*testing.T) {
		return func(t *testing.T) {
			p, log := presenceLog()
			require.NoError(t, p.SyncState(raw(threeUsers)))
			log.list = nil
			require.ErrorContains(t, sync(p), want, text)
			require.Equal(t, threeUsers, string(p.JSON()))
			require.Empty(t, log.all())
		}
	}
	for name, text := range states {
		t.Run("state: "+name, check(text, func(p *Presence) error { return p.SyncState(raw(text)) }, "malformed presence state"))
	}
	for name, text := range diffs {
		t.Run("diff: "+name, check(text, func(p *Presence) error { return p.SyncDiff(raw(text)) }, "malformed presence diff"))
	}
}

func TestListPresences(t *testing.T) {
	p, _ := presenceLog()
	require.NoError(t, p.SyncState(raw(`{"u1":{"metas":[{"id":1,"phx_ref":"1.first"},{"id":1,"phx_ref":"1.second"}]},"u2":{"metas":[{"phx_ref":"2"}]}}`)))
	all := ListPresences(p, func(key string, entry *PresenceEntry) string { return string(entry.JSON()) })
	require.Equal(t, []string{`{"metas":[{"id":1,"phx_ref":"1.first"},{"id":1,"phx_ref":"1.second"}]}`, `{"metas":[{"phx_ref":"2"}]}`}, all)
	first := ListPresences(p, func(key string, entry *PresenceEntry) string { return key + " " + entry.Metas[0].Ref })
	require.Equal(t, []string{"u1 1.first", "u2 2"}, first)
	require.Empty(t, ListPresences(NewPresence(nil, PresenceEvents{}), func(string, *PresenceEntry) int { return 1 }))
}

func TestListPresencesMayAskThePresence(t *testing.T) {
	p, _ := presenceLog()
	require.NoError(t, p.SyncState(raw(threeUsers)))
	same := ListPresences(p, func(key string, entry *PresenceEntry) bool { return p.Get(key) == entry })
	require.Equal(t, []bool{true, true, true}, same)
}

func TestOnChangeHasAllThatOneMessageChanged(t *testing.T) {
	p := NewPresence(nil, PresenceEvents{})
	var log recorder[[2][]PresenceChange]
	p.OnChange(func(joins, leaves []PresenceChange) { log.add([2][]PresenceChange{joins, leaves}) })
	require.NoError(t, p.SyncState(raw(threeUsers)))
	require.NoError(t, p.SyncState(raw(threeUsers)))
	require.NoError(t, p.SyncDiff(raw(`{"leaves":{"u1":{"metas":[{"phx_ref":"1"}]}},"joins":{"u4":{"metas":[{"phx_ref":"4"}]}}}`)))
	require.NoError(t, p.SyncDiff(raw(`{"leaves":{"u1":{"metas":[{"phx_ref":"1"}]}}}`)))
	changes := log.all()
	require.Len(t, changes, 2)
	require.Len(t, changes[0][0], 3)
	require.Empty(t, changes[0][1])
	require.Equal(t, "u4", changes[1][0][0].Key)
	require.Nil(t, changes[1][0][0].Current)
	require.Equal(t, "u1", changes[1][1][0].Key)
	require.Empty(t, changes[1][1][0].Current.Metas)
	require.Equal(t, "1", changes[1][1][0].Changed.Metas[0].Ref)
}

func TestFieldOfAnEntry(t *testing.T) {
	p, _ := presenceLog()
	require.NoError(t, p.SyncState(raw(`{"u":{"user":{"name":"Ann"},"metas":[{"phx_ref":"1","at":7}]}}`)))
	entry := p.Get("u")
	require.Equal(t, `{"name":"Ann"}`, string(entry.Field("user")))
	require.Nil(t, entry.Field("metas"))
	require.Nil(t, entry.Field("missing"))
	require.Equal(t, `{"phx_ref":"1","at":7}`, string(entry.Metas[0].JSON))
}

// In whatever order keys join and leave, the list equals that of a plain slice, and its memory does
// not grow.
func TestPresenceKeepsItsOrderWhileManyComeAndGo(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	p := NewPresence(nil, PresenceEvents{})
	var want []string
	for range 3000 {
		key := fmt.Sprint("u", random.IntN(40))
		change := `{"` + key + `":{"metas":[{"phx_ref":"` + key + `"}]}}`
		if i := slices.Index(want, key); i < 0 {
			require.NoError(t, p.SyncDiff(raw(`{"joins":`+change+`}`)))
			want = append(want, key)
		} else {
			require.NoError(t, p.SyncDiff(raw(`{"leaves":`+change+`}`)))
			want = slices.Delete(want, i, i+1)
		}
		require.True(t, slices.Equal(want, p.Keys()), "%q became %q", want, p.Keys())
		require.LessOrEqual(t, len(p.state.order), 2*40+16)
	}
}
