package gdext

import (
	"unsafe"

	"phoenixchannels/gdext/engine"
)

// classes in the order in which they are registered.
var classes = []*engine.Class{pushClass, presenceClass, channelClass, socketClass}

// Init is the body of the library's entry symbol, with its three arguments.
func Init(getProcAddress, library, initialization unsafe.Pointer) bool {
	return engine.Start(getProcAddress, library, initialization, engine.Extension{
		Name:    "Phoenix Channels",
		Classes: classes,
		Docs:    docs(),
		Ending: func() {
			ended.Store(true)
			goodbyes.wait(goodbyeLimit)
		},
	})
}
