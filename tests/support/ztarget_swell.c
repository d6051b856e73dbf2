/* Far too much of something: texts, counts, terms, levels, messages. */
#include "tests/support/ztarget_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "protocol/apdu.h"

/* `swell addinfo 1000000` */
bool read_swell(struct behaviour *b, const char *text)
{
	static const char *const names[SWELLS] = {
	    "addinfo", "counts", "records", "diagnostics", "terms"};
	char word[TEXT_ROOM];
	unsigned long number;

	if (sscanf(text, "%127s %lu", word, &number) != 2)
		return false;
	for (int i = 0; i < SWELLS; i++) {
		if (strcmp(word, names[i]))
			continue;
		b->swell[i] = number;
		return true;
	}
	return false;
}

/* `flood 1000 search` */
bool read_flood(struct behaviour *b, const char *text)
{
	char word[TEXT_ROOM];

	if (sscanf(text, "%u %127s", &b->flood, word) != 2)
		return false;
	b->flooding = phase_named(word);
	return b->flooding != PHASE_NONE && b->flooding != PHASE_CONNECT &&
	       b->flooding != PHASE_ANY;
}

char *swollen_text(ODR odr, const char *text, size_t size)
{
	size_t length = strlen(text);
	char *out;

	if (length >= size)
		return odr_strdup(odr, text);
	out = odr_malloc(odr, size + 1);
	memcpy(out, text, length);
	memset(out + length, 'x', size - length);
	out[size] = '\0';
	return out;
}

void swell_counts(ODR odr, Z_SearchResponse *search, size_t count)
{
	struct apdu_subquery *list = odr_malloc(odr, count * sizeof *list);

	for (size_t i = 0; i < count; i++) {
		char term[24];

		snprintf(term, sizeof term, "t%zu", i);
		list[i] = (struct apdu_subquery){.term = odr_strdup(odr, term), .count = 1};
		list[i].term_length = strlen(list[i].term);
	}
	apdu_set_subqueries(odr, &search->additionalSearchInfo, list, count);
}

void swell_terms(ODR odr, Z_ScanResponse *scan, size_t count)
{
	Z_ListEntries *list = scan->entries;
	Z_Entry *last;

	if (!list || !list->num_entries || !count)
		return;
	last = list->entries[list->num_entries - 1];
	list->entries = odr_malloc(odr, count * sizeof *list->entries);
	for (size_t i = 0; i < count; i++)
		list->entries[i] = last;
	list->num_entries = (int)count;
	*scan->numberOfEntriesReturned = (int)count;
}

/* Elements of definite length inside each other; each header has six bytes. */
void put_deep(WRBUF out, size_t depth)
{
	for (size_t left = depth; left--;) {
		size_t length = 6 * left;

		wrbuf_putc(out, left == depth - 1 ? 0xB7 : 0x30);
		wrbuf_putc(out, 0x84);
		for (int shift = 24; shift >= 0; shift -= 8)
			wrbuf_putc(out, (int)(length >> shift & 0xFF));
	}
}

static void put_segment(struct ztarget_link *link, const Z_APDU *request, WRBUF out)
{
	Z_APDU *apdu = zget_APDU(link->encode, Z_APDU_segmentRequest);
	Z_Segment *segment = apdu->u.segmentRequest;
	size_t length;
	const char *bytes;

	*segment->numberOfRecordsReturned = 1;
	segment->num_segmentRecords = 1;
	segment->segmentRecords = odr_malloc(link->encode, sizeof *segment->segmentRecords);
	segment->segmentRecords[0] = zget_surrogateDiagRec(link->encode, "D", 14, "");
	/* apdu_reference also serves to write, hence the cast. */
	*apdu_reference(apdu) = *apdu_reference((Z_APDU *)(uintptr_t)request);
	bytes = apdu_encode(link->wire, apdu, &length);
	if (bytes)
		wrbuf_write(out, bytes, length);
	odr_reset(link->wire);
}

void put_flood(
    struct ztarget_link *link, const Z_APDU *request, const struct behaviour *how, WRBUF out)
{
	for (unsigned i = 0; i < how->flood; i++) {
		if (how->flooding == PHASE_SEGMENT)
			put_segment(link, request, out);
		else
			make_unasked(link, how->flooding, out);
	}
}
