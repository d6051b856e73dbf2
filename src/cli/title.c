#include "cli/title.h"

#include <stdlib.h>
#include <string.h>

#include <libxml/tree.h>

#include "base/arena.h"
#include "base/diag.h"
#include "cli/answer.h"
#include "record/crosswalk.h"
#include "record/marc.h"

/* The element goes into a document of its own, which takes the namespaces in force along. */
const char *title_element(struct arena *arena, const struct answer_record *record, size_t *length)
{
	xmlDocPtr document = xmlNewDoc((const xmlChar *)"1.0");
	xmlNodePtr copy = document ? xmlDocCopyNode(record->data, document, 1) : NULL;
	xmlBufferPtr buffer = xmlBufferCreate();
	const char *text;

	if (!copy || !buffer)
		abort();
	xmlDocSetRootElement(document, copy);
	xmlReconciliateNs(document, copy);
	xmlNodeDump(buffer, document, copy, 0, 0);
	*length = (size_t)xmlBufferLength(buffer);
	text = arena_strndup(arena, (const char *)xmlBufferContent(buffer), *length);
	xmlBufferFree(buffer);
	xmlFreeDoc(document);
	return text;
}

struct marc *title_marc(struct arena *arena, const struct answer_record *record, const char **why)
{
	struct diag diag = {DIAG_NONE, ""};
	struct marc *marc;
	size_t length;
	const char *text;

	if (!record->data) {
		*why = answer_diagnostic_text(arena, record->problem);
		return NULL;
	}
	text = title_element(arena, record, &length);
	if (marc_decode_xml(arena, text, length, &marc, &diag))
		return marc;
	*why = arena_printf(
	    arena, "%s%s%s", diag_message(diag.id), *diag.details ? ": " : "", diag.details);
	return NULL;
}

/* MARC 21 has no field 200, UNIMARC no 245. */
enum crosswalk_format title_format(const struct marc *marc)
{
	return !marc_find(marc, "245", NULL) && marc_find(marc, "200", NULL) ? CROSSWALK_UNIMARC
									     : CROSSWALK_MARC21;
}

static const char *join(struct arena *arena, const char *a, const char *between, const char *b)
{
	if (!b || !*b)
		return a;
	if (!*a)
		return b;
	return arena_printf(arena, "%s%s%s", a, between, b);
}

static const char *text_or_empty(const char *text)
{
	return text ? text : "";
}

static const char *title_of(struct arena *arena, const struct bib *bib)
{
	const char *text = text_or_empty(bib->title);

	text = join(arena, text, " : ", bib->subtitle);
	text = join(arena, text, ". ", bib->part_number);
	text = join(arena, text, bib->part_number ? ", " : ". ", bib->part_name);
	if (!*text && bib->script_titles.count)
		text = bib->script_titles.items[0];
	return *text ? text : "[no title]";
}

static const char *author_of(const struct bib *bib)
{
	for (size_t i = 0; i < bib->nnames; i++)
		if (bib->names[i].main && bib->names[i].text)
			return bib->names[i].text;
	if (bib->responsibility)
		return bib->responsibility;
	return bib->nnames ? text_or_empty(bib->names[0].text) : "";
}

static const char *year_of(struct arena *arena, const struct bib *bib)
{
	const char *hijri = bib->hijri ? " H" : "";

	if (!bib->year)
		return "";
	if (bib->level == BIB_SERIAL && bib->year_end == 9999)
		return arena_printf(arena, "%d-%s", bib->year, hijri);
	if (bib->year_end && bib->year_end != bib->year && bib->year_end != 9999)
		return arena_printf(arena, "%d-%d%s", bib->year, bib->year_end, hijri);
	return arena_printf(arena, "%d%s", bib->year, hijri);
}

static const char *identifiers(
    struct arena *arena, const struct bib_identifier *items, size_t count)
{
	const char *text = "";

	for (size_t i = 0; i < count; i++)
		if (!items[i].cancelled)
			text = join(arena, text, " ", items[i].value);
	return text;
}

static size_t copies(const struct answer_record *record, size_t from, const char *partner)
{
	size_t count = 0;

	for (size_t i = from; i < record->nholdings; i++)
		count += strcmp(record->holdings[i].partner, partner) == 0;
	return count;
}

static bool is_first_of_partner(const struct answer_record *record, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (strcmp(record->holdings[i].partner, record->holdings[index].partner) == 0)
			return false;
	return true;
}

static void read_libraries(
    struct arena *arena, const struct answer_record *record, struct title *out)
{
	for (size_t i = 0; i < record->nholdings; i++) {
		const char *partner = record->holdings[i].partner;
		size_t count;

		if (!is_first_of_partner(record, i))
			continue;
		out->ids = join(arena, out->ids, " ", partner);
		count = copies(record, i, partner);
		if (count > 1)
			partner = arena_printf(arena, "%s (%zu)", partner, count);
		out->libraries = join(arena, out->libraries, ", ", partner);
	}
}

void title_of_bib(struct arena *arena, const struct bib *bib, struct title *out)
{
	*out = (struct title){
	    .title = title_of(arena, bib),
	    .author = author_of(bib),
	    .year = year_of(arena, bib),
	    .isbns = identifiers(arena, bib->isbns, bib->nisbns),
	    .issns = identifiers(arena, bib->issns, bib->nissns),
	    .publisher = text_or_empty(bib->publisher),
	    .edition = text_or_empty(bib->edition),
	    .libraries = "",
	    .ids = "",
	    .problem = "",
	};
}

void title_read(struct arena *arena, const struct answer_record *record, struct title *out)
{
	const char *problem = "";
	struct marc *marc = title_marc(arena, record, &problem);

	if (marc)
		title_of_bib(arena, crosswalk_marc(arena, marc, title_format(marc)), out);
	else
		*out = (struct title){"", "", "", "", "", "", "", "", "", problem};
	read_libraries(arena, record, out);
}
