/* The target as an SRU server: HTTP requests in, answers out, as the script would have them. */
#define _GNU_SOURCE
#include "tests/support/ztarget_sru.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaz/xmalloc.h>

/* Reading. */

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : ((c | 0x20) - 'a' + 10) & 15;
}

char *sru_parameter(ODR odr, const char *text, const char *name)
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
	const char *value = sru_parameter(odr, text, name);

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

static void read_request(ODR odr, const char *head, const char *body, struct sru_asked *out)
{
	const char *target = strchr(head, ' ') + 1;
	const char *query = memchr(target, '?', strcspn(target, " \r\n"));

	*out = (struct sru_asked){.phase = PHASE_INIT};
	out->path = odr_strdupn(odr, target, strcspn(target, "? \r\n"));
	out->text =
	    query ? odr_strdupn(odr, query + 1, strcspn(query + 1, " \r\n")) : odr_strdup(odr, "");
	if (*body)
		out->text = odr_strdup(odr, body);
	out->host = header_value(odr, head, "\r\nHost:");
	out->version = sru_parameter(odr, out->text, "version");
	out->schema = sru_parameter(odr, out->text, "recordSchema");
	out->deadline = sru_parameter(odr, out->text, "x-deadline");
	out->start = number_of(odr, out->text, "startRecord", 1);
	out->count = number_of(odr, out->text, "maximumRecords", 10);
	out->position = number_of(odr, out->text, "responsePosition", 1);
	out->cql = sru_parameter(odr, out->text, "query");
	if (out->cql)
		out->phase = out->start > 1 ? PHASE_PRESENT : PHASE_SEARCH;
	if (sru_parameter(odr, out->text, "scanClause")) {
		out->phase = PHASE_SCAN;
		out->cql = sru_parameter(odr, out->text, "scanClause");
		out->count = number_of(odr, out->text, "maximumTerms", 10);
	}
	if (!out->version)
		out->version = odr_strdup(odr, "2.0");
}

/* Bodies of other kinds. */

static void put_bomb(WRBUF out)
{
	wrbuf_puts(out, "<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY a0 \"ha\">");
	for (int i = 1; i <= 30; i++)
		wrbuf_printf(out, "<!ENTITY a%d \"&a%d;&a%d;\">", i, i - 1, i - 1);
	wrbuf_puts(out, "]><searchRetrieveResponse xmlns=\"" SRU_NS_1 "\"><version>1.2</version>"
			"<numberOfRecords>&a30;</numberOfRecords></searchRetrieveResponse>");
}

static void put_body(WRBUF out, const char *kind)
{
	static const char answer[] = "<searchRetrieveResponse xmlns=\"" SRU_NS_1
				     "\"><version>1.2</version><numberOfRecords>1</numberOfRecords>"
				     "<echoedSearchRetrieveRequest><version>1.2</version><query>%s"
				     "</query></echoedSearchRetrieveRequest>"
				     "</searchRetrieveResponse>";

	if (!strcmp(kind, "bomb"))
		put_bomb(out);
	else if (!strcmp(kind, "external"))
		wrbuf_puts(out,
		    "<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY x SYSTEM "
		    "\"file:///etc/hostname\">]><searchRetrieveResponse xmlns=\"" SRU_NS_1
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
static void put_location(WRBUF out, const char *pattern, const struct sru_asked *request)
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

static void answer(struct ztarget_link *link, const struct sru_asked *request,
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
	default: sru_put_answer(link, request, how, body);
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

static void take_request(struct ztarget_link *link, const struct sru_asked *request, msec_t now)
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
		struct sru_asked request;
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
