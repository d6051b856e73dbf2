#ifndef SILANG_FRONT_HEAP_H
#define SILANG_FRONT_HEAP_H
/*
 * How much memory the program holds, as the allocator counts it, and how what is free goes back.
 * Searches' records and partners' messages come and go by the megabyte.
 */
#include <stdbool.h>
#include <stddef.h>

/* Bytes allocated and not freed; 0: this system does not tell. */
size_t heap_bytes(void);
/* Once, before anything else: large blocks go back to the system as soon as they are freed. */
void heap_set_up(void);
/* Now and then: gives pages back when more is free than in use. True when it did. */
bool heap_give_back(void);

#endif
