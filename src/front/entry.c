#include "front/entry.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "record/bib.h"
#include "record/marc.h"
#include "registry/partner.h"
#include "search/hit.h"
#include "search/order.h"
#include "search/page.h"

const char *entry_code(const struct partner *partner)
{
	return partner->isil ? partner->isil : partner->id;
}

/* A library's own 852s speak of its shelves alone: the merged record has one for each holding. */
static struct marc *with_holdings(struct arena *arena, const struct marc *marc,
    const struct order *order, size_t index, size_t count)
{
	struct marc *out = arena_memdup(arena, marc, sizeof *marc);
	size_t kept = 0;

	out->fields = arena_array(arena, marc->nfields, sizeof *out->fields);
	for (size_t i = 0; i < marc->nfields; i++)
		if (strcmp(marc->fields[i].tag, "852") != 0)
			out->fields[kept++] = marc->fields[i];
	out->nfields = kept;
	for (size_t i = 0; i < count; i++) {
		struct marc_subfield subfield = {
		    'a', entry_code(order_member(order, index, i)->partner)};
		struct marc_field field = {
		    .tag = "852",
		    .indicator1 = ' ',
		    .indicator2 = ' ',
		    .subfields = arena_memdup(arena, &subfield, sizeof subfield),
		    .nsubfields = 1,
		};

		out = marc_with_field(arena, out, &field);
	}
	return out;
}

const char *entry_services(struct arena *arena, const struct partner *partner, day_t today)
{
	char text[256] = "";

	if (!partner->agreement.present ||
	    agreement_state(&partner->agreement, today) == AGREEMENT_EXPIRED)
		return NULL;
	for (int service = 0; service < SERVICE_COUNT; service++) {
		if (!(partner->agreement.services & 1u << service))
			continue;
		if (*text)
			strcat(text, " ");
		strcat(text, service_name(service));
	}
	return *text ? arena_strdup(arena, text) : NULL;
}

/* A library's own words of its copies, or its own 852s. */
static void add_holdings(struct arena *arena, const struct order *order, size_t index, size_t count,
    struct schema_record *record)
{
	struct schema_holding *holdings = arena_array(arena, count, sizeof *holdings);

	for (size_t i = 0; i < count; i++) {
		const struct hit *hit = order_member(order, index, i);
		struct marc *marc = NULL;
		struct bib *bib;
		struct diag diag;

		if (!hit->opac && !hit_read(hit, arena, &marc, &bib, &diag))
			marc = NULL;
		holdings[i] = (struct schema_holding){
		    .library = hit->partner->name,
		    .code = entry_code(hit->partner),
		    .marc = marc,
		    .opac = hit->opac,
		    .opac_length = hit->opac_length,
		};
	}
	record->holdings = holdings;
	record->nholdings = count;
}

bool entry_read(struct arena *arena, const struct page *page, size_t number, bool holdings,
    struct schema_record *out, struct diag *diag)
{
	size_t index = page->start - 1 + number;
	struct order_entry entry;
	struct marc *marc;
	struct bib *bib;

	order_entry(page->order, index, &entry);
	if (!hit_read(entry.lead, arena, &marc, &bib, diag))
		return false;
	if (!page->single)
		marc = with_holdings(arena, marc, page->order, index, entry.nmembers);
	*out = (struct schema_record){
	    .arena = arena,
	    .marc = marc,
	    .bib = bib,
	    .unimarc = hit_is_unimarc(entry.lead),
	};
	if (holdings)
		add_holdings(arena, page->order, index, entry.nmembers, out);
	return true;
}
