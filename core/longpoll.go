package core

import (
	"context"
	"errors"
)

type longPollDialer struct{ config *Config }

func (d longPollDialer) dial(ctx context.Context, t target) (link, error) {
	return nil, errors.New("phoenix: long polling is not here yet")
}
