#ifndef SILANG_CLI_HTTP_H
#define SILANG_CLI_HTTP_H
/*
 * Asks a gateway over HTTP, one question after the other on one connection, all within one time. An
 * answer is a 200 with a body of at most 64 MiB; whatever else happens is a sentence for people.
 */
#include <stdbool.h>
#include <stddef.h>

struct http;

#define HTTP_BODY_MAX ((size_t)64 << 20)
#define HTTP_SECONDS 60

/* `seconds` count from now, for all requests together. */
struct http *http_create(unsigned seconds);
void http_destroy(struct http *http);

/*
 * GETs `url`, or POSTs `form` to it when that is not NULL. The body ends in a NUL that is not
 * counted and is valid until the next request. False: http_why says why there is none.
 */
bool http_ask(struct http *http, const char *url, const char *form, const char *accept,
    const char **body, size_t *length);
const char *http_why(const struct http *http);

/* An http or https address with a host. */
bool http_is_url(const char *url);

#endif
