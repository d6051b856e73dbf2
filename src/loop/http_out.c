/* libcurl's multi interface on the loop, one multi handle for each of ours, so that its connection
 * ends with it. Names and addresses are not curl's business: link_dial brings a connected socket,
 * with the loop's resolver and all addresses tried in turn, and curl speaks on it. */
#include "loop/http_out.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <curl/curl.h>
#include <event2/event.h>

#include "loop/link_internal.h"
#include "loop/loop_internal.h"
#include "loop/timer.h"

#define NO_TIMEOUT_MS (24L * 60 * 60 * 1000)

struct http_out {
	struct loop *loop;
	http_out_fn fn;
	void *arg;
	char *host;
	unsigned port;
	bool secure;
	struct link_tls tls; /* own copies */
	size_t body_max;

	CURLM *multi;
	CURL *easy;
	struct curl_slist *headers, *address;
	struct timer *timer; /* curl's */
	struct defer *defer; /* a failure before anything was sent */
	enum http_out_stage stage;
	struct link *dial;
	int fd;			       /* connected, for curl to take; -1 */
	unsigned sockets;	       /* that curl holds */
	bool wanting;		       /* curl has asked for a socket when there was none */
	bool dialled;		       /* this request has had its new connection */
	enum link_failure tls_failure; /* of our own files */
	char curl_text[CURL_ERROR_SIZE], text[LINK_TEXT];

	/* the answer */
	char *location;
	char *body;
	size_t length, room, head;
	bool overflow;

	bool telling, closed; /* closed inside the callback: freed after it */
};

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

static void http_out_free(struct http_out *out)
{
	free(out->host);
	free((char *)out->tls.server_name);
	free((char *)out->tls.ca_file);
	free((char *)out->tls.certificate_file);
	free((char *)out->tls.key_file);
	free(out->location);
	free(out->body);
	free(out);
}

static void answer_clear(struct http_out *out)
{
	free(out->location);
	free(out->body);
	out->location = NULL;
	out->body = NULL;
	out->length = out->room = out->head = 0;
	out->overflow = false;
	out->curl_text[0] = '\0';
	out->text[0] = '\0';
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

/* A failure of curl's, as one of ours; *link when it is one of a link. */
static enum http_out_failure failure_of(
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

static const char *failure_text(const struct http_out *out, CURLcode code)
{
	if (*out->text)
		return out->text;
	return *out->curl_text ? out->curl_text : curl_easy_strerror(code);
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

	answer.failure = failure_of(out, code, &answer.link);
	if (code != CURLE_OK)
		answer.text = failure_text(out, code);
	curl_easy_getinfo(out->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(out->easy, CURLINFO_CONTENT_TYPE, &type);
	answer.status = (int)status;
	if (type)
		answer.content_type = type;
	tell(out, &answer);
}

/* curl at work. */

static void out_dial(struct http_out *out);

static void done(struct http_out *out, CURLcode code)
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

static void drive(struct http_out *out, curl_socket_t fd, int what)
{
	int running, left;
	CURLMsg *message;

	curl_multi_socket_action(out->multi, fd, what, &running);
	message = curl_multi_info_read(out->multi, &left);
	if (message && message->msg == CURLMSG_DONE)
		done(out, message->data.result);
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
	memcpy(out->body + out->length, bytes, length);
	out->length += length;
	return length;
}

/* Making it. */

static void set_multi(struct http_out *out)
{
	CURLM *multi = out->multi = must(curl_multi_init());

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
	out->fd = -1;
	if (options->tls) {
		out->secure = true;
		out->tls = (struct link_tls){.server_name = copy(options->tls->server_name),
		    .ca_file = copy(options->tls->ca_file),
		    .certificate_file = copy(options->tls->certificate_file),
		    .key_file = copy(options->tls->key_file)};
	}
	out->timer = timer_create_on(loop, on_timer, out);
	set_multi(out);
	out->easy = must(curl_easy_init());
	set_socket(out);
	set_tls(out);
	set_http(out, options);
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
