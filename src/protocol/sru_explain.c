#include "protocol/sru_xml.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

/*
 * The ZeeRex record of explain.xsd (OASIS part 7, which extends Z39.92): the same in every version
 * of SRU, since it describes the server, not the answer.
 */

#define NS_EXPLAIN "http://explain.z3950.org/dtd/2.0/"

struct context_set {
	const char *name, *identifier, *title;
};

/* PROTOCOLS 3: the sets by the names that CQL knows them under. */
static const struct context_set context_sets[] = {
    {"bath", "http://zing.z3950.org/cql/bath/2.0/", "Bath profile"},
    {"bib", "info:srw/cql-context-set/1/bib-v1", "Bibliographic searching"},
    {"cql", "info:srw/cql-context-set/1/cql-v1.2", "CQL"},
    {"dc", "info:srw/cql-context-set/1/dc-v1.1", "Dublin Core"},
    {"marc", "info:srw/cql-context-set/1/marc-1.1", "MARC fields"},
    {"net", "info:srw/cql-context-set/2/net-1.0", "Network"},
    {"rec", "info:srw/cql-context-set/2/rec-1.1", "Record metadata"},
    {"silang", "urn:silang:context-set:silang", "Answered by the gateway itself"},
    {"sort", "info:srw/cql-context-set/1/sort-v1.0", "Sorting"},
};

static struct context_set find_set(struct arena *arena, const char *name)
{
	for (size_t i = 0; i < sizeof context_sets / sizeof *context_sets; i++)
		if (text_equal_ignoring_case(context_sets[i].name, name))
			return context_sets[i];
	return (struct context_set){
	    name, arena_printf(arena, "urn:silang:context-set:%s", name), name};
}

static void write_server(struct sru_xml *xml, const struct sru_explain_answer *answer)
{
	sru_xml_start(xml, "serverInfo");
	sru_xml_attribute(xml, "protocol", "SRU");
	sru_xml_attribute(xml, "version", sru_version_text(SRU_2_0));
	sru_xml_attribute(xml, "transport", answer->secure ? "https" : "http");
	sru_xml_text(xml, "host", answer->host);
	sru_xml_number(xml, "port", answer->port);
	sru_xml_text(xml, "database", answer->database);
	sru_xml_end(xml);
}

static void write_database(struct sru_xml *xml, const struct sru_explain_answer *answer)
{
	sru_xml_start(xml, "databaseInfo");
	if (answer->title) {
		sru_xml_start(xml, "title");
		sru_xml_attribute(xml, "primary", "true");
		sru_xml_write(xml, answer->title);
		sru_xml_end(xml);
	}
	sru_xml_text(xml, "description", answer->description);
	sru_xml_text(
	    xml, "extent", arena_printf(xml->arena, "%u partner libraries", answer->npartners));
	sru_xml_start(xml, "implementation");
	sru_xml_attribute(xml, "identifier", "silang");
	sru_xml_end(xml);
	sru_xml_end(xml);
}

static bool is_set_before(const struct sru_explain_answer *answer, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (text_equal_ignoring_case(answer->indexes[i].set, answer->indexes[at].set))
			return true;
	return false;
}

static void write_set(struct sru_xml *xml, const char *name)
{
	struct context_set set = find_set(xml->arena, name);

	sru_xml_start(xml, "set");
	sru_xml_attribute(xml, "name", set.name);
	sru_xml_attribute(xml, "identifier", set.identifier);
	sru_xml_text(xml, "title", set.title);
	sru_xml_end(xml);
}

/* explain.xsd gives an index no description: the partners that map it stand in a setting of ours
 * and, when they are not all, in a second title for people. */
static void write_index(
    struct sru_xml *xml, const struct sru_explain_index *index, unsigned npartners)
{
	const char *title = index->title ? index->title : index->name;

	sru_xml_start(xml, "index");
	sru_xml_attribute(xml, "search", "true");
	sru_xml_attribute(xml, "scan", index->own ? "false" : "true");
	if (index->sorts)
		sru_xml_attribute(xml, "sort", "true");
	sru_xml_text(xml, "title", title);
	if (index->partners < npartners)
		sru_xml_text(xml, "title",
		    arena_printf(
			xml->arena, "%s (%u of %u partners)", title, index->partners, npartners));
	sru_xml_start(xml, "map");
	sru_xml_start(xml, "name");
	sru_xml_attribute(xml, "set", find_set(xml->arena, index->set).name);
	sru_xml_write(xml, index->name);
	sru_xml_end(xml);
	sru_xml_end(xml);
	sru_xml_start(xml, "configInfo");
	sru_xml_start(xml, "setting");
	sru_xml_attribute(xml, "type", "partners");
	sru_xml_write(xml, arena_printf(xml->arena, "%u", index->partners));
	sru_xml_end(xml);
	sru_xml_end(xml);
	sru_xml_end(xml);
}

static void write_indexes(struct sru_xml *xml, const struct sru_explain_answer *answer)
{
	if (!answer->nindexes)
		return;
	sru_xml_start(xml, "indexInfo");
	for (size_t i = 0; i < answer->nindexes; i++)
		if (!is_set_before(answer, i))
			write_set(xml, answer->indexes[i].set);
	for (size_t i = 0; i < answer->nindexes; i++)
		write_index(xml, &answer->indexes[i], answer->npartners);
	sru_xml_end(xml);
}

static void write_facets(struct sru_xml *xml, const struct sru_explain_answer *answer)
{
	if (!answer->facets || !*answer->facets)
		return;
	sru_xml_start(xml, "facets");
	for (const char *const *name = answer->facets; *name; name++) {
		sru_xml_start(xml, "facet");
		sru_xml_text(xml, "facetType", *name);
		sru_xml_start(xml, "start");
		sru_xml_text(xml, "startDefault", "1");
		sru_xml_text(xml, "otherStart", "true");
		sru_xml_end(xml);
		sru_xml_end(xml);
	}
	sru_xml_end(xml);
}

/* By title, where there are titles. */
static const char *query_example(struct arena *arena, const struct sru_explain_answer *answer)
{
	const struct sru_explain_index *index = &answer->indexes[0];

	for (size_t i = 0; i < answer->nindexes; i++)
		if (strcmp(answer->indexes[i].set, "dc") == 0 &&
		    strcmp(answer->indexes[i].name, "title") == 0)
			index = &answer->indexes[i];
	return arena_printf(arena, "%s.%s = indonesia", index->set, index->name);
}

/* Obligatory in the schema, though all it holds is optional. */
static void write_search(struct sru_xml *xml, const struct sru_explain_answer *answer)
{
	sru_xml_start(xml, "searchInfo");
	if (answer->nindexes)
		sru_xml_text(xml, "queryExample", query_example(xml->arena, answer));
	write_facets(xml, answer);
	sru_xml_text(xml, "inputEncoding", "UTF-8");
	sru_xml_end(xml);
}

static void write_schemas(struct sru_xml *xml, const struct sru_explain_answer *answer)
{
	if (!answer->nschemas)
		return;
	sru_xml_start(xml, "schemaInfo");
	for (size_t i = 0; i < answer->nschemas; i++) {
		sru_xml_start(xml, "schema");
		sru_xml_attribute(xml, "identifier", answer->schemas[i].identifier);
		sru_xml_attribute(xml, "name", answer->schemas[i].name);
		sru_xml_attribute(xml, "retrieve", "true");
		sru_xml_text(xml, "title", answer->schemas[i].title);
		sru_xml_end(xml);
	}
	sru_xml_end(xml);
}

/* ---- configInfo ---- */

static void write_typed(
    struct sru_xml *xml, const char *element, const char *type, const char *value)
{
	sru_xml_start(xml, element);
	sru_xml_attribute(xml, "type", type);
	sru_xml_write(xml, value);
	sru_xml_end(xml);
}

static void write_typed_number(
    struct sru_xml *xml, const char *element, const char *type, unsigned long value)
{
	write_typed(xml, element, type, arena_printf(xml->arena, "%lu", value));
}

/* What the gateway itself understands, whoever is asked; partners that cannot are left out and
 * named. */
static void write_supports(struct sru_xml *xml, const struct sru_explain_answer *answer)
{
	static const char *const supports[][2] = {
	    {"resultSets", ""},
	    {"relation", "="},
	    {"relation", "=="},
	    {"relation", "<>"},
	    {"relation", "<"},
	    {"relation", ">"},
	    {"relation", "<="},
	    {"relation", ">="},
	    {"relation", "adj"},
	    {"relation", "all"},
	    {"relation", "any"},
	    {"relation", "within"},
	    {"maskingCharacter", "*"},
	    {"maskingCharacter", "?"},
	    {"anchoring", ""},
	    {"emptyTerm", "false"},
	    {"scan", "true"},
	    {"sort", "ascending descending"},
	    {"sortModifier", "missingLow missingHigh missingValue"},
	    {"sortModifier", "ignoreCase respectCase ignoreAccents respectAccents locale"},
	    {"recordXPath", "false"},
	};

	for (size_t i = 0; i < sizeof supports / sizeof *supports; i++)
		write_typed(xml, "supports", supports[i][0], supports[i][1]);
	for (const char *const *name = answer->modifiers; name && *name; name++)
		write_typed(xml, "supports", "relationModifier", *name);
	write_typed(xml, "supports", "proximity", answer->prox ? "true" : "false");
}

static void write_config(struct sru_xml *xml, const struct sru_explain_answer *answer)
{
	char deadline[24];

	sru_xml_start(xml, "configInfo");
	write_typed_number(xml, "default", "numberOfRecords", answer->default_records);
	write_typed(xml, "default", "contextSet", "cql");
	write_typed(xml, "default", "index", "cql.serverChoice");
	write_typed(xml, "default", "relation", "=");
	write_typed(xml, "default", "sortSchema", "info:srw/schema/1/dc-v1.1");
	if (answer->nschemas)
		write_typed(xml, "default", "retrieveSchema", answer->schemas[0].identifier);
	write_typed_number(xml, "setting", "maximumRecords", answer->maximum_records);
	write_typed_number(xml, "setting", "resultSetTTL", answer->ttl_seconds);
	write_typed(xml, "setting", "defaultDeadline", duration_print(answer->deadline, deadline));
	write_supports(xml, answer);
	sru_xml_end(xml);
}

static void write_format(struct sru_xml *xml, const char *name, const char *uri, const char *media)
{
	sru_xml_start(xml, "responseFormat");
	sru_xml_text(xml, "nameString", name);
	sru_xml_text(xml, "URI", uri);
	sru_xml_text(xml, "mediaType", media);
	sru_xml_end(xml);
}

static void write_formats(struct sru_xml *xml)
{
	sru_xml_start(xml, "responseFormats");
	write_format(xml, "SRU", "http://docs.oasis-open.org/ns/search-ws/sruResponse",
	    "application/sru+xml");
	write_format(xml, "JSON", SRU_SILANG_NAMESPACE, "application/json");
	sru_xml_end(xml);
}

static void write_diagnostic_sets(struct sru_xml *xml)
{
	sru_xml_start(xml, "diagnosticSets");
	sru_xml_start(xml, "diagnosticSet");
	sru_xml_text(xml, "setName", "SRU");
	sru_xml_text(xml, "URI", "info:srw/diagnostic/1/");
	sru_xml_end(xml);
	sru_xml_end(xml);
}

/* Element order as in explain.xsd. */
static void write_explain(struct sru_xml *xml, const struct sru_explain_answer *answer)
{
	sru_xml_start_in(xml, "explain", NS_EXPLAIN);
	sru_xml_attribute(xml, "authoritative", "true");
	write_server(xml, answer);
	write_database(xml, answer);
	write_indexes(xml, answer);
	write_search(xml, answer);
	write_schemas(xml, answer);
	sru_xml_start(xml, "stylesheet");
	sru_xml_text(xml, "echoInResponse", "true");
	sru_xml_end(xml);
	write_config(xml, answer);
	write_formats(xml);
	write_diagnostic_sets(xml);
	sru_xml_end(xml);
}

/* ---- The answer around it ---- */

struct explain_arg {
	struct sru_xml xml;
	const struct sru_explain_answer *answer;
};

static void write_alone(void *arg, xmlTextWriterPtr writer)
{
	struct explain_arg *explain = arg;

	explain->xml.writer = writer;
	write_explain(&explain->xml, explain->answer);
}

static void echo_explain(struct sru_xml *xml)
{
	static const char *const names[] = {"recordXMLEscaping", "recordPacking", "stylesheet"};
	const struct sru_request *request = xml->request;

	sru_xml_start(xml, "zs:echoedExplainRequest");
	if (request->version != SRU_2_0)
		sru_xml_text(xml, "zs:version", sru_version_text(request->version));
	for (size_t n = 0; n < sizeof names / sizeof *names; n++)
		for (size_t i = 0; i < request->nparameters; i++)
			if (strcmp(request->parameters[i].name, names[n]) == 0)
				sru_xml_text(xml, arena_printf(xml->arena, "zs:%s", names[n]),
				    request->parameters[i].value);
	sru_xml_end(xml);
}

char *sru_encode_explain(
    struct arena *arena, const struct sru_explain_answer *answer, size_t *length)
{
	const struct sru_request *request = answer->request;
	struct sru_xml xml;

	if (request->format == SRU_JSON)
		return sru_json_explain(arena, answer, length);
	sru_xml_open(&xml, arena, request, "explainResponse");
	sru_xml_start(&xml, "zs:record");
	sru_xml_text(&xml, "zs:recordSchema", NS_EXPLAIN);
	sru_xml_packing(&xml, request->packing_string);
	sru_xml_start(&xml, "zs:recordData");
	if (request->packing_string) {
		struct explain_arg arg = {xml, answer};
		struct sru_record record = {.write = write_alone, .arg = &arg};

		sru_xml_write(&xml, sru_record_text(arena, &record));
	} else {
		write_explain(&xml, answer);
	}
	sru_xml_end(&xml);
	sru_xml_end(&xml);
	echo_explain(&xml);
	return sru_xml_close(&xml, length);
}
