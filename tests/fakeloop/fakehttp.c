/* HTTP as requests and responses, without connections. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "fakeloop/internal.h"

struct header {
	struct header *next;
	char *name, *value;
};

struct http_in {
	struct http_in *next;
	struct loop *loop;
	struct http_limits limits;
	http_request_fn fn;
	void *arg;
	unsigned port;
	char address[64];
	bool draining;
	struct http_counts counts;
	struct http_exchange *exchanges;
};

struct http_exchange {
	struct http_exchange *next;
	struct http_in *http;
	struct fakerequest *request;
	http_gone_fn gone;
	void *gone_arg;
};

struct fakerequest {
	struct loop *loop;
	unsigned port; /* 0: the first listener */
	char *method, *path, *query, *peer;
	struct header *headers;
	struct bytes body;
	struct happening *arrival, *departure;
	struct http_exchange *exchange; /* while it waits */
	bool released;			/* by the scene */
	enum fakerequest_state state;
	int status;
	struct header *answer_headers;
	struct bytes answer;
	msec_t sent, over;
};

/* ---- headers ---- */

static void headers_add(struct header **list, const char *name, const char *value)
{
	struct header *header = world_alloc(sizeof *header);

	header->name = world_strdup(name);
	header->value = world_strdup(value);
	while (*list)
		list = &(*list)->next;
	*list = header;
}

static const char *headers_find(const struct header *list, const char *name)
{
	for (; list; list = list->next)
		if (text_equal_ignoring_case(list->name, name))
			return list->value;
	return NULL;
}

static void headers_clear(struct header **list)
{
	while (*list) {
		struct header *header = *list;

		*list = header->next;
		free(header->name);
		free(header->value);
		free(header);
	}
}

/* ---- requests ---- */

static void request_destroy(struct fakerequest *request)
{
	world_cancel(request->loop, request->arrival);
	world_cancel(request->loop, request->departure);
	headers_clear(&request->headers);
	headers_clear(&request->answer_headers);
	bytes_clear(&request->body);
	bytes_clear(&request->answer);
	free(request->method);
	free(request->path);
	free(request->query);
	free(request->peer);
	free(request);
}

static void request_end(struct fakerequest *request, enum fakerequest_state state)
{
	request->state = state;
	request->over = request->loop->now;
	request->exchange = NULL;
	world_trace(
	    request->loop, "client %s %s: %d", request->method, request->path, request->status);
	if (request->released)
		request_destroy(request);
}

static void answer_plainly(struct fakerequest *request, int status, const char *text)
{
	request->status = status;
	headers_add(&request->answer_headers, "Content-Type", "text/plain; charset=utf-8");
	if (status == 405)
		headers_add(&request->answer_headers, "Allow", "GET, POST, HEAD, OPTIONS");
	bytes_add(&request->answer, text, strlen(text) + 1);
	request_end(request, FAKEREQUEST_ANSWERED);
}

static struct http_in *find_listener(const struct fakerequest *request)
{
	struct http_in *http = request->loop->listeners, *found = NULL;

	for (; http; http = http->next) /* the list has the newest first */
		if (!http->draining && (request->port == 0 || http->port == request->port))
			found = http;
	return found;
}

static bool is_allowed(const char *method)
{
	return strcmp(method, "GET") == 0 || strcmp(method, "POST") == 0 ||
	       strcmp(method, "HEAD") == 0 || strcmp(method, "OPTIONS") == 0;
}

static void unlink_exchange(struct http_exchange *exchange)
{
	struct http_exchange **at = &exchange->http->exchanges;

	while (*at != exchange)
		at = &(*at)->next;
	*at = exchange->next;
	exchange->http->counts.connections--;
}

static void exchange_gone(struct http_exchange *exchange, enum fakerequest_state state)
{
	unlink_exchange(exchange);
	exchange->http = NULL;
	if (exchange->gone)
		exchange->gone(exchange->gone_arg, exchange);
	request_end(exchange->request, state);
	free(exchange);
}

static void on_arrival(void *arg)
{
	struct fakerequest *request = arg;
	struct http_in *http = find_listener(request);
	struct http_exchange *exchange;

	request->arrival = NULL;
	if (!http) {
		request_end(request, FAKEREQUEST_REFUSED);
		return;
	}
	http->counts.accepted++;
	if (!is_allowed(request->method)) {
		answer_plainly(request, 405, "method not allowed\n");
	} else if (strlen(request->path) + strlen(request->query) > http->limits.head_bytes) {
		answer_plainly(request, 400, "head too long\n");
	} else if (bytes_length(&request->body) > http->limits.body_bytes) {
		answer_plainly(request, 413, "body too long\n");
	} else if (http->counts.connections >= http->limits.connections) {
		http->counts.refused++;
		answer_plainly(request, 503, "too many connections\n");
	} else {
		exchange = world_alloc(sizeof *exchange);
		exchange->http = http;
		exchange->request = request;
		exchange->next = http->exchanges;
		http->exchanges = exchange;
		http->counts.connections++;
		request->exchange = exchange;
		world_trace(
		    http->loop, "client %s %s?%s", request->method, request->path, request->query);
		http->fn(http->arg, exchange);
	}
}

static void on_departure(void *arg)
{
	struct fakerequest *request = arg;

	request->departure = NULL;
	if (request->state != FAKEREQUEST_WAITING)
		return;
	world_cancel(request->loop, request->arrival);
	request->arrival = NULL;
	if (request->exchange)
		exchange_gone(request->exchange, FAKEREQUEST_GONE);
	else
		request_end(request, FAKEREQUEST_GONE);
}

struct fakerequest *fakeloop_request_to(struct loop *loop, unsigned port, const char *method,
    const char *path_and_query, const struct fakeheader *headers, const void *body, size_t length,
    const char *peer)
{
	struct fakerequest *request = world_alloc(sizeof *request);
	size_t path = strcspn(path_and_query, "?");

	request->loop = loop;
	request->port = port;
	request->method = world_strdup(method);
	request->path = world_strdup(path_and_query);
	request->query = world_strdup(path_and_query[path] ? path_and_query + path + 1 : "");
	request->path[path] = '\0';
	request->peer = world_strdup(peer ? peer : "127.0.0.1");
	for (; headers && headers->name; headers++)
		headers_add(&request->headers, headers->name, headers->value);
	bytes_add(&request->body, body, length);
	request->sent = loop->now;
	request->arrival = world_plan(loop, loop->now, on_arrival, request);
	return request;
}

struct fakerequest *fakeloop_request(struct loop *loop, const char *method,
    const char *path_and_query, const struct fakeheader *headers, const void *body, size_t length,
    const char *peer)
{
	return fakeloop_request_to(loop, 0, method, path_and_query, headers, body, length, peer);
}

void fakerequest_abandon(struct fakerequest *request, msec_t delay)
{
	if (request->state != FAKEREQUEST_WAITING)
		return;
	world_cancel(request->loop, request->departure);
	request->departure =
	    world_plan(request->loop, request->loop->now + delay, on_departure, request);
}

enum fakerequest_state fakerequest_state(const struct fakerequest *request)
{
	return request->state;
}

bool fakerequest_is_over(const struct fakerequest *request)
{
	return request->state != FAKEREQUEST_WAITING;
}

int fakerequest_status(const struct fakerequest *request)
{
	return request->status;
}

const char *fakerequest_header(const struct fakerequest *request, const char *name)
{
	return headers_find(request->answer_headers, name);
}

const char *fakerequest_body(const struct fakerequest *request, size_t *length)
{
	size_t all = bytes_length(&request->answer); /* with a NUL at its end, or nothing */

	if (length)
		*length = all ? all - 1 : 0;
	return (const char *)bytes_peek(&request->answer);
}

msec_t fakerequest_time(const struct fakerequest *request)
{
	return request->over - request->sent;
}

void fakerequest_free(struct fakerequest *request)
{
	if (!request)
		return;
	if (request->state != FAKEREQUEST_WAITING) {
		request_destroy(request);
		return;
	}
	request->released = true;
	fakerequest_abandon(request, 0);
}

/* ---- http_in.h ---- */

struct http_in *http_in_listen(struct loop *loop, const char *host, unsigned port,
    const struct http_limits *limits, http_request_fn fn, void *arg, char *why, size_t size)
{
	struct http_in *http;

	for (http = loop->listeners; port && http; http = http->next) {
		if (http->port == port && !http->draining) {
			snprintf(why, size, "%s port %u: Address already in use", host, port);
			return NULL;
		}
	}
	http = world_alloc(sizeof *http);
	http->loop = loop;
	http->limits = *limits;
	http->fn = fn;
	http->arg = arg;
	http->port = port ? port : ++loop->last_port;
	snprintf(http->address, sizeof http->address, strchr(host, ':') ? "[%s]:%u" : "%s:%u", host,
	    http->port);
	http->next = loop->listeners;
	loop->listeners = http;
	return http;
}

const char *http_in_address(const struct http_in *http)
{
	return http->address;
}

unsigned http_in_port(const struct http_in *http)
{
	return http->port;
}

/* There is no TLS in this world. */
void http_in_set_tls(struct http_in *http, struct listen_tls *tls)
{
}

void http_in_set_limits(struct http_in *http, const struct http_limits *limits)
{
	http->limits = *limits;
}

void http_in_counts(const struct http_in *http, struct http_counts *out)
{
	*out = http->counts;
}

void http_in_drain(struct http_in *http)
{
	http->draining = true;
}

static void listener_free(void *arg)
{
	free(arg);
}

void http_in_close(struct http_in *http)
{
	struct http_in **at = &http->loop->listeners;

	http->draining = true;
	while (http->exchanges)
		exchange_gone(http->exchanges, FAKEREQUEST_DROPPED);
	while (*at != http)
		at = &(*at)->next;
	*at = http->next;
	turn_bury(&http->loop->turn, listener_free, http);
}

const char *http_method(const struct http_exchange *exchange)
{
	return exchange->request->method;
}

const char *http_path(const struct http_exchange *exchange)
{
	return exchange->request->path;
}

const char *http_query(const struct http_exchange *exchange)
{
	return exchange->request->query;
}

const char *http_header(const struct http_exchange *exchange, const char *name)
{
	return headers_find(exchange->request->headers, name);
}

const void *http_body(const struct http_exchange *exchange, size_t *length)
{
	*length = bytes_length(&exchange->request->body);
	return bytes_peek(&exchange->request->body);
}

const char *http_peer(const struct http_exchange *exchange)
{
	return exchange->request->peer;
}

bool http_is_secure(const struct http_exchange *exchange)
{
	(void)exchange; /* no TLS comes in here */
	return false;
}

void http_on_gone(struct http_exchange *exchange, http_gone_fn fn, void *arg)
{
	exchange->gone = fn;
	exchange->gone_arg = arg;
}

void http_add_header(struct http_exchange *exchange, const char *name, const char *value)
{
	headers_add(&exchange->request->answer_headers, name, value);
}

void http_reply(struct http_exchange *exchange, int status, const char *content_type,
    const void *body, size_t length)
{
	struct fakerequest *request = exchange->request;
	char digits[24];

	if (!exchange->http) /* gone, and the callback that says so is running */
		return;
	request->status = status;
	if (content_type)
		headers_add(&request->answer_headers, "Content-Type", content_type);
	if (exchange->http->draining)
		headers_add(&request->answer_headers, "Connection", "close");
	if (status != 204 && status != 304) {
		snprintf(digits, sizeof digits, "%zu", length);
		headers_add(&request->answer_headers, "Content-Length", digits);
	}
	if (strcmp(request->method, "HEAD") != 0 && status != 204 && status != 304)
		bytes_add(&request->answer, body, length);
	bytes_add(&request->answer, "", 1);
	unlink_exchange(exchange);
	free(exchange);
	request_end(request, FAKEREQUEST_ANSWERED);
}

/* ---- for the loop ---- */

void fakehttp_count(const struct loop *loop, size_t *listeners, size_t *exchanges)
{
	*listeners = *exchanges = 0;
	for (const struct http_in *i = loop->listeners; i; i = i->next) {
		(*listeners)++;
		for (const struct http_exchange *e = i->exchanges; e; e = e->next)
			(*exchanges)++;
	}
}
