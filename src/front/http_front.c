#include "front/http_front.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "front/access.h"
#include "front/gateway.h"
#include "front/op_explain.h"
#include "front/op_search.h"
#include "front/status.h"
#include "loop/http_in.h"
#include "protocol/sru.h"

/* Memory of one request: its parameters, the page's records and the answer. */
#define REQUEST_BYTES (256u << 20)

static void reply_error(struct gateway *gateway, struct http_exchange *exchange, int status,
    const char *text)
{
	access_note(gateway, exchange,
	    &(struct access_record){.kind = REQUEST_REFUSED, .status = status, .asked = -1});
	http_reply(exchange, status, "text/plain; charset=utf-8", text, strlen(text));
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

static bool is_form(const char *type)
{
	static const char form[] = "application/x-www-form-urlencoded";
	char head[sizeof form];
	size_t length = strcspn(type, "; \t");

	if (length != sizeof form - 1)
		return false;
	memcpy(head, type, length);
	head[length] = '\0';
	return text_equal_ignoring_case(head, form);
}

/* The parameters: a GET's query string or a POST's form. False when a reply was sent. */
static bool find_parameters(struct gateway *gateway, struct http_exchange *exchange,
    const char **text, size_t *length)
{
	const char *type = http_header(exchange, "Content-Type");

	if (strcmp(http_method(exchange), "POST") != 0) {
		*text = http_query(exchange);
		*length = strlen(*text);
		return true;
	}
	if (type && is_form(type)) {
		*text = http_body(exchange, length);
		return true;
	}
	reply_error(gateway, exchange, 415,
	    "POST takes application/x-www-form-urlencoded: the parameters of a GET.\n");
	return false;
}

static void front_sru(struct gateway *gateway, struct http_exchange *exchange, const char *segment)
{
	struct arena *arena;
	struct sru_request *request;
	struct diag diag = {DIAG_NONE, ""};
	const char *text, *database;
	size_t length;

	if (gateway->draining) {
		http_add_header(exchange, "Retry-After", "5");
		reply_error(gateway, exchange, 503, "The gateway is being stopped.\n");
		return;
	}
	if (!find_parameters(gateway, exchange, &text, &length))
		return;
	arena = arena_create(REQUEST_BYTES, NULL);
	request = arena_alloc(arena, sizeof *request);
	if (!sru_decode(arena, text, length, http_header(exchange, "Accept"), request, &diag)) {
		op_refuse(gateway, exchange, arena, request, &diag);
		return;
	}
	database = decode_segment(arena, *segment ? segment : "union");
	if (!database) {
		diag_set(&diag, DIAG_DATABASE, "%s", "not a name");
		op_refuse(gateway, exchange, arena, request, &diag);
		return;
	}
	switch (request->operation) {
	case SRU_EXPLAIN: op_explain(gateway, exchange, arena, request, database); return;
	case SRU_SEARCH: op_search(gateway, exchange, arena, request, database); return;
	case SRU_SCAN:
		diag_set(&diag, DIAG_OPERATION, "scan");
		op_refuse(gateway, exchange, arena, request, &diag);
		return;
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
	http_reply(exchange, 200, "text/plain; charset=utf-8", text, sizeof text - 1);
}

struct route {
	const char *path;
	void (*fn)(struct gateway *gateway, struct http_exchange *exchange);
};

static const struct route routes[] = {
    {"/", front_index},
    {"/health", status_health},
    {"/ready", status_ready},
    {"/status", status_json},
    {"/metrics", status_metrics},
};

static bool method_is(const struct http_exchange *exchange, const char *method)
{
	return strcmp(http_method(exchange), method) == 0;
}

static bool method_allowed(struct gateway *gateway, struct http_exchange *exchange, bool post)
{
	const char *allow = post ? "GET, HEAD, POST, OPTIONS" : "GET, HEAD, OPTIONS";

	if (method_is(exchange, "GET") || method_is(exchange, "HEAD") ||
	    (post && method_is(exchange, "POST")))
		return true;
	http_add_header(exchange, "Allow", allow);
	if (method_is(exchange, "OPTIONS")) {
		access_note(gateway, exchange,
		    &(struct access_record){.kind = REQUEST_OTHER, .status = 204, .asked = -1});
		http_reply(exchange, 204, NULL, "", 0);
	} else {
		reply_error(gateway, exchange, 405, "That method is not for this address.\n");
	}
	return false;
}

void http_front_on_request(void *arg, struct http_exchange *exchange)
{
	struct gateway *gateway = arg;
	const char *path = http_path(exchange);

	if (strcmp(path, "/sru") == 0 || strncmp(path, "/sru/", 5) == 0) {
		if (method_allowed(gateway, exchange, true))
			front_sru(gateway, exchange, path[4] ? path + 5 : "");
		return;
	}
	for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
		if (strcmp(path, routes[i].path) != 0)
			continue;
		if (method_allowed(gateway, exchange, false))
			routes[i].fn(gateway, exchange);
		return;
	}
	reply_error(gateway, exchange, 404, "No such address; / lists those there are.\n");
}
