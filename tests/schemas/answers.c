/*
 * answers FOLDER: writes every kind of answer the gateway can give (operation, version, how it
 * went, envelope, format) into the folder, for tests/schemas/validate to hold against the schemas.
 * A file is named KIND-VERSION[-soap11|-soap12].xml, KIND-2.0.json, fault-CODE-VERSION.xml.
 */
#include "tests/schemas/answers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "protocol/sru_soap.h"

static const struct kind kinds[] = {
    {"search-marcxml", SEARCH, "query=bumi&maximumRecords=2&startRecord=1", SCHEMA_MARCXML,
	.records = 2, .next = 3},
    {"search-dc", SEARCH, "query=bumi&recordSchema=dc", SCHEMA_DC, .records = 2},
    {"search-mods", SEARCH, "query=bumi&recordSchema=mods", SCHEMA_MODS, .records = 2},
    {"search-opacxml", SEARCH, "query=bumi&recordSchema=opacxml", SCHEMA_OPACXML, .records = 2},
    {"search-string", SEARCH, "query=bumi&PACKING=string", SCHEMA_MARCXML, .records = 1,
	.surrogates = 1},
    {"search-string-dc", SEARCH, "query=bumi&PACKING=string", SCHEMA_DC, .records = 1},
    {"search-string-mods", SEARCH, "query=bumi&PACKING=string", SCHEMA_MODS, .records = 1},
    {"search-string-opacxml", SEARCH, "query=bumi&PACKING=string", SCHEMA_OPACXML, .records = 1},
    {"search-unpacked", SEARCH, "query=bumi&recordPacking=unpacked", SCHEMA_MARCXML, .records = 1,
	.versions = "2.0"},
    {"search-stylesheet", SEARCH, "query=bumi&stylesheet=/a.xsl", SCHEMA_DC, .records = 1},
    {"search-ttl", SEARCH, "query=bumi&resultSetTTL=60", SCHEMA_DC, .records = 1},
    {"search-own", SEARCH,
	"query=bumi&x-dedup=off&x-explain=1&x-foo=1&x-partners=ugm,uinsuka&x-deadline=800ms&x-"
	"partial=quiet",
	SCHEMA_DC, .records = 1},
    {"search-empty", SEARCH, "query=bumi", SCHEMA_MARCXML, .records = 0},
    {"search-count", SEARCH, "query=bumi&maximumRecords=0", SCHEMA_MARCXML, .next = 1},
    {"search-partial", SEARCH, "query=bumi", SCHEMA_MARCXML, .records = 2, .partial = true,
	.diagnostic = DIAG_PARTIAL},
    {"search-quiet", SEARCH, "query=bumi", SCHEMA_MARCXML, .records = 2, .partial = true},
    {"search-surrogate", SEARCH, "query=bumi", SCHEMA_MARCXML, .records = 1, .surrogates = 2},
    {"search-only-surrogates", SEARCH, "query=bumi", SCHEMA_DC, .surrogates = 2},
    {"search-beyond", SEARCH, "query=bumi&startRecord=99", SCHEMA_MARCXML,
	.diagnostic = DIAG_OUT_OF_RANGE},
    {"search-none-answered", SEARCH, "query=bumi", SCHEMA_MARCXML, .partial = true,
	.diagnostic = DIAG_UNAVAILABLE},
    {"search-boolean", SEARCH, "query=a", SCHEMA_DC, .records = 1,
	.query = "title any/relevant/fuzzy=2 \"a b\" and (creator = c or d) not e "
		 "prox/distance<=3/unit=word f"},
    {"search-prefix", SEARCH, "query=a", SCHEMA_DC, .records = 1,
	.query = ">x=\"http://set.example/1\" x.title = a or cql.resultSetId = b"},
    {"search-masked", SEARCH, "query=a", SCHEMA_DC, .records = 1,
	.query = "title = \"^bu?i man*\" and date within \"1980 1990\""},
    {"search-sortby", SEARCH, "query=a", SCHEMA_DC, .records = 1,
	.query = "a sortby title date/descending/missingValue=0",
	.order = "title date/descending/missingValue=0"},
    {"search-sortby-partial", SEARCH, "query=a", SCHEMA_DC, .records = 2, .partial = true,
	.query = "a sortby title", .order = "title"},
    {"search-sortkeys", SEARCH, "query=bumi&sortKeys=title,,0", SCHEMA_DC, .records = 2,
	.versions = "1.1 2.0", .order = "title/descending"},
    {"search-typed", SEARCH, "query=bumi%20-laut&queryType=searchTerms", SCHEMA_DC, .records = 1,
	.versions = "2.0"},
    {"search-pqf", SEARCH, "query=%40attr%201%3D4%20bumi&queryType=pqf", SCHEMA_DC, .records = 1,
	.versions = "2.0"},
    {"search-facets", SEARCH,
	"query=bumi&facetLimit=2&facetStart=1&facetSort=recordCount,descending", SCHEMA_DC,
	.records = 2, .versions = "2.0", .facets = 2},
    {"search-facets-sample", SEARCH, "query=bumi&facetLimit=2:subject,3:author", SCHEMA_DC,
	.records = 2, .partial = true, .diagnostic = DIAG_PARTIAL, .versions = "2.0",
	.order = "title", .facets = 3},
    {"search-facet-counts", SEARCH,
	"query=bumi&facetCount=date%3D1&facetCount:dc.date=2&facetCount=date%3D3", SCHEMA_DC,
	.records = 1, .versions = "2.0", .facets = 4},
    {"search-facets-empty", SEARCH, "query=bumi&facetLimit=2", SCHEMA_DC, .versions = "2.0"},
    {"search-rendered", SEARCH,
	"query=bumi&renderedBy=client&stylesheet=http://a.example/"
	"b.xsl%3Fc%3D1&httpAccept=application/sru%2Bxml",
	SCHEMA_DC, .records = 1, .versions = "2.0"},
    {"search-no-query", FAILURE, "", SCHEMA_DC, .records = 0},
    {"search-bad-number", FAILURE, "query=a&startRecord=x", SCHEMA_DC, .records = 0},
    {"search-bad-query", FAILURE, "query=(", SCHEMA_DC, .diagnostic = DIAG_QUERY_SYNTAX},
    {"search-database", FAILURE, "query=a", SCHEMA_DC, .diagnostic = DIAG_DATABASE},
    {"search-schema", FAILURE, "query=a&recordSchema=nosuch", SCHEMA_DC,
	.diagnostic = DIAG_SCHEMA_UNKNOWN, .records = 0},
    {"search-sort", FAILURE, "query=a", SCHEMA_DC, .diagnostic = DIAG_SORT_PATH},
    {"explain", EXPLAIN, "", SCHEMA_DC, .records = 0},
    {"explain-string", EXPLAIN, "PACKING=string", SCHEMA_DC, .records = 0},
    {"explain-stylesheet", EXPLAIN, "stylesheet=a.xsl", SCHEMA_DC, .records = 0},
    {"explain-failure", FAILURE, "PACKING=xml&bogus=1", SCHEMA_DC, .records = 0},
    {"explain-database", FAILURE, "", SCHEMA_DC, .diagnostic = DIAG_DATABASE},
    {"scan", SCAN, "scanClause=title%20%3D%20bumi&maximumTerms=3&responsePosition=1", SCHEMA_DC,
	.records = 3},
    {"scan-exact", SCAN, "scanClause=dc.title%20%3D%3D%20%22a%20b%22&stylesheet=/s.xsl", SCHEMA_DC,
	.records = 1},
    {"scan-empty", SCAN, "scanClause=zzz", SCHEMA_DC, .records = 0},
    {"scan-partial", SCAN, "scanClause=bumi", SCHEMA_DC, .records = 2, .partial = true,
	.diagnostic = DIAG_PARTIAL},
    {"scan-quiet", SCAN, "scanClause=bumi", SCHEMA_DC, .records = 2, .partial = true},
    {"scan-none-answered", SCAN, "scanClause=bumi", SCHEMA_DC, .partial = true,
	.diagnostic = DIAG_UNAVAILABLE},
    {"scan-no-clause", FAILURE, "", SCHEMA_DC, .records = 0},
    {"scan-failure", FAILURE, "scanClause=a&maximumTerms=3", SCHEMA_DC,
	.diagnostic = DIAG_OPERATION},
    {"scan-position", FAILURE, "scanClause=a&maximumTerms=3&responsePosition=9", SCHEMA_DC,
	.diagnostic = DIAG_SCAN_POSITION},
    {"scan-database", FAILURE, "scanClause=a", SCHEMA_DC, .diagnostic = DIAG_DATABASE},
};

static const char *const versions[] = {"1.1", "1.2", "2.0"};
static const char *const envelopes[] = {"", "-soap11", "-soap12"};

void answers_fail(const char *what, const char *why)
{
	fprintf(stderr, "answers: %s: %s\n", what, why);
	exit(2);
}

/* ---- The request ---- */

static const char *operation(const struct kind *kind)
{
	if (strncmp(kind->name, "scan", 4) == 0)
		return "scan";
	return strncmp(kind->name, "explain", 7) == 0 ? "explain" : "searchRetrieve";
}

static const char *encode(
    struct arena *arena, const struct kind *kind, const char *version, bool json)
{
	const char *parameters = kind->parameters, *packing = strstr(parameters, "PACKING");

	if (packing)
		parameters = arena_printf(arena, "%.*s%s%s", (int)(packing - parameters),
		    parameters, strcmp(version, "2.0") == 0 ? "recordXMLEscaping" : "recordPacking",
		    packing + strlen("PACKING"));
	return arena_printf(arena, "version=%s&operation=%s%s%s%s", version, operation(kind),
	    *parameters ? "&" : "", parameters, json ? "&httpAccept=application/json" : "");
}

/* ---- The answers ---- */

static char *make_answer(struct arena *arena, const struct kind *kind, const char *version,
    enum sru_soap soap, bool json, size_t *length)
{
	const char *text = encode(arena, kind, version, json);
	struct sru_request request;
	struct diag diag = {DIAG_NONE, ""};
	bool good = sru_decode(arena, text, strlen(text), NULL, &request, &diag);

	request.soap = soap;
	if (good && kind->what == FAILURE)
		good = diag_set(&diag, kind->diagnostic, "position 2: <more> was expected");
	if (good == (kind->what == FAILURE))
		answers_fail(kind->name, "decoded otherwise than expected");
	if (kind->what == FAILURE)
		return sru_encode_failure(arena, &request, &diag, length);
	return answers_make(arena, kind, &request, length);
}

static void write_file(const char *path, const char *text, size_t length)
{
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(text, 1, length, file) != length || fclose(file) != 0)
		answers_fail(path, "cannot be written");
}

static void write_answer(
    const char *folder, const struct kind *kind, const char *version, enum sru_soap soap, bool json)
{
	struct arena *arena = arena_create(0, NULL);
	size_t length;
	char *text = make_answer(arena, kind, version, soap, json, &length);

	write_file(arena_printf(arena, "%s/%s-%s%s.%s", folder, kind->name, version,
		       envelopes[soap], json ? "json" : "xml"),
	    text, length);
	arena_destroy(arena);
}

static void write_kind(const char *folder, const struct kind *kind)
{
	for (size_t v = 0; v < sizeof versions / sizeof *versions; v++) {
		if (kind->versions && !strstr(kind->versions, versions[v]))
			continue;
		for (int soap = SRU_SOAP_NONE; soap <= SRU_SOAP_1_2; soap++)
			write_answer(folder, kind, versions[v], (enum sru_soap)soap, false);
		/* One that says itself what it accepts has said so. */
		if (strcmp(versions[v], "2.0") == 0 && !strstr(kind->parameters, "httpAccept"))
			write_answer(folder, kind, versions[v], SRU_SOAP_NONE, true);
	}
}

static void write_fault(const char *folder, const char *name, struct sru_fault fault)
{
	struct arena *arena = arena_create(0, NULL);
	size_t length;
	char *text = sru_soap_write_fault(arena, &fault, &length);

	write_file(arena_printf(arena, "%s/fault-%s%s.xml", folder, name, envelopes[fault.version]),
	    text, length);
	arena_destroy(arena);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		answers_fail("usage", "answers FOLDER");
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		write_kind(argv[1], &kinds[i]);
	for (int soap = SRU_SOAP_1_1; soap <= SRU_SOAP_1_2; soap++) {
		enum sru_soap version = (enum sru_soap)soap;

		write_fault(
		    argv[1], "client", (struct sru_fault){version, SRU_FAULT_CLIENT, "a <b>"});
		write_fault(
		    argv[1], "version", (struct sru_fault){version, SRU_FAULT_VERSION, "c"});
		write_fault(
		    argv[1], "header", (struct sru_fault){version, SRU_FAULT_UNDERSTAND, "d"});
	}
	return 0;
}
