package engine

// #include "engine.h"
import "C"

import (
	"encoding/binary"
	"unsafe"
)

// Args are the arguments of a signal or of a Callable: consecutive values in the binary Variant
// form. One of them may be a value that already exists in the engine; AppendShared marks its place.
type Args struct {
	Bytes  []byte
	Count  int
	Shared *Ref
}

// AppendShared appends the placeholder for Args.Shared.
func AppendShared(args []byte) []byte { return binary.LittleEndian.AppendUint32(args, C.GD_SHARED) }

func (a *Args) data() *C.uint8_t  { return (*C.uint8_t)(unsafe.SliceData(a.Bytes)) }
func (a *Args) length() C.int64_t { return C.int64_t(len(a.Bytes)) }
func (a *Args) count() C.int32_t  { return C.int32_t(a.Count) }

func (a *Args) shared() *C.gd_variant {
	if a.Shared == nil {
		return nil
	}
	return a.Shared.variant()
}
