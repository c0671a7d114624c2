package engine

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

// made is an instance with a Go value, as the engine has them made.
func made(id uint64) *instance {
	in := newInstance(objectID(id))
	in.value = &Object{id: id, c: in.c}
	return in
}

func TestInstancesAreFoundByHandleAndByObject(t *testing.T) {
	c := made(42).c
	value := valueOf(c.handle)
	assert.NotNil(t, value)
	assert.Same(t, value, Object{id: 42}.Value())
	assert.Same(t, value, removeInstance(c))
	assert.Nil(t, valueOf(c.handle))
	assert.Nil(t, Object{id: 42}.Value())
}

func TestFreedInstancesMayStillBeWoken(t *testing.T) {
	c := made(43).c
	object := objectOf(43)
	old := c.handle
	removeInstance(c)
	object.Wake() // a goroutine that has not heard yet
	again := made(44).c
	assert.Equal(t, c, again, "the memory is used again")
	assert.NotEqual(t, old, again.handle, "the handle is not")
	assert.Nil(t, valueOf(old))
	removeInstance(again)
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
				removeInstance(c)
			}
		})
	}
	all.Wait()
	assert.Empty(t, instances.byObject)
	assert.Empty(t, instances.byHandle)
}
