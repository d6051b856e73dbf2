#ifndef SILANG_SEARCH_NOTICE_H
#define SILANG_SEARCH_NOTICE_H
/* What a partner tells beside an answer that is good, for people: the last word counts. */
#include <stdbool.h>
#include "base/diag.h"

struct reply;

struct notice {
	char text[DIAG_DETAILS_MAX]; /* "" nothing */
	bool partial;		     /* a gateway: not all of its own partners answered */
};

void notice_take(struct notice *notice, const struct reply *reply);
/* Behind what is in `detail`, as far as it fits. */
void notice_tell(const struct notice *notice, char detail[DIAG_DETAILS_MAX]);

#endif
