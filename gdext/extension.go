package gdext

import (
	"unsafe"

	"phoenixchannels/gdext/engine"
)

// Init is the body of the library's entry symbol, with its three arguments.
func Init(getProcAddress, library, initialization unsafe.Pointer) bool {
	return engine.Start(getProcAddress, library, initialization, engine.Extension{
		Name:    "Phoenix Channels",
		Classes: []*engine.Class{pushClass, presenceClass, channelClass, socketClass},
		Docs:    docs(),
		Ending: func() {
			ended.Store(true)
			goodbyes.wait(goodbyeLimit)
		},
	})
}
