#include "protocol/sru_xml.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "protocol/sru_why.h"

#define NS_ANALYSIS "http://docs.oasis-open.org/ns/search-ws/searchResultAnalysis"
#define NS_FACETS "http://docs.oasis-open.org/ns/search-ws/facetedResults"
#define PRECISION "info:srw/vocabulary/resultCountPrecision/1/"

/* ---- Records ---- */

/* Four decimals without the locale's say. */
static const char *score_text(struct arena *arena, double score)
{
	unsigned long scaled = score < 1e9 ? (unsigned long)lround(score * 10000) : 0;

	return arena_printf(arena, "%lu.%04lu", scaled / 10000, scaled % 10000);
}

static void write_holding(struct sru_xml *xml, const struct sru_holding *holding)
{
	sru_xml_start(xml, "holding");
	sru_xml_attribute(xml, "partner", holding->partner);
	sru_xml_attribute(xml, "id", holding->id);
	sru_xml_attribute(xml, "isil", holding->isil);
	if (holding->position)
		sru_xml_attribute_number(xml, "position", holding->position);
	sru_xml_attribute(xml, "services", holding->services);
	sru_xml_end(xml);
}

static void write_holdings(struct sru_xml *xml, const struct sru_record *record)
{
	if (!record->nholdings && !(record->score >= 0) && !record->explain)
		return;
	sru_xml_start(xml, "zs:extraRecordData");
	sru_xml_start_in(xml, "holdings", SRU_SILANG_NAMESPACE);
	if (record->score >= 0)
		sru_xml_attribute(xml, "score", score_text(xml->arena, record->score));
	for (size_t i = 0; i < record->nholdings; i++)
		write_holding(xml, &record->holdings[i]);
	sru_xml_text(xml, "explain", record->explain);
	if (record->why)
		sru_why_xml(xml, record->why);
	sru_xml_end(xml);
	sru_xml_end(xml);
}

/* A surrogate is always XML; its own recordPacking says so. */
static void write_record_data(struct sru_xml *xml, const struct sru_record *record)
{
	sru_xml_start(xml, "zs:recordData");
	if (record->surrogate)
		sru_xml_diagnostic(xml, record->surrogate);
	else if (xml->request->packing_string)
		sru_xml_write(xml, sru_record_text(xml->arena, record));
	else
		record->write(record->arg, xml->writer);
	sru_xml_end(xml);
}

static void write_record(struct sru_xml *xml, const struct sru_record *record)
{
	sru_xml_start(xml, "zs:record");
	sru_xml_text(
	    xml, "zs:recordSchema", record->surrogate ? SRU_SURROGATE_SCHEMA : record->schema);
	sru_xml_packing(xml, xml->request->packing_string && !record->surrogate);
	write_record_data(xml, record);
	if (record->position)
		sru_xml_number(xml, "zs:recordPosition", record->position);
	write_holdings(xml, record);
	sru_xml_end(xml);
}

static void write_records(struct sru_xml *xml, const struct sru_search_answer *answer)
{
	if (!answer->nrecords)
		return;
	sru_xml_start(xml, "zs:records");
	for (size_t i = 0; i < answer->nrecords; i++)
		write_record(xml, &answer->records[i]);
	sru_xml_end(xml);
}

/* ---- The request, echoed ---- */

static void echo_parameter(struct sru_xml *xml, const char *name)
{
	const struct sru_request *request = xml->request;

	for (size_t i = 0; i < request->nparameters; i++)
		if (strcmp(request->parameters[i].name, name) == 0)
			sru_xml_text(xml, arena_printf(xml->arena, "zs:%s", name),
			    request->parameters[i].value);
}

static void echo_parameters(struct sru_xml *xml, const char *const *names)
{
	for (; *names; names++)
		echo_parameter(xml, *names);
}

static void write_xquery(struct sru_xml *xml, const char *xquery)
{
	if (!xquery)
		return;
	sru_xml_start(xml, "zs:xQuery");
	xmlTextWriterWriteRaw(xml->writer, (const xmlChar *)sru_clean(xml->arena, xquery));
	sru_xml_end(xml);
}

/* srw-types.xsd demands xQuery: a query without that form leaves the whole echo out. */
static void echo_1x(struct sru_xml *xml, const char *xquery)
{
	static const char *const rest[] = {"startRecord", "maximumRecords", "recordPacking",
	    "recordSchema", "resultSetTTL", "sortKeys", "stylesheet", NULL};

	if (!xquery)
		return;
	sru_xml_start(xml, "zs:echoedSearchRetrieveRequest");
	sru_xml_text(xml, "zs:version", sru_version_text(xml->request->version));
	echo_parameter(xml, "query");
	write_xquery(xml, xquery);
	echo_parameters(xml, rest);
	sru_xml_end(xml);
}

static void echo_extra(struct sru_xml *xml)
{
	const struct sru_request *request = xml->request;

	for (size_t i = 0; i < request->nparameters; i++) {
		const struct sru_parameter *parameter = &request->parameters[i];

		if (strncmp(parameter->name, "x-", 2) == 0)
			sru_xml_text(xml, "zs:extraRequestParameter",
			    arena_printf(xml->arena, "%s=%s", parameter->name, parameter->value));
	}
}

/* One string for all of them: "facetLimit=10&facetSort=alphanumeric". */
static void echo_facets(struct sru_xml *xml)
{
	const struct sru_request *request = xml->request;
	const char *text = NULL;

	for (size_t i = 0; i < request->nparameters; i++) {
		const struct sru_parameter *parameter = &request->parameters[i];

		if (strncmp(parameter->name, "facet", 5) == 0)
			text = arena_printf(xml->arena, "%s%s%s=%s", text ? text : "",
			    text ? "&" : "", parameter->name, parameter->value);
	}
	sru_xml_text(xml, "zs:facetParameters", text);
}

static void echo_20(struct sru_xml *xml, const char *xquery)
{
	static const char *const first[] = {"queryType", "query", NULL};
	static const char *const before[] = {"startRecord", "maximumRecords", "recordXMLEscaping",
	    "recordPacking", "recordSchema", NULL};
	static const char *const between[] = {
	    "resultSetTTL", "sortKeys", "stylesheet", "renderedBy", NULL};
	static const char *const after[] = {"httpAccept", "responseType", NULL};

	sru_xml_start(xml, "zs:echoedSearchRetrieveRequest");
	echo_parameters(xml, first);
	write_xquery(xml, xquery);
	echo_parameters(xml, before);
	echo_facets(xml);
	echo_parameters(xml, between);
	echo_extra(xml);
	echo_parameters(xml, after);
	sru_xml_end(xml);
}

/* ---- Partners ---- */

static void write_partner(struct sru_xml *xml, const struct sru_partner *partner)
{
	sru_xml_start(xml, "partner");
	sru_xml_attribute(xml, "id", partner->id);
	sru_xml_attribute(xml, "status", partner->status);
	sru_xml_attribute(xml, "reason", partner->reason);
	sru_xml_attribute(xml, "code", partner->code);
	sru_xml_attribute(xml, "detail", partner->detail);
	if (partner->hits >= 0)
		sru_xml_attribute_number(xml, "hits", (unsigned long)partner->hits);
	/* One that its agreement kept from being asked was not to fetch anything. */
	if (strcmp(partner->status, "expired") != 0)
		sru_xml_attribute_number(xml, "fetched", partner->fetched);
	if (partner->ms >= 0)
		sru_xml_attribute_number(xml, "ms", (unsigned long)partner->ms);
	sru_xml_attribute(xml, "agreement", partner->agreement);
	sru_xml_attribute(xml, "begins", partner->begins);
	sru_xml_attribute(xml, "ends", partner->ends);
	sru_xml_end(xml);
}

void sru_xml_partners(struct sru_xml *xml, const struct sru_partner *partners, size_t count)
{
	sru_xml_start_in(xml, "partners", SRU_SILANG_NAMESPACE);
	for (size_t i = 0; i < count; i++)
		write_partner(xml, &partners[i]);
	sru_xml_end(xml);
}

/* Whether the order holds for all records there are or for those fetched. */
static void write_sort(struct sru_xml *xml, const struct sru_search_answer *answer)
{
	if (!answer->sort)
		return;
	sru_xml_start_in(xml, "sort", SRU_SILANG_NAMESPACE);
	sru_xml_attribute(xml, "keys", answer->sort);
	sru_xml_attribute(xml, "complete", answer->sort_complete ? "true" : "false");
	sru_xml_end(xml);
}

/* What the gateway itself left out, and whether it has looked at everything there is. */
static void write_narrowed(struct sru_xml *xml, const struct sru_search_answer *answer)
{
	if (!answer->narrowed)
		return;
	sru_xml_start_in(xml, "narrowed", SRU_SILANG_NAMESPACE);
	sru_xml_attribute(xml, "by", answer->narrowed);
	sru_xml_attribute_number(xml, "left-out", answer->left_out);
	sru_xml_attribute(xml, "complete", answer->narrowed_complete ? "true" : "false");
	sru_xml_end(xml);
}

static void write_facets_note(struct sru_xml *xml, const struct sru_facets *facets)
{
	if (!facets)
		return;
	sru_xml_start_in(xml, "facets", SRU_SILANG_NAMESPACE);
	sru_xml_attribute_number(xml, "entries", facets->entries);
	sru_xml_attribute(xml, "complete", facets->complete ? "true" : "false");
	sru_xml_end(xml);
}

static void write_partners(struct sru_xml *xml, const struct sru_search_answer *answer)
{
	if (!answer->has_partners)
		return;
	sru_xml_start(xml, "zs:extraResponseData");
	sru_xml_partners(xml, answer->partners, answer->npartners);
	write_sort(xml, answer);
	write_narrowed(xml, answer);
	write_facets_note(xml, answer->facets);
	sru_xml_end(xml);
}

static void write_datasource(struct sru_xml *xml, const struct sru_partner *partner)
{
	const char *query = partner->query ? partner->query : xml->request->query;

	sru_xml_start(xml, "sra:datasource");
	sru_xml_text(
	    xml, "sra:datasourceDisplayLabel", partner->name ? partner->name : partner->id);
	sru_xml_start(xml, "sra:subqueryResults");
	sru_xml_start(xml, "sra:subqueryResult");
	sru_xml_text(xml, "sra:subqueryDisplayLabel", partner->id);
	sru_xml_text(xml, "sra:subquery", query ? query : "");
	sru_xml_number(xml, "sra:count", (unsigned long)partner->hits);
	sru_xml_end(xml);
	sru_xml_end(xml);
	sru_xml_end(xml);
}

/* One datasource for each partner that stated a count: the schema has no place for those that did
 * not. */
static void write_analysis(struct sru_xml *xml, const struct sru_search_answer *answer)
{
	bool open = false;

	for (size_t i = 0; answer->has_partners && i < answer->npartners; i++) {
		if (answer->partners[i].hits < 0)
			continue;
		if (!open) {
			sru_xml_start(xml, "zs:searchResultAnalysis");
			sru_xml_attribute(xml, "xmlns:sra", NS_ANALYSIS);
			open = true;
		}
		write_datasource(xml, &answer->partners[i]);
	}
	if (open)
		sru_xml_end(xml);
}

/* ---- Facets ---- */

static void write_facet(
    struct sru_xml *xml, const struct sru_facets *facets, const struct sru_facet *facet)
{
	sru_xml_start(xml, "f:facet");
	sru_xml_text(xml, "f:facetDisplayLabel", facet->name);
	if (!facets->complete)
		sru_xml_text(xml, "f:facetDescription",
		    arena_printf(
			xml->arena, "a sample: the %zu entries fetched so far", facets->entries));
	sru_xml_text(xml, "f:index", facet->index);
	sru_xml_text(xml, "f:relation", facet->relation);
	sru_xml_start(xml, "f:terms");
	for (size_t i = 0; i < facet->nterms; i++) {
		const struct sru_facet_term *term = &facet->terms[i];

		sru_xml_start(xml, "f:term");
		sru_xml_text(xml, "f:actualTerm", term->term);
		sru_xml_text(xml, "f:query", term->query);
		sru_xml_text(xml, "f:requestUrl", term->url);
		sru_xml_number(xml, "f:count", term->count);
		sru_xml_end(xml);
	}
	sru_xml_end(xml);
	sru_xml_end(xml);
}

/* The element is SRU's own, what is in it the facets'. The schema has no facet without a term. */
static void write_facets(struct sru_xml *xml, const struct sru_facets *facets)
{
	bool open = false;

	for (size_t i = 0; facets && i < facets->count; i++) {
		if (!facets->facets[i].nterms)
			continue;
		if (!open) {
			sru_xml_start(xml, "zs:facetedResults");
			sru_xml_attribute(xml, "xmlns:f", NS_FACETS);
			open = true;
		}
		write_facet(xml, facets, &facets->facets[i]);
	}
	if (open)
		sru_xml_end(xml);
}

/* ---- The answer: element order as in the schemas (PROTOCOLS 1.2) ---- */

char *sru_encode_search(struct arena *arena, const struct sru_search_answer *answer, size_t *length)
{
	bool two = answer->request->version == SRU_2_0;
	struct sru_xml xml;

	if (answer->request->format == SRU_JSON)
		return sru_json_search(arena, answer, length);
	sru_xml_open(&xml, arena, answer->request, "searchRetrieveResponse");
	sru_xml_number(&xml, "zs:numberOfRecords", answer->hits);
	sru_xml_text(&xml, "zs:resultSetId", answer->result_set_id);
	if (!two && answer->result_set_id && answer->idle_seconds)
		sru_xml_number(&xml, "zs:resultSetIdleTime", answer->idle_seconds);
	write_records(&xml, answer);
	if (answer->next)
		sru_xml_number(&xml, "zs:nextRecordPosition", answer->next);
	if (two)
		echo_20(&xml, answer->xquery);
	else
		echo_1x(&xml, answer->xquery);
	sru_xml_diagnostics(&xml, answer->diagnostics, answer->ndiagnostics);
	write_partners(&xml, answer);
	if (two) {
		if (answer->result_set_id)
			sru_xml_number(&xml, "zs:resultSetTTL", answer->idle_seconds);
		sru_xml_text(&xml, "zs:resultCountPrecision",
		    answer->exact ? PRECISION "exact" : PRECISION "estimate");
		write_facets(&xml, answer->facets);
		write_analysis(&xml, answer);
	}
	return sru_xml_close(&xml, length);
}

/* explainResponse has no form without a record: the diagnostic takes its place, too. */
static void write_failed_explain(struct sru_xml *xml, const struct sru_diagnostic *diagnostic)
{
	sru_xml_start(xml, "zs:record");
	sru_xml_text(xml, "zs:recordSchema", SRU_SURROGATE_SCHEMA);
	sru_xml_packing(xml, false);
	sru_xml_start(xml, "zs:recordData");
	sru_xml_diagnostic(xml, diagnostic);
	sru_xml_end(xml);
	sru_xml_end(xml);
}

char *sru_encode_failure(
    struct arena *arena, const struct sru_request *request, const struct diag *diag, size_t *length)
{
	static const char *const roots[] = {[SRU_EXPLAIN] = "explainResponse",
	    [SRU_SEARCH] = "searchRetrieveResponse",
	    [SRU_SCAN] = "scanResponse"};
	struct sru_diagnostic diagnostic = {.id = diag->id, .details = diag->details};
	struct sru_xml xml;

	if (request->format == SRU_JSON)
		return sru_json_failure(arena, request, &diagnostic, length);
	sru_xml_open(&xml, arena, request, roots[request->operation]);
	if (request->operation == SRU_SEARCH)
		sru_xml_number(&xml, "zs:numberOfRecords", 0);
	if (request->operation == SRU_EXPLAIN)
		write_failed_explain(&xml, &diagnostic);
	sru_xml_diagnostics(&xml, &diagnostic, 1);
	return sru_xml_close(&xml, length);
}
