#include "search/hit.h"

#include <string.h>

#include "base/arena.h"
#include "merge/doc.h"
#include "merge/sort.h"
#include "protocol/reply.h"
#include "record/crosswalk.h"
#include "record/marc.h"
#include "registry/partner.h"

enum zclient_syntax hit_syntax(const struct partner *partner)
{
	switch (partner->target.syntax) {
	case PARTNER_USMARC: return ZSYNTAX_USMARC;
	case PARTNER_UNIMARC: return ZSYNTAX_UNIMARC;
	case PARTNER_XML: return ZSYNTAX_XML;
	case PARTNER_OPAC: return ZSYNTAX_OPAC;
	}
	return ZSYNTAX_USMARC;
}

static enum charset charset_of(enum partner_encoding encoding)
{
	switch (encoding) {
	case PARTNER_ENC_AUTO: return CHARSET_AUTO;
	case PARTNER_ENC_UTF8: return CHARSET_UTF8;
	case PARTNER_ENC_MARC8: return CHARSET_MARC8;
	case PARTNER_ENC_LATIN1: return CHARSET_LATIN1;
	case PARTNER_ENC_ISO5426: return CHARSET_ISO5426;
	}
	return CHARSET_AUTO;
}

bool hit_read(const struct hit *hit, struct arena *arena, struct marc **marc, struct bib **bib,
    struct diag *diag)
{
	const struct partner_target *target = &hit->partner->target;
	enum crosswalk_format format =
	    target->syntax == PARTNER_UNIMARC ? CROSSWALK_UNIMARC : CROSSWALK_MARC21;
	bool ok;

	if (hit->surrogate.id) {
		*diag = hit->surrogate;
		return false;
	}
	if (hit->is_xml)
		ok = marc_decode_xml(arena, hit->bytes, hit->length, marc, diag);
	else
		ok = marc_decode_iso2709(
		    arena, hit->bytes, hit->length, charset_of(target->encoding), marc, diag);
	if (ok)
		*bib = crosswalk_marc(arena, *marc, format);
	return ok;
}

static void take_bytes(struct hit *hit, struct arena *arena, const struct reply_record *record)
{
	hit->bytes = arena_memdup(arena, record->bytes, record->length);
	hit->length = record->length;
	hit->is_xml = record->is_xml;
	if (!record->opac_xml)
		return;
	hit->opac = arena_memdup(arena, record->opac_xml, record->opac_length);
	hit->opac_length = record->opac_length;
}

struct hit *hit_create(struct arena *arena, struct arena *scratch, const struct partner *partner,
    const struct reply_record *record, const struct sorter *sorter)
{
	static const struct bib nothing;
	struct hit *hit = arena_alloc(arena, sizeof *hit);
	struct marc *marc;
	struct bib *bib;

	hit->partner = partner;
	hit->position = record->position;
	if (!record->bytes)
		diag_set(&hit->surrogate, DIAG_RECORD_RETRIEVAL, "%s: %s:%d %s", partner->id,
		    record->diagnostic.set == REPLY_SRW ? "srw" : "bib1", record->diagnostic.code,
		    record->diagnostic.addinfo);
	else if (record->length > MARC_RECORD_MAX)
		diag_set(&hit->surrogate, DIAG_RECORD_TOO_LARGE, "%s: %zu bytes", partner->id,
		    record->length);
	else
		take_bytes(hit, arena, record);

	arena_reset(scratch);
	if (!hit_read(hit, scratch, &marc, &bib, &hit->surrogate)) {
		hit->doc = doc_create(arena, &nothing);
		hit->sort = sorter ? sorter_value(sorter, arena, &nothing) : NULL;
		return hit;
	}
	hit->doc = doc_create(arena, bib);
	hit->sort = sorter ? sorter_value(sorter, arena, bib) : NULL;
	if (bib->control_number)
		hit->control_number = arena_strdup(arena, bib->control_number);
	return hit;
}

bool hit_is_alike(const struct hit *a, const struct hit *b)
{
	return a->bytes && b->bytes && a->length == b->length &&
	       memcmp(a->bytes, b->bytes, a->length) == 0;
}

bool hit_is_same(const struct hit *a, const struct hit *b)
{
	if (a->control_number && b->control_number)
		return strcmp(a->control_number, b->control_number) == 0;
	return hit_is_alike(a, b);
}
