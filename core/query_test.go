package core

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
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
		"maps in a list":           {``, `{"a":[{"b":1},{"b":2}]}`, `a[][b]=1&a[][b]=2`},
		"lists in a list":          {``, `{"a":[[1],[2]]}`, `a[][]=1&a[][]=2`},
		"null is the empty text":   {``, `{"a":null,"b":"","c":[null]}`, `a=&b=&c[]=`},
		"empty map and list":       {``, `{"a":{},"b":[],"c":1}`, `c=1`},
		"booleans and numbers":     {``, `{"t":true,"f":false,"n":-1.50e3,"big":9007199254740993}`, `t=true&f=false&n=-1.50e3&big=9007199254740993`},
		"a name twice":             {``, `{"a":1,"a":2}`, `a=1&a=2`},
		"an empty name":            {``, `{"":1}`, `=1`},
		"white space":              {``, " { \"a\" : [ 1 , { \"b\" : null } ] } ", `a[]=1&a[][b]=`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := connectQuery(test.own, raw(test.params), "2.0.0")
			want := strings.TrimPrefix(test.want+"&vsn=2.0.0", "&")
			require.Equal(t, want, strings.NewReplacer("%5B", "[", "%5D", "]").Replace(got))
		})
	}
}

func TestConnectQueryEscapesNamesAndValues(t *testing.T) {
	awkward := "a&b=c[d]?#/+% \"ü🚀\n\x00"
	params := `{` + string(appendString(nil, awkward)) + `:` + string(appendString(nil, awkward)) + `,"o":{` + string(appendString(nil, awkward)) + `:1}}`
	query := connectQuery("", raw(params), "1.0.0")
	require.NotContains(t, query, " ")
	require.NotContains(t, query, "#")
	values, err := url.ParseQuery(query)
	require.NoError(t, err)
	require.Equal(t, url.Values{awkward: {awkward}, "o[" + awkward + "]": {"1"}, "vsn": {"1.0.0"}}, values)
}

func TestConnectQueryOfAVersionInTheParamsIsOverruled(t *testing.T) {
	require.Equal(t, "vsn=9&vsn=2.0.0", connectQuery("", raw(`{"vsn":"9"}`), "2.0.0"), "the server takes the last")
}
