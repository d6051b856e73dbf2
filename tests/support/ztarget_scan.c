/* Scan: the script's terms around the one asked for. */
#include "tests/support/ztarget_parts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaz/proto.h>

static const char *start_of(ODR odr, const Z_ScanRequest *request)
{
	const Z_Term *term = request->termListAndStartPoint->term;

	if (term->which == Z_Term_general)
		return odr_strdupn(odr, term->u.general->buf, (size_t)term->u.general->len);
	return term->which == Z_Term_characterString ? term->u.characterString : "";
}

static Z_Entry *make_entry(ODR odr, const struct scripted_term *term)
{
	Z_Entry *entry = odr_malloc(odr, sizeof *entry);
	Z_TermInfo *info = odr_malloc(odr, sizeof *info);

	memset(info, 0, sizeof *info);
	info->term = odr_malloc(odr, sizeof *info->term);
	info->term->which = Z_Term_general;
	info->term->u.general = odr_create_Odr_oct(odr, term->text, (int)strlen(term->text));
	info->globalOccurrences = odr_intdup(odr, term->count);
	entry->which = Z_Entry_termInfo;
	entry->u.termInfo = info;
	return entry;
}

/* Z39.50-1995 3.2.8: `position` is where the term asked for, or the first after it, is to stand. */
static void fill(ODR odr, const struct ztarget_script *script, const Z_ScanRequest *request,
    Z_ScanResponse *scan)
{
	const char *start = start_of(odr, request);
	long long wanted = *request->numberOfTermsRequested, first, last, at = 0;
	long long position =
	    request->preferredPositionInResponse ? *request->preferredPositionInResponse : 1;
	Z_ListEntries *list = odr_malloc(odr, sizeof *list);

	while (at < (long long)script->nterms && strcasecmp(script->terms[at].text, start) < 0)
		at++;
	first = at - position + 1;
	last = first + wanted;
	if (first < 0 || last > (long long)script->nterms)
		*scan->scanStatus = Z_Scan_partial_5;
	first = first < 0 ? 0 : first;
	last = last > (long long)script->nterms ? (long long)script->nterms : last;
	memset(list, 0, sizeof *list);
	list->num_entries = last > first ? (int)(last - first) : 0;
	list->entries = odr_malloc(odr, (size_t)(list->num_entries + 1) * sizeof *list->entries);
	for (int i = 0; i < list->num_entries; i++)
		list->entries[i] = make_entry(odr, &script->terms[first + i]);
	scan->entries = list;
	*scan->numberOfEntriesReturned = list->num_entries;
	scan->positionOfTerm = odr_intdup(odr, at - first + 1);
}

Z_APDU *scan_reply(
    struct ztarget_link *link, const Z_ScanRequest *request, const struct behaviour *how)
{
	ODR odr = link->encode;
	Z_APDU *apdu = zget_APDU(odr, Z_APDU_scanResponse);
	Z_ScanResponse *scan = apdu->u.scanResponse;

	*scan->scanStatus = Z_Scan_success;
	if (!request)
		return apdu;
	if (how->failed || how->ndiagnostics) {
		*scan->scanStatus = Z_Scan_failure;
		if (how->ndiagnostics) {
			scan->entries = odr_malloc(odr, sizeof *scan->entries);
			memset(scan->entries, 0, sizeof *scan->entries);
			scan->entries->num_nonsurrogateDiagnostics = 1;
			scan->entries->nonsurrogateDiagnostics =
			    odr_malloc(odr, sizeof *scan->entries->nonsurrogateDiagnostics);
			scan->entries->nonsurrogateDiagnostics[0] =
			    zget_DiagRec(odr, how->diagnostics[0], how->text);
		}
		return apdu;
	}
	fill(odr, link->target->script, request, scan);
	swell_terms(odr, scan, how->swell[SWELL_TERMS]);
	return apdu;
}

/* "apel 3, jeruk manis 5": each word list ends with its count. */
bool read_terms(struct ztarget_script *script, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, ","), end;
		struct scripted_term *term = &script->terms[script->nterms];
		char *stop;

		text += strspn(text, " \t");
		length = strcspn(text, ",");
		end = length;
		while (end && text[end - 1] != ' ')
			end--;
		if (end < 2 || end > sizeof term->text || script->nterms == TERMS_ROOM)
			return false;
		memcpy(term->text, text, end - 1);
		term->text[end - 1] = '\0';
		term->count = strtol(text + end, &stop, 10);
		if (stop != text + length)
			return false;
		script->nterms++;
		text += length + (text[length] == ',');
	}
	return script->nterms > 0;
}
