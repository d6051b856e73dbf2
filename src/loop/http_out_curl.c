/* libcurl's multi interface on the loop, one multi handle for each of ours, so that its connection
 * ends with it. Names and addresses are not curl's business: link_dial brings a connected socket,
 * with the loop's resolver and all addresses tried in turn, and curl speaks on it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/arena.h"
#include "loop/http_out_internal.h"
#include "loop/loop_internal.h"
#include "loop/timer.h"

#define NO_TIMEOUT_MS (24L * 60 * 60 * 1000)

static void *must(void *made)
{
	if (!made)
		abort();
	return made;
}

/* Failures. */

enum http_out_failure out_failure(
    const struct http_out *out, CURLcode code, enum link_failure *link)
{
	long error = 0;

	switch (code) {
	case CURLE_OK: return HTTP_OUT_OK;
	case CURLE_WRITE_ERROR: return out->overflow ? HTTP_OUT_TOO_LARGE : HTTP_OUT_GARBLED;
	case CURLE_FILESIZE_EXCEEDED: return HTTP_OUT_TOO_LARGE;
	case CURLE_PARTIAL_FILE:
	case CURLE_GOT_NOTHING: return HTTP_OUT_CLOSED;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS: *link = LINK_TLS; return HTTP_OUT_LINK;
	case CURLE_SSL_CERTPROBLEM: *link = out->tls_failure; return HTTP_OUT_LINK;
	case CURLE_OUT_OF_MEMORY: *link = LINK_RESOURCES; return HTTP_OUT_LINK;
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
		curl_easy_getinfo(out->easy, CURLINFO_OS_ERRNO, &error);
		/* Of TLS, curl keeps no error number; without either, it is about chunks. */
		if (!error && !strstr(out->curl_text, "SSL"))
			return HTTP_OUT_GARBLED;
		*link = error ? link_failure_of((int)error) : LINK_RESET;
		return HTTP_OUT_LINK;
	case CURLE_COULDNT_CONNECT: *link = LINK_UNREACHABLE; return HTTP_OUT_LINK;
	default: return HTTP_OUT_GARBLED;
	}
}

const char *out_failure_text(const struct http_out *out, CURLcode code)
{
	if (*out->text)
		return out->text;
	if (code == CURLE_UNSUPPORTED_PROTOCOL)
		return "not an HTTP answer"; /* curl speaks of HTTP/0.9 */
	if (code == CURLE_FILESIZE_EXCEEDED)
		return "too long an answer is announced";
	if (strstr(out->curl_text, "wrong version number") ||
	    strstr(out->curl_text, "packet length too long"))
		return "the peer does not speak TLS";
	return *out->curl_text ? out->curl_text : curl_easy_strerror(code);
}

/* At work. */

static void drive(struct http_out *out, curl_socket_t fd, int what)
{
	int running, left;
	CURLMsg *message;

	curl_multi_socket_action(out->multi, fd, what, &running);
	message = curl_multi_info_read(out->multi, &left);
	if (message && message->msg == CURLMSG_DONE)
		out_done(out, message->data.result);
}

static void on_socket(evutil_socket_t fd, short what, void *arg)
{
	drive(arg, fd,
	    (what & EV_READ ? CURL_CSELECT_IN : 0) | (what & EV_WRITE ? CURL_CSELECT_OUT : 0));
}

static void on_timer(void *arg)
{
	drive(arg, CURL_SOCKET_TIMEOUT, 0);
}

static int on_curl_timer(CURLM *multi, long ms, void *arg)
{
	struct http_out *out = arg;

	timer_arm(out->timer, ms < 0 ? MSEC_NEVER : loop_now(out->loop) + ms);
	return 0;
}

static int on_curl_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *of_socket)
{
	struct http_out *out = arg;
	struct event *event = of_socket;
	short wanted = EV_PERSIST;

	if (event)
		event_free(event);
	if (what == CURL_POLL_REMOVE) {
		curl_multi_assign(out->multi, fd, NULL);
		return 0;
	}
	if (what & CURL_POLL_IN)
		wanted |= EV_READ;
	if (what & CURL_POLL_OUT)
		wanted |= EV_WRITE;
	event = must(event_new(loop_base(out->loop), fd, wanted, on_socket, out));
	if (event_add(event, NULL) != 0)
		abort();
	curl_multi_assign(out->multi, fd, event);
	return 0;
}

static curl_socket_t on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct http_out *out = arg;
	int fd = out->fd;

	if (fd < 0) {
		out->wanting = true;
		return CURL_SOCKET_BAD;
	}
	out->fd = -1;
	out->sockets++;
	return fd;
}

static int on_option(void *arg, curl_socket_t fd, curlsocktype purpose)
{
	return CURL_SOCKOPT_ALREADY_CONNECTED;
}

static int on_close(void *arg, curl_socket_t fd)
{
	struct http_out *out = arg;

	out->sockets--;
	return close(fd);
}

static int on_ready(void *arg, char *peer, char *local, int peer_port, int local_port)
{
	struct http_out *out = arg;

	out->stage = HTTP_OUT_WAITING;
	return CURL_PREREQFUNC_OK;
}

static CURLcode on_tls(CURL *easy, void *context, void *arg)
{
	struct http_out *out = arg;

	if (link_tls_equip(loop_tls_store(out->loop), &out->tls, context, &out->tls_failure,
		out->text, sizeof out->text))
		return CURLE_OK;
	return CURLE_SSL_CERTPROBLEM;
}

static bool header_is(const char *line, size_t length, const char *name)
{
	size_t wanted = strlen(name);

	return length > wanted && strncasecmp(line, name, wanted) == 0;
}

static size_t on_header(char *line, size_t size, size_t count, void *arg)
{
	struct http_out *out = arg;
	size_t length = size * count;

	out->stage = HTTP_OUT_RECEIVING;
	out->head += length;
	if (out->head > HTTP_OUT_HEAD_MAX) {
		out->overflow = true;
		snprintf(
		    out->text, sizeof out->text, "a head of more than %u bytes", HTTP_OUT_HEAD_MAX);
		return 0;
	}
	if (header_is(line, length, "Location:")) {
		free(out->location);
		line += strlen("Location:");
		length -= strlen("Location:");
		while (length && strchr(" \t", line[0])) {
			line++;
			length--;
		}
		while (length && strchr(" \t\r\n", line[length - 1]))
			length--;
		out->location = must(strndup(line, length));
	}
	return size * count;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *arg)
{
	struct http_out *out = arg;
	size_t length = size * count, room = out->room;

	if (length > out->body_max - out->length) {
		out->overflow = true;
		snprintf(
		    out->text, sizeof out->text, "an answer of more than %zu bytes", out->body_max);
		return length ? 0 : 1;
	}
	while (room < out->length + length)
		room = room ? 2 * room : 16384;
	if (room > out->room)
		out->body = must(realloc(out->body, room));
	out->room = room;
	arena_ledger_count(out->ledger, &out->counted, room);
	memcpy(out->body + out->length, bytes, length);
	out->length += length;
	return length;
}

/* Set-up. */

static void set_multi(struct http_out *out)
{
	CURLM *multi = out->multi;

	curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_curl_socket);
	curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, out);
	curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_curl_timer);
	curl_multi_setopt(multi, CURLMOPT_TIMERDATA, out);
	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 1L);
}

static void set_socket(struct http_out *out)
{
	CURL *easy = out->easy;

	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, out);
	curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, on_option);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, out);
	curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_ready);
	curl_easy_setopt(easy, CURLOPT_PREREQDATA, out);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, NO_TIMEOUT_MS);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
}

static void set_tls(struct http_out *out)
{
	CURL *easy = out->easy;

	if (!out->secure)
		return;
	/* Authorities and certificate come by on_tls, read once for all. */
	curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
	curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_tls);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, out);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
}

static void set_http(struct http_out *out, const struct http_out_options *options)
{
	CURL *easy = out->easy;

	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "Silang");
	curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)options->body_max);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, out->curl_text);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, out);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, out);
	if (options->user) {
		curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(easy, CURLOPT_USERNAME, options->user);
		curl_easy_setopt(
		    easy, CURLOPT_PASSWORD, options->password ? options->password : "");
	}
}

void out_set_up(struct http_out *out, const struct http_out_options *options)
{
	out->timer = timer_create_on(out->loop, on_timer, out);
	out->multi = must(curl_multi_init());
	out->easy = must(curl_easy_init());
	set_multi(out);
	set_socket(out);
	set_tls(out);
	set_http(out, options);
}
