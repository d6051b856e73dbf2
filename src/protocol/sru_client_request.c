/* Requests to an SRU server: parameters, encoded, in a URL or a form. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "protocol/sru_client_parts.h"
#include "protocol/sru_form.h"
#include "protocol/sru_xml.h"

#define FORM "application/x-www-form-urlencoded"

struct query {
	char *text;
	size_t length;
};

static void put(struct query *query, const char *text)
{
	size_t length = strlen(text);

	memcpy(query->text + query->length, text, length + 1);
	query->length += length;
}

static void put_encoded(struct query *query, const char *text)
{
	query->length = (size_t)(sru_form_escape(query->text + query->length, text) - query->text);
}

struct parameter {
	const char *name, *value;
};

#define PARAMETERS_MAX 13

struct parameters {
	struct parameter items[PARAMETERS_MAX];
	size_t count;
	struct arena *arena;
};

/* NULL: is not sent. */
static void add(struct parameters *to, const char *name, const char *value)
{
	if (value)
		to->items[to->count++] = (struct parameter){name, value};
}

static void add_number(struct parameters *to, const char *name, unsigned long number)
{
	add(to, name, arena_printf(to->arena, "%lu", number));
}

static void add_search(
    struct parameters *to, const struct sru_client *client, const struct sru_sent *sent)
{
	const struct sru_ask *ask = &sent->ask;

	add(to, "query", ask->query);
	add_number(to, "startRecord", ask->start ? ask->start : 1);
	add_number(to, "maximumRecords", ask->count);
	/* 2.0 gave recordPacking another meaning; there, xml is what recordXMLEscaping is anyway.
	 */
	if (sent->version != SRU_2_0 && !(sent->left_out & LEFT_PACKING))
		add(to, "recordPacking", "xml");
	if (!(sent->left_out & LEFT_SCHEMA))
		add(to, "recordSchema", sru_client_schema(client));
	if (sent->version == SRU_1_1)
		add(to, "sortKeys", ask->sort_keys);
}

static void add_scan(struct parameters *to, const struct sru_ask *ask)
{
	add(to, "scanClause", ask->query);
	add_number(to, "responsePosition", ask->position);
	add_number(to, "maximumTerms", ask->count);
}

/* Version 2.0 has neither `version` nor `operation`: the others tell which it is (OASIS
 * searchRetrieve part 3; part 6 for scan, part 7: a base URL alone is explain). */
static void add_all(
    struct parameters *to, const struct sru_client *client, const struct sru_sent *sent)
{
	static const char *const operations[] = {
	    [SRU_EXPLAIN] = "explain", [SRU_SEARCH] = "searchRetrieve", [SRU_SCAN] = "scan"};
	enum sru_operation operation = sent->ask.operation;
	bool bare = operation == SRU_EXPLAIN && sent->left_out & LEFT_OPERATION;

	if (sent->version != SRU_2_0 && !bare) {
		add(to, "version", sru_version_text(sent->version));
		add(to, "operation", operations[operation]);
	}
	if (operation == SRU_SEARCH)
		add_search(to, client, sent);
	else if (operation == SRU_SCAN)
		add_scan(to, &sent->ask);
	if (!(sent->left_out & LEFT_VIA) && operation != SRU_EXPLAIN)
		add(to, "x-silang-via", sent->ask.hop_mark);
	if (!(sent->left_out & LEFT_DEADLINE) && sent->ask.patience)
		add(to, "x-deadline", arena_printf(to->arena, "%ums", sent->ask.patience));
}

static char *encode(const struct parameters *from, size_t *length)
{
	struct query query = {0};
	size_t room = 1;

	for (size_t i = 0; i < from->count; i++)
		room += strlen(from->items[i].name) + 3 * strlen(from->items[i].value) + 2;
	query.text = arena_alloc(from->arena, room);
	for (size_t i = 0; i < from->count; i++) {
		if (i)
			put(&query, "&");
		put(&query, from->items[i].name);
		put(&query, "=");
		put_encoded(&query, from->items[i].value);
	}
	*length = query.length;
	return query.text;
}

void sru_client_ask(
    struct sru_client *client, struct arena *arena, const struct sru_ask *ask, struct sru_sent *out)
{
	struct parameters parameters = {.arena = arena};
	const char *path = client->moved ? client->moved : client->path, *own = client->own;
	size_t length;
	char *text;

	*out = (struct sru_sent){
	    .accept = client->version == SRU_2_0
			  ? "application/sru+xml, text/xml, application/xml;q=0.9, */*;q=0.5"
			  : "text/xml, application/xml;q=0.9, */*;q=0.5",
	    .ask = *ask,
	    .version = client->version,
	    .schema = sru_client_schema_number(client),
	    .left_out = client->left_out,
	    .explained = client->explained != NULL,
	};
	add_all(&parameters, client, out);
	text = encode(&parameters, &length);
	if (out->left_out & NO_POST || (strlen(path) + strlen(own) + length < SRU_CLIENT_URL_MAX &&
					   !(out->left_out & USE_POST))) {
		out->target = arena_printf(arena, "%s%s%s%s%s", path, *own || *text ? "?" : "", own,
		    *own && *text ? "&" : "", text);
		return;
	}
	out->target = arena_printf(arena, "%s%s%s", path, *own ? "?" : "", own);
	out->body = text;
	out->body_length = length;
	out->content_type = FORM;
}
