package relayroom

import "math/rand/v2"

// hostID is the id of the host in ShapeHost; others have the ids after it.
const hostID = 1

// maxID is the largest id: ids are positive 32-bit numbers.
const maxID = 1<<31 - 1

// ids gives each id once, in random order: it counts, and shuffles the number by a Feistel network,
// whose keys are the room's own. So nothing has to be kept of the ids that were given.
type ids struct {
	keys  [4]uint32
	count uint32
}

func newIDs() ids {
	return ids{keys: [4]uint32{rand.Uint32(), rand.Uint32(), rand.Uint32(), rand.Uint32()}}
}

func (i *ids) next() uint32 {
	for {
		i.count++
		if id := i.shuffle(i.count); id > hostID && id <= maxID {
			return id
		}
	}
}

func (i *ids) shuffle(n uint32) uint32 {
	left, right := uint16(n>>16), uint16(n)
	for _, key := range i.keys {
		mixed := (uint32(right) + key) * 0x9e3779b1
		left, right = right, left^uint16(mixed>>16)^uint16(key>>16)
	}
	return uint32(left)<<16 | uint32(right)
}
