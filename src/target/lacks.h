#ifndef SILANG_TARGET_LACKS_H
#define SILANG_TARGET_LACKS_H
/*
 * Indexes that a target was found not to have, by name ("dc.format"), for a day: it may be given
 * them. Bounded; of too many the first noted goes. A plain value.
 */
#include <stdbool.h>
#include "base/duration.h"

#define LACKS_MAX 16
#define LACKS_NAME_MAX 48

struct lacks {
	struct {
		char name[LACKS_NAME_MAX]; /* "" none */
		msec_t until;
	} items[LACKS_MAX];
};

/* A name longer than there is room for is not noted. */
void lacks_note(struct lacks *lacks, const char *name, msec_t now);
/* It has answered to it. */
void lacks_forget(struct lacks *lacks, const char *name);
/* The name at that place, from 0 to LACKS_MAX - 1; NULL: none that still counts. */
const char *lacks_name(const struct lacks *lacks, unsigned place, msec_t now);

#endif
