package core

import (
	"context"
	"encoding/json/v2"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"phoenixchannels/server/devserver/query"
)

func TestConnectQuery(t *testing.T) {
	tests := map[string]struct{ own, params, want string }{
		"nothing":                  {``, `{}`, ``},
		"the endpoint's own first": {`a=1&b=%20`, `{"c":2}`, `a=1&b=%20&c=2`},
		"in the order given":       {``, `{"z":1,"a":2,"m":3}`, `z=1&a=2&m=3`},
		"nested map":               {``, `{"user":{"id":7,"name":"Ann"}}`, `user[id]=7&user[name]=Ann`},
		"deep":                     {``, `{"a":{"b":{"c":{"d":1}}}}`, `a[b][c][d]=1`},
		"list":                     {``, `{"ids":[3,1,2]}`, `ids[]=3&ids[]=1&ids[]=2`},
		"list in a map":            {``, `{"a":{"b":[1,2]}}`, `a[b][]=1&a[b][]=2`},
		"maps in a list": {
			``, `{"squad":[{"name":"a","hp":1},{"name":"b","hp":2}]}`,
			`squad[0][name]=a&squad[0][hp]=1&squad[1][name]=b&squad[1][hp]=2`,
		},
		"lists in a list":           {``, `{"a":[[1,2],[3,4]]}`, `a[0][]=1&a[0][]=2&a[1][]=3&a[1][]=4`},
		"list that nests in places": {``, `{"a":[1,{"b":2},[3]]}`, `a[0]=1&a[1][b]=2&a[2][]=3`},
		"null is the empty text":    {``, `{"a":null,"b":"","c":[null]}`, `a=&b=&c[]=`},
		"booleans and numbers":      {``, `{"t":true,"f":false,"n":-1.50e3,"i":9007199254740993}`, `t=true&f=false&n=-1.50e3&i=9007199254740993`},
		"a name twice":              {``, `{"a":1,"a":2}`, `a=1&a=2`},
		"an empty name":             {``, `{"":1}`, `=1`},
		"harmless brackets":         {``, `{"[a]":1,"b[":2,"c]":{"d[":3,"]":[4]}}`, `[a]=1&b[=2&c][d[]=3&c][]][]=4`},
		"white space":               {``, " { \"a\" : [ 1 , { \"b\" : null } ] } ", `a[0]=1&a[1][b]=`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := connectQuery(test.own, raw(test.params), "2.0.0")
			require.NoError(t, err)
			want := strings.TrimPrefix(test.want+"&vsn=2.0.0", "&")
			require.Equal(t, want, strings.NewReplacer("%5B", "[", "%5D", "]").Replace(got))
		})
	}
}

func TestParamsThatAQueryCannotCarryAreErrorsThatNameThem(t *testing.T) {
	tests := map[string]string{ // params and the expected error
		`{"a":[]}`:                               `params.a is an empty list, which a URL cannot carry`,
		`{"a":{}}`:                               `params.a is an empty map, which a URL cannot carry`,
		`{"squad":[{"items":[1]},{"items":[]}]}`: `params.squad[1].items is an empty list`,
		`{"a":[[],1]}`:                           `params.a[0] is an empty list`,
		`{"a":[[1],{}]}`:                         `params.a[1] is an empty map`,
		`{"a":{"b c":{"":[]}}}`:                  `params.a["b c"][""] has a name that a URL cannot carry`,
		`{"a[b]":1}`:                             `params["a[b]"] has a name that a URL cannot carry`,
		`{"a[":[1]}`:                             `params["a["] has a name`,
		`{"":{"b":1}}`:                           `params[""] has a name`,
		`{"a":{"b][c":1}}`:                       `params.a["b][c"] has a name`,
		`{"a":1,"b":[{"":"c"}]}`:                 `params.b[0][""] has a name`,
	}
	for params, want := range tests {
		t.Run(params, func(t *testing.T) {
			_, err := NewSocket("ws://peer/socket", Config{Params: raw(params)})
			require.ErrorIs(t, err, ErrInvalidPayload)
			require.ErrorContains(t, err, want)
			s, newErr := NewSocket("ws://peer/socket", Config{})
			require.NoError(t, newErr)
			require.Equal(t, err, s.Configure(Settings{Params: raw(params)}), "of Configure")
		})
	}
}

func TestParamsOfAFunctionThatAQueryCannotCarryFailTheAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(func(c *Config) {
			c.Params = func(context.Context) (any, error) { return raw(`{"items":[]}`), nil }
		})
		var errs recorder[error]
		s.OnError(errs.add)
		require.NoError(t, s.Connect())
		synctest.Wait()
		require.ErrorContains(t, errs.take()[0], "phoenix: the params of the connect: invalid payload: params.items is an empty list")
		require.Zero(t, p.attempts())
	})
}

// TestParamsArriveWhole sends every nesting of lists and maps of up to two members, including empty
// ones, to four levels counting the params themselves, and compares with the result of Plug.
func TestParamsArriveWhole(t *testing.T) {
	for _, value := range nestings(3) {
		requireArrival(t, map[string]any{"a": value})
	}
}

// TestLargeParamsArriveWhole is the same for random params with more members, levels, kinds of
// values and names.
func TestLargeParamsArriveWhole(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	names := []string{"a", "b", "0", "1", "a b", "a&b=c", "100%", "%41", "a+b", "é🚀", "]", "x]", "a.b", "#?/;", "\x00\n", "nil"}
	nestedNames := append([]string{"[", "[x]", "x[y", "]x["}, names...)
	values := []any{"", "x", "a&b=[c] 100% é🚀", 7, -1.5, int64(9007199254740993), true, false, nil}
	var value func(levels int) any
	members := func(levels int, names []string) map[string]any {
		m := map[string]any{}
		for range 1 + random.IntN(3) {
			m[names[random.IntN(len(names))]] = value(levels)
		}
		return m
	}
	value = func(levels int) any {
		switch kind := random.IntN(3); {
		case levels == 0 || kind == 0:
			return values[random.IntN(len(values))]
		case kind == 1:
			return members(levels-1, nestedNames)
		default:
			list := make([]any, 1+random.IntN(12))
			for i := range list {
				list[i] = value(random.IntN(2) * (levels - 1))
			}
			return list
		}
	}
	for range 300 {
		requireArrival(t, members(5, names))
	}
}

// nestings returns a scalar and all lists and maps of up to two nestings of fewer levels.
func nestings(levels int) []any {
	found := []any{"x"}
	if levels == 0 {
		return found
	}
	inner := nestings(levels - 1)
	found = append(found, []any{}, map[string]any{})
	for _, one := range inner {
		found = append(found, []any{one}, map[string]any{"b": one})
		for _, two := range inner {
			found = append(found, []any{one, two}, map[string]any{"b": one, "c": two})
		}
	}
	return found
}

func requireArrival(t *testing.T, params map[string]any) {
	t.Helper()
	text, err := json.Marshal(params, json.Deterministic(true))
	require.NoError(t, err)
	sent, err := connectQuery("", text, "2.0.0")
	if refused := refusedPaths("params", params); len(refused) > 0 {
		require.ErrorIs(t, err, ErrInvalidPayload, "%s", text)
		named, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), ErrInvalidPayload.Error()+": "), " is an empty")
		require.Contains(t, refused, named, "%s", text)
		return
	}
	require.NoError(t, err)
	decoded, err := query.Decode(sent)
	require.NoError(t, err, sent)
	arrived := asPlug(params).(map[string]any)
	arrived["vsn"] = "2.0.0"
	want, err := json.Marshal(arrived, json.Deterministic(true))
	require.NoError(t, err)
	if got := string(decoded.Term()); got != string(want) { // faster than JSONEq
		require.JSONEq(t, string(want), got, "%s\n%s", text, sent)
	}
}

// refusedPaths returns the paths of empty lists and maps in the params.
func refusedPaths(path string, value any) (found []string) {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			found = append(found, refusedPaths(path+"."+name, inner)...)
		}
		if len(value) == 0 {
			return []string{path}
		}
	case []any:
		for i, inner := range value {
			found = append(found, refusedPaths(fmt.Sprintf("%s[%d]", path, i), inner)...)
		}
		if len(value) == 0 {
			return []string{path}
		}
	}
	return found
}

// asPlug returns the value that a server receives: scalars as strings, and a list with nested
// elements as a map.
func asPlug(value any) any {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return value
	case map[string]any:
		members := map[string]any{}
		for name, inner := range value {
			members[name] = asPlug(inner)
		}
		return members
	case []any:
		elements, members, nests := []any{}, map[string]any{}, false
		for i, inner := range value {
			elements = append(elements, asPlug(inner))
			members[strconv.Itoa(i)] = elements[i]
			_, isText := elements[i].(string)
			nests = nests || !isText
		}
		if nests {
			return members
		}
		return elements
	default:
		return fmt.Sprint(value)
	}
}

// TestNamesAreRefusedWhereAServerWouldReadThemAsNesting tries all names made of brackets and an x,
// up to four characters, in all places.
func TestNamesAreRefusedWhereAServerWouldReadThemAsNesting(t *testing.T) {
	names := []string{""}
	for i := 0; len(names[i]) < 4; i++ {
		names = append(names, names[i]+"[", names[i]+"]", names[i]+"x")
	}
	for _, name := range names {
		for form, params := range map[string]map[string]any{
			"%s":       {name: "1"},
			"%s[y]":    {name: map[string]any{"y": "1"}},
			"y[%s]":    {"y": map[string]any{name: "1"}},
			"y[%s][z]": {"y": map[string]any{name: map[string]any{"z": "1"}}},
			"y[%s][]":  {"y": map[string]any{name: []any{"1"}}},
		} {
			plain := fmt.Sprintf(form, name)
			decoded, err := query.Decode(url.QueryEscape(plain) + "=1")
			require.NoError(t, err)
			want, err := json.Marshal(params)
			require.NoError(t, err)
			_, err = connectQuery("", want, "2.0.0")
			require.Equal(t, string(want) != string(decoded.Term()), err != nil, "%s decoded to %s; %v", plain, decoded.Term(), err)
		}
	}
}

func TestConnectQueryEscapesNamesAndValues(t *testing.T) {
	awkward := "a&b=c[d]?#/+% \"ü🚀\n\x00"
	quoted := string(appendString(nil, awkward))
	params := `{` + quoted + `:` + quoted + `,"o":{` + quoted + `:1}}`
	sent, err := connectQuery("", raw(params), "1.0.0")
	require.NoError(t, err)
	require.NotContains(t, sent, " ")
	require.NotContains(t, sent, "#")
	values, err := url.ParseQuery(sent)
	require.NoError(t, err)
	require.Equal(t, url.Values{awkward: {awkward}, "o[" + awkward + "]": {"1"}, "vsn": {"1.0.0"}}, values)
}

func TestConnectQueryOfAVersionInTheParamsIsOverruled(t *testing.T) {
	sent, err := connectQuery("", raw(`{"vsn":"9"}`), "2.0.0")
	require.NoError(t, err)
	require.Equal(t, "vsn=9&vsn=2.0.0", sent, "the server takes the last")
}
