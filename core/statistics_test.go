package core

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

func TestStatisticsCountTheChannelsThatAreJoined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		joined := func() int {
			synctest.Wait()
			return s.Statistics().JoinedChannels
		}
		require.Zero(t, joined())
		peer.join(s, "room:1")
		left := peer.join(s, "room:2")
		joining, err := s.Channel("room:3", nil)
		require.NoError(t, err)
		_, err = joining.Join()
		require.NoError(t, err)
		require.Equal(t, 2, joined(), "of which one is still joining")
		_, err = left.Leave()
		require.NoError(t, err)
		require.Equal(t, 1, joined(), "after a leave")
		require.NoError(t, s.Disconnect(0, ""))
		require.Zero(t, joined(), "without a connection")
	})
}
