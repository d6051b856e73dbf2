#ifndef SILANG_LOOP_BIND_H
#define SILANG_LOOP_BIND_H
/* A socket that listens at an address of ours: what both kinds of listener begin with. */
#include <stdbool.h>
#include <stddef.h>

struct evconnlistener;
struct loop;

#define BIND_TEXT 64

/* Bound and listening, without a callback yet; NULL with the reason in `why`. */
struct evconnlistener *bind_listener(
    struct loop *loop, const char *host, unsigned port, char *why, size_t size);
/* "127.0.0.1:34567", "[::1]:34567" as really bound; returns the port. */
unsigned bind_name(struct evconnlistener *listener, char out[BIND_TEXT]);
/* True for addresses that the limit for each address does not count: 127.0.0.0/8, ::1 and
 * ::ffff:127.0.0.0/104. */
bool bind_address_is_exempt(const char *address);

#endif
