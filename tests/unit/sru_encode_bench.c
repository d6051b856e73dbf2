#include "tests/unit/sru_encode_bench.h"

#include <math.h>
#include <string.h>
#include <libxml/parser.h>
#include <libxml/xpathInternals.h>

#include "tests/unit/sru_sample.h"

static void write_title(void *arg, xmlTextWriterPtr writer)
{
	xmlTextWriterStartElementNS(
	    writer, BAD_CAST "srw_dc", BAD_CAST "dc", BAD_CAST "info:srw/schema/1/dc-schema");
	xmlTextWriterWriteElementNS(writer, BAD_CAST "dc", BAD_CAST "title",
	    BAD_CAST "http://purl.org/dc/elements/1.1/", arg);
	xmlTextWriterEndElement(writer);
}

/* A record without a namespace, as opacxml is. */
static void write_plain(void *arg, xmlTextWriterPtr writer)
{
	xmlTextWriterWriteElement(writer, BAD_CAST "plain", arg);
}

static json_t *give_title(void *arg)
{
	return json_pack("{s:[s]}", "title", arg);
}

char title[] = "Bumi & manusia <\xC3\xA9]]>";

static const struct sru_diagnostic surrogate = {DIAG_RECORD_TOO_LARGE, "200000 <bytes>", NULL};
static const struct sru_diagnostic partial = {
    DIAG_PARTIAL, "answered 1 of 2: uin late\x01 (search)", "Some \xFF partners are late"};

static const struct sru_holding holdings[] = {
    {"ugm", "000123", "ID-YoUGM", 4, "search loan"},
    {"uin", "a\"<&\x02\xFF", NULL, 0, NULL},
};

const struct sru_partner partners[] = {
    {"ugm", "Universitas Gadjah Mada & co", "ok", NULL, NULL, NULL, NULL, NULL, "2027-07-13", 123,
	50, 87, "@attr 1=4 \"a<b\""},
    {"uin", "UIN", "late", "search", NULL, NULL, NULL, NULL, NULL, -1, 0, 5000, NULL},
    {"sti", "STI", "failed", "diagnostic", "bib1:114", "Unsupported \"Use\" <\x03\xFE>", "expired",
	NULL, "2023-01-01", 7, 0, 31, NULL},
    {"old", "Old", "expired", NULL, NULL, NULL, NULL, NULL, "2023-08-07", -1, 0, -1, NULL},
};

const struct sru_record records[] = {
    {1, DC, NULL, write_title, give_title, title, 0.87312, holdings, 2, "title 0.8 <b> & more",
	NULL},
    {2, DC, &surrogate, NULL, NULL, NULL, 0.5, holdings, 1, NULL, NULL},
    {3, "info:srw/schema/1/opacxml-v1.0", NULL, write_plain, NULL, title, -1, NULL, 0, NULL, NULL},
};

static const struct sru_part evidence[] = {
    {"title", "nearly <the> same", -1.5}, {"year", NULL, 0.0004}, {"isbn", NULL, INFINITY}};
static const struct sru_match joined = {
    .holding = 2, .with = 1, .sum = 12.25, .threshold = 5, .evidence = evidence, .nevidence = 3};
static const struct sru_match apart = {.partner = "ugm",
    .id = "a\x01&",
    .with = 1,
    .because = "edition",
    .by_edition = true,
    .sum = -3,
    .threshold = 5};
const struct sru_why why = {.has_score = true,
    .sum = 6.7494,
    .half = 2.5,
    .parts = evidence,
    .nparts = 3,
    .words = 2,
    .asked = 3,
    .coordination = 0.5,
    .above = "score",
    .next = 6,
    .best = "fullness",
    .fullness = 55,
    .joined = &joined,
    .njoined = 1,
    .apart = &apart,
    .napart = 1};

#define XQUERY                                                                                     \
	"<searchClause xmlns=\"http://www.loc.gov/zing/cql/xcql/\"><index>dc.title</index>"        \
	"<relation><value>=</value></relation><term>bumi</term></searchClause>"

static const struct sru_explain_index indexes[] = {
    {"dc", "title", "Title <main>", 16, true, false},
    {"dc", "creator", "Author", 11, false, false},
    {"bath", "isbn", NULL, 16, false, false},
    {"pica", "ppn", "PPN", 1, false, true},
};
static const struct sru_explain_schema schemas[] = {
    {"info:srw/schema/1/marcxml-v1.1", "marcxml", "MARCXML"},
    {DC, "dc", "Dublin Core & Co"},
};

void scene_decode(struct scene *scene, const char *text)
{
	struct diag diag;

	memset(scene, 0, sizeof *scene);
	scene->arena = arena_create(0, NULL);
	if (!sru_decode(scene->arena, text, strlen(text), NULL, &scene->request, &diag))
		fail_msg("%s: %d %s", text, diag_srw(diag.id), diag.details);
	scene->answer = (struct sru_search_answer){.request = &scene->request,
	    .hits = 4711,
	    .result_set_id = "0123456789abcdef0123456789abcdef",
	    .idle_seconds = 600,
	    .records = records,
	    .nrecords = 3,
	    .next = 4,
	    .diagnostics = &partial,
	    .ndiagnostics = 1,
	    .has_partners = true,
	    .partners = partners,
	    .npartners = 4,
	    .xquery = XQUERY};
	scene->explain = sample_explain(&scene->request);
	scene->explain.indexes = indexes;
	scene->explain.nindexes = 4;
	scene->explain.schemas = schemas;
	scene->explain.nschemas = 2;
}

void scene_parse(struct scene *scene)
{
	assert_int_equal(scene->length, strlen(scene->text));
	scene->doc = xmlReadMemory(scene->text, (int)scene->length, NULL, NULL, XML_PARSE_NONET);
	if (!scene->doc)
		fail_msg("not well formed: %s", scene->text);

	bool two = scene->request.version == SRU_2_0;
	const char *sru = two ? "http://docs.oasis-open.org/ns/search-ws/sruResponse"
			      : "http://www.loc.gov/zing/srw/";
	const char *diag = two ? "http://docs.oasis-open.org/ns/search-ws/diagnostic"
			       : "http://www.loc.gov/zing/srw/diagnostic/";

	scene->xpath = xmlXPathNewContext(scene->doc);
	xmlXPathRegisterNs(scene->xpath, BAD_CAST "z", BAD_CAST sru);
	xmlXPathRegisterNs(scene->xpath, BAD_CAST "d", BAD_CAST diag);
	xmlXPathRegisterNs(scene->xpath, BAD_CAST "s", BAD_CAST "urn:silang:response:1");
	xmlXPathRegisterNs(
	    scene->xpath, BAD_CAST "e", BAD_CAST "http://explain.z3950.org/dtd/2.0/");
	xmlXPathRegisterNs(
	    scene->xpath, BAD_CAST "x", BAD_CAST "http://www.loc.gov/zing/cql/xcql/");
	xmlXPathRegisterNs(
	    scene->xpath, BAD_CAST "dc", BAD_CAST "http://purl.org/dc/elements/1.1/");
	xmlXPathRegisterNs(scene->xpath, BAD_CAST "a",
	    BAD_CAST "http://docs.oasis-open.org/ns/search-ws/searchResultAnalysis");
	xmlXPathRegisterNs(
	    scene->xpath, BAD_CAST "scan", BAD_CAST "http://docs.oasis-open.org/ns/search-ws/scan");
}

void scene_search(struct scene *scene)
{
	scene->text = sru_encode_search(scene->arena, &scene->answer, &scene->length);
	scene_parse(scene);
}

void scene_close(struct scene *scene)
{
	xmlXPathFreeContext(scene->xpath);
	xmlFreeDoc(scene->doc);
	arena_destroy(scene->arena);
}

/* The value of an XPath expression as a string, in the arena. */
const char *look(struct scene *scene, const char *path)
{
	xmlXPathObjectPtr object = xmlXPathEvalExpression(BAD_CAST path, scene->xpath);

	assert_non_null(object);

	xmlChar *text = xmlXPathCastToString(object);
	const char *copy = arena_strdup(scene->arena, (const char *)text);

	xmlFree(text);
	xmlXPathFreeObject(object);
	return copy;
}

/* Names of an element's children, in order. */
const char *children(struct scene *scene, const char *path)
{
	xmlXPathObjectPtr object = xmlXPathEvalExpression(BAD_CAST path, scene->xpath);
	const char *list = "";

	assert_int_equal(xmlXPathNodeSetGetLength(object->nodesetval), 1);
	for (xmlNodePtr n = object->nodesetval->nodeTab[0]->children; n; n = n->next)
		if (n->type == XML_ELEMENT_NODE)
			list =
			    arena_printf(scene->arena, "%s%s%s", list, *list ? " " : "", n->name);
	xmlXPathFreeObject(object);
	return list;
}
