// In place of what cgo makes: the functions of Go that the C code calls.
#include "engine.h"

void phoenixEngineCall(uint32_t method, uint64_t object_id, gd_arg *args, gd_result *result);
double phoenixEngineMeasured(uint64_t number);
void phoenixEngineMeasureFreed(uint64_t number);
void phoenixEnginePeer(uint64_t object_id, int32_t call, int64_t number);
