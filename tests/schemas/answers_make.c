#include "tests/schemas/answers.h"

#include <string.h>

#include "base/arena.h"
#include "query/cql.h"
#include "query/xcql.h"
#include "record/crosswalk.h"
#include "record/marc.h"
#include "tests/unit/sru_sample.h"

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

struct maker {
	struct arena *arena;
	const struct kind *kind;
	const struct sru_request *request;
	struct schema_record record;
};

/* ---- Records ---- */

static void write_record(void *arg, xmlTextWriterPtr writer)
{
	const struct maker *m = arg;

	schema_write(writer, m->kind->schema, &m->record);
}

static json_t *record_json(void *arg)
{
	const struct maker *m = arg;

	return schema_json(m->kind->schema, &m->record);
}

static void read_record(struct maker *m)
{
	static const struct schema_holding holdings[] = {
	    {.library = "UGM", .code = "ID-YoUGM", .opac = opac, .opac_length = sizeof opac - 1},
	    {.library = "UIN", .code = "uinsuka"}};
	struct diag diag;
	struct marc *marc;

	if (!marc_decode_xml(m->arena, marcxml, sizeof marcxml - 1, &marc, &diag))
		answers_fail("record", diag.details);
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
		    .json = record_json,
		    .arg = m,
		    .score = 0.8731,
		    .holdings = holdings,
		    .nholdings = 2,
		    .explain = m->request->explain ? "words 0.5" : NULL,
		    .why = m->request->explain ? &why : NULL};
	return records;
}

/* ---- Partners ---- */

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

/* ---- Facets ---- */

static const struct sru_facets *make_facets(struct maker *m)
{
	static const struct sru_facet_term subjects[] = {
	    {"Fiksi <Indonesia>", "bumi and dc.subject all \"Fiksi Indonesia\"",
		"https://[::1]:9080/sru/union?facetLimit=9&query=bumi%20and%20dc.subject%20all%20"
		"%22Fiksi%20Indonesia%22",
		7},
	    {"Sejarah", "bumi and dc.subject = Sejarah", NULL, 1}};
	static const struct sru_facet_term decades[] = {
	    {"1980 1989", "bumi and dc.date within \"1980 1989\"", NULL, 0}};
	static const struct sru_facet_term formats[] = {{"book", NULL, NULL, 2}};
	static const struct sru_facet all[] = {{"subject", "dc.subject", NULL, 9, subjects, 2},
	    {"format", NULL, NULL, 1, formats, 1}, {"author", "dc.creator", NULL, 0, NULL, 0},
	    {"date", "dc.date", "within", 1, decades, 1}};
	struct sru_facets *facets = arena_alloc(m->arena, sizeof *facets);

	if (!m->request->facet_limit.given && !m->request->nfacet_counts)
		return NULL;
	facets->wanted = true;
	facets->count = m->kind->facets;
	facets->facets = arena_array(m->arena, 4, sizeof *all);
	memcpy(facets->facets, all, sizeof all);
	facets->entries = m->kind->records;
	facets->complete = !m->kind->partial;
	return facets;
}

/* ---- Answers ---- */

static const char *to_xcql(struct maker *m, const char *cql, enum xcql_dialect dialect)
{
	struct question question;
	struct diag diag;

	if (!cqlq_parse(m->arena, cql, CQLQ_2_0, &question, &diag))
		answers_fail(m->kind->name, diag.details);
	return xcql_write(m->arena, &question, dialect);
}

/* Only CQL is read here. */
static const char *xquery(struct maker *m)
{
	if (strcmp(m->request->query_type, "cql") != 0)
		return NULL;
	return to_xcql(m, m->kind->query ? m->kind->query : m->request->query,
	    m->request->version == SRU_2_0 ? XCQL_2 : XCQL_1);
}

static const struct sru_diagnostic *make_diagnostics(struct maker *m)
{
	struct sru_diagnostic *diagnostic = arena_alloc(m->arena, sizeof *diagnostic);

	diagnostic->id = m->kind->diagnostic;
	diagnostic->details = "answered 2 of 5: uinsuka late (present)";
	return diagnostic;
}

static char *encode_search(struct maker *m, size_t *length)
{
	const struct kind *kind = m->kind;
	struct sru_search_answer answer = {.request = m->request,
	    .hits = kind->records + kind->surrogates + kind->next,
	    .exact = !kind->partial,
	    .result_set_id = kind->records ? "5f0c2b9e6a7d41c38e90d1f2a3b4c5d6" : NULL,
	    .idle_seconds = 600,
	    .records = make_records(m),
	    .nrecords = kind->records + kind->surrogates,
	    .next = kind->next,
	    .diagnostics = make_diagnostics(m),
	    .ndiagnostics = kind->diagnostic != DIAG_NONE,
	    .sort = kind->order,
	    .sort_complete = !kind->partial,
	    .narrowed = kind->facets ? "silang.format = \"electronic book\"" : NULL,
	    .left_out = 7,
	    .narrowed_complete = !kind->partial,
	    .facets = make_facets(m),
	    .has_partners = true,
	    .partners = kind->partial ? mixed : good,
	    .npartners = kind->partial ? 6 : 2,
	    .xquery = xquery(m)};

	return sru_encode_search(m->arena, &answer, length);
}

static char *encode_scan(struct maker *m, size_t *length)
{
	static const struct sru_scan_term terms[] = {{"bumi", "Bumi <& manusia>", 9, "first"},
	    {"buku", NULL, -1, NULL}, {"zaman", NULL, 1, "last"}};
	const struct kind *kind = m->kind;
	struct sru_scan_answer answer = {.request = m->request,
	    .terms = terms,
	    .nterms = kind->records,
	    .diagnostics = make_diagnostics(m),
	    .ndiagnostics = kind->diagnostic != DIAG_NONE,
	    .partners = kind->partial ? mixed : good,
	    .npartners = kind->partial ? 6 : 2,
	    .xclause = to_xcql(m, m->request->scan_clause, XCQL_1)};

	return sru_encode_scan(m->arena, &answer, length);
}

static char *encode_explain(struct maker *m, size_t *length)
{
	static const struct sru_explain_index indexes[] = {
	    {"cql", "serverChoice", NULL, 2, false, false},
	    {"dc", "title", "Title", 1, true, false}, {"pica", "tit", NULL, 1, false, false}};
	static const char *const facets[] = {"subject", "author", NULL};
	struct sru_explain_schema schemas[8] = {{0}};
	struct sru_explain_answer answer = sample_explain(m->request);
	int schema = -1;

	answer.indexes = indexes;
	answer.nindexes = 3;
	answer.schemas = schemas;
	answer.npartners = 2;
	answer.facets = facets;
	while (schema_next(&schema))
		schemas[answer.nschemas++] =
		    (struct sru_explain_schema){schema_identifier((enum schema)schema),
			schema_short_name((enum schema)schema), schema_title((enum schema)schema)};
	return sru_encode_explain(m->arena, &answer, length);
}

char *answers_make(
    struct arena *arena, const struct kind *kind, const struct sru_request *request, size_t *length)
{
	struct maker m = {.arena = arena, .kind = kind, .request = request};

	if (kind->what == EXPLAIN)
		return encode_explain(&m, length);
	if (kind->what == SCAN)
		return encode_scan(&m, length);
	read_record(&m);
	return encode_search(&m, length);
}
