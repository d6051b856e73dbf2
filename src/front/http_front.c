#include "front/http_front.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "front/access.h"
#include "front/gateway.h"
#include "front/op_explain.h"
#include "front/op_scan.h"
#include "front/op_search.h"
#include "front/reply.h"
#include "front/status.h"
#include "loop/http_in.h"
#include "protocol/sru.h"
#include "protocol/sru_soap.h"

/* Memory of one request: its parameters, the page's records and the answer. */
#define REQUEST_BYTES (256u << 20)

static void reply_error(
    struct gateway *gateway, struct http_exchange *exchange, int status, const char *text)
{
	access_note(gateway, exchange,
	    &(struct access_record){.kind = REQUEST_REFUSED, .status = status, .asked = -1});
	reply_send(exchange, status, "text/plain; charset=utf-8", text, strlen(text));
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* A path's segment with its %XX decoded; NULL when it is not clean UTF-8 text. */
static char *decode_segment(struct arena *arena, const char *text)
{
	size_t length = strlen(text), at = 0;
	char *out = arena_alloc(arena, length + 1);

	for (size_t i = 0; i < length; i++) {
		char c = text[i];

		if (c == '%') {
			int high = i + 2 < length ? hex(text[i + 1]) : -1;
			int low = high >= 0 ? hex(text[i + 2]) : -1;

			if (low < 0)
				return NULL;
			c = (char)(high << 4 | low);
			i += 2;
		}
		if ((unsigned char)c < 0x20 || c == 0x7F)
			return NULL;
		out[at++] = c;
	}
	return text_is_utf8(out, at) ? out : NULL;
}

enum body { BODY_NONE, BODY_FORM, BODY_SOAP, BODY_OTHER };

/* The media type alone says what a POST is; a SOAPAction says nothing (SRW has none). */
static enum body body_kind(const struct http_exchange *exchange)
{
	static const struct {
		const char *type;
		enum body body;
	} known[] = {{"application/x-www-form-urlencoded", BODY_FORM}, {"text/xml", BODY_SOAP},
	    {"application/soap+xml", BODY_SOAP}};
	const char *type = http_header(exchange, "Content-Type");
	char head[64];
	size_t length = type ? strcspn(type, "; \t") : 0, body_length;

	http_body(exchange, &body_length);
	if (strcmp(http_method(exchange), "POST") != 0 || (!type && !body_length))
		return BODY_NONE;
	if (!type || length >= sizeof head)
		return BODY_OTHER;
	memcpy(head, type, length);
	head[length] = '\0';
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (text_equal_ignoring_case(head, known[i].type))
			return known[i].body;
	return BODY_OTHER;
}

static bool decode_soap(struct gateway *gateway, struct http_exchange *exchange,
    struct arena *arena, struct sru_request *request)
{
	struct sru_fault fault;
	struct diag diag = {DIAG_NONE, ""};
	size_t length;
	const char *body = http_body(exchange, &length);

	switch (sru_soap_decode(arena, body, length, request, &diag, &fault)) {
	case SRU_SOAP_GOOD: return true;
	case SRU_SOAP_REFUSED: op_refuse(gateway, exchange, arena, request, &diag); return false;
	case SRU_SOAP_FAULT: break;
	}
	body = sru_soap_write_fault(arena, &fault, &length);
	access_note(gateway, exchange,
	    &(struct access_record){
		.kind = REQUEST_REFUSED, .status = sru_soap_status(&fault), .asked = -1});
	reply_send(
	    exchange, sru_soap_status(&fault), sru_soap_content_type(fault.version), body, length);
	arena_destroy(arena);
	return false;
}

/* A form's fields are parameters like those of its address: neither hides the other. */
static const char *join_form(struct http_exchange *exchange, struct arena *arena, size_t *length)
{
	const char *query = http_query(exchange), *body = http_body(exchange, length);
	size_t before = strlen(query);
	char *both;

	if (!before)
		return body;
	both = arena_alloc(arena, before + 1 + *length + 1);
	memcpy(both, query, before);
	both[before] = '&';
	memcpy(both + before + 1, body, *length);
	*length += before + 1;
	return both;
}

/* A GET's query string or a POST's body. False when a reply was sent, and the arena is gone. */
static bool decode_request(struct gateway *gateway, struct http_exchange *exchange,
    struct arena *arena, struct sru_request *request)
{
	const char *text = http_query(exchange);
	size_t length = strlen(text);
	struct diag diag = {DIAG_NONE, ""};

	switch (body_kind(exchange)) {
	case BODY_NONE: break;
	case BODY_FORM: text = join_form(exchange, arena, &length); break;
	case BODY_SOAP: return decode_soap(gateway, exchange, arena, request);
	case BODY_OTHER:
		arena_destroy(arena);
		reply_error(gateway, exchange, 415,
		    "POST takes application/x-www-form-urlencoded, the parameters of a GET, or "
		    "SOAP as text/xml or application/soap+xml.\n");
		return false;
	}
	if (sru_decode(arena, text, length, http_header(exchange, "Accept"), request, &diag))
		return true;
	op_refuse(gateway, exchange, arena, request, &diag);
	return false;
}

static void front_sru(struct gateway *gateway, struct http_exchange *exchange, const char *segment)
{
	struct arena *arena;
	struct sru_request *request;
	struct diag diag = {DIAG_NONE, ""};
	const char *database;

	if (gateway->draining) {
		http_add_header(exchange, "Retry-After", "5");
		reply_error(gateway, exchange, 503, "The gateway is being stopped.\n");
		return;
	}
	arena = arena_create(REQUEST_BYTES, NULL);
	request = arena_alloc(arena, sizeof *request);
	if (!decode_request(gateway, exchange, arena, request))
		return;
	database = decode_segment(arena, *segment ? segment : "union");
	if (!database) {
		diag_set(&diag, DIAG_DATABASE, "%s", "not a name");
		op_refuse(gateway, exchange, arena, request, &diag);
		return;
	}
	switch (request->operation) {
	case SRU_EXPLAIN: op_explain(gateway, exchange, arena, request, database); return;
	case SRU_SEARCH: op_search(gateway, exchange, arena, request, database); return;
	case SRU_SCAN: op_scan(gateway, exchange, arena, request, database); return;
	}
}

static void front_index(struct gateway *gateway, struct http_exchange *exchange)
{
	static const char text[] =
	    "Silang, a federated search gateway for co-operating libraries.\n\n"
	    "/sru          explain and search, SRU 1.1, 1.2 and 2.0 (all libraries)\n"
	    "/sru/NAME     the same for one group or one library\n"
	    "/status       every library's state and agreement\n"
	    "/health /ready /metrics\n";

	access_note(gateway, exchange,
	    &(struct access_record){.kind = REQUEST_OTHER, .status = 200, .asked = -1});
	reply_send(exchange, 200, "text/plain; charset=utf-8", text, sizeof text - 1);
}

struct route {
	const char *path;
	void (*fn)(struct gateway *gateway, struct http_exchange *exchange);
	bool sites; /* pages of other sites may read it */
};

static const struct route routes[] = {
    {"/", front_index, false},
    {"/health", status_health, true},
    {"/ready", status_ready, true},
    {"/status", status_json, true},
    {"/metrics", status_metrics, false},
};

static bool method_is(const struct http_exchange *exchange, const char *method)
{
	return strcmp(http_method(exchange), method) == 0;
}

static bool method_allowed(
    struct gateway *gateway, struct http_exchange *exchange, bool post, bool sites)
{
	const char *allow = post ? "GET, HEAD, POST, OPTIONS" : "GET, HEAD, OPTIONS";

	if (sites)
		reply_allow_sites(exchange);
	if (method_is(exchange, "OPTIONS")) {
		access_note(gateway, exchange,
		    &(struct access_record){.kind = REQUEST_OTHER, .status = 204, .asked = -1});
		reply_options(exchange, allow, sites);
		return false;
	}
	/* Answers are chosen by these, so a cache must know. */
	http_add_header(exchange, "Vary", post ? "Accept, Accept-Encoding" : "Accept-Encoding");
	if (method_is(exchange, "GET") || method_is(exchange, "HEAD") ||
	    (post && method_is(exchange, "POST")))
		return true;
	http_add_header(exchange, "Allow", allow);
	reply_error(gateway, exchange, 405, "That method is not for this address.\n");
	return false;
}

void http_front_on_request(void *arg, struct http_exchange *exchange)
{
	struct gateway *gateway = arg;
	const char *path = http_path(exchange);

	/* RFC 9110, 9.3.7: of the server as a whole. */
	if (strcmp(path, "*") == 0 && method_is(exchange, "OPTIONS")) {
		method_allowed(gateway, exchange, true, false);
		return;
	}
	if (strcmp(path, "/sru") == 0 || strncmp(path, "/sru/", 5) == 0) {
		if (method_allowed(gateway, exchange, true, true))
			front_sru(gateway, exchange, path[4] ? path + 5 : "");
		return;
	}
	for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
		if (strcmp(path, routes[i].path) != 0)
			continue;
		if (method_allowed(gateway, exchange, false, routes[i].sites))
			routes[i].fn(gateway, exchange);
		return;
	}
	reply_error(gateway, exchange, 404, "No such address; / lists those there are.\n");
}
