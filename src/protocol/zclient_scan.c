/* Scan responses (Z39.50-1995 3.2.8) into events. */
#include "protocol/zclient_parts.h"

#include <stdio.h>
#include <string.h>

enum { TERM_MAX = 512 };

/* Scan-status (3.2.8.1.4): 1 to 4 are limits of the target's; 5 is the index's end. */
enum { SCAN_SUCCESS = 0, SCAN_PARTIAL_5 = 5, SCAN_FAILURE = 6 };

static const char *copy_text(NMEM memory, const char *text, size_t length)
{
	char clean[TERM_MAX];

	apdu_clean_text(clean, sizeof clean, text, length);
	return nmem_strdup(memory, clean);
}

static const char *term_text(NMEM memory, const Z_Term *term)
{
	if (term->which == Z_Term_general)
		return copy_text(memory, term->u.general->buf, (size_t)term->u.general->len);
	if (term->which == Z_Term_characterString)
		return copy_text(memory, term->u.characterString, strlen(term->u.characterString));
	if (term->which == Z_Term_numeric) {
		char text[24];

		snprintf(text, sizeof text, ODR_INT_PRINTF, *term->u.numeric);
		return nmem_strdup(memory, text);
	}
	return NULL;
}

static bool take_entry(NMEM memory, const Z_Entry *entry, struct reply_term *out)
{
	const Z_TermInfo *info;

	if (entry->which != Z_Entry_termInfo || !entry->u.termInfo->term)
		return false;
	info = entry->u.termInfo;
	*out = (struct reply_term){.term = term_text(memory, info->term)};
	if (!out->term || !*out->term)
		return false;
	if (info->displayTerm)
		out->display = copy_text(memory, info->displayTerm, strlen(info->displayTerm));
	if (info->globalOccurrences && *info->globalOccurrences >= 0) {
		out->count = (unsigned long)*info->globalOccurrences;
		out->has_count = true;
	}
	return true;
}

/* No more than were asked for. */
static void take_entries(struct zclient *client, const Z_ListEntries *list)
{
	struct zclient_event *event = &client->event;
	struct reply_term *terms;
	size_t count = list->num_entries > 0 ? (size_t)list->num_entries : 0;

	if (list->num_nonsurrogateDiagnostics > 0)
		apdu_read_diag(
		    client->memory, list->nonsurrogateDiagnostics[0], &event->reply.diagnostic);
	if (count > client->asked)
		count = client->asked;
	if (!count)
		return;
	terms = nmem_malloc(client->memory, count * sizeof *terms);
	event->reply.terms = terms;
	for (size_t i = 0; i < count; i++)
		event->reply.nterms +=
		    take_entry(client->memory, list->entries[i], &terms[event->reply.nterms]);
}

const struct zclient_event *zclient_receive_scan(
    struct zclient *client, const Z_ScanResponse *response)
{
	struct zclient_event *event = &client->event;
	Odr_int status = response->scanStatus ? *response->scanStatus : SCAN_SUCCESS;

	client->state = ZCLIENT_READY;
	event->type = ZCLIENT_SCAN;
	event->reply.kind = REPLY_SCAN;
	if (response->entries)
		take_entries(client, response->entries);
	event->reply.ok = !event->reply.diagnostic.present && status != SCAN_FAILURE;
	event->reply.cut = status > SCAN_SUCCESS && status < SCAN_PARTIAL_5;
	return event;
}
