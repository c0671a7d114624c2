package chaos_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// patience is how long anything may take that has to happen; a machine may be slow.
const patience = 30 * time.Second

// await waits until a condition holds. Unlike testify's Eventually it has no goroutine, which would
// be counted.
func await(t *testing.T, holds func() bool, format string, args ...any) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			require.Failf(t, fmt.Sprintf("not within %v", patience), format, args...)
		}
	}
}

// lazy is shown as what it gives at that time.
type lazy func() string

func (l lazy) String() string { return l() }

func shown[T any](give func() T) lazy { return func() string { return fmt.Sprint(give()) } }
