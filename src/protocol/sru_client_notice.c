/*
 * What a server tells beside an answer that is good: a diagnostic that is not fatal; and which
 * partners of its own did not answer, when it is a gateway like this one.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/xml_node.h"
#include "protocol/sru_client_parts.h"
#include "protocol/sru_xml.h"

#define WORD_MAX 48 /* bytes of an id, a status, a reason */

static const xmlNode *find_partners(const struct sru_document *document)
{
	const xmlNode *extra = xml_node_child(document->answer, "extraResponseData");
	const xmlNode *partners = xml_node_child(extra, "partners");

	if (!partners || !partners->ns || !partners->ns->href ||
	    strcmp((const char *)partners->ns->href, SRU_SILANG_NAMESPACE) != 0)
		return NULL;
	return partners;
}

static const char *word(struct arena *arena, const xmlNode *node, const char *attribute)
{
	const char *text = xml_node_attribute(node, attribute);

	return text ? arena_strndup(arena, text, text_cut(text, strlen(text), WORD_MAX)) : "";
}

/* As diagnostic 59 counts them: those that were asked, or could not be. The gateway that asked
 * there (or one on the way), which answered that the question has come round, is nothing missing.
 */
static bool is_missing(const xmlNode *partner, const char *status, const char *reason)
{
	const char *detail = xml_node_attribute(partner, "detail");

	if (strcmp(reason, "diagnostic") == 0 && detail && strcmp(detail, "loop") == 0)
		return false;
	if (strcmp(status, "skipped") == 0)
		return strcmp(reason, "service") != 0 && strcmp(reason, "disabled") != 0;
	return strcmp(status, "late") == 0 || strcmp(status, "failed") == 0;
}

/* "answered 9 of 12: ugm late (search), …", cut to what fits; NULL when all have answered. */
static const char *tell_partners(struct arena *arena, const xmlNode *partners)
{
	const char *text = "";
	size_t answered = 0, asked = 0;
	bool more = false;

	for (const xmlNode *n = xml_node_child(partners, "partner"); n;
	     n = xml_node_next(n, "partner")) {
		const char *status = word(arena, n, "status"), *reason = word(arena, n, "reason");
		bool missing = is_missing(n, status, reason), answers = strcmp(status, "ok") == 0;

		answered += answers;
		asked += answers || missing;
		if (!missing)
			continue;
		more = more || strlen(text) + 3 * WORD_MAX > DIAG_DETAILS_MAX - 40;
		if (!more)
			text = arena_printf(arena, "%s%s%s %s (%s)", text, *text ? ", " : "",
			    word(arena, n, "id"), status, reason);
	}
	if (answered == asked)
		return NULL;
	return arena_printf(
	    arena, "answered %zu of %zu: %s%s", answered, asked, text, more ? ", …" : "");
}

void sru_client_read_notice(struct sru_document *document)
{
	const struct reply_diagnostic *remark = &document->out->remark;
	struct reply *reply = &document->out->reply;
	const xmlNode *partners = find_partners(document);
	const char *missing = partners ? tell_partners(document->arena, partners) : NULL;
	const char *said = "";
	char *notice;

	reply->partial = missing || (remark->present && remark->code == 59);
	/* 59 says the same, perhaps of fewer. */
	if (remark->present && !(missing && remark->code == 59))
		said = arena_printf(document->arena, "%ssrw:%d %s", missing ? "; " : "",
		    remark->code, remark->addinfo);
	if (!missing && !*said)
		return;
	notice = arena_alloc(document->arena, DIAG_DETAILS_MAX);
	sru_client_say(notice, arena_printf(document->arena, "%s%s", missing ? missing : "", said));
	reply->notice = notice;
}
