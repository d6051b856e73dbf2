/* HTTP to partners on the fake loop: a small client over the fake loop's links, so that whatever a
 * scene does to a link is done to it, too. It reads what the real one reads, but decompresses
 * nothing and asks for nothing compressed. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "fakeloop/internal.h"
#include "loop/http_out.h"

enum framing { FRAME_NONE, FRAME_LENGTH, FRAME_CHUNKS, FRAME_END };
enum progress { MORE, DONE, BAD, LARGE };

struct http_out {
	struct loop *loop;
	http_out_fn fn;
	void *arg;
	char *host, *credentials;
	unsigned port;
	bool secure;
	struct link_tls tls;
	size_t body_max;
	struct arena_ledger *ledger;
	size_t counted; /* there */

	struct link *link;
	enum http_out_stage stage;
	bool open, kept; /* the link; has served a request before */
	char *request;
	size_t request_length;

	struct bytes input, body;
	bool head_done;
	enum framing framing;
	size_t left; /* FRAME_LENGTH */
	int status;
	bool close_after;
	char type[256], location[2048], text[256];
	bool telling, closed;
};

static char *encode_base64(const char *text)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t length = strlen(text);
	char *out = world_alloc(length * 2 + 8), *to = out;

	for (size_t i = 0; i < length; i += 3) {
		unsigned a = (unsigned char)text[i];
		unsigned b = i + 1 < length ? (unsigned char)text[i + 1] : 0;
		unsigned c = i + 2 < length ? (unsigned char)text[i + 2] : 0;

		*to++ = digits[a >> 2];
		*to++ = digits[(a & 3) << 4 | b >> 4];
		*to++ = i + 1 < length ? digits[(b & 15) << 2 | c >> 6] : '=';
		*to++ = i + 2 < length ? digits[c & 63] : '=';
	}
	return out;
}

struct http_out *http_out_create(
    struct loop *loop, const struct http_out_options *options, http_out_fn fn, void *arg)
{
	struct http_out *out = world_alloc(sizeof *out);

	out->loop = loop;
	out->fn = fn;
	out->arg = arg;
	out->host = world_strdup(options->host);
	out->port = options->port;
	out->secure = options->tls != NULL;
	if (options->tls)
		out->tls = (struct link_tls){.server_name = world_strdup(options->tls->server_name),
		    .ca_file = world_strdup(options->tls->ca_file),
		    .certificate_file = world_strdup(options->tls->certificate_file),
		    .key_file = world_strdup(options->tls->key_file)};
	out->body_max = options->body_max;
	out->ledger = options->ledger;
	if (options->user) {
		char pair[512];

		snprintf(pair, sizeof pair, "%s:%s", options->user,
		    options->password ? options->password : "");
		out->credentials = encode_base64(pair);
	}
	return out;
}

static void out_free(struct http_out *out)
{
	free(out->host);
	free(out->credentials);
	free((char *)out->tls.server_name);
	free((char *)out->tls.ca_file);
	free((char *)out->tls.certificate_file);
	free((char *)out->tls.key_file);
	free(out->request);
	arena_ledger_count(out->ledger, &out->counted, 0);
	bytes_clear(&out->input);
	bytes_clear(&out->body);
	free(out);
}

static void hang_up(struct http_out *out)
{
	if (out->link)
		link_close(out->link, false);
	out->link = NULL;
	out->open = out->kept = false;
}

static void tell(struct http_out *out, enum http_out_failure failure, enum link_failure link)
{
	struct http_out_answer answer = {.failure = failure,
	    .link = link,
	    .text = out->text,
	    .status = out->status,
	    .content_type = out->type,
	    .location = out->location,
	    .body = bytes_peek(&out->body),
	    .length = bytes_length(&out->body)};

	if (failure != HTTP_OUT_OK || out->close_after)
		hang_up(out);
	else
		out->kept = true;
	out->stage = HTTP_OUT_IDLE;
	out->telling = true;
	out->fn(out->arg, out, &answer);
	out->telling = false;
	if (out->closed)
		out_free(out);
	else if (out->stage == HTTP_OUT_IDLE)
		arena_ledger_count(out->ledger, &out->counted, 0);
}

static void fail(struct http_out *out, enum http_out_failure failure, const char *text)
{
	snprintf(out->text, sizeof out->text, "%s", text);
	tell(out, failure, LINK_OK);
}

/* Reading. */

static void take_header(struct http_out *out, char *line)
{
	char *value = strchr(line, ':');

	if (!value)
		return;
	*value++ = '\0';
	value += strspn(value, " \t");
	for (size_t n = strlen(value); n && strchr(" \t\r", value[n - 1]); n--)
		value[n - 1] = '\0';
	if (text_equal_ignoring_case(line, "content-length")) {
		out->left = strtoull(value, NULL, 10);
		if (out->framing != FRAME_CHUNKS)
			out->framing = FRAME_LENGTH;
	} else if (text_equal_ignoring_case(line, "transfer-encoding")) {
		out->framing = FRAME_CHUNKS;
	} else if (text_equal_ignoring_case(line, "connection")) {
		out->close_after = text_equal_ignoring_case(value, "close");
	} else if (text_equal_ignoring_case(line, "content-type")) {
		snprintf(out->type, sizeof out->type, "%s", value);
	} else if (text_equal_ignoring_case(line, "location")) {
		snprintf(out->location, sizeof out->location, "%s", value);
	}
}

static enum progress take_head(struct http_out *out)
{
	size_t length = bytes_length(&out->input);
	const char *bytes = (const char *)bytes_peek(&out->input);
	const char *end = length ? memmem(bytes, length, "\r\n\r\n", 4) : NULL;
	char *head, *save = NULL;

	if (length && memcmp(bytes, "HTTP/1.", length < 7 ? length : 7) != 0)
		return BAD;
	if (!end)
		return length > HTTP_OUT_HEAD_MAX ? LARGE : MORE;
	head = strndup(bytes, (size_t)(end - bytes));
	out->framing = FRAME_END;
	out->left = 0;
	for (char *line = strtok_r(head, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (line == head)
			out->status = atoi(line + 9);
		else
			take_header(out, line);
	}
	free(head);
	bytes_take(&out->input, (size_t)(end - bytes) + 4);
	if (out->status < 200)
		return take_head(out);
	if (out->status == 204 || out->status == 304)
		out->framing = FRAME_NONE;
	if (out->framing == FRAME_END)
		out->close_after = true;
	if (out->framing == FRAME_LENGTH && out->left > out->body_max)
		return LARGE;
	out->head_done = true;
	return DONE;
}

static enum progress take_piece(struct http_out *out, size_t length)
{
	if (length > out->body_max - bytes_length(&out->body))
		return LARGE;
	bytes_add(&out->body, bytes_peek(&out->input), length);
	bytes_take(&out->input, length);
	return DONE;
}

/* RFC 9112 section 7.1. */
static enum progress take_chunks(struct http_out *out)
{
	for (;;) {
		size_t length = bytes_length(&out->input), size;
		const char *bytes = (const char *)bytes_peek(&out->input);
		const char *line = length ? memmem(bytes, length, "\r\n", 2) : NULL;
		char *end;

		if (!line)
			return MORE;
		size = strtoull(bytes, &end, 16);
		if (end == bytes)
			return BAD;
		if (size == 0) {
			const char *last = memmem(bytes, length, "\r\n\r\n", 4);

			if (!last)
				return MORE;
			bytes_take(&out->input, (size_t)(last - bytes) + 4);
			return DONE;
		}
		if (size > out->body_max - bytes_length(&out->body))
			return LARGE;
		if (length < (size_t)(line - bytes) + 2 + size + 2)
			return MORE;
		bytes_take(&out->input, (size_t)(line - bytes) + 2);
		take_piece(out, size);
		bytes_take(&out->input, 2);
	}
}

static enum progress take_body(struct http_out *out)
{
	size_t there = bytes_length(&out->input);
	enum progress progress;

	switch (out->framing) {
	case FRAME_NONE: return DONE;
	case FRAME_CHUNKS: return take_chunks(out);
	case FRAME_END: progress = take_piece(out, there); return progress == DONE ? MORE : LARGE;
	case FRAME_LENGTH: break;
	}
	if (there > out->left)
		there = out->left;
	take_piece(out, there);
	out->left -= there;
	return out->left ? MORE : DONE;
}

static void read_on(struct http_out *out)
{
	enum progress progress = out->head_done ? DONE : take_head(out);

	if (progress == DONE)
		progress = take_body(out);
	arena_ledger_count(
	    out->ledger, &out->counted, bytes_length(&out->body) + bytes_length(&out->input));
	if (out->head_done || bytes_length(&out->input) > 0)
		out->stage = HTTP_OUT_RECEIVING;
	switch (progress) {
	case MORE: return;
	case DONE: tell(out, HTTP_OUT_OK, LINK_OK); return;
	case BAD: fail(out, HTTP_OUT_GARBLED, "not an HTTP answer"); return;
	case LARGE:
		snprintf(
		    out->text, sizeof out->text, "an answer of more than %zu bytes", out->body_max);
		tell(out, HTTP_OUT_TOO_LARGE, LINK_OK);
		return;
	}
}

/* The link. */

static void dial(struct http_out *out);

/* A kept connection that ended before anything of an answer came is replaced, once. */
static bool stale(struct http_out *out)
{
	if (!out->kept || out->head_done || bytes_length(&out->input) > 0)
		return false;
	hang_up(out);
	dial(out);
	return true;
}

static void on_link(void *arg, struct link *link, enum link_event event)
{
	struct http_out *out = arg;
	const uint8_t *bytes;
	size_t length;

	switch (event) {
	case LINK_CONNECTED:
		out->open = true;
		out->stage = HTTP_OUT_WAITING;
		link_write(link, out->request, out->request_length);
		return;
	case LINK_DATA:
		bytes = link_peek(link, &length);
		bytes_add(&out->input, bytes, length);
		link_consume(link, length);
		if (out->stage != HTTP_OUT_IDLE)
			read_on(out);
		return;
	case LINK_DRAINED: return;
	case LINK_ENDED:
		if (out->stage == HTTP_OUT_IDLE)
			hang_up(out);
		else if (stale(out))
			return;
		else if (out->head_done && out->framing == FRAME_END)
			tell(out, HTTP_OUT_OK, LINK_OK);
		else
			fail(out, HTTP_OUT_CLOSED, "connection closed before the answer's end");
		return;
	case LINK_FAILED:
		if (out->stage == HTTP_OUT_IDLE) {
			hang_up(out);
			return;
		}
		if (stale(out))
			return;
		snprintf(out->text, sizeof out->text, "%s", link_failure_text(link));
		tell(out, HTTP_OUT_LINK, link_failure(link));
		return;
	}
}

static void dial(struct http_out *out)
{
	out->stage = HTTP_OUT_RESOLVING;
	out->link = link_connect(
	    out->loop, out->host, out->port, out->secure ? &out->tls : NULL, on_link, out);
}

static void write_request(struct http_out *out, const struct http_out_request *request)
{
	FILE *file;

	free(out->request);
	out->request = NULL;
	file = open_memstream(&out->request, &out->request_length);
	if (!file)
		abort();
	fprintf(file, "%s %s HTTP/1.1\r\nHost: %s:%u\r\nAccept-Encoding: identity\r\n",
	    request->body ? "POST" : "GET", request->target, out->host, out->port);
	if (request->accept)
		fprintf(file, "Accept: %s\r\n", request->accept);
	if (out->credentials)
		fprintf(file, "Authorization: Basic %s\r\n", out->credentials);
	if (request->body)
		fprintf(file, "Content-Type: %s\r\nContent-Length: %zu\r\n", request->content_type,
		    request->length);
	fprintf(file, "\r\n%.*s", (int)request->length, request->body ? request->body : "");
	fclose(file);
}

void http_out_send(struct http_out *out, const struct http_out_request *request)
{
	assert(out->stage == HTTP_OUT_IDLE && !out->closed);
	write_request(out, request);
	bytes_clear(&out->input);
	bytes_clear(&out->body);
	out->head_done = out->close_after = false;
	out->status = 0;
	*out->type = *out->location = *out->text = '\0';
	if (!out->open) {
		dial(out);
		return;
	}
	out->stage = HTTP_OUT_WAITING;
	link_write(out->link, out->request, out->request_length);
}

enum http_out_stage http_out_stage(const struct http_out *out)
{
	if (out->stage == HTTP_OUT_IDLE || !out->link)
		return out->stage;
	switch (link_stage(out->link)) {
	case LINK_CONNECTING: return HTTP_OUT_CONNECTING;
	case LINK_SECURING: return HTTP_OUT_SECURING;
	default: return out->stage;
	}
}

void http_out_close(struct http_out *out)
{
	hang_up(out);
	out->closed = true;
	if (!out->telling)
		out_free(out);
}
