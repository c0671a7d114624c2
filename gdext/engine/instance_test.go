package engine

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

// spareInstance returns the C struct that C allocates for a new object.
func spareInstance(id uint64) *cInstance { return newCInstance(objectID(id)) }

// freeInstance does what happens after the engine has freed an object.
func freeInstance(c *cInstance) any {
	defer spareCInstance(c)
	return removeInstance(c)
}

// newInstance returns an instance with a Go value, created as the engine does it.
func newInstance(id uint64) *cInstance {
	c := spareInstance(id)
	addInstance(c, &Object{id: id, c: c})
	return c
}

func TestInstancesAreFoundByObject(t *testing.T) {
	c := newInstance(42)
	value := Object{id: 42}.Value()
	assert.NotNil(t, value)
	assert.Equal(t, c, objectOf(42).c)
	assert.Same(t, value, freeInstance(c))
	assert.Nil(t, Object{id: 42}.Value())
	assert.Nil(t, objectOf(42).c)
	c = spareInstance(46) // of an object that failed before Go registered it
	assert.Nil(t, freeInstance(c))
}

func TestFreedInstancesMayStillBeWoken(t *testing.T) {
	c := newInstance(43)
	object := objectOf(43)
	freeInstance(c)
	object.Wake() // from a goroutine that does not know yet
	again := newInstance(44)
	assert.Equal(t, c, again, "the memory is used again")
	assert.Nil(t, Object{id: 43}.Value())
	freeInstance(again)
}

func TestThreadsMayUseTheInstanceTable(t *testing.T) {
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for i := range 200 {
				id := uint64(1000 + worker*1000 + i)
				c := newInstance(id)
				objectOf(id).Wake()
				Object{id: id}.Value()
				freeInstance(c)
			}
		})
	}
	all.Wait()
	assert.Empty(t, instances.byObject)
}
