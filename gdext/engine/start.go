package engine

// #include "engine.h"
import "C"

import (
	"cmp"
	"fmt"
	"os/signal"
	"syscall"
	"unsafe"

	"github.com/godot-go/godot-go/pkg/ffi"
	"github.com/godot-go/godot-go/pkg/log"
)

// Extension describes what [Start] registers.
type Extension struct {
	Name         string
	Classes      []*Class
	EditorPlugin *Class   // derived from EditorPlugin, for the editor; may be nil
	Docs         []string // class documentation in the engine's XML form, for the editor
	Started      func()   // called once the classes are registered
	Ending       func()   // called before the classes are unregistered
	Entering     func()   // called before every call of the engine into Go, except those of methods that are Aside
}

// Initialisation levels of the engine.
const (
	levelScene  = 2
	levelEditor = 3
)

var (
	extension Extension
	running   Version
)

// Start takes the three arguments of the extension's entry symbol. If it returns false, the
// extension is disabled, after one error that states the reason.
func Start(getProcAddress, library, initialization unsafe.Pointer, ext Extension) (ok bool) {
	if getProcAddress == nil {
		return false
	}
	log.SetLevel(log.FatalLevel) // with LOG_LEVEL=debug in the environment godot-go prints a line for each of its calls
	ffi.FFI.GetProcAddress = (ffi.GDExtensionInterfaceGetProcAddress)(getProcAddress)
	ffi.FFI.Library = (ffi.GDExtensionClassLibraryPtr)(library)
	C.gd.library = library
	version, known := engineVersion()
	version = cmp.Or(assumed, version)
	if !known || !version.atLeast(oldestVersion.Major, oldestVersion.Minor) {
		ffi.FFI.PrintErrorWithMessage = (ffi.GDExtensionInterfacePrintErrorWithMessage)(find("print_error_with_message"))
		Error(ext.Name, fmt.Sprintf("%s needs Godot %v or newer, this is %v: the extension is disabled.", ext.Name, oldestVersion, version))
		return false
	}
	extension, running = ext, version
	if err := loadInterface(version); err != nil {
		disable(err)
		return false
	}
	ignoreBrokenPipes()
	init := (*ffi.GDExtensionInitialization)(initialization)
	init.SetCallbacks((*[0]byte)(C.gd_level_init), (*[0]byte)(C.gd_level_deinit))
	init.SetInitializationLevel(levelScene)
	return true
}

// ignoreBrokenPipes ignores SIGPIPE, so that a write to a closed connection only returns an error.
// While the engine writes to a pipe (of OS.execute_with_pipe), it ignores SIGPIPE too and then
// restores the previous handler. If that is one of Go's, it restores it without the flag for its
// alternate stack, and Go would end the process at the next such signal.
func ignoreBrokenPipes() { signal.Ignore(syscall.SIGPIPE) }

func disable(reason error) {
	Error(extension.Name, fmt.Sprintf("%s is disabled, as it does not fit this engine: %v.", extension.Name, reason))
	freeStringNames()
}

func initLevel(level int) {
	switch level {
	case levelScene:
		if err := loadBinds(running); err != nil {
			disable(err)
			return
		}
		loadEditor()
		for _, class := range extension.Classes {
			register(class)
		}
		if extension.Started != nil {
			extension.Started()
		}
	case levelEditor:
		loadDocs(extension.Docs)
		addEditorPlugin(extension.EditorPlugin)
	}
}

func deinitLevel(level int) {
	switch level {
	case levelScene:
	case levelEditor:
		removeEditorPlugin(extension.EditorPlugin)
		return
	default:
		return
	}
	if extension.Ending != nil {
		extension.Ending()
	}
	runDeferred()
	unregisterAll()
	endMaking()
	C.gd_build_forget()
	C.gd_bytes_forget()
	freeStringNames()
}
