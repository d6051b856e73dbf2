#ifndef SILANG_SEARCH_HIT_H
#define SILANG_SEARCH_HIT_H
/*
 * One record as a partner sent it, with what merging needs of it. Immutable once made; lives in its
 * search's arena. A record that could not be read, or that the partner would not give, is a hit
 * too: it keeps its position and says why.
 */
#include <stdbool.h>
#include <stddef.h>
#include "base/diag.h"
#include "record/xml_record.h"

struct arena;
struct bib;
struct doc;
struct marc;
struct partner;
struct sort_value;
struct sorter;
struct reply_record;

struct hit {
	const struct partner *partner;
	unsigned
	    position; /* in its partner's result, from 1; 0: it has no place there (second.h) */
	const char *bytes; /* as sent; NULL for a surrogate diagnostic */
	size_t length;
	bool is_xml;
	enum xml_record_kind kind; /* what it is; of DC and MODS, MARC 21 is made */
	const char *opac;	   /* opacxml of its holdings, NULL */
	size_t opac_length;
	/* NULL when it has none; where its schema has no place for one, what the server calls it.
	 */
	const char *control_number;
	const struct doc *doc;
	const struct sort_value *sort; /* NULL: the search is by relevance */
	struct diag surrogate;	       /* DIAG_NONE when there is a record */
};

/* `scratch` is emptied; the result lives in `arena`. `sorter` NULL: no sort value is made. */
struct hit *hit_create(struct arena *arena, struct arena *scratch, const struct partner *partner,
    const struct reply_record *record, const struct sorter *sorter);
/* The same record of the same partner, by its control number; where it has none, by its bytes. */
bool hit_is_same(const struct hit *a, const struct hit *b);
/* The same bytes. */
bool hit_is_alike(const struct hit *a, const struct hit *b);
/* Whether what hit_read gives is UNIMARC; else it is MARC 21. */
bool hit_is_unimarc(const struct hit *hit);
/* Reads the record again, for an answer. False (with diag) when it cannot be read. */
bool hit_read(const struct hit *hit, struct arena *arena, struct marc **marc, struct bib **bib,
    struct diag *diag);

#endif
