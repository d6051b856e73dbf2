/* Answers, read: XML by libxml2, JSON by jansson, both into the same few things. */
#include "tests/soak/soak.h"

#include <jansson.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdlib.h>
#include <string.h>

/* The words of the interface's status table. */
static bool known(const char *words, const char *word)
{
	size_t length = strlen(word);
	const char *at = words;

	while ((at = strstr(at, word))) {
		if ((at == words || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
			return true;
		at++;
	}
	return false;
}

static void check_outcome(struct answer *answer, const char *status, const char *reason)
{
	static const char late[] = "queue connect tls init search present";
	static const char failed[] =
	    "unresolved refused unreachable reset closed tls init-rejected "
	    "authentication protocol too-large diagnostic";
	static const char skipped[] = "breaker budget query service disabled overload";
	bool good = false;

	if (!strcmp(status, "ok") || !strcmp(status, "expired"))
		good = !*reason;
	else if (!strcmp(status, "late"))
		good = known(late, reason);
	else if (!strcmp(status, "failed"))
		good = known(failed, reason);
	else if (!strcmp(status, "skipped"))
		good = known(skipped, reason);
	if (!good)
		answer->wrong = "a partner's status or reason is none of the interface's words";
}

static void add_partner(struct answer *answer, const char *id, const char *status,
    const char *reason, unsigned long hits)
{
	check_outcome(answer, status, reason);
	if (strcmp(id, "steady") == 0)
		snprintf(answer->steady, sizeof answer->steady, "%s %lu", status, hits);
}

static void add_record(struct answer *answer, unsigned long position)
{
	if (!answer->records)
		answer->first = position;
	if (position != answer->first + answer->records)
		answer->in_order = false;
	answer->records++;
}

static void add_holding(struct answer *answer, const char *partner, unsigned long position)
{
	struct answer_holding *holding;

	if (!(answer->nholdings & (answer->nholdings - 1))) {
		size_t room = answer->nholdings ? 2 * answer->nholdings : 1;

		answer->holdings = realloc(answer->holdings, room * sizeof *answer->holdings);
		if (!answer->holdings)
			abort();
	}
	holding = &answer->holdings[answer->nholdings++];
	snprintf(holding->partner, sizeof holding->partner, "%s", partner);
	holding->position = position;
}

static void add_diagnostic(struct answer *answer, const char *uri)
{
	static const char start[] = "info:srw/diagnostic/1/";

	if (strncmp(uri, start, sizeof start - 1) != 0)
		answer->wrong = "a diagnostic's URI is none of SRU's";
	else if (answer->ndiagnostics < 8)
		answer->diagnostics[answer->ndiagnostics++] = atoi(uri + sizeof start - 1);
}

/* XML. Names are enough: the two namespaces of the two protocols use the same ones. */

static xmlNode *child(const xmlNode *node, const char *name)
{
	xmlNode *found = node ? node->children : NULL;

	while (found && (found->type != XML_ELEMENT_NODE || strcmp((char *)found->name, name)))
		found = found->next;
	return found;
}

static xmlNode *next(xmlNode *node)
{
	const char *name = (const char *)node->name;

	do
		node = node->next;
	while (node && (node->type != XML_ELEMENT_NODE || strcmp((char *)node->name, name)));
	return node;
}

static void text_of(const xmlNode *node, char *out, size_t size)
{
	const xmlNode *text = node ? node->children : NULL;

	snprintf(out, size, "%s", text && text->content ? (const char *)text->content : "");
}

static unsigned long number_of(const xmlNode *node)
{
	char text[32];

	text_of(node, text, sizeof text);
	return strtoul(text, NULL, 10);
}

static void attribute(const xmlNode *node, const char *name, char *out, size_t size)
{
	xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)name);

	snprintf(out, size, "%s", value ? (const char *)value : "");
	xmlFree(value);
}

static void read_partners(struct answer *answer, const xmlNode *partners)
{
	char id[64], status[32], reason[32], hits[32];

	answer->partners = partners != NULL;
	for (xmlNode *node = child(partners, "partner"); node; node = next(node)) {
		attribute(node, "id", id, sizeof id);
		attribute(node, "status", status, sizeof status);
		attribute(node, "reason", reason, sizeof reason);
		attribute(node, "hits", hits, sizeof hits);
		add_partner(answer, id, status, reason, strtoul(hits, NULL, 10));
	}
}

static void read_record(struct answer *answer, xmlNode *record)
{
	xmlNode *holdings = child(child(record, "extraRecordData"), "holdings");
	char partner[32], position[32];

	add_record(answer, number_of(child(record, "recordPosition")));
	if (!holdings)
		answer->wrong = "a record without holdings";
	for (xmlNode *node = child(holdings, "holding"); node; node = next(node)) {
		attribute(node, "partner", partner, sizeof partner);
		attribute(node, "position", position, sizeof position);
		add_holding(answer, partner, strtoul(position, NULL, 10));
	}
}

void answer_read_xml(struct answer *answer, const char *body, size_t length)
{
	xmlDoc *doc = xmlReadMemory(body, (int)length, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE);
	xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL, *node;
	char uri[128];

	*answer = (struct answer){.in_order = true};
	if (!root) {
		answer->wrong = "no well-formed XML";
		return;
	}
	node = child(root, "numberOfRecords");
	answer->counted = node != NULL;
	answer->hits = number_of(node);
	answer->next = number_of(child(root, "nextRecordPosition"));
	text_of(child(root, "resultSetId"), answer->set, sizeof answer->set);
	for (node = child(child(root, "records"), "record"); node; node = next(node))
		read_record(answer, node);
	for (node = child(child(root, "diagnostics"), "diagnostic"); node; node = next(node)) {
		text_of(child(node, "uri"), uri, sizeof uri);
		add_diagnostic(answer, uri);
	}
	read_partners(answer, child(child(root, "extraResponseData"), "partners"));
	xmlFreeDoc(doc);
}

/* JSON. */

static const char *string_in(json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static unsigned long number_in(json_t *object, const char *name)
{
	return (unsigned long)json_integer_value(json_object_get(object, name));
}

static void read_json_record(struct answer *answer, json_t *record)
{
	json_t *holdings = json_object_get(record, "holdings"), *holding;
	size_t i;

	add_record(answer, number_in(record, "position"));
	if (!holdings)
		answer->wrong = "a record without holdings";
	json_array_foreach(holdings, i, holding)
	    add_holding(answer, string_in(holding, "partner"), number_in(holding, "position"));
}

void answer_read_json(struct answer *answer, const char *body, size_t length)
{
	json_t *root = json_loadb(body, length, 0, NULL), *item;
	size_t i;

	*answer = (struct answer){.in_order = true};
	if (!root) {
		answer->wrong = "no JSON";
		return;
	}
	answer->counted = json_object_get(root, "numberOfRecords") != NULL;
	answer->hits = number_in(root, "numberOfRecords");
	answer->next = number_in(root, "nextRecordPosition");
	snprintf(answer->set, sizeof answer->set, "%s", string_in(root, "resultSetId"));
	json_array_foreach(json_object_get(root, "records"), i, item)
	    read_json_record(answer, item);
	json_array_foreach(json_object_get(root, "diagnostics"), i, item)
	    add_diagnostic(answer, string_in(item, "uri"));
	item = json_object_get(root, "partners");
	/* The list is always there; empty it says no more than a missing element. */
	answer->partners = json_array_size(item) > 0;
	json_array_foreach(json_object_get(root, "partners"), i, item)
	    add_partner(answer, string_in(item, "id"), string_in(item, "status"),
		string_in(item, "reason"), number_in(item, "hits"));
	json_decref(root);
}

void answer_clear(struct answer *answer)
{
	free(answer->holdings);
	answer->holdings = NULL;
}
