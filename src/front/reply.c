#include "front/reply.h"

#include "base/arena.h"
#include "base/gzip.h"
#include "loop/http_in.h"

enum {
	WORTH_IT = 1024,     /* bytes; below, the headers cost more than it saves */
	TOO_LONG = 16 << 20, /* bytes; above, everybody else waits too long for it */
};

void reply_allow_sites(struct http_exchange *exchange)
{
	http_add_header(exchange, "Access-Control-Allow-Origin", "*");
}

void reply_options(struct http_exchange *exchange, const char *allow, bool sites)
{
	http_add_header(exchange, "Allow", allow);
	if (sites) {
		http_add_header(exchange, "Access-Control-Allow-Methods", allow);
		http_add_header(
		    exchange, "Access-Control-Allow-Headers", "Accept, Content-Type, SOAPAction");
		http_add_header(exchange, "Access-Control-Max-Age", "86400");
	}
	http_reply(exchange, 204, NULL, "", 0);
}

void reply_send(struct http_exchange *exchange, int status, const char *content_type,
    const void *body, size_t length)
{
	struct arena *arena;

	if (length <= WORTH_IT || length > TOO_LONG ||
	    !gzip_is_accepted(http_header(exchange, "Accept-Encoding"))) {
		http_reply(exchange, status, content_type, body, length);
		return;
	}
	arena = arena_create(0, NULL);
	body = gzip_compress(arena, body, length, &length);
	http_add_header(exchange, "Content-Encoding", "gzip");
	http_reply(exchange, status, content_type, body, length);
	arena_destroy(arena);
}
