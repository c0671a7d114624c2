package devserver

import "time"

// scoreMemory is how long a user's score is kept for them to come back, and an arena without
// players.
const scoreMemory = time.Minute

// scores are the points of each user of an arena, kept for a while when they have left.
type scores map[string]*score

type score struct {
	points  int
	players int       // of this user that are in the arena
	left    time.Time // when the last one left
}

// enter counts a player of the user and returns what the user had.
func (s scores) enter(user string, now time.Time) int {
	s.forget(now)
	if s[user] == nil {
		s[user] = &score{}
	}
	s[user].players++
	return s[user].points
}

// add gives a point to a user who is in the arena, and returns all.
func (s scores) add(user string) int {
	s[user].points++
	return s[user].points
}

func (s scores) leave(user string, now time.Time) {
	of := s[user]
	of.players--
	of.left = now
	if of.players == 0 && of.points == 0 {
		delete(s, user)
	}
	s.forget(now)
}

// forget removes the scores of users who have been away for too long.
func (s scores) forget(now time.Time) {
	for user, of := range s {
		if of.players == 0 && now.Sub(of.left) > scoreMemory {
			delete(s, user)
		}
	}
}
