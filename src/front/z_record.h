#ifndef SILANG_FRONT_Z_RECORD_H
#define SILANG_FRONT_Z_RECORD_H
/*
 * The records of a page in the form a Z39.50 client asked for: usmarc and unimarc (ISO 2709), xml
 * (in any of our schemas), opac (with every library's holdings), sutrs (a card to be read); whole
 * (F) or brief (B). A record's name is the id of the partner it is from. A database that is one
 * partner gives that partner's bytes.
 */
#include <stdbool.h>
#include <stddef.h>
#include "protocol/zserver.h"
#include "record/schema.h"
#include "registry/agreement.h"

struct arena;
struct page;
struct z_fault;

struct z_form {
	enum zserver_syntax syntax; /* ANY: the partner's own, else usmarc */
	enum schema schema;	    /* of xml */
	bool brief;
	enum zserver_charset charset; /* of MARC; NONE is UTF-8 */
	day_t today;
};

/* Whether records can be given so at all; false with the diagnostic. */
bool z_form_read(const struct zserver_form *asked, struct z_form *out, struct z_fault *fault);
/* The page's first `count` entries; what cannot be given has a surrogate diagnostic. */
struct zserver_record *z_records(
    struct arena *arena, const struct page *page, size_t count, const struct z_form *form);

#endif
