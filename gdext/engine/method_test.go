package engine

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type thing struct{}

func TestMethodTakesItsTypesFromTheGoFunction(t *testing.T) {
	m := Func3("mix", func(thing, string, Variant, int64) *Ref { return nil },
		P("a"), P("b").Default([]byte{0, 0, 0, 0}), P("c").Default([]byte{2, 0, 0, 0, 1, 0, 0, 0}))
	assert.Equal(t, "mix", m.name)
	var kinds []Type
	var optional []bool
	for _, p := range m.params {
		kinds = append(kinds, p.kind)
		optional = append(optional, p.fallback != nil)
	}
	assert.Equal(t, []Type{TypeString, TypeNil, TypeInt}, kinds)
	assert.Equal(t, []bool{false, true, true}, optional)
	assert.Equal(t, TypeObject, m.result.kind)
	assert.True(t, m.result.counted, "a *Ref is a reference-counted object")
	assert.False(t, m.static)
}

func TestEveryResultTypeHasAnEngineType(t *testing.T) {
	results := map[Type]Method{
		typeNone:         Func0("m", func(thing) None { return None{} }),
		TypeBool:         Func0("m", func(thing) bool { return true }),
		TypeInt:          Func0("m", func(thing) int64 { return 0 }),
		TypeFloat:        Func0("m", func(thing) float64 { return 0 }),
		TypeString:       Func0("m", func(thing) string { return "" }),
		TypeObject:       Func0("m", func(thing) Object { return Object{} }),
		TypeDictionary:   Func0("m", func(thing) DictionaryBytes { return nil }),
		TypeArray:        Func0("m", func(thing) []Object { return nil }),
		TypePackedInt32s: Func0("m", func(thing) PackedInt32sBytes { return nil }),
		TypeNil:          Func0("m", func(thing) GivenVariant { return GivenVariant{} }),
	}
	for want, m := range results {
		assert.Equal(t, want, m.result.kind)
		assert.False(t, m.result.counted)
	}
}

func TestUnsupportedTypesAreRefusedAtRegistration(t *testing.T) {
	assert.PanicsWithValue(t, `engine: parameter "x" has the type int, which methods cannot take`, func() {
		Func1("m", func(thing, int) None { return None{} }, P("x"))
	})
	assert.PanicsWithValue(t, `engine: a method returns []int, which the engine has no type for`, func() {
		Func0("m", func(thing) []int { return nil })
	})
}

func TestPropertyIsAGetterAndASetter(t *testing.T) {
	p := Prop("speed", func(thing) int64 { return 0 }, func(thing, int64) {}).Range("0,10,1,suffix:ms").Enum("A,B", "Thing.Speed")
	require.Equal(t, "speed", p.Name())
	assert.Equal(t, "get_speed", p.get.name)
	assert.Equal(t, "set_speed", p.set.name)
	assert.Equal(t, TypeInt, p.param.kind)
	assert.Equal(t, hintEnum, p.param.hint)
	assert.Equal(t, "Thing.Speed", p.get.result.class)
	assert.Empty(t, Group("Limits", "").Name())
}

func TestVersionsCompare(t *testing.T) {
	assert.True(t, Version{4, 3}.atLeast(4, 3))
	assert.True(t, Version{5, 0}.atLeast(4, 3))
	assert.False(t, Version{4, 2}.atLeast(4, 3))
	assert.Equal(t, "4.3", oldestVersion.String())
}

func TestCallErrorsSayWhatIsWrong(t *testing.T) {
	for code, want := range map[int]string{
		1: `it has no method "m"`,
		2: "argument 2 has the wrong type",
		3: "it takes 1 argument(s) only",
		4: "it needs 1 argument(s)",
	} {
		err := &CallError{Method: "m", Code: code, Argument: 1, Expected: 1}
		assert.EqualError(t, err, want)
	}
}
