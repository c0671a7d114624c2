package gdext

import (
	"context"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
)

func TestTheEndWaitsForGoodbyes(t *testing.T) {
	closed := func(t *testing.T, dial func(context.Context, string, string) (net.Conn, error)) *core.Socket {
		s, err := core.NewSocket("ws://peer/socket", core.Config{DialContext: dial})
		require.NoError(t, err)
		require.NoError(t, s.Connect())
		synctest.Wait()
		require.NoError(t, s.Close())
		return s
	}
	obeys := func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	t.Run("not at all when nothing is left to say", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var c closingSockets
			began := time.Now()
			c.add(closed(t, obeys))
			c.add(closed(t, obeys))
			c.wait(time.Second)
			require.Zero(t, time.Since(began))
			require.Empty(t, c.sockets)
		})
	})
	t.Run("but not for ever", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var c closingSockets
			release := make(chan struct{})
			s := closed(t, func(context.Context, string, string) (net.Conn, error) {
				<-release
				return nil, net.ErrClosed
			})
			c.add(s)
			began := time.Now()
			c.wait(time.Second)
			require.Equal(t, time.Second, time.Since(began))
			close(release)
			<-s.Ended()
		})
	})
}
