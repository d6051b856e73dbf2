#ifndef SILANG_LOOP_RESOLVE_H
#define SILANG_LOOP_RESOLVE_H
/*
 * Names to addresses, for link.c: numbers and "localhost" at once, the hosts file, then A and AAAA
 * records from the name servers. The answer always comes in a later turn.
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#define RESOLVE_ADDRESSES 16 /* more of one name are not looked at */

struct loop;
struct resolve;

struct address {
	struct sockaddr_storage socket;
	socklen_t length;
};

/* Addresses in the order in which to try them (families take turns, RFC 8305 section 4); when there
 * are none `why` says the reason. The question is dead when this is called. */
typedef void (*resolve_fn)(
    void *arg, const struct address *addresses, size_t count, const char *why);

struct resolve *resolve_start(
    struct loop *loop, const char *host, unsigned port, resolve_fn fn, void *arg);
void resolve_cancel(struct resolve *resolve);

/* "192.0.2.1:210", "[2001:db8::1]:210". */
char *address_print(const struct address *address, char *out, size_t size);

#endif
