package multiplayer_test

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// transcript is what the players of one scenario saw, by role. It has parts, in which the order of
// lines counts only among those about the same peer: packets of two peers may arrive in any order.
type transcript struct {
	said  map[string][]line
	parts map[string]int    // how many are over
	names map[string]string // of the unique ids that the players had
}

type line struct {
	part  int
	about string // the unique id of a peer, "0" for none
	text  string
}

func newTranscript() *transcript {
	return &transcript{said: map[string][]line{}, parts: map[string]int{}, names: map[string]string{}}
}

// identify adds a unique id of a role.
func (t *transcript) identify(id, role string) { t.names[id] = role }

// say adds a line, whose first word is the id of the peer that it is about, 0 for none.
func (t *transcript) say(role, text string) {
	about, text, _ := strings.Cut(text, " ")
	t.said[role] = append(t.said[role], line{part: t.parts[role], about: about, text: text})
}

// settle ends a part: what others have sent has arrived at the role.
func (t *transcript) settle(role string) { t.parts[role]++ }

var identity = regexp.MustCompile(`#\d+`)

// lines are all, with roles in place of ids, in an order that is the same in each run.
func (t *transcript) lines() (lines []string) {
	roles := make([]string, 0, len(t.said))
	for role := range t.said {
		roles = append(roles, role)
	}
	slices.Sort(roles)
	for _, role := range roles {
		said := slices.Clone(t.said[role])
		slices.SortStableFunc(said, func(a, b line) int {
			return cmp.Or(a.part-b.part, strings.Compare(t.name(a.about), t.name(b.about)))
		})
		for _, l := range said {
			text := identity.ReplaceAllStringFunc(l.text, func(id string) string { return t.name(id[1:]) })
			lines = append(lines, fmt.Sprintf("%s: %s", role, text))
		}
	}
	return lines
}

func (t *transcript) name(id string) string {
	if name, ok := t.names[id]; ok {
		return name
	}
	return id
}

// difference returns what only the reference has, after "-", and what only the other has, after
// "+"; in the order of both.
func difference(reference, other []string) (differing []string) {
	lengths := commonLengths(reference, other)
	i, j := 0, 0
	for i < len(reference) || j < len(other) {
		switch {
		case i < len(reference) && j < len(other) && reference[i] == other[j]:
			i, j = i+1, j+1
		case j == len(other) || i < len(reference) && lengths[i+1][j] >= lengths[i][j+1]:
			differing = append(differing, "- "+reference[i])
			i++
		default:
			differing = append(differing, "+ "+other[j])
			j++
		}
	}
	return differing
}

// commonLengths holds for each pair of places how many lines the rests from there have in common.
func commonLengths(a, b []string) [][]int {
	lengths := make([][]int, len(a)+1)
	lengths[len(a)] = make([]int, len(b)+1)
	for i := len(a) - 1; i >= 0; i-- {
		lengths[i] = make([]int, len(b)+1)
		for j := len(b) - 1; j >= 0; j-- {
			if lengths[i][j] = max(lengths[i+1][j], lengths[i][j+1]); a[i] == b[j] {
				lengths[i][j] = lengths[i+1][j+1] + 1
			}
		}
	}
	return lengths
}

func TestTranscript(t *testing.T) {
	made := func(host int, reversed bool) []string {
		a := newTranscript()
		a.identify(strconv.Itoa(host), "host")
		a.identify("77", "first")
		said := []string{"0 began", fmt.Sprintf("%d packet 1 of #%d", host, host), "77 packet 1 of #77", "77 packet 2"}
		if reversed {
			said = []string{said[2], said[1], said[3], said[0]}
		}
		for _, text := range said {
			a.say("first", text)
		}
		a.settle("first")
		a.say("first", "0 ended")
		return a.lines()
	}
	want := []string{"first: began", "first: packet 1 of first", "first: packet 2", "first: packet 1 of host", "first: ended"}
	assert.Equal(t, want, made(1, false))
	assert.Equal(t, want, made(12345, true), "other ids, and other peers first")
}

func TestDifference(t *testing.T) {
	assert.Empty(t, difference([]string{"a", "b"}, []string{"a", "b"}))
	assert.Equal(t, []string{"- b", "+ c", "+ e"}, difference([]string{"a", "b", "d"}, []string{"a", "c", "d", "e"}))
	assert.Equal(t, []string{"- a"}, difference([]string{"a"}, nil))
	assert.Equal(t, []string{"- a", "+ a"}, difference([]string{"a", "b"}, []string{"b", "a"}), "moved")
}
