#ifndef SILANG_LOOP_LINK_H
#define SILANG_LOOP_LINK_H
/*
 * A byte stream to a partner: resolve, connect (addresses tried with a stagger), optionally TLS
 * with verification, read, write, close. Or one from a client, which a listener (listen.h) hands
 * over open, or about to be secured. No time-outs of its own: whoever has it knows its deadline and
 * closes it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct link;

enum link_stage { LINK_RESOLVING, LINK_CONNECTING, LINK_SECURING, LINK_OPEN, LINK_DEAD };

enum link_event {
	LINK_CONNECTED, /* open for reading and writing (TLS done) */
	LINK_DATA,	/* bytes to be read: link_peek, link_consume */
	LINK_DRAINED,	/* everything written has left */
	LINK_ENDED,	/* the peer closed in good order; what it sent before was announced */
	LINK_FAILED	/* see link_failure; nothing more will come */
};

enum link_failure {
	LINK_OK,
	LINK_UNRESOLVED, /* no such name, or no name server answered */
	LINK_REFUSED,
	LINK_UNREACHABLE, /* no route, network down, connect timed out in the kernel */
	LINK_RESET,
	LINK_TLS,      /* handshake or certificate; text says which */
	LINK_RESOURCES /* no descriptors or memory on our side */
};

struct link_tls {
	const char *server_name;
	const char *ca_file;			 /* NULL: the system's */
	const char *certificate_file, *key_file; /* NULL: none */
};

typedef void (*link_fn)(void *arg, struct link *link, enum link_event event);

/* Never fails at once: failures arrive as LINK_FAILED in a later turn. Copies its arguments. */
struct link *link_connect(struct loop *loop, const char *host, unsigned port,
    const struct link_tls *tls, link_fn fn, void *arg);
/* Says who is told of a link that a listener handed over. Once, during that call. */
void link_take(struct link *link, link_fn fn, void *arg);
enum link_stage link_stage(const struct link *link);
enum link_failure link_failure(const struct link *link);
const char *link_failure_text(const struct link *link); /* for people; "" when none */
/* Queues bytes (copied); legal once CONNECTED, ignored when dead. */
void link_write(struct link *link, const void *bytes, size_t length);
/* All bytes received and not yet consumed, contiguous; valid until the next call on this link. */
const uint8_t *link_peek(struct link *link, size_t *length);
void link_consume(struct link *link, size_t length);
/* Stops and resumes reading (back-pressure). While it is stopped neither LINK_DATA nor the peer's
 * end is announced; what is still unconsumed at the resumption is announced again. */
void link_pause(struct link *link);
void link_resume(struct link *link);
/* Closes at once, from any stage and inside its own callback; no callback comes afterwards and the
 * pointer is dead. With `flush`, what is queued is still sent (for at most a second). */
void link_close(struct link *link, bool flush);

/* Names are asked of this server from now on ("127.0.0.1:5353"; NULL: the system's). */
bool loop_set_nameserver(struct loop *loop, const char *nameserver);

#endif
