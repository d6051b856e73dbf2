/*
 * An answer's tree into a reply. Elements are known by their local names: servers get namespaces
 * wrong in every way there is.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/xml_node.h"
#include "base/xml_read.h"
#include "protocol/sru_client_parts.h"

#define NUMBER_MAX 1000000000000000ULL /* hits that can be believed */
#define TERM_MAX 512
#define TEXT_MAX 1000

/* Fills the detail, made clean, and returns false. */
static bool say(struct sru_document *document, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static bool say(struct sru_document *document, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	sru_client_say(document->out->detail, arena_vprintf(document->arena, format, args));
	va_end(args);
	return false;
}

/* ---- diagnostics ---- */

/* info:srw/diagnostic/1/N (list 1 is the standard's); some write the number alone. */
static bool diagnostic_number(const char *uri, int *code)
{
	const char *digits = uri + strlen(uri);
	uint64_t number;

	while (digits > uri && digits[-1] >= '0' && digits[-1] <= '9')
		digits--;
	if (!text_parse_number(digits, 100000, &number) || !number)
		return false;
	*code = (int)number;
	return digits == uri || !strstr(uri, "diagnostic/") || strstr(uri, "diagnostic/1/");
}

void sru_client_read_diagnostic(
    struct arena *arena, const xmlNode *node, struct reply_diagnostic *out)
{
	const char *uri = xml_node_child_text(arena, node, "uri", TEXT_MAX);
	const char *details = xml_node_child_text(arena, node, "details", TEXT_MAX);
	const char *message = xml_node_child_text(arena, node, "message", TEXT_MAX);

	*out = (struct reply_diagnostic){.present = true, .set = REPLY_SRW, .code = 1};
	if (!uri) /* SRU 1.0 had <code> */
		uri = xml_node_child_text(arena, node, "code", TEXT_MAX);
	if (uri && diagnostic_number(uri, &out->code)) {
		sru_client_say(out->addinfo, details ? details : message ? message : "");
		return;
	}
	/* Of somebody's own list: only its words mean anything here. */
	out->code = 1;
	sru_client_say(
	    out->addinfo, arena_printf(arena, "%s%s%s%s%s", uri ? uri : "",
			      uri && message ? ": " : "", message ? message : "",
			      details && (uri || message) ? ": " : "", details ? details : ""));
}

/* <diagnostics> holds <diagnostic>s; a few servers leave one of the two away. */
static void read_diagnostics(struct sru_document *document)
{
	const xmlNode *list = xml_node_child(document->answer, "diagnostics");
	const xmlNode *node = xml_node_child(list, "diagnostic");

	if (!node)
		node = xml_node_child(xml_node_child(list, "diagnostics"), "diagnostic");
	if (!node)
		node = xml_node_child(document->answer, "diagnostic");
	if (!node && (xml_node_child(list, "uri") || xml_node_child(list, "message")))
		node = list;
	if (node)
		sru_client_read_diagnostic(document->arena, node, &document->out->reply.diagnostic);
}

/* ---- searchRetrieve ---- */

/* False when there is something that is no number; *given says whether there is anything. */
static bool read_hits(struct sru_document *document, bool *given)
{
	const char *text =
	    xml_node_child_text(document->arena, document->answer, "numberOfRecords", TEXT_MAX);
	uint64_t number;

	*given = text != NULL;
	if (!text)
		return true;
	if (!text_parse_number(text, NUMBER_MAX, &number)) {
		say(document, "numberOfRecords is \"%s\"", text);
		return false;
	}
	document->out->reply.hits = (unsigned long)number;
	return true;
}

/* A failure told in place of the one record there seems to be. */
static void promote_surrogate(struct sru_document *document, bool has_hits)
{
	struct reply *reply = &document->out->reply;

	if (reply->diagnostic.present || reply->nrecords != 1 || reply->records[0].bytes ||
	    (has_hits && reply->hits))
		return;
	reply->diagnostic = reply->records[0].diagnostic;
	reply->nrecords = 0;
}

static void read_all_surrogates(struct sru_document *document)
{
	const struct reply *reply = &document->out->reply;

	document->refused_schema = reply->nrecords > 0;
	for (size_t i = 0; i < reply->nrecords; i++) {
		int code = reply->records[i].diagnostic.code;

		if (reply->records[i].bytes || (code != 66 && code != 67))
			document->refused_schema = false;
	}
}

static bool read_search(struct sru_document *document)
{
	struct reply *reply = &document->out->reply;
	const struct sru_ask *ask = &document->sent->ask;
	bool has_hits;

	reply->kind = ask->start > 1 ? REPLY_PRESENT : REPLY_SEARCH;
	if (!read_hits(document, &has_hits))
		return false;
	sru_client_read_records(document);
	promote_surrogate(document, has_hits);
	if (!has_hits && !reply->diagnostic.present)
		return say(document, "the answer has no numberOfRecords");
	/* Beside records, or where none were asked for, a diagnostic is but a remark. */
	if (reply->diagnostic.present && has_hits && reply->hits &&
	    (reply->nrecords || !ask->count)) {
		document->out->remark = reply->diagnostic;
		reply->diagnostic.present = false;
	}
	reply->ok = !reply->diagnostic.present;
	if (reply->ok && reply->hits < ask->start - 1 + reply->nrecords && ask->start)
		reply->hits = ask->start - 1 + reply->nrecords;
	read_all_surrogates(document);
	return true;
}

/* ---- scan ---- */

static bool read_term(struct sru_document *document, const xmlNode *node, struct reply_term *out)
{
	struct arena *arena = document->arena;
	char *text = xml_node_child_text(arena, node, "value", TERM_MAX - 1);
	const char *count = xml_node_child_text(arena, node, "numberOfRecords", TEXT_MAX);
	const char *display = xml_node_child_text(arena, node, "displayTerm", TERM_MAX - 1);
	uint64_t number;

	if (!text)
		return false;
	*out = (struct reply_term){.term = text, .display = display};
	if (display && strcmp(display, text) == 0)
		out->display = NULL;
	if (count && text_parse_number(count, NUMBER_MAX, &number)) {
		out->count = (unsigned long)number;
		out->has_count = true;
	}
	return true;
}

/* Fewer than were asked for, and nobody says that the index ends there. */
static bool was_cut(struct sru_document *document, const xmlNode *last)
{
	const char *where = xml_node_child_text(document->arena, last, "whereInList", TEXT_MAX);

	if (document->out->reply.nterms >= document->sent->ask.count || !where)
		return false;
	return strcmp(where, "inner") == 0 || strcmp(where, "first") == 0;
}

static bool read_scan(struct sru_document *document)
{
	struct reply *reply = &document->out->reply;
	const xmlNode *list = xml_node_child(document->answer, "terms"), *last = NULL;
	size_t room = 0;
	struct reply_term *terms;

	reply->kind = REPLY_SCAN;
	for (const xmlNode *n = xml_node_child(list, "term"); n; n = xml_node_next(n, "term"))
		room += room < document->sent->ask.count;
	terms = arena_array(document->arena, room, sizeof *terms);
	reply->terms = terms;
	for (const xmlNode *n = xml_node_child(list, "term"); n && reply->nterms < room;
	     n = xml_node_next(n, "term")) {
		reply->nterms += read_term(document, n, &terms[reply->nterms]);
		last = n;
	}
	/* With terms beside it, it is no failure (121: not as many as were asked for). */
	if (reply->nterms && reply->diagnostic.present) {
		document->out->remark = reply->diagnostic;
		reply->diagnostic.present = false;
		reply->cut = true;
	}
	reply->cut = reply->cut || was_cut(document, last);
	reply->ok = !reply->diagnostic.present;
	return true;
}

/* ---- explain ---- */

static bool read_explain(struct sru_document *document)
{
	const xmlNode *data =
	    xml_node_child(xml_node_child(document->answer, "record"), "recordData");
	const xmlNode *zeerex = xml_node_child(data, "explain");
	size_t length;
	char *text;

	if (xml_node_is(document->answer, "explain"))
		zeerex = document->answer;
	if (!zeerex && data && !xml_node_child(data, NULL)) {
		text = sru_client_data(document->arena, data, &length);
		if (text && xml_read(text, length, 0, &document->inner) == XML_READ)
			zeerex = xmlDocGetRootElement(document->inner);
	}
	if (!zeerex || !xml_node_is(zeerex, "explain")) {
		if (document->out->reply.diagnostic.present)
			return true;
		return say(document, "the answer has no explain record");
	}
	document->zeerex = zeerex;
	document->out->remark = document->out->reply.diagnostic;
	document->out->reply.diagnostic.present = false;
	document->out->reply.ok = true;
	return true;
}

/* ---- the whole ---- */

/* Inside SOAP (SRW), if it is there. */
static const xmlNode *unwrap(const xmlNode *root)
{
	const xmlNode *body = root;

	if (xml_node_is(root, "Envelope"))
		body = xml_node_child(xml_node_child(root, "Body"), NULL);
	return body;
}

static bool read_fault(struct sru_document *document, const xmlNode *fault)
{
	const char *text = xml_node_child_text(document->arena, fault, "faultstring", TEXT_MAX);

	if (!text)
		text = xml_node_child_text(document->arena, fault, "Reason", TEXT_MAX);
	return say(document, "a SOAP fault: %s", text ? text : "without a reason");
}

static void read_version(struct sru_document *document)
{
	const xmlNode *root = document->answer;
	const char *uri = root->ns && root->ns->href ? (const char *)root->ns->href : "";
	const char *text = xml_node_child_text(document->arena, root, "version", TEXT_MAX);

	document->has_version = true;
	if (strstr(uri, "docs.oasis-open.org/ns/search-ws"))
		document->version = SRU_2_0;
	else if (text && strcmp(text, "1.1") == 0)
		document->version = SRU_1_1;
	else if (text && strcmp(text, "1.2") == 0)
		document->version = SRU_1_2;
	else
		document->has_version = false;
}

static bool is_html(const xmlNode *node)
{
	return text_equal_ignoring_case(xml_node_name(node), "html");
}

bool sru_client_read(struct sru_document *document, const xmlDoc *tree)
{
	static const char *const names[] = {[SRU_EXPLAIN] = "explainResponse",
	    [SRU_SEARCH] = "searchRetrieveResponse",
	    [SRU_SCAN] = "scanResponse"};
	enum sru_operation operation = document->sent->ask.operation;
	const xmlNode *answer = unwrap(xmlDocGetRootElement(tree));
	const char *name = xml_node_name(answer);
	bool right = strcmp(name, names[operation]) == 0, known = right;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		known = known || strcmp(name, names[i]) == 0;
	if (is_html(answer))
		return say(document, "the answer is HTML, not SRU");
	if (strcmp(name, "Fault") == 0)
		return read_fault(document, answer);
	if (operation == SRU_EXPLAIN && strcmp(name, "explain") == 0)
		known = right = true;
	/* Diagnostics alone, or within an answer to something else, are understood too. */
	if (!known && strcmp(name, "diagnostics") != 0 && strcmp(name, "diagnostic") != 0)
		return say(document, "the answer is XML, but not SRU: <%s>", name);
	document->answer = answer;
	document->out->reply.kind = operation == SRU_SCAN	    ? REPLY_SCAN
				    : document->sent->ask.start > 1 ? REPLY_PRESENT
								    : REPLY_SEARCH;
	if (!known) {
		const xmlNode *node =
		    strcmp(name, "diagnostic") == 0 ? answer : xml_node_child(answer, "diagnostic");

		sru_client_read_diagnostic(
		    document->arena, node ? node : answer, &document->out->reply.diagnostic);
		return true;
	}
	read_version(document);
	read_diagnostics(document);
	if (!right && document->out->reply.diagnostic.present)
		return true;
	if (!right)
		return say(document, "the answer is to something else: <%s>", name);
	switch (operation) {
	case SRU_SEARCH: return read_search(document);
	case SRU_SCAN: return read_scan(document);
	case SRU_EXPLAIN: break;
	}
	return read_explain(document);
}
