#include "front/heap.h"

#include "config.h"

#ifdef HAVE_MALLINFO2
#include <malloc.h>
#endif

/* Where AddressSanitizer stands in for the C library's allocator, it does the counting. */
extern size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

size_t heap_bytes(void)
{
	if (__sanitizer_get_current_allocated_bytes)
		return __sanitizer_get_current_allocated_bytes();
#ifdef HAVE_MALLINFO2
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd; /* mapped blocks are counted apart */
#else
	return 0;
#endif
}
