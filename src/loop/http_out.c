#include "loop/http_out.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>

#include "base/arena.h"
#include "loop/http_out_internal.h"
#include "loop/loop_internal.h"
#include "loop/timer.h"

static char *copy(const char *text)
{
	char *result = text ? strdup(text) : NULL;

	if (text && !result)
		abort();
	return result;
}

static void *must(void *made)
{
	if (!made)
		abort();
	return made;
}

/* The answer, and its end. */

static void answer_clear(struct http_out *out)
{
	free(out->location);
	free(out->body);
	out->location = NULL;
	out->body = NULL;
	out->length = out->room = out->head = 0;
	arena_ledger_count(out->ledger, &out->counted, 0);
	out->overflow = false;
	out->curl_text[0] = '\0';
	out->text[0] = '\0';
}

static void http_out_free(struct http_out *out)
{
	free(out->host);
	free((char *)out->tls.server_name);
	free((char *)out->tls.ca_file);
	free((char *)out->tls.certificate_file);
	free((char *)out->tls.key_file);
	answer_clear(out);
	free(out);
}

/* The last thing a function does with it: the callee may have closed it or asked again. */
static void tell(struct http_out *out, struct http_out_answer *answer)
{
	out->stage = HTTP_OUT_IDLE;
	out->telling = true;
	out->fn(out->arg, out, answer);
	out->telling = false;
	if (out->closed)
		http_out_free(out);
	else if (out->stage == HTTP_OUT_IDLE)
		answer_clear(out);
}

static void tell_link_failure(struct http_out *out, enum link_failure failure)
{
	struct http_out_answer answer = {
	    .failure = HTTP_OUT_LINK,
	    .link = failure,
	    .text = out->text,
	    .content_type = "",
	    .location = "",
	};

	tell(out, &answer);
}

static void finish(struct http_out *out, CURLcode code)
{
	struct http_out_answer answer = {
	    .body = out->body ? out->body : "",
	    .length = out->length,
	    .location = out->location ? out->location : "",
	    .content_type = "",
	    .text = "",
	};
	const char *type = NULL;
	long status = 0;

	answer.failure = out_failure(out, code, &answer.link);
	if (code != CURLE_OK)
		answer.text = out_failure_text(out, code);
	curl_easy_getinfo(out->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(out->easy, CURLINFO_CONTENT_TYPE, &type);
	answer.status = (int)status;
	if (type)
		answer.content_type = type;
	tell(out, &answer);
}

/* curl at work. */

static void out_dial(struct http_out *out);

void out_done(struct http_out *out, CURLcode code)
{
	curl_multi_remove_handle(out->multi, out->easy);
	if (out->wanting && !out->dialled) {
		/* The connection that was kept has died meanwhile. */
		answer_clear(out);
		out_dial(out);
		return;
	}
	finish(out, code);
}

/* Making it. */

struct http_out *http_out_create(
    struct loop *loop, const struct http_out_options *options, http_out_fn fn, void *arg)
{
	struct http_out *out = must(calloc(1, sizeof *out));

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		abort();
	out->loop = loop;
	out->fn = fn;
	out->arg = arg;
	out->host = copy(options->host);
	out->port = options->port;
	out->body_max = options->body_max;
	out->ledger = options->ledger;
	out->fd = -1;
	if (options->tls) {
		out->secure = true;
		out->tls = (struct link_tls){.server_name = copy(options->tls->server_name),
		    .ca_file = copy(options->tls->ca_file),
		    .certificate_file = copy(options->tls->certificate_file),
		    .key_file = copy(options->tls->key_file)};
	}
	out_set_up(out, options);
	return out;
}

/* Asking. */

static void out_start(struct http_out *out)
{
	if (curl_multi_add_handle(out->multi, out->easy) != CURLM_OK)
		abort();
}

/* That curl need not look for the address of what it is connected to. */
static void set_address(struct http_out *out)
{
	struct address peer = {.length = sizeof peer.socket};
	char number[INET6_ADDRSTRLEN], text[INET6_ADDRSTRLEN + 300];
	const void *bytes;

	if (getpeername(out->fd, (struct sockaddr *)&peer.socket, &peer.length) != 0)
		return; /* already gone: curl will see */
	bytes = peer.socket.ss_family == AF_INET6
		    ? (const void *)&((struct sockaddr_in6 *)&peer.socket)->sin6_addr
		    : (const void *)&((struct sockaddr_in *)&peer.socket)->sin_addr;
	inet_ntop(peer.socket.ss_family, bytes, number, sizeof number);
	snprintf(text, sizeof text, "%s:%u:%s", out->host, out->port, number);
	curl_slist_free_all(out->address);
	out->address = must(curl_slist_append(NULL, text));
	curl_easy_setopt(out->easy, CURLOPT_RESOLVE, out->address);
}

static bool is_number(const char *host)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

static void on_dial(void *arg, struct link *link, enum link_event event)
{
	struct http_out *out = arg;
	enum link_failure failure = link_failure(link);

	if (event == LINK_CONNECTED)
		out->fd = link_take_socket(link);
	else
		snprintf(out->text, sizeof out->text, "%s", link_failure_text(link));
	out->dial = NULL;
	link_close(link, false);
	if (event != LINK_CONNECTED) {
		tell_link_failure(out, failure);
		return;
	}
	if (!is_number(out->host))
		set_address(out);
	out->stage = out->secure ? HTTP_OUT_SECURING : HTTP_OUT_WAITING;
	out_start(out);
}

static void out_dial(struct http_out *out)
{
	out->wanting = false;
	out->dialled = true;
	out->stage = HTTP_OUT_RESOLVING;
	out->dial = link_dial(out->loop, out->host, out->port, on_dial, out);
}

static void set_url(struct http_out *out, const char *target)
{
	bool number = strchr(out->host, ':') != NULL;
	size_t size = strlen(out->host) + strlen(target) + sizeof "https://[]:65535";
	char *url = must(malloc(size));

	snprintf(url, size, "http%s://%s%s%s:%u%s", out->secure ? "s" : "", number ? "[" : "",
	    out->host, number ? "]" : "", out->port, target);
	curl_easy_setopt(out->easy, CURLOPT_URL, url);
	free(url);
}

static void add_header(struct http_out *out, const char *name, const char *value)
{
	char line[512];

	snprintf(line, sizeof line, "%s: %s", name, value);
	out->headers = must(curl_slist_append(out->headers, line));
}

static void set_request(struct http_out *out, const struct http_out_request *request)
{
	curl_slist_free_all(out->headers);
	out->headers = NULL;
	if (request->accept)
		add_header(out, "Accept", request->accept);
	if (request->body) {
		add_header(out, "Content-Type", request->content_type);
		add_header(out, "Expect", ""); /* or curl would wait to be told to go on */
		curl_easy_setopt(
		    out->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->length);
		curl_easy_setopt(out->easy, CURLOPT_COPYPOSTFIELDS, request->body);
	} else {
		curl_easy_setopt(out->easy, CURLOPT_HTTPGET, 1L);
	}
	curl_easy_setopt(out->easy, CURLOPT_HTTPHEADER, out->headers);
}

void http_out_send(struct http_out *out, const struct http_out_request *request)
{
	assert(out->stage == HTTP_OUT_IDLE && !out->closed);
	answer_clear(out);
	set_url(out, request->target);
	set_request(out, request);
	out->wanting = out->dialled = false;
	if (!out->sockets) {
		out_dial(out);
		return;
	}
	out->stage = HTTP_OUT_WAITING;
	out_start(out);
}

enum http_out_stage http_out_stage(const struct http_out *out)
{
	if (out->dial && link_stage(out->dial) == LINK_CONNECTING)
		return HTTP_OUT_CONNECTING;
	return out->stage;
}

void http_out_close(struct http_out *out)
{
	if (out->dial)
		link_close(out->dial, false);
	if (out->stage != HTTP_OUT_IDLE && !out->dial)
		curl_multi_remove_handle(out->multi, out->easy);
	curl_multi_cleanup(out->multi);
	curl_easy_cleanup(out->easy);
	curl_slist_free_all(out->headers);
	curl_slist_free_all(out->address);
	timer_destroy(out->timer);
	if (out->fd >= 0)
		close(out->fd);
	curl_global_cleanup();
	out->closed = true;
	if (!out->telling)
		http_out_free(out);
}
