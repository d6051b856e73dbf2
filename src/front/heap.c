#include "front/heap.h"

#include "config.h"

#if defined HAVE_MALLINFO2 || defined HAVE_MALLOPT
#include <malloc.h>
#endif

#define MAPPED_FROM (256 * 1024)	    /* blocks that are mapped, each by itself */
#define FREE_MIN ((size_t)32 * 1024 * 1024) /* that is worth the while */

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

/* glibc, left alone, takes the first large block that is freed for the usual size: later ones then
 * lie in the heap, whose end moves back only as far as the last block in use. */
void heap_set_up(void)
{
#ifdef HAVE_MALLOPT
	mallopt(M_MMAP_THRESHOLD, MAPPED_FROM);
	mallopt(M_TRIM_THRESHOLD, (int)(FREE_MIN / 2));
#endif
}

bool heap_give_back(void)
{
#if defined HAVE_MALLINFO2 && defined HAVE_MALLOC_TRIM
	struct mallinfo2 info = mallinfo2();

	if (info.fordblks > FREE_MIN && info.fordblks > info.uordblks)
		return malloc_trim(0);
#endif
	return false;
}
