/* The target as an SRU server: HTTP requests in, answers out, as the script would have them. */
#define _GNU_SOURCE
#include "tests/support/ztarget_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaz/oid_db.h>
#include <yaz/xmalloc.h>

#define NS_1 "http://www.loc.gov/zing/srw/"
#define NS_2 "http://docs.oasis-open.org/ns/search-ws/sruResponse"

struct request {
	char *text; /* query string or form, undecoded */
	char *cql, *schema, *version, *host, *deadline, *path;
	enum phase phase;
	long long start, count, position;
};

/* Reading. */

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : ((c | 0x20) - 'a' + 10) & 15;
}

/* A parameter's value, decoded; NULL when absent. */
static char *parameter(ODR odr, const char *text, const char *name)
{
	size_t length = strlen(name);
	char *value, *to;

	for (; text && *text; text = strchr(text, '&') ? strchr(text, '&') + 1 : NULL) {
		if (strncmp(text, name, length) != 0 || text[length] != '=')
			continue;
		text += length + 1;
		value = to = odr_malloc(odr, strlen(text) + 1);
		for (; *text && *text != '&'; text++) {
			if (*text == '%' && text[1] && text[2]) {
				*to++ = (char)(hex(text[1]) << 4 | hex(text[2]));
				text += 2;
			} else {
				*to++ = *text == '+' ? ' ' : *text;
			}
		}
		*to = '\0';
		return value;
	}
	return NULL;
}

static long long number_of(ODR odr, const char *text, const char *name, long long otherwise)
{
	const char *value = parameter(odr, text, name);

	return value ? atoll(value) : otherwise;
}

static char *header_value(ODR odr, const char *head, const char *name)
{
	const char *at = strcasestr(head, name);

	if (!at)
		return odr_strdup(odr, "");
	at += strlen(name);
	at += strspn(at, " ");
	return odr_strdupn(odr, at, strcspn(at, "\r\n"));
}

static void read_request(ODR odr, const char *head, const char *body, struct request *out)
{
	const char *target = strchr(head, ' ') + 1;
	const char *query = memchr(target, '?', strcspn(target, " \r\n"));

	*out = (struct request){.phase = PHASE_INIT};
	out->path = odr_strdupn(odr, target, strcspn(target, "? \r\n"));
	out->text =
	    query ? odr_strdupn(odr, query + 1, strcspn(query + 1, " \r\n")) : odr_strdup(odr, "");
	if (*body)
		out->text = odr_strdup(odr, body);
	out->host = header_value(odr, head, "\r\nHost:");
	out->version = parameter(odr, out->text, "version");
	out->schema = parameter(odr, out->text, "recordSchema");
	out->deadline = parameter(odr, out->text, "x-deadline");
	out->start = number_of(odr, out->text, "startRecord", 1);
	out->count = number_of(odr, out->text, "maximumRecords", 10);
	out->position = number_of(odr, out->text, "responsePosition", 1);
	out->cql = parameter(odr, out->text, "query");
	if (out->cql)
		out->phase = out->start > 1 ? PHASE_PRESENT : PHASE_SEARCH;
	if (parameter(odr, out->text, "scanClause")) {
		out->phase = PHASE_SCAN;
		out->cql = parameter(odr, out->text, "scanClause");
		out->count = number_of(odr, out->text, "maximumTerms", 10);
	}
	if (!out->version)
		out->version = odr_strdup(odr, "2.0");
}

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

/* Writing. */

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
static const char *schema_of(const struct ztarget_script *script, const struct request *request)
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

static void put_record(struct ztarget_link *link, const struct request *request, WRBUF out,
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
    const struct behaviour *how, const struct request *request, long long hits)
{
	long long left = hits - request->start + 1;
	long long count = request->count < left ? request->count : left;

	if (how->records_mode == RECORDS_EXACTLY)
		return how->records;
	if (how->records_mode == RECORDS_MORE)
		count += how->records;
	return count > 0 ? count : 0;
}

static void put_records(struct ztarget_link *link, const struct request *request,
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

static void put_terms(struct ztarget_link *link, const struct request *request, WRBUF out)
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

static void put_failure(WRBUF out, const struct request *request, int code, const char *details)
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
    ODR odr, const struct ztarget_script *script, const struct request *request)
{
	char text[TEXT_ROOM], *save = NULL;

	snprintf(text, sizeof text, "%s", script->refuses);
	for (char *name = strtok_r(text, " ", &save); name; name = strtok_r(NULL, " ", &save))
		if (parameter(odr, request->text, name))
			return odr_strdup(odr, name);
	return NULL;
}

static void put_content(struct ztarget_link *link, const struct request *request,
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

static void put_answer(struct ztarget_link *link, const struct request *request,
    const struct behaviour *how, WRBUF out)
{
	const char *name = request->phase == PHASE_INIT	  ? "explain"
			   : request->phase == PHASE_SCAN ? "scan"
							  : "searchRetrieve";
	bool two = !strcmp(request->version, "2.0");

	wrbuf_printf(
	    out, "<?xml version=\"1.0\"?><%sResponse xmlns=\"%s\">", name, two ? NS_2 : NS_1);
	if (!two)
		wrbuf_printf(out, "<version>%s</version>", request->version);
	if (request->phase == PHASE_INIT)
		put_explain(link->target->script, out);
	else
		put_content(link, request, how, out);
	wrbuf_printf(out, "</%sResponse>", name);
}

/* Bodies of other kinds. */

static void put_bomb(WRBUF out)
{
	wrbuf_puts(out, "<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY a0 \"ha\">");
	for (int i = 1; i <= 30; i++)
		wrbuf_printf(out, "<!ENTITY a%d \"&a%d;&a%d;\">", i, i - 1, i - 1);
	wrbuf_puts(out, "]><searchRetrieveResponse xmlns=\"" NS_1 "\"><version>1.2</version>"
			"<numberOfRecords>&a30;</numberOfRecords></searchRetrieveResponse>");
}

static void put_body(WRBUF out, const char *kind)
{
	static const char answer[] = "<searchRetrieveResponse xmlns=\"" NS_1
				     "\"><version>1.2</version><numberOfRecords>1</numberOfRecords>"
				     "<echoedSearchRetrieveRequest><version>1.2</version><query>%s"
				     "</query></echoedSearchRetrieveRequest>"
				     "</searchRetrieveResponse>";

	if (!strcmp(kind, "bomb"))
		put_bomb(out);
	else if (!strcmp(kind, "external"))
		wrbuf_puts(out, "<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY x SYSTEM "
				"\"file:///etc/hostname\">]><searchRetrieveResponse xmlns=\"" NS_1
				"\"><version>1.2</version><numberOfRecords>1</numberOfRecords>"
				"<extraResponseData>&x;</extraResponseData>"
				"</searchRetrieveResponse>");
	else if (!strcmp(kind, "latin1")) {
		wrbuf_puts(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>");
		wrbuf_printf(out, answer, "caf\xE9");
	} else if (!strcmp(kind, "text"))
		wrbuf_puts(out, "The catalogue is closed today.\n");
	else if (!strcmp(kind, "other"))
		wrbuf_puts(out, "<rss version=\"2.0\"><channel/></rss>");
}

/* The whole HTTP answer. */

static void put_message(WRBUF out, int status, const char *headers, const struct behaviour *how,
    const char *type, WRBUF body)
{
	size_t length = wrbuf_len(body);
	const char *bytes = wrbuf_buf(body);

	wrbuf_printf(out, "HTTP/1.1 %d Scripted\r\nContent-Type: %s\r\n%s", status,
	    *how->type ? how->type : type, headers);
	if (!how->chunked) {
		wrbuf_printf(out, "Content-Length: %ld\r\n\r\n", (long)length + how->lying);
		wrbuf_write(out, bytes, length);
		return;
	}
	wrbuf_puts(out, "Transfer-Encoding: chunked\r\n\r\n");
	while (length) {
		size_t piece = length < 100 ? length : 100;

		wrbuf_printf(out, "%zx\r\n", piece);
		wrbuf_write(out, bytes, piece);
		wrbuf_puts(out, "\r\n");
		bytes += piece;
		length -= piece;
	}
	wrbuf_puts(out, "0\r\n\r\n");
}

/* `%q` is the request's query, `%h` its Host. */
static void put_location(WRBUF out, const char *pattern, const struct request *request)
{
	wrbuf_puts(out, "Location: ");
	for (const char *p = pattern; *p; p++) {
		if (*p == '%' && (p[1] == 'q' || p[1] == 'h'))
			wrbuf_puts(out, *++p == 'q' ? request->text : request->host);
		else
			wrbuf_putc(out, *p);
	}
	wrbuf_puts(out, "\r\n");
}

static void queue_endless(struct ztarget_link *link, msec_t due)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<a>";
	char block[16384];

	memset(block, 'x', sizeof block);
	queue_piece(link, ZTARGET_SEND, head, sizeof head - 1, due, NULL);
	queue_piece(link, ZTARGET_SEND, block, sizeof block, due, NULL)->endless = true;
}

/* Without a message of its own; false when there is one to be made. */
static bool send_no_message(struct ztarget_link *link, const struct behaviour *how, msec_t due)
{
	static const char huge[] =
	    "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 200000000\r\n\r\n<a>";
	WRBUF garbage;

	switch (how->instead) {
	case INSTEAD_SILENT: return true;
	case INSTEAD_CLOSE: queue_piece(link, ZTARGET_CLOSE, NULL, 0, due, NULL); return true;
	case INSTEAD_REFUSE:
	case INSTEAD_RESET: queue_piece(link, ZTARGET_RESET, NULL, 0, due, NULL); return true;
	case INSTEAD_HUGE:
		queue_piece(link, ZTARGET_SEND, huge, sizeof huge - 1, due, how);
		return true;
	case INSTEAD_ENDLESS: queue_endless(link, due); return true;
	case INSTEAD_GARBAGE:
		garbage = wrbuf_alloc();
		put_garbage(garbage, how->garbage);
		queue_piece(link, ZTARGET_SEND, wrbuf_buf(garbage), wrbuf_len(garbage), due, how);
		wrbuf_destroy(garbage);
		return true;
	default: return false;
	}
}

static void answer(struct ztarget_link *link, const struct request *request,
    const struct behaviour *how, msec_t due)
{
	WRBUF body, headers, out;
	const char *type = "text/xml; charset=utf-8";
	int status = 200;

	if (send_no_message(link, how, due))
		return;
	body = wrbuf_alloc();
	headers = wrbuf_alloc();
	out = wrbuf_alloc();
	switch (how->instead) {
	case INSTEAD_STATUS:
		status = how->status;
		type = "text/plain";
		wrbuf_puts(body, how->text);
		break;
	case INSTEAD_MOVED:
		status = how->status;
		put_location(headers, how->body, request);
		break;
	case INSTEAD_BODY: put_body(body, how->body); break;
	case INSTEAD_HTTP:
		type = "text/html";
		wrbuf_puts(body, "<html><body><p>Welcome<br></body></html>");
		break;
	default: put_answer(link, request, how, body);
	}
	put_message(out, status, wrbuf_cstr(headers), how, type, body);
	send_bytes(link, out, how, due);
	wrbuf_destroy(body);
	wrbuf_destroy(headers);
	wrbuf_destroy(out);
}

static void count(struct ztarget_stats *stats, enum phase phase)
{
	switch (phase) {
	case PHASE_SEARCH: stats->searches++; break;
	case PHASE_PRESENT: stats->presents++; break;
	case PHASE_SCAN: stats->scans++; break;
	default: stats->inits++;
	}
}

static void take_request(struct ztarget_link *link, const struct request *request, msec_t now)
{
	static const char *const names[] = {[PHASE_INIT] = "explain",
	    [PHASE_SEARCH] = "search",
	    [PHASE_PRESENT] = "present",
	    [PHASE_SCAN] = "scan"};
	struct behaviour how;
	char text[4 * TEXT_ROOM];

	count(&link->target->stats, request->phase);
	link->seen[request->phase]++;
	snprintf(text, sizeof text, "%s %u %s %s %lld+%lld %s%s%s at %s", names[request->phase],
	    link->seen[request->phase], request->version, request->schema ? request->schema : "-",
	    request->start, request->count, request->cql ? request->cql : "",
	    request->deadline ? " x-deadline=" : "", request->deadline ? request->deadline : "",
	    request->path);
	if (link->target->note)
		link->target->note(link->target->note_arg, link, text);
	behaviour_find(
	    link->target->script, request->phase, link->number, link->seen[request->phase], &how);
	answer(link, request, &how, now + how.delay);
}

void take_sru(struct ztarget_link *link, msec_t now)
{
	while (!link->ended) {
		const char *end =
		    link->used ? memmem(link->input, link->used, "\r\n\r\n", 4) : NULL;
		size_t head = end ? (size_t)(end - link->input) + 4 : 0, length;
		struct request request;
		char *text;

		if (!end)
			return;
		text = odr_strdupn(link->encode, link->input, head);
		length = strtoul(header_value(link->encode, text, "\r\nContent-Length:"), NULL, 10);
		if (link->used < head + length)
			return;
		read_request(link->encode, text,
		    odr_strdupn(link->encode, link->input + head, length), &request);
		take_request(link, &request, now);
		odr_reset(link->encode);
		memmove(link->input, link->input + head + length, link->used - head - length);
		link->used -= head + length;
	}
}
