#ifndef SILANG_FRONT_REPLY_H
#define SILANG_FRONT_REPLY_H
/* What every HTTP answer has in common: it may be read from other sites' pages, and it may come
 * compressed. */
#include <stdbool.h>
#include <stddef.h>

struct http_exchange;

/* The headers that let a browser hand the answer to a page of another site (CORS). Everything here
 * is public and no cookie is ever read, so any site may. */
void reply_allow_sites(struct http_exchange *exchange);
/* The answer to an OPTIONS request: `allow` lists the methods. */
void reply_options(struct http_exchange *exchange, const char *allow, bool sites);
/* Sends, compressed if the client says so and it is worth it, and ends the exchange. */
void reply_send(struct http_exchange *exchange, int status, const char *content_type,
    const void *body, size_t length);

#endif
