package chaos_test

import (
	"fmt"
	"os"
	"runtime"
)

// resources are what a process must not lose.
type resources struct{ goroutines, files int }

// resourcesNow counts open files where the system lists them.
func resourcesNow() resources {
	open, _ := os.ReadDir("/dev/fd")
	return resources{runtime.NumGoroutine(), len(open)}
}

func (r resources) within(before resources) bool {
	return r.goroutines <= before.goroutines && r.files <= before.files
}

func (r resources) String() string {
	return fmt.Sprintf("%d goroutines, %d files", r.goroutines, r.files)
}

// stacks of all goroutines, for a failure.
func stacks() string {
	text := make([]byte, 1<<20)
	return string(text[:runtime.Stack(text, true)])
}
