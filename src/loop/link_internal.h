#ifndef SILANG_LOOP_LINK_INTERNAL_H
#define SILANG_LOOP_LINK_INTERNAL_H
/* A link's inside, for the rooms that bring it from a name to an open stream. */
#include "loop/link.h"
#include "loop/resolve.h"

struct arrival;
struct attempt;
struct bufferevent;
struct listen_tls;
struct resolve;
struct timer;
struct tls_store;
struct ssl_ctx_st;
struct ssl_st;

#define LINK_TEXT 256

struct link {
	struct loop *loop;
	link_fn fn;
	void *arg;
	enum link_stage stage;
	enum link_failure failure;
	char text[LINK_TEXT];
	char *host;
	unsigned port;
	bool secure;
	struct link_tls tls; /* own copies */

	/* resolving and connecting */
	struct resolve *resolve;
	struct address addresses[RESOLVE_ADDRESSES];
	size_t address_count, address_next;
	struct attempt *attempts;
	struct timer *stagger;

	/* securing and open */
	struct bufferevent *stream;
	bool unsent; /* written since the last LINK_DRAINED */
	bool paused;
	bool heard;		/* something has come */
	bool certificate_asked; /* the peer's TLS asked for ours */
	int broken;		/* errno of a write that failed at once */
	struct defer *outcome;	/* what became of a write at once is still to be told */
	struct defer *announce; /* LINK_DATA for what was there before the resumption */

	struct arrival *arrival; /* from a client: its place in the listener's counts */

	bool bare; /* ends with a connected socket: no stream is made of it */
	int socket;
};

/* Resolves and connects like link_connect and leaves it at that: after LINK_CONNECTED the socket is
 * to be taken, else link_close closes it. Others than link.c speak on it. */
struct link *link_dial(struct loop *loop, const char *host, unsigned port, link_fn fn, void *arg);
int link_take_socket(struct link *link);

/* Tries the addresses; ends in link_connected or link_fail. Only from a callback of the loop. */
void link_try_addresses(struct link *link);
/* Closes what is under way. */
void link_end_attempts(struct link *link);
void link_connected(struct link *link, int fd);
/* Says LINK_FAILED: the caller touches nothing of the link afterwards. */
void link_fail(struct link *link, enum link_failure failure, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
enum link_failure link_failure_of(int error);

/* A client's link, for `fd`, which it owns; nobody is told of it yet. Open already, or to be
 * secured first when `tls` is given. */
struct link *link_adopt(
    struct loop *loop, int fd, const struct listen_tls *tls, struct arrival *arrival);
/* The link of this arrival is closed. */
void arrival_end(struct arrival *arrival);

/* A client's TLS state for this link, or NULL with the reason in `why`. */
struct ssl_st *link_tls_start(
    struct link *link, enum link_failure *failure, char *why, size_t size);
/* What went wrong in the handshake or after it, for people; true when TLS itself reported it, not
 * the socket below. Asks libevent, which tells only once. */
bool link_tls_explain(struct bufferevent *stream, char *out, size_t size);
/* The authorities, and our certificate with its key, as `tls` names them, for another library's TLS
 * state; false with the reason in `why`. */
bool link_tls_equip(struct tls_store *store, const struct link_tls *tls, struct ssl_ctx_st *context,
    enum link_failure *failure, char *why, size_t size);
/* Says goodbye to the peer, without waiting. */
void link_tls_shutdown(struct bufferevent *stream);

/* Sends what is queued, for at most a second, then closes. */
void closing_start(struct loop *loop, struct bufferevent *stream, bool secure);

#endif
