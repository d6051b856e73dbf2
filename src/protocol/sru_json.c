#include "protocol/sru_xml.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "protocol/sru_json.h"
#include "protocol/sru_why.h"

/* ---- Values ---- */

void sru_json_put(json_t *object, const char *key, json_t *value)
{
	if (!value || json_object_set_new(object, key, value) != 0)
		abort();
}

void sru_json_append(json_t *array, json_t *value)
{
	if (!value || json_array_append_new(array, value) != 0)
		abort();
}

void sru_json_text(struct arena *arena, json_t *object, const char *key, const char *text)
{
	if (text)
		sru_json_put(object, key, json_string(sru_clean(arena, text)));
}

void sru_json_number(json_t *object, const char *key, unsigned long number)
{
	sru_json_put(object, key, json_integer((json_int_t)number));
}

static char *finish(struct arena *arena, json_t *root, size_t *length)
{
	/* Eight digits: scores have four decimals, and 0.8731 shall not become 0.87309999999999999.
	 */
	char *dumped = json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(8));

	if (!dumped)
		abort();
	*length = strlen(dumped);

	char *text = arena_strndup(arena, dumped, *length);

	free(dumped);
	json_decref(root);
	return text;
}

static json_t *make_diagnostic(struct arena *arena, const struct sru_diagnostic *diagnostic)
{
	const char *message = diagnostic->message;
	json_t *object = json_object();

	assert(diagnostic->id != DIAG_NONE);
	sru_json_text(arena, object, "uri", sru_diagnostic_uri(arena, diagnostic->id));
	if (diagnostic->details && *diagnostic->details)
		sru_json_text(arena, object, "details", diagnostic->details);
	sru_json_text(arena, object, "message", message ? message : diag_message(diagnostic->id));
	return object;
}

static json_t *make_diagnostics(
    struct arena *arena, const struct sru_diagnostic *diagnostics, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		sru_json_append(array, make_diagnostic(arena, &diagnostics[i]));
	return array;
}

/* ---- Records ---- */

/* "search loan" as a list. */
static json_t *make_words(struct arena *arena, const char *text)
{
	json_t *array = json_array();

	while (*(text += strspn(text, " "))) {
		size_t length = strcspn(text, " ");

		sru_json_append(
		    array, json_string(sru_clean(arena, arena_strndup(arena, text, length))));
		text += length;
	}
	return array;
}

static json_t *make_holding(struct arena *arena, const struct sru_holding *holding)
{
	json_t *object = json_object();

	sru_json_text(arena, object, "partner", holding->partner);
	sru_json_text(arena, object, "id", holding->id);
	sru_json_text(arena, object, "isil", holding->isil);
	if (holding->position)
		sru_json_number(object, "position", holding->position);
	if (holding->services)
		sru_json_put(object, "services", make_words(arena, holding->services));
	return object;
}

/* As JSON, or the XML as a string when that was asked for or there is nothing else. */
static json_t *make_record_data(
    struct arena *arena, const struct sru_request *request, const struct sru_record *record)
{
	json_t *data = NULL;

	if (record->surrogate)
		return json_null();
	if (record->json && !request->packing_string)
		data = record->json(record->arg);
	return data ? data : json_string(sru_clean(arena, sru_record_text(arena, record)));
}

static json_t *make_record(
    struct arena *arena, const struct sru_request *request, const struct sru_record *record)
{
	json_t *object = json_object(), *holdings = json_array();

	if (record->position)
		sru_json_number(object, "position", record->position);
	sru_json_text(
	    arena, object, "schema", record->surrogate ? SRU_SURROGATE_SCHEMA : record->schema);
	sru_json_put(object, "record", make_record_data(arena, request, record));
	if (record->surrogate)
		sru_json_put(object, "diagnostic", make_diagnostic(arena, record->surrogate));
	if (record->score >= 0 && record->score < 1e9)
		sru_json_put(object, "score", json_real(round(record->score * 10000) / 10000));
	for (size_t i = 0; i < record->nholdings; i++)
		sru_json_append(holdings, make_holding(arena, &record->holdings[i]));
	sru_json_put(object, "holdings", holdings);
	sru_json_text(arena, object, "explain", record->explain);
	if (record->why)
		sru_json_put(object, "why", sru_why_json(arena, record->why));
	return object;
}

/* ---- Partners ---- */

static json_t *make_partner(struct arena *arena, const struct sru_partner *partner)
{
	json_t *object = json_object();

	sru_json_text(arena, object, "id", partner->id);
	sru_json_text(arena, object, "name", partner->name);
	sru_json_text(arena, object, "status", partner->status);
	sru_json_text(arena, object, "reason", partner->reason);
	sru_json_text(arena, object, "code", partner->code);
	sru_json_text(arena, object, "detail", partner->detail);
	if (partner->hits >= 0)
		sru_json_number(object, "hits", (unsigned long)partner->hits);
	if (strcmp(partner->status, "expired") != 0)
		sru_json_number(object, "fetched", partner->fetched);
	if (partner->ms >= 0)
		sru_json_number(object, "ms", (unsigned long)partner->ms);
	sru_json_text(arena, object, "agreement", partner->agreement);
	sru_json_text(arena, object, "begins", partner->begins);
	sru_json_text(arena, object, "ends", partner->ends);
	sru_json_text(arena, object, "query", partner->query);
	return object;
}

static json_t *make_partners(struct arena *arena, const struct sru_search_answer *answer)
{
	json_t *array = json_array();

	for (size_t i = 0; answer->has_partners && i < answer->npartners; i++)
		sru_json_append(array, make_partner(arena, &answer->partners[i]));
	return array;
}

/* ---- Facets ---- */

static json_t *make_facet(
    struct arena *arena, const struct sru_facets *facets, const struct sru_facet *facet)
{
	json_t *object = json_object(), *terms = json_array();

	sru_json_text(arena, object, "name", facet->name);
	sru_json_text(arena, object, "index", facet->index);
	sru_json_text(arena, object, "relation", facet->relation);
	sru_json_number(object, "total", facet->total);
	sru_json_number(object, "entries", facets->entries);
	sru_json_put(object, "complete", json_boolean(facets->complete));
	for (size_t i = 0; i < facet->nterms; i++) {
		json_t *term = json_object();

		sru_json_text(arena, term, "term", facet->terms[i].term);
		sru_json_text(arena, term, "query", facet->terms[i].query);
		sru_json_text(arena, term, "requestUrl", facet->terms[i].url);
		sru_json_number(term, "count", facet->terms[i].count);
		sru_json_append(terms, term);
	}
	sru_json_put(object, "terms", terms);
	return object;
}

static json_t *make_facets(struct arena *arena, const struct sru_facets *facets)
{
	json_t *array = json_array();

	for (size_t i = 0; facets && i < facets->count; i++)
		sru_json_append(array, make_facet(arena, facets, &facets->facets[i]));
	return array;
}

/* ---- Answers ---- */

/* The parameters as they were sent, by their names; one that was repeated as a list. */
static json_t *make_echo(struct arena *arena, const struct sru_request *request)
{
	json_t *object = json_object();

	for (size_t i = 0; i < request->nparameters; i++) {
		const char *name = sru_clean(arena, request->parameters[i].name);
		json_t *value = json_string(sru_clean(arena, request->parameters[i].value));
		json_t *before = json_object_get(object, name);

		if (json_is_array(before))
			sru_json_append(before, value);
		else
			sru_json_put(
			    object, name, before ? json_pack("[O,o]", before, value) : value);
	}
	return object;
}

char *sru_json_search(struct arena *arena, const struct sru_search_answer *answer, size_t *length)
{
	json_t *root = json_object(), *records = json_array();

	sru_json_number(root, "numberOfRecords", answer->hits);
	sru_json_text(arena, root, "resultCountPrecision", answer->exact ? "exact" : "estimate");
	sru_json_text(arena, root, "resultSetId", answer->result_set_id);
	if (answer->result_set_id && answer->idle_seconds)
		sru_json_number(root, "resultSetTTL", answer->idle_seconds);
	for (size_t i = 0; i < answer->nrecords; i++)
		sru_json_append(records, make_record(arena, answer->request, &answer->records[i]));
	sru_json_put(root, "records", records);
	if (answer->next)
		sru_json_number(root, "nextRecordPosition", answer->next);
	sru_json_put(root, "partners", make_partners(arena, answer));
	if (answer->sort) {
		json_t *sort = json_object();

		sru_json_text(arena, sort, "keys", answer->sort);
		sru_json_put(sort, "complete", json_boolean(answer->sort_complete));
		sru_json_put(root, "sort", sort);
	}
	if (answer->narrowed) {
		json_t *narrowed = json_object();

		sru_json_text(arena, narrowed, "by", answer->narrowed);
		sru_json_number(narrowed, "leftOut", answer->left_out);
		sru_json_put(narrowed, "complete", json_boolean(answer->narrowed_complete));
		sru_json_put(root, "narrowed", narrowed);
	}
	sru_json_put(root, "facets", make_facets(arena, answer->facets));
	sru_json_put(root, "diagnostics",
	    make_diagnostics(arena, answer->diagnostics, answer->ndiagnostics));
	sru_json_put(root, "request", make_echo(arena, answer->request));
	return finish(arena, root, length);
}

static json_t *make_scan_term(struct arena *arena, const struct sru_scan_term *term)
{
	json_t *object = json_object();

	sru_json_text(arena, object, "value", term->value);
	if (term->count >= 0)
		sru_json_number(object, "numberOfRecords", (unsigned long)term->count);
	sru_json_text(arena, object, "displayTerm", term->display);
	sru_json_text(arena, object, "whereInList", term->where);
	return object;
}

char *sru_json_scan(struct arena *arena, const struct sru_scan_answer *answer, size_t *length)
{
	json_t *root = json_object(), *terms = json_array(), *partners = json_array();

	for (size_t i = 0; i < answer->nterms; i++)
		sru_json_append(terms, make_scan_term(arena, &answer->terms[i]));
	sru_json_put(root, "terms", terms);
	for (size_t i = 0; i < answer->npartners; i++)
		sru_json_append(partners, make_partner(arena, &answer->partners[i]));
	sru_json_put(root, "partners", partners);
	sru_json_put(root, "diagnostics",
	    make_diagnostics(arena, answer->diagnostics, answer->ndiagnostics));
	sru_json_put(root, "request", make_echo(arena, answer->request));
	return finish(arena, root, length);
}

char *sru_json_failure(struct arena *arena, const struct sru_request *request,
    const struct sru_diagnostic *diagnostic, size_t *length)
{
	json_t *root = json_object();

	if (request->operation == SRU_SEARCH) {
		sru_json_number(root, "numberOfRecords", 0);
		sru_json_put(root, "records", json_array());
		sru_json_put(root, "partners", json_array());
		sru_json_put(root, "facets", json_array());
	}
	sru_json_put(root, "diagnostics", make_diagnostics(arena, diagnostic, 1));
	return finish(arena, root, length);
}

static json_t *make_index(struct arena *arena, const struct sru_explain_index *index)
{
	json_t *object = json_object();

	sru_json_text(arena, object, "set", index->set);
	sru_json_text(arena, object, "name", index->name);
	sru_json_text(arena, object, "title", index->title);
	sru_json_number(object, "partners", index->partners);
	sru_json_put(object, "sort", json_boolean(index->sorts));
	return object;
}

static json_t *make_schema(struct arena *arena, const struct sru_explain_schema *schema)
{
	json_t *object = json_object();

	sru_json_text(arena, object, "identifier", schema->identifier);
	sru_json_text(arena, object, "name", schema->name);
	sru_json_text(arena, object, "title", schema->title);
	return object;
}

static void put_settings(json_t *object, const struct sru_explain_answer *answer)
{
	sru_json_number(object, "numberOfRecords", answer->default_records);
	sru_json_number(object, "maximumRecords", answer->maximum_records);
	sru_json_number(object, "resultSetTTL", answer->ttl_seconds);
	sru_json_put(object, "deadline", json_integer(answer->deadline));
}

char *sru_json_explain(struct arena *arena, const struct sru_explain_answer *answer, size_t *length)
{
	json_t *root = json_object(), *explain = json_object();
	json_t *indexes = json_array(), *schemas = json_array(), *settings = json_object();

	sru_json_text(arena, explain, "version", sru_version_text(SRU_2_0));
	sru_json_text(arena, explain, "host", answer->host);
	sru_json_number(explain, "port", answer->port);
	sru_json_text(arena, explain, "database", answer->database);
	sru_json_text(arena, explain, "title", answer->title);
	sru_json_text(arena, explain, "description", answer->description);
	sru_json_number(explain, "partners", answer->npartners);
	for (size_t i = 0; i < answer->nindexes; i++)
		sru_json_append(indexes, make_index(arena, &answer->indexes[i]));
	sru_json_put(explain, "indexes", indexes);
	for (size_t i = 0; i < answer->nschemas; i++)
		sru_json_append(schemas, make_schema(arena, &answer->schemas[i]));
	sru_json_put(explain, "schemas", schemas);
	put_settings(settings, answer);
	sru_json_put(explain, "settings", settings);
	sru_json_put(root, "explain", explain);
	sru_json_put(root, "diagnostics", json_array());
	return finish(arena, root, length);
}
