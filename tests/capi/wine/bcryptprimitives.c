/* Go's runtime takes its random numbers from bcryptprimitives.dll, which Wine before 8.20 does not have (Debian 12 has 8.0). There this stands in
 * for it, in the folder that the tests run Wine with. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG size); /* RtlGenRandom, of advapi32 */

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T size) {
	while (size > 0) {
		ULONG part = size > 0x10000 ? 0x10000 : (ULONG)size;
		if (!SystemFunction036(buffer, part)) {
			return FALSE;
		}
		buffer += part;
		size -= part;
	}
	return TRUE;
}
