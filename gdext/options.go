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

// The options of create are properties by name. The engine cuts a float down to
// an int, and makes a PackedInt32Array of whatever is in an Array; here, where
// what the game gave is still there, that is an error.

// suggestion names the option that was meant by a name, if one is near.
func suggestion(name string, known []string) string {
	best, least := "", len(name)/3+1 // as many mistakes are still a slip
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

// distance is how many bytes have to be put in, taken out or changed to make one text of another.
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

// setOption sets a property that there is. What its setter refuses is in
// s.refused.
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

// errOptionType is a value of another type than the property's.
var errOptionType = errors.New("wrong type")

// describeType names what a property takes.
func describeType(p engine.Param) string {
	switch p.Type() {
	case engine.TypeObject:
		return p.Class() + " or null"
	case engine.TypePackedInt32s:
		return "an Array of whole numbers, or a PackedInt32Array"
	default:
		return variant.Type(p.Type()).WithArticle()
	}
}

// checkNumbers refuses what the engine would make other numbers of.
func checkNumbers(wanted engine.Type, value engine.Variant) error {
	switch given := value.Type(); {
	case wanted == engine.TypeInt && given == engine.TypeBool:
		return errOptionType
	case wanted == engine.TypeInt && given == engine.TypeFloat:
		return value.Bytes(checkWhole)
	case wanted == engine.TypePackedInt32s && given == engine.TypeArray:
		err := value.Bytes(checkTimes)
		var nesting *engine.NestingError
		if errors.As(err, &nesting) { // an Array in itself
			return notATime(nesting.Path[0].Index, "no number")
		}
		return err
	default:
		return nil
	}
}

// checkWhole refuses a float that is no int.
func checkWhole(b []byte) error {
	if n, _, ok := variant.Number(b); !ok || n != math.Trunc(n) || math.Abs(n) >= 1<<63 {
		return fmt.Errorf("this is %s; it takes whole numbers", numberText(n))
	}
	return nil
}

// checkTimes refuses an Array with something else than what a PackedInt32Array
// of times holds.
func checkTimes(array []byte) error {
	const head = 8 // the type and the number of elements
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
	return fmt.Errorf("%s is %s; it takes whole numbers of milliseconds, from 0 to %d", variant.IndexStep(index), what, math.MaxInt32)
}

// numberText writes a number, with an exponent only when it is very long.
func numberText(n float64) string {
	if math.Abs(n) >= 1e21 {
		return strconv.FormatFloat(n, 'g', -1, 64)
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}
