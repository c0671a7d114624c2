//go:build linux

package core

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

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

// Reports that arrive as an error of Read, and errors that end the source.
func TestReportFileTellsReportsFromErrors(t *testing.T) {
	reader, writer, err := os.Pipe()
	require.NoError(t, err)
	f := &reportFile{File: reader, report: 0}
	_, err = writer.Write([]byte{1})
	require.NoError(t, err)
	require.NoError(t, f.wait())
	require.NoError(t, reader.SetReadDeadline(time.Now()))
	require.ErrorIs(t, f.wait(), os.ErrDeadlineExceeded)
	f.close()
	require.ErrorIs(t, f.wait(), os.ErrClosed)
	require.NoError(t, writer.Close())
}
