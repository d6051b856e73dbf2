#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>

#include "base/arena.h"
#include "base/text.h"
#include "loop/http_internal.h"

static const char text_type[] = "text/plain; charset=utf-8";

/* Our own copies: evhttp frees its request before it says that the connection is closing. */
struct exchange_header {
	struct exchange_header *next;
	const char *name, *value;
};

static const char *method_name(enum evhttp_cmd_type type)
{
	switch (type) {
	case EVHTTP_REQ_GET: return "GET";
	case EVHTTP_REQ_POST: return "POST";
	case EVHTTP_REQ_HEAD: return "HEAD";
	case EVHTTP_REQ_OPTIONS: return "OPTIONS";
	default: return "";
	}
}

/* Path and query from the target as sent; a proxy's absolute form loses scheme and authority. */
static void split_target(struct http_exchange *exchange, const char *target)
{
	size_t length = strcspn(target, "#");
	size_t scheme = strncasecmp(target, "http://", 7) == 0	  ? 7
			: strncasecmp(target, "https://", 8) == 0 ? 8
								  : 0;

	if (scheme > 0) {
		scheme += strcspn(target + scheme, "/?#");
		target += scheme;
		length -= scheme;
	}

	size_t path = strcspn(target, "?#");

	exchange->path = path ? arena_strndup(exchange->arena, target, path) : "/";
	exchange->query = path < length
			      ? arena_strndup(exchange->arena, target + path + 1, length - path - 1)
			      : "";
}

static void copy_headers(struct http_exchange *exchange, struct evkeyvalq *headers)
{
	struct exchange_header **at = &exchange->headers;

	for (struct evkeyval *i = headers->tqh_first; i; i = i->next.tqe_next) {
		struct exchange_header *header = arena_alloc(exchange->arena, sizeof *header);

		header->name = arena_strdup(exchange->arena, i->key);
		header->value = arena_strdup(exchange->arena, i->value);
		*at = header;
		at = &header->next;
	}
}

static unsigned count_header(const struct http_exchange *exchange, const char *name)
{
	unsigned count = 0;

	for (struct exchange_header *i = exchange->headers; i; i = i->next)
		count += text_equal_ignoring_case(i->name, name);
	return count;
}

/* Two readers must not see two different requests in the same bytes (RFC 9112 section 11.2): no
 * doubled or mixed lengths, and no body with methods of which evhttp does not read one. */
static bool is_framed_clearly(const struct http_exchange *exchange)
{
	unsigned lengths = count_header(exchange, "Content-Length");
	unsigned encodings = count_header(exchange, "Transfer-Encoding");
	const char *encoding = http_header(exchange, "Transfer-Encoding");
	const char *length = http_header(exchange, "Content-Length");
	uint64_t number = 0;

	if (lengths + encodings > 1)
		return false;
	if (encoding && !text_equal_ignoring_case(encoding, "chunked"))
		return false;
	if (length && !text_parse_number(length, UINT64_MAX, &number))
		return false;
	return strcmp(exchange->method, "POST") == 0 || (!encoding && number == 0);
}

static void reply_plainly(struct http_exchange *exchange, int status, const char *text)
{
	http_add_header(exchange, "Connection", "close");
	http_reply(exchange, status, text_type, text, strlen(text));
}

static void exchange_free(struct http_exchange *exchange)
{
	arena_destroy(exchange->arena);
	free(exchange);
}

static struct http_exchange *exchange_create(struct conn *conn, struct evhttp_request *request)
{
	struct http_exchange *exchange = calloc(1, sizeof *exchange);
	struct evbuffer *body = evhttp_request_get_input_buffer(request);

	if (!exchange)
		abort();
	exchange->conn = conn;
	exchange->request = request;
	exchange->arena = arena_create(0, NULL); /* evhttp has kept it within head_bytes */
	exchange->method = method_name(evhttp_request_get_command(request));
	copy_headers(exchange, evhttp_request_get_input_headers(request));
	split_target(exchange, evhttp_request_get_uri(request));
	exchange->body_length = evbuffer_get_length(body);
	exchange->body = exchange->body_length ? evbuffer_pullup(body, -1) : NULL;
	return exchange;
}

void exchange_begin(struct conn *conn, struct evhttp_request *request)
{
	struct http_exchange *exchange = exchange_create(conn, request);
	struct http_in *http = conn->http;

	conn->exchange = exchange;
	conn_set_phase(conn, CONN_PENDING);
	if (!*exchange->method) {
		http_add_header(exchange, "Allow", "GET, POST, HEAD, OPTIONS");
		reply_plainly(exchange, 405, "method not allowed\n");
		return;
	}
	if (!is_framed_clearly(exchange)) {
		reply_plainly(exchange, 400, "length of the request's body is not clear\n");
		return;
	}
	http->fn(http->arg, exchange);
	if (conn->exchange == exchange) /* not answered at once */
		conn_watch(conn);
}

void exchange_gone(struct http_exchange *exchange)
{
	exchange->conn->exchange = NULL;
	exchange->conn = NULL;
	exchange->body = NULL; /* evhttp's, and perhaps freed */
	exchange->body_length = 0;
	if (exchange->gone)
		exchange->gone(exchange->gone_arg, exchange);
	exchange_free(exchange);
}

const char *http_method(const struct http_exchange *exchange)
{
	return exchange->method;
}

const char *http_path(const struct http_exchange *exchange)
{
	return exchange->path;
}

const char *http_query(const struct http_exchange *exchange)
{
	return exchange->query;
}

const char *http_header(const struct http_exchange *exchange, const char *name)
{
	for (struct exchange_header *i = exchange->headers; i; i = i->next)
		if (text_equal_ignoring_case(i->name, name))
			return i->value;
	return NULL;
}

const void *http_body(const struct http_exchange *exchange, size_t *length)
{
	*length = exchange->body_length;
	return exchange->body ? exchange->body : "";
}

const char *http_peer(const struct http_exchange *exchange)
{
	return exchange->conn ? exchange->conn->peer : "";
}

bool http_is_secure(const struct http_exchange *exchange)
{
	return exchange->conn && exchange->conn->secure;
}

void http_on_gone(struct http_exchange *exchange, http_gone_fn fn, void *arg)
{
	exchange->gone = fn;
	exchange->gone_arg = arg;
}

void http_add_header(struct http_exchange *exchange, const char *name, const char *value)
{
	if (exchange->conn)
		evhttp_add_header(
		    evhttp_request_get_output_headers(exchange->request), name, value);
}

static void on_sent(struct evhttp_request *request, void *arg)
{
	conn_next_request(arg);
}

static bool has_no_body(const struct http_exchange *exchange, int status)
{
	return strcmp(exchange->method, "HEAD") == 0 || status == 204 || status == 304;
}

void http_reply(struct http_exchange *exchange, int status, const char *content_type,
    const void *body, size_t length)
{
	struct conn *conn = exchange->conn;
	struct evhttp_request *request = exchange->request;
	struct evbuffer *out = evbuffer_new();
	char digits[24];

	if (!out)
		abort();
	if (!conn) { /* gone, and the callback that says so is running */
		evbuffer_free(out);
		return;
	}
	if (content_type)
		http_add_header(exchange, "Content-Type", content_type);
	if (!conn->http->bound)
		http_add_header(exchange, "Connection", "close");
	if (status != 204 && status != 304) {
		snprintf(digits, sizeof digits, "%zu", length);
		http_add_header(exchange, "Content-Length", digits);
	}
	/* evhttp would send it after a HEAD request's head as well. */
	if (!has_no_body(exchange, status) && evbuffer_add(out, body, length) != 0)
		abort();
	conn_unwatch(conn);
	conn->exchange = NULL;
	conn_set_phase(conn, CONN_WRITING);
	evhttp_request_set_on_complete_cb(request, on_sent, conn);
	evhttp_send_reply(request, status, NULL, out);
	evbuffer_free(out);
	exchange_free(exchange);
}
