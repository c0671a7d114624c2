package gdext

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/variant"
)

// The options of create() are properties by name. The engine truncates a float to an int, and
// converts any Array to a PackedInt32Array. Here the game's original value is still available, so
// such a value is an error.

// create creates a socket from an endpoint and options, which are its properties by name.
func create(endpoint string, options engine.Dictionary) engine.Object {
	const method = "PhoenixSocket.create"
	if err := checkOptions(options, optionNames()); err != nil {
		mistake(method, "", err)
		return engine.Object{}
	}
	object, err := engine.Construct(classSocket)
	if err != nil {
		mistake(method, "", err)
		return engine.Object{}
	}
	s := object.Value().(*socket)
	if err := s.applyOptions(endpoint, options); err != nil {
		mistake(method, "", err)
		object.Destroy()
		return engine.Object{}
	}
	return object
}

// applyOptions applies the endpoint and options of create.
func (s *socket) applyOptions(endpoint string, options engine.Dictionary) error {
	s.making = true
	defer func() { s.making = false }()
	err := options.Each(func(key, value engine.Variant) error {
		return s.setOption(key.Text(), value)
	})
	if err != nil {
		return err
	}
	if endpoint != "" {
		s.settings.endpoint = endpoint // the socket is not shared yet
	}
	_, err = s.client()
	return err
}

// checkOptions rejects unknown keys, and lists the known ones in the error.
func checkOptions(options engine.Dictionary, known []string) error {
	return options.Each(func(key, _ engine.Variant) error {
		if !slices.Contains(known, key.Text()) {
			return fmt.Errorf("there is no option %s%s; the options are %s", describeKey(key), suggestion(key.Text(), known), strings.Join(known, ", "))
		}
		return nil
	})
}

func describeKey(key engine.Variant) string {
	if text := key.Text(); text != "" {
		return fmt.Sprintf("%q", text)
	}
	return "whose key is not a String"
}

// optionNames returns the names of the properties.
func optionNames() []string {
	var names []string
	for _, property := range socketProperties {
		if name := property.Name(); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// suggestion returns a hint with the known option most similar to name, or "" if none is similar
// enough.
func suggestion(name string, known []string) string {
	best, least := "", len(name)/3+1 // up to a third of the name may be mistyped
	for _, candidate := range known {
		if d := distance(strings.ToLower(name), candidate); d < least {
			best, least = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// distance returns the Levenshtein distance of two texts, in bytes.
func distance(from, to string) int {
	row := make([]int, len(to)+1)
	for i := range row {
		row[i] = i
	}
	for i := range len(from) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(to) {
			changed := diagonal
			if from[i] != to[j] {
				changed++
			}
			diagonal = row[j+1]
			row[j+1] = min(changed, row[j]+1, diagonal+1)
		}
	}
	return row[len(to)]
}

// setOption sets an existing property. It returns s.refused if the setter refuses the value.
func (s *socket) setOption(name string, value engine.Variant) error {
	at := slices.IndexFunc(socketProperties, func(p engine.Property) bool { return p.Name() == name })
	wanted := socketProperties[at].Param()
	if socketProperties[at].TakesAny() {
		if err := checkCredential(value, wanted.Type()); err != nil {
			return fmt.Errorf("the option %q %w", name, err)
		}
	}
	err := checkNumbers(wanted.Type(), value)
	if err == nil && !s.object.Set(name, value) {
		err = errOptionType
	}
	switch {
	case err == nil:
		return s.refused
	case errors.Is(err, errOptionType):
		return fmt.Errorf("the option %q must be %s; this is %s", name, describeType(wanted), variant.Type(value.Type()).WithArticle())
	default:
		return fmt.Errorf("the option %q: %w", name, err)
	}
}

// errOptionType is the error for a value of the wrong type.
var errOptionType = errors.New("wrong type")

// describeType returns a description of the type that a property accepts.
func describeType(p engine.Param) string {
	switch p.Type() {
	case engine.TypeObject:
		return p.Class() + " or null"
	case engine.TypePackedInt32s:
		return "an Array of integers, or a PackedInt32Array"
	default:
		return variant.Type(p.Type()).WithArticle()
	}
}

// checkNumbers rejects values that the engine would convert to other numbers.
func checkNumbers(wanted engine.Type, value engine.Variant) error {
	switch given := value.Type(); {
	case wanted == engine.TypeInt && given == engine.TypeBool:
		return errOptionType
	case wanted == engine.TypeInt && given == engine.TypeFloat:
		return value.Bytes(checkWhole)
	case wanted == engine.TypePackedInt32s && given == engine.TypeArray:
		err := value.Bytes(checkTimes)
		var nesting *engine.NestingError
		if errors.As(err, &nesting) { // an Array that contains itself
			return notATime(nesting.Path[0].Index, "not a number")
		}
		return err
	default:
		return nil
	}
}

// checkWhole rejects a float that is not an integer.
func checkWhole(b []byte) error {
	if n, _, ok := variant.Number(b); !ok || n != math.Trunc(n) || math.Abs(n) >= 1<<63 {
		return fmt.Errorf("this is %s; it must be an integer", numberText(n))
	}
	return nil
}

// checkTimes rejects an Array with an element that a PackedInt32Array of times cannot hold.
func checkTimes(array []byte) error {
	const head = 8 // type and element count
	for i, rest := 0, array[head:]; len(rest) > 0; i++ {
		n, next, ok := variant.Number(rest)
		what := numberText(n)
		if !ok {
			t, err := variant.TypeOf(rest)
			if err != nil {
				return err
			}
			what = t.WithArticle()
		}
		if !ok || n != math.Trunc(n) || n < 0 || n > math.MaxInt32 {
			return notATime(i, what)
		}
		rest = next
	}
	return nil
}

func notATime(index int, what string) error {
	return fmt.Errorf("%s is %s; delays are integers in milliseconds, from 0 to %d", variant.IndexStep(index), what, math.MaxInt32)
}

// numberText formats a number, with an exponent only if it is very long.
func numberText(n float64) string {
	if math.Abs(n) >= 1e21 {
		return strconv.FormatFloat(n, 'g', -1, 64)
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}
