#ifndef SILANG_FRONT_HEAP_H
#define SILANG_FRONT_HEAP_H
/* How much memory the program holds, as the allocator counts it. */
#include <stddef.h>

/* Bytes allocated and not freed; 0: this system does not tell. */
size_t heap_bytes(void);

#endif
