#include "cli/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>

#include "config.h"

struct http {
	CURL *curl;
	long long deadline; /* monotonic milliseconds */
	unsigned seconds;
	char *body;
	size_t length, room;
	bool too_large;
	char curl_error[CURL_ERROR_SIZE];
	char why[CURL_ERROR_SIZE + 512];
};

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static size_t on_body(char *data, size_t size, size_t count, void *arg)
{
	struct http *http = arg;
	size_t bytes = size * count;

	if (bytes > HTTP_BODY_MAX - http->length) {
		http->too_large = true;
		return 0;
	}
	if (http->length + bytes + 1 > http->room) {
		http->room = (http->length + bytes + 1) * 2;
		http->body = realloc(http->body, http->room);
		if (!http->body)
			abort();
	}
	memcpy(http->body + http->length, data, bytes);
	http->length += bytes;
	http->body[http->length] = '\0';
	return bytes;
}

struct http *http_create(unsigned seconds)
{
	struct http *http = calloc(1, sizeof *http);

	if (!http || curl_global_init(CURL_GLOBAL_DEFAULT) || !(http->curl = curl_easy_init()))
		abort();
	http->seconds = seconds;
	http->deadline = now_ms() + seconds * 1000LL;
	return http;
}

void http_destroy(struct http *http)
{
	curl_easy_cleanup(http->curl);
	curl_global_cleanup();
	free(http->body);
	free(http);
}

const char *http_why(const struct http *http)
{
	return http->why;
}

/* The host of `url` in `host`; false when it is not an address we can ask. */
static bool split_url(const char *url, char *host, size_t size)
{
	CURLU *parts = curl_url();
	char *scheme = NULL, *name = NULL;
	bool ok;

	if (!parts)
		abort();
	ok = curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
	     curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	     curl_url_get(parts, CURLUPART_HOST, &name, 0) == CURLUE_OK &&
	     (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0) && *name;
	if (ok)
		snprintf(host, size, "%s", name);
	curl_free(scheme);
	curl_free(name);
	curl_url_cleanup(parts);
	return ok;
}

bool http_is_url(const char *url)
{
	char host[256];

	for (const char *c = url; *c; c++)
		if ((unsigned char)*c <= ' ')
			return false;
	return split_url(url, host, sizeof host);
}

static void only_http(CURL *curl)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
	curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
}

static void prepare(struct http *http, const char *url, const char *form, long long left)
{
	CURL *curl = http->curl;
	char host[256] = "";

	curl_easy_reset(curl);
	only_http(curl);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "silang/" PACKAGE_VERSION);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 5L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)left);
	curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, http->curl_error);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, http);
	if (form) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, form);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(form));
		curl_easy_setopt(curl, CURLOPT_POSTREDIR, (long)CURL_REDIR_POST_ALL);
	}
	/* A proxy of the environment cannot see this machine's own gateway. */
	if (split_url(url, host, sizeof host) &&
	    (strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 ||
		strcmp(host, "[::1]") == 0))
		curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
}

static struct curl_slist *make_headers(const char *accept, bool form)
{
	struct curl_slist *headers = NULL;
	char line[256];

	snprintf(line, sizeof line, "Accept: %s", accept);
	headers = curl_slist_append(headers, line);
	if (form)
		headers = curl_slist_append(headers, "Expect:");
	if (!headers)
		abort();
	return headers;
}

static bool explain_failure(struct http *http, const char *url, CURLcode code)
{
	const char *error = *http->curl_error ? http->curl_error : curl_easy_strerror(code);

	if (http->too_large || code == CURLE_FILESIZE_EXCEEDED)
		snprintf(http->why, sizeof http->why, "the answer of %.256s is larger than %zu MiB",
		    url, HTTP_BODY_MAX >> 20);
	else if (code == CURLE_OPERATION_TIMEDOUT)
		snprintf(http->why, sizeof http->why, "no complete answer from %.256s within %u s",
		    url, http->seconds);
	else
		snprintf(http->why, sizeof http->why, "%.256s cannot be reached: %s", url, error);
	return false;
}

static bool explain_status(struct http *http, const char *url, long status)
{
	snprintf(http->why, sizeof http->why, "%.256s answered HTTP %ld%s", url, status,
	    status == 503   ? ": the gateway is overloaded, starting or shutting down"
	    : status == 404 ? ": there is no gateway at this address"
			    : "");
	return false;
}

bool http_ask(struct http *http, const char *url, const char *form, const char *accept,
    const char **body, size_t *length)
{
	long long left = http->deadline - now_ms();
	struct curl_slist *headers;
	CURLcode code = CURLE_OPERATION_TIMEDOUT;
	long status = 0;

	http->length = 0;
	http->too_large = false;
	*http->curl_error = '\0';
	if (left > 0) {
		prepare(http, url, form, left);
		headers = make_headers(accept, form != NULL);
		curl_easy_setopt(http->curl, CURLOPT_HTTPHEADER, headers);
		code = curl_easy_perform(http->curl);
		curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &status);
		curl_slist_free_all(headers);
	}
	/* The question need not be seen again in the sentence. */
	char *shown = strndup(url, strcspn(url, "?#"));

	if (!shown)
		abort();

	bool ok = code == CURLE_OK ? status == 200 || explain_status(http, shown, status)
				   : explain_failure(http, shown, code);

	free(shown);
	*body = http->length ? http->body : "";
	*length = http->length;
	return ok;
}
