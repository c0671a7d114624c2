package engine

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

// spareInstance is what C makes for an object.
func spareInstance(id uint64) *cInstance { return newCInstance(objectID(id)) }

// remove is what happens when an object has been freed.
func remove(c *cInstance) any {
	defer spareCInstance(c)
	return removeInstance(c)
}

// made is an instance with a Go value, as the engine has them made.
func made(id uint64) *instance {
	c := spareInstance(id)
	return addInstance(c, &Object{id: id, c: c}, true)
}

func TestInstancesAreFoundByHandleAndByObject(t *testing.T) {
	c := made(42).c
	value := valueOf(c.handle)
	assert.NotNil(t, value)
	assert.Same(t, value, Object{id: 42}.Value())
	assert.Same(t, value, remove(c))
	assert.Nil(t, valueOf(c.handle))
	assert.Nil(t, Object{id: 42}.Value())
}

func TestUnlistedInstancesAreFoundByHandleOnly(t *testing.T) {
	c := spareInstance(45)
	addInstance(c, "value", false)
	assert.Equal(t, "value", valueOf(c.handle))
	assert.Nil(t, Object{id: 45}.Value())
	assert.Equal(t, "value", remove(c))
	assert.Nil(t, valueOf(c.handle))
	c = spareInstance(46) // of an object that failed before Go took it
	assert.Nil(t, remove(c))
}

func TestFreedInstancesMayStillBeWoken(t *testing.T) {
	c := made(43).c
	object := objectOf(43)
	old := c.handle
	remove(c)
	object.Wake() // a goroutine that has not heard yet
	again := made(44).c
	assert.Equal(t, c, again, "the memory is used again")
	assert.NotEqual(t, old, again.handle, "the handle is not")
	assert.Nil(t, valueOf(old))
	remove(again)
}

func TestThreadsMayUseTheInstanceTable(t *testing.T) {
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for i := range 200 {
				id := uint64(1000 + worker*1000 + i)
				c := made(id).c
				objectOf(id).Wake()
				Object{id: id}.Value()
				remove(c)
			}
		})
	}
	all.Wait()
	assert.Empty(t, instances.byObject)
	assert.Len(t, instances.free, len(instances.places))
}
