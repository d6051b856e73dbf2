#include "search/hit.h"

#include <string.h>

#include "base/arena.h"
#include "merge/doc.h"
#include "merge/sort.h"
#include "protocol/reply.h"
#include "record/crosswalk.h"
#include "record/marc.h"
#include "record/xml_record.h"
#include "registry/partner.h"

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

static bool decode(const struct hit *hit, struct arena *arena, struct marc **marc,
    enum xml_record_kind *kind, struct diag *diag)
{
	*kind = XML_RECORD_MARC;
	if (hit->is_xml)
		return xml_record_decode(arena, hit->bytes, hit->length, kind, marc, diag);
	return marc_decode_iso2709(
	    arena, hit->bytes, hit->length, charset_of(hit->partner->target.encoding), marc, diag);
}

/* The partner's syntax says what its MARC is, but a record may say it of itself. */
bool hit_is_unimarc(const struct hit *hit)
{
	return hit->kind == XML_RECORD_UNIMARC ||
	       (hit->kind == XML_RECORD_MARC && hit->partner->target.syntax == PARTNER_UNIMARC);
}

static struct bib *describe(const struct hit *hit, struct arena *arena, const struct marc *marc)
{
	return crosswalk_marc(
	    arena, marc, hit_is_unimarc(hit) ? CROSSWALK_UNIMARC : CROSSWALK_MARC21);
}

bool hit_read(const struct hit *hit, struct arena *arena, struct marc **marc, struct bib **bib,
    struct diag *diag)
{
	enum xml_record_kind kind;

	if (hit->surrogate.id) {
		*diag = hit->surrogate;
		return false;
	}
	if (!decode(hit, arena, marc, &kind, diag))
		return false;
	if ((kind == XML_RECORD_DC || kind == XML_RECORD_MODS) && hit->control_number &&
	    !marc_find(*marc, "001", NULL))
		*marc = marc_with_field(
		    arena, *marc, &(struct marc_field){.tag = "001", .data = hit->control_number});
	*bib = describe(hit, arena, *marc);
	return true;
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
	if (hit->surrogate.id || !decode(hit, scratch, &marc, &hit->kind, &hit->surrogate)) {
		hit->doc = doc_create(arena, &nothing);
		hit->sort = sorter ? sorter_value(sorter, arena, &nothing) : NULL;
		return hit;
	}
	bib = describe(hit, scratch, marc);
	hit->doc = doc_create(arena, bib);
	hit->sort = sorter ? sorter_value(sorter, arena, bib) : NULL;
	if (bib->control_number)
		hit->control_number = arena_strdup(arena, bib->control_number);
	else if (record->identifier && *record->identifier)
		hit->control_number = arena_strdup(arena, record->identifier);
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
