/* What the target answers as an SRU server: the XML. */
#define _GNU_SOURCE
#include "tests/support/ztarget_sru.h"

#include <stdlib.h>
#include <string.h>
#include <yaz/oid_db.h>

/* The last term of the CQL, bare: what titles of records made have in them. */
static void words_of(const char *cql, char out[TEXT_ROOM])
{
	const char *end = cql + strlen(cql), *begin;

	if (end > cql && end[-1] == '"') {
		begin = --end;
		while (begin > cql && begin[-1] != '"')
			begin--;
	} else {
		begin = end;
		while (begin > cql && begin[-1] != ' ')
			begin--;
	}
	snprintf(out, TEXT_ROOM, "%.*s", (int)(end - begin), begin);
}

static bool is_listed(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = list; (at = strstr(at, word)); at += length)
		if ((at == list || at[-1] == ' ') && (!at[length] || at[length] == ' '))
			return true;
	return false;
}

static void put_text(WRBUF out, const char *text)
{
	wrbuf_xmlputs(out, text);
}

static void put_diagnostic(WRBUF out, int code, const char *details)
{
	wrbuf_puts(out, "<diagnostic xmlns=\"http://www.loc.gov/zing/srw/diagnostic/\">");
	wrbuf_printf(out, "<uri>info:srw/diagnostic/1/%d</uri><details>", code);
	put_text(out, details ? details : "");
	wrbuf_puts(out, "</details><message>no</message></diagnostic>");
}

static const struct record_rule *rule_for(const struct behaviour *how, unsigned position)
{
	for (unsigned i = 0; i < how->nrules; i++)
		if (!how->rules[i].position || how->rules[i].position == position)
			return &how->rules[i];
	return NULL;
}

static void put_dc(
    WRBUF out, const struct ztarget_script *script, const char *words, unsigned position)
{
	wrbuf_puts(out, "<srw_dc:dc xmlns:srw_dc=\"info:srw/schema/1/dc-schema\" "
			"xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>");
	put_text(out, words);
	wrbuf_printf(out, " %u</dc:title>", position);
	if (!script->identified)
		wrbuf_printf(out, "<dc:identifier>%s%06u</dc:identifier>", script->name, position);
	wrbuf_puts(out, "</srw_dc:dc>");
}

static void put_mods(
    WRBUF out, const struct ztarget_script *script, const char *words, unsigned position)
{
	wrbuf_puts(out, "<mods xmlns=\"http://www.loc.gov/mods/v3\"><titleInfo><title>");
	put_text(out, words);
	wrbuf_printf(out,
	    " %u</title></titleInfo><recordInfo><recordIdentifier>%s%06u</recordIdentifier>"
	    "</recordInfo></mods>",
	    position, script->name, position);
}

static void put_marcxml(struct ztarget_link *link, WRBUF out, const char *words, unsigned position,
    const struct behaviour *how)
{
	Z_NamePlusRecord *record = make_record(
	    link->target, link->encode, words, position, position, yaz_oid_recsyn_xml, how);
	const Odr_oct *octets;

	if (record->which != Z_NamePlusRecord_databaseRecord ||
	    record->u.databaseRecord->which != Z_External_octet)
		return;
	octets = record->u.databaseRecord->u.octet_aligned;
	wrbuf_write(out, octets->buf, (size_t)octets->len);
}

/* The schema asked for, by its short name; "" when it is none of ours. */
static const char *schema_of(const struct ztarget_script *script, const struct sru_asked *request)
{
	static const char *const names[][2] = {{"marcxml", "marc"}, {"mods", "mods"}, {"dc", "dc"}};
	static char first[TEXT_ROOM];

	if (!request->schema) {
		snprintf(first, sizeof first, "%.*s", (int)strcspn(script->schemas, " "),
		    script->schemas);
		return first;
	}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strstr(request->schema, names[i][1]))
			return is_listed(script->schemas, names[i][0]) ? names[i][0] : "";
	return "";
}

static void put_record(struct ztarget_link *link, const struct sru_asked *request, WRBUF out,
    const char *words, unsigned position, const struct behaviour *how)
{
	const struct ztarget_script *script = link->target->script;
	const char *schema = schema_of(script, request);
	const struct record_rule *rule = rule_for(how, position);

	if (rule && rule->damage == DAMAGE_SURROGATE) {
		wrbuf_puts(out, "<record><recordSchema>info:srw/schema/1/diagnostics-v1.1"
				"</recordSchema><recordPacking>xml</recordPacking><recordData>");
		put_diagnostic(out, rule->code, rule->text);
	} else {
		wrbuf_printf(out,
		    "<record><recordSchema>%s</recordSchema><recordPacking>xml</recordPacking>"
		    "<recordData>",
		    schema);
		if (rule && rule->damage == DAMAGE_NONSENSE)
			wrbuf_puts(out, "<nonsense/>");
		else if (!strcmp(schema, "dc"))
			put_dc(out, script, words, position);
		else if (!strcmp(schema, "mods"))
			put_mods(out, script, words, position);
		else
			put_marcxml(link, out, words, position, how);
	}
	wrbuf_puts(out, "</recordData>");
	if (script->identified)
		wrbuf_printf(
		    out, "<recordIdentifier>%s%06u</recordIdentifier>", script->name, position);
	wrbuf_printf(out, "<recordPosition>%u</recordPosition></record>", position);
	link->target->stats.records++;
}

static long long how_many(
    const struct behaviour *how, const struct sru_asked *request, long long hits)
{
	long long left = hits - request->start + 1;
	long long count = request->count < left ? request->count : left;

	if (how->records_mode == RECORDS_EXACTLY)
		return how->records;
	if (how->records_mode == RECORDS_MORE)
		count += how->records;
	return count > 0 ? count : 0;
}

static void put_records(struct ztarget_link *link, const struct sru_asked *request,
    const struct behaviour *how, WRBUF out)
{
	long long hits = how->hits_given ? how->hits : link->target->script->hits;
	long long count = how_many(how, request, hits);
	char words[TEXT_ROOM];

	words_of(request->cql, words);
	wrbuf_printf(out, "<numberOfRecords>%lld</numberOfRecords>", hits);
	if (!count)
		return;
	wrbuf_puts(out, "<records>");
	for (long long i = 0; i < count; i++)
		put_record(link, request, out, words, (unsigned)(request->start + i), how);
	wrbuf_puts(out, "</records>");
}

static void put_terms(struct ztarget_link *link, const struct sru_asked *request, WRBUF out)
{
	const struct ztarget_script *script = link->target->script;
	char words[TEXT_ROOM];
	size_t at = 0, first;

	words_of(request->cql, words);
	while (at < script->nterms && strcmp(script->terms[at].text, words) < 0)
		at++;
	first = request->position > 1 && (size_t)request->position - 1 < at
		    ? at - ((size_t)request->position - 1)
		: request->position > 1 ? 0
					: at;
	wrbuf_puts(out, "<terms>");
	for (size_t i = first; i < script->nterms && i < first + (size_t)request->count; i++) {
		wrbuf_puts(out, "<term><value>");
		put_text(out, script->terms[i].text);
		wrbuf_printf(out, "</value><numberOfRecords>%ld</numberOfRecords></term>",
		    script->terms[i].count);
	}
	wrbuf_puts(out, "</terms>");
}

static void put_failure(WRBUF out, const struct sru_asked *request, int code, const char *details)
{
	bool two = !strcmp(request->version, "2.0");

	if (request->phase != PHASE_SCAN)
		wrbuf_puts(out, "<numberOfRecords>0</numberOfRecords>");
	wrbuf_printf(out, "<diagnostics%s>", two ? "" : "");
	put_diagnostic(out, code, details);
	wrbuf_puts(out, "</diagnostics>");
}

/* The index of the CQL's first clause, when it is written and not one of those told. */
static bool is_unknown(const struct ztarget_script *script, const char *cql, char index[TEXT_ROOM])
{
	snprintf(index, TEXT_ROOM, "%.*s", (int)strcspn(cql, " =("), cql);
	return *script->indexes && strchr(index, '.') && !is_listed(script->indexes, index);
}

/* "ugm/ok stip/late/search" as Silang tells its partners. */
static void put_inside(WRBUF out, const char *inside)
{
	char text[TEXT_ROOM], *save = NULL;

	if (!*inside)
		return;
	snprintf(text, sizeof text, "%s", inside);
	wrbuf_puts(out, "<extraResponseData><partners xmlns=\"urn:silang:response:1\">");
	for (char *one = strtok_r(text, " ", &save); one; one = strtok_r(NULL, " ", &save)) {
		char *inner = NULL, *id = strtok_r(one, "/", &inner);
		char *status = strtok_r(NULL, "/", &inner), *reason = strtok_r(NULL, "/", &inner);

		wrbuf_printf(out, "<partner id=\"%s\" status=\"%s\"", id, status ? status : "ok");
		if (reason)
			wrbuf_printf(out, " reason=\"%s\"", reason);
		wrbuf_puts(out, "/>");
	}
	wrbuf_puts(out, "</partners></extraResponseData>");
}

static const char *refused_parameter(
    ODR odr, const struct ztarget_script *script, const struct sru_asked *request)
{
	char text[TEXT_ROOM], *save = NULL;

	snprintf(text, sizeof text, "%s", script->refuses);
	for (char *name = strtok_r(text, " ", &save); name; name = strtok_r(NULL, " ", &save))
		if (sru_parameter(odr, request->text, name))
			return odr_strdup(odr, name);
	return NULL;
}

static void put_content(struct ztarget_link *link, const struct sru_asked *request,
    const struct behaviour *how, WRBUF out)
{
	const struct ztarget_script *script = link->target->script;
	const char *refused = refused_parameter(link->encode, script, request);
	char index[TEXT_ROOM];

	if (refused)
		put_failure(out, request, 8, refused);
	else if (!is_listed(script->versions, request->version))
		put_failure(out, request, 5, script->versions);
	else if (how->ndiagnostics)
		put_failure(out, request, how->diagnostics[0], how->text);
	else if (is_unknown(script, request->cql, index))
		put_failure(out, request, 16, index);
	else if (request->phase == PHASE_SCAN && !script->nterms)
		put_failure(out, request, 4, "scan");
	else if (request->phase == PHASE_SCAN)
		put_terms(link, request, out);
	else if (!*schema_of(script, request))
		put_failure(out, request, 66, request->schema);
	else
		put_records(link, request, how, out);
	if (how->remark) {
		wrbuf_puts(out, "<diagnostics>");
		put_diagnostic(out, how->remark, how->remarked);
		wrbuf_puts(out, "</diagnostics>");
	}
	put_inside(out, how->inside);
}

/* `dc.title pica.tit` as an indexInfo; the sets' own names are their identifiers. */
static void put_indexes(WRBUF out, const char *indexes)
{
	wrbuf_puts(out, "<indexInfo>");
	for (const char *at = indexes; *at; at += strcspn(at, " "), at += strspn(at, " ")) {
		int set = (int)strcspn(at, "."), length = (int)strcspn(at, " ");

		wrbuf_printf(out,
		    "<index search=\"true\"><map><name set=\"%.*s\">%.*s</name></map></index>", set,
		    at, length - set - 1, at + set + 1);
	}
	wrbuf_puts(out, "</indexInfo>");
}

static void put_explain(const struct ztarget_script *script, WRBUF out)
{
	wrbuf_puts(out, "<record><recordSchema>http://explain.z3950.org/dtd/2.0/</recordSchema>"
			"<recordPacking>xml</recordPacking><recordData>"
			"<explain xmlns=\"http://explain.z3950.org/dtd/2.0/\"><serverInfo><host>h"
			"</host><port>80</port><database>d</database></serverInfo>");
	if (*script->indexes)
		put_indexes(out, script->indexes);
	wrbuf_puts(out, "</explain></recordData></record>");
}

void sru_put_answer(struct ztarget_link *link, const struct sru_asked *request,
    const struct behaviour *how, WRBUF out)
{
	const char *name = request->phase == PHASE_INIT	  ? "explain"
			   : request->phase == PHASE_SCAN ? "scan"
							  : "searchRetrieve";
	bool two = !strcmp(request->version, "2.0");

	wrbuf_printf(out, "<?xml version=\"1.0\"?><%sResponse xmlns=\"%s\">", name,
	    two ? SRU_NS_2 : SRU_NS_1);
	if (!two)
		wrbuf_printf(out, "<version>%s</version>", request->version);
	if (request->phase == PHASE_INIT)
		put_explain(link->target->script, out);
	else
		put_content(link, request, how, out);
	wrbuf_printf(out, "</%sResponse>", name);
}
