/*
 * answers FOLDER: writes every kind of answer the gateway can give (operation, version, how it
 * went, envelope) into the folder, for tests/schemas/validate to hold against the published
 * schemas. A file is named KIND-VERSION[-soap11|-soap12].xml.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "protocol/sru.h"
#include "protocol/sru_soap.h"
#include "query/cql.h"
#include "query/xcql.h"
#include "record/crosswalk.h"
#include "record/marc.h"
#include "record/schema.h"

static const char marcxml[] =
    "<record xmlns='http://www.loc.gov/MARC21/slim'><leader>00000nam a2200000 a 4500</leader>"
    "<controlfield tag='001'>000123</controlfield>"
    "<controlfield tag='008'>940101s1980    io            000 0 ind d</controlfield>"
    "<datafield tag='020' ind1=' ' ind2=' '><subfield code='a'>9794330108</subfield></datafield>"
    "<datafield tag='100' ind1='1' ind2=' '><subfield code='a'>Toer, P. A.</subfield></datafield>"
    "<datafield tag='245' ind1='1' ind2='0'><subfield code='a'>Bumi &amp; manusia</subfield>"
    "</datafield>"
    "<datafield tag='852' ind1=' ' ind2=' '><subfield code='h'>899 TOE</subfield></datafield>"
    "</record>";

static const char opac[] =
    "<holdings><holding><typeOfRecord>x</typeOfRecord><callNumber>899 TOE b</callNumber><volumes>"
    "<volume><enumeration>1</enumeration></volume></volumes><circulations><circulation>"
    "<availableNow value='1'/><itemId>B1</itemId><renewable value='0'/><onHold value='0'/>"
    "<midspine>m</midspine></circulation></circulations></holding></holdings>";

enum what { SEARCH, FAILURE, EXPLAIN };

/* `x` stands for what follows the version; %s in it is the packing's parameter of the version. */
struct kind {
	const char *name;
	enum what what;
	const char *parameters; /* after operation and version */
	enum schema schema;
	unsigned long records, surrogates, next;
	bool partial;
	enum diag_id diagnostic;
	const char *query; /* for xQuery; NULL: bumi */
};

static const struct kind kinds[] = {
    {"search-marcxml", SEARCH, "query=bumi&maximumRecords=2&startRecord=1", SCHEMA_MARCXML, 2, 0, 3,
	false, DIAG_NONE, NULL},
    {"search-dc", SEARCH, "query=bumi&recordSchema=dc", SCHEMA_DC, 2, 0, 0, false, DIAG_NONE, NULL},
    {"search-mods", SEARCH, "query=bumi&recordSchema=mods", SCHEMA_MODS, 2, 0, 0, false, DIAG_NONE,
	NULL},
    {"search-opacxml", SEARCH, "query=bumi&recordSchema=opacxml", SCHEMA_OPACXML, 2, 0, 0, false,
	DIAG_NONE, NULL},
    {"search-string", SEARCH, "query=bumi&PACKING=string", SCHEMA_MARCXML, 1, 1, 0, false,
	DIAG_NONE, NULL},
    {"search-stylesheet", SEARCH, "query=bumi&stylesheet=/a.xsl&resultSetTTL=60", SCHEMA_DC, 1, 0,
	0, false, DIAG_NONE, NULL},
    {"search-own", SEARCH, "query=bumi&x-dedup=off&x-explain=1&x-foo=1", SCHEMA_DC, 1, 0, 0, false,
	DIAG_NONE, NULL},
    {"search-empty", SEARCH, "query=bumi", SCHEMA_MARCXML, 0, 0, 0, false, DIAG_NONE, NULL},
    {"search-count", SEARCH, "query=bumi&maximumRecords=0", SCHEMA_MARCXML, 0, 0, 1, false,
	DIAG_NONE, NULL},
    {"search-partial", SEARCH, "query=bumi", SCHEMA_MARCXML, 2, 0, 0, true, DIAG_PARTIAL, NULL},
    {"search-quiet", SEARCH, "query=bumi", SCHEMA_MARCXML, 2, 0, 0, true, DIAG_NONE, NULL},
    {"search-surrogate", SEARCH, "query=bumi", SCHEMA_MARCXML, 1, 2, 0, false, DIAG_NONE, NULL},
    {"search-beyond", SEARCH, "query=bumi&startRecord=99", SCHEMA_MARCXML, 0, 0, 0, false,
	DIAG_OUT_OF_RANGE, NULL},
    {"search-none-answered", SEARCH, "query=bumi", SCHEMA_MARCXML, 0, 0, 0, true, DIAG_UNAVAILABLE,
	NULL},
    {"search-boolean", SEARCH, "query=a", SCHEMA_DC, 1, 0, 0, false, DIAG_NONE,
	"title any/relevant/fuzzy=2 \"a b\" and (creator = c or d) not e "
	"prox/distance<=3/unit=word f"},
    {"search-prefix", SEARCH, "query=a", SCHEMA_DC, 1, 0, 0, false, DIAG_NONE,
	">x=\"http://set.example/1\" x.title = a or cql.resultSetId = b"},
    {"search-sorted", SEARCH, "query=a", SCHEMA_DC, 1, 0, 0, false, DIAG_NONE,
	"a sortby title date/descending/missingValue=0"},
    {"search-no-query", FAILURE, "", SCHEMA_DC, 0, 0, 0, false, DIAG_NONE, NULL},
    {"search-bad-number", FAILURE, "query=a&startRecord=x", SCHEMA_DC, 0, 0, 0, false, DIAG_NONE,
	NULL},
    {"search-bad-query", FAILURE, "query=(", SCHEMA_DC, 0, 0, 0, false, DIAG_QUERY_SYNTAX, NULL},
    {"search-database", FAILURE, "query=a", SCHEMA_DC, 0, 0, 0, false, DIAG_DATABASE, NULL},
    {"explain", EXPLAIN, "", SCHEMA_DC, 0, 0, 0, false, DIAG_NONE, NULL},
    {"explain-string", EXPLAIN, "PACKING=string", SCHEMA_DC, 0, 0, 0, false, DIAG_NONE, NULL},
    {"explain-failure", FAILURE, "PACKING=xml&bogus=1", SCHEMA_DC, 0, 0, 0, false, DIAG_NONE, NULL},
    {"explain-database", FAILURE, "", SCHEMA_DC, 0, 0, 0, false, DIAG_DATABASE, NULL},
    {"scan-no-clause", FAILURE, "", SCHEMA_DC, 0, 0, 0, false, DIAG_NONE, NULL},
    {"scan-failure", FAILURE, "scanClause=a&maximumTerms=3", SCHEMA_DC, 0, 0, 0, false,
	DIAG_OPERATION, NULL},
};

static const char *const versions[] = {"1.1", "1.2", "2.0"};

struct maker {
	struct arena *arena;
	const struct kind *kind;
	struct sru_request request;
	struct schema_record record;
};

static void fail(const char *what, const char *why)
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

static const char *encode(struct maker *m, const char *version)
{
	const char *parameters = m->kind->parameters, *packing = strstr(parameters, "PACKING");

	if (packing)
		parameters = arena_printf(m->arena, "%.*s%s%s", (int)(packing - parameters),
		    parameters, strcmp(version, "2.0") == 0 ? "recordXMLEscaping" : "recordPacking",
		    packing + strlen("PACKING"));
	return arena_printf(m->arena, "version=%s&operation=%s%s%s", version, operation(m->kind),
	    *parameters ? "&" : "", parameters);
}

static bool decode(struct maker *m, const char *version, enum sru_soap soap, struct diag *diag)
{
	const char *text = encode(m, version);
	bool good = sru_decode(m->arena, text, strlen(text), NULL, &m->request, diag);

	m->request.soap = soap;
	return good;
}

/* ---- The answers ---- */

static void write_record(void *arg, xmlTextWriterPtr writer)
{
	const struct maker *m = arg;

	schema_write(writer, m->kind->schema, &m->record);
}

static void read_record(struct maker *m)
{
	static const struct schema_holding holdings[] = {
	    {.library = "UGM", .code = "ID-YoUGM", .opac = opac, .opac_length = sizeof opac - 1},
	    {.library = "UIN", .code = "uinsuka"}};
	struct diag diag;
	struct marc *marc;

	if (!marc_decode_xml(m->arena, marcxml, sizeof marcxml - 1, &marc, &diag))
		fail("record", diag.details);
	m->record = (struct schema_record){.arena = m->arena,
	    .marc = marc,
	    .bib = crosswalk_marc(m->arena, marc, CROSSWALK_MARC21),
	    .holdings = holdings,
	    .nholdings = 2};
}

static const struct sru_record *make_records(struct maker *m)
{
	static const struct sru_holding holdings[] = {{.partner = "ugm",
							  .id = "000123",
							  .isil = "ID-YoUGM",
							  .position = 4,
							  .services = "search loan"},
	    {.partner = "uinsuka", .position = 1}};
	static const struct sru_part part = {"title", "the same", 4};
	static const struct sru_match joined = {
	    .holding = 2, .with = 1, .sum = 5.5, .threshold = 5, .evidence = &part, .nevidence = 1};
	static const struct sru_why why = {.has_score = true,
	    .sum = 4,
	    .half = 2,
	    .parts = &part,
	    .nparts = 1,
	    .best = "fullness",
	    .joined = &joined,
	    .njoined = 1};
	static const struct sru_diagnostic lost = {
	    .id = DIAG_RECORD_RETRIEVAL, .details = "ugm: bib1:14 <system error>"};
	unsigned long count = m->kind->records + m->kind->surrogates;
	struct sru_record *records = arena_array(m->arena, count, sizeof *records);

	for (unsigned long i = 0; i < count; i++)
		records[i] = (struct sru_record){.position = i + 1,
		    .schema = schema_identifier(m->kind->schema),
		    .surrogate = i < m->kind->records ? NULL : &lost,
		    .write = write_record,
		    .arg = m,
		    .score = 0.8731,
		    .holdings = holdings,
		    .nholdings = 2,
		    .explain = m->request.explain ? "words 0.5" : NULL,
		    .why = m->request.explain ? &why : NULL};
	return records;
}

static const struct sru_partner good[] = {{.id = "ugm",
					      .name = "UGM",
					      .status = "ok",
					      .hits = 123,
					      .fetched = 50,
					      .ms = 87,
					      .query = "@attr 1=4 bumi"},
    {.id = "uinsuka",
	.name = "UIN",
	.status = "ok",
	.hits = 4,
	.fetched = 4,
	.ms = 12,
	.query = "bumi"}};

static const struct sru_partner mixed[] = {
    {.id = "ugm", .name = "UGM", .status = "ok", .hits = 123, .fetched = 50, .ms = 87},
    {.id = "uinsuka",
	.name = "UIN",
	.status = "late",
	.reason = "present",
	.hits = 9,
	.fetched = 2,
	.ms = 5000},
    {.id = "stipap",
	.name = "S",
	.status = "failed",
	.reason = "diagnostic",
	.code = "bib1:114",
	.detail = "Unsupported <Use> 1003",
	.hits = -1,
	.ms = 31},
    {.id = "uda", .name = "U", .status = "skipped", .reason = "query", .hits = -1, .ms = -1},
    {.id = "old", .name = "O", .status = "expired", .ends = "2023-08-07", .hits = -1, .ms = -1},
    {.id = "warned",
	.name = "W",
	.status = "ok",
	.agreement = "expired",
	.ends = "2023-08-07",
	.hits = 0,
	.ms = 3}};

static const char *xquery(struct maker *m)
{
	struct question question;
	struct diag diag;

	if (!cqlq_parse(m->arena, m->kind->query ? m->kind->query : m->request.query, CQLQ_2_0,
		&question, &diag))
		fail(m->kind->name, diag.details);
	return xcql_write(m->arena, &question, m->request.version == SRU_2_0 ? XCQL_2 : XCQL_1);
}

static char *encode_search(struct maker *m, size_t *length)
{
	const struct kind *kind = m->kind;
	struct sru_diagnostic diagnostic = {
	    .id = kind->diagnostic, .details = "answered 2 of 5: uinsuka late (present)"};
	struct sru_search_answer answer = {.request = &m->request,
	    .hits = kind->records + kind->surrogates + kind->next,
	    .exact = !kind->partial,
	    .result_set_id = kind->records ? "5f0c2b9e6a7d41c38e90d1f2a3b4c5d6" : NULL,
	    .idle_seconds = 600,
	    .records = make_records(m),
	    .nrecords = kind->records + kind->surrogates,
	    .next = kind->next,
	    .diagnostics = &diagnostic,
	    .ndiagnostics = kind->diagnostic != DIAG_NONE,
	    .has_partners = true,
	    .partners = kind->partial ? mixed : good,
	    .npartners = kind->partial ? 6 : 2,
	    .xquery = xquery(m)};

	return sru_encode_search(m->arena, &answer, length);
}

static char *encode_explain(struct maker *m, size_t *length)
{
	static const struct sru_explain_index indexes[] = {{"cql", "serverChoice", NULL, 2, false},
	    {"dc", "title", "Title", 1, true}, {"pica", "tit", NULL, 1, false}};
	struct sru_explain_schema schemas[8] = {{0}};
	struct sru_explain_answer answer = {.request = &m->request,
	    .host = "127.0.0.1",
	    .port = 9080,
	    .database = "sru/union",
	    .title = "Union of all co-operating libraries",
	    .description = "Merged <from> all",
	    .indexes = indexes,
	    .nindexes = 3,
	    .schemas = schemas,
	    .npartners = 2,
	    .default_records = 10,
	    .maximum_records = 100,
	    .ttl_seconds = 600,
	    .deadline = 5000};
	int schema = -1;

	while (schema_next(&schema))
		schemas[answer.nschemas++] =
		    (struct sru_explain_schema){schema_identifier((enum schema)schema),
			schema_short_name((enum schema)schema), schema_title((enum schema)schema)};
	return sru_encode_explain(m->arena, &answer, length);
}

static char *make_answer(struct maker *m, const char *version, enum sru_soap soap, size_t *length)
{
	struct diag diag = {DIAG_NONE, ""};
	bool good_request = decode(m, version, soap, &diag);

	if (good_request && m->kind->what == FAILURE)
		good_request =
		    diag_set(&diag, m->kind->diagnostic, "position 2: <more> was expected");
	if (good_request == (m->kind->what == FAILURE))
		fail(m->kind->name, "decoded otherwise than expected");
	if (m->kind->what == FAILURE)
		return sru_encode_failure(m->arena, &m->request, &diag, length);
	if (m->kind->what == EXPLAIN)
		return encode_explain(m, length);
	read_record(m);
	return encode_search(m, length);
}

static void write_answer(
    const char *folder, const struct kind *kind, const char *version, enum sru_soap soap)
{
	static const char *const envelopes[] = {"", "-soap11", "-soap12"};
	struct maker m = {.arena = arena_create(0, NULL), .kind = kind};
	const char *path =
	    arena_printf(m.arena, "%s/%s-%s%s.xml", folder, kind->name, version, envelopes[soap]);
	size_t length;
	char *text = make_answer(&m, version, soap, &length);
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(text, 1, length, file) != length || fclose(file) != 0)
		fail(path, "cannot be written");
	arena_destroy(m.arena);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		fail("usage", "answers FOLDER");
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		for (size_t v = 0; v < sizeof versions / sizeof *versions; v++)
			for (int soap = SRU_SOAP_NONE; soap <= SRU_SOAP_1_2; soap++)
				write_answer(argv[1], &kinds[i], versions[v], (enum sru_soap)soap);
	return 0;
}
