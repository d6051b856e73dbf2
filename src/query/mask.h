#ifndef SILANG_QUERY_MASK_H
#define SILANG_QUERY_MASK_H
/* The live masks and anchors of a term in query.h's form, and the ways Bib-1 can say them. */
#include <stdbool.h>

struct arena;

struct mask {
	bool first, last; /* ^ at the beginning, at the end */
	bool left, right; /* * at the beginning, at the end */
	bool inner;	  /* a ? anywhere, or a * inside: then `body` has all masks */
	bool misplaced;	  /* a ^ elsewhere */
	const char *body; /* what is left, still in query.h's form; without blanks at both ends */
};

void mask_read(struct arena *arena, const char *term, struct mask *out);
/* Z39.58 masks (Bib-1 5=104): ? any characters, # one. */
char *mask_to_z3958(struct arena *arena, const char *term);
/* A regular expression as Zebra reads it (5=102). */
char *mask_to_regexp(struct arena *arena, const char *term);

#endif
