//go:build linux

package core

import (
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// reportingSigns returns a signReader that claims that the system reports the signs, and reads
// nothing.
func reportingSigns() *signReader {
	// Another watch keeps it from reading what this machine reports.
	return &signReader{watches: map[*watch]struct{}{new(watch): {}}, sources: []source{}}
}

func TestLinuxReportsToAProcess(t *testing.T) {
	network, err := openNetworkReports()
	require.NoError(t, err)
	require.NoError(t, network.Close())
	clock, err := openClockReports()
	require.NoError(t, err)
	require.NoError(t, clock.SetReadDeadline(time.Now().Add(10*time.Millisecond)), "a read waits beside the threads of Go")
	_, err = clock.Read(make([]byte, 8))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded, "the clock was not set")
	require.NoError(t, clock.Close())
}

// A single report, several in quick succession, and the end of the reports: a watch checks after
// each, and at intervals after the end.
func TestReportsReachTheWatches(t *testing.T) {
	reader, writer, err := os.Pipe()
	require.NoError(t, err)
	s, err := NewSocket("ws://peer/socket", Config{})
	require.NoError(t, err)
	s.wanted = true
	r := &signReader{watches: map[*watch]struct{}{&s.watch: {}}}
	from := source{reader, syscall.ENOBUFS}
	r.sources = []source{from}
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.read(from)
	}()
	_, err = writer.Write([]byte{1})
	require.NoError(t, err)
	looks := func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.watch.next.waiting()
	}
	require.Eventually(t, looks, 10*time.Second, time.Millisecond)
	require.True(t, r.areReported())
	require.NoError(t, writer.Close())
	<-done
	require.False(t, r.areReported())
	r.remove(&s.watch)
	require.Empty(t, r.watches)
	require.NoError(t, s.Close())
}

// The files and goroutines are there only while a socket is in use.
func TestSourcesAreOpenWhileThereAreWatches(t *testing.T) {
	var r signReader
	first, second := new(watch), new(watch)
	for range 2 {
		r.add(first)
		r.add(second)
		if !r.areReported() {
			t.Skip("the system reports nothing")
		}
		sources := r.sources
		r.remove(first)
		require.True(t, r.areReported())
		r.remove(second)
		r.remove(second)
		require.False(t, r.areReported())
		for _, s := range sources {
			require.ErrorIs(t, s.file.Close(), os.ErrClosed)
		}
	}
}
