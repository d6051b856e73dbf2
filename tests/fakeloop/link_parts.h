#ifndef SILANG_TESTS_FAKELOOP_LINK_PARTS_H
#define SILANG_TESTS_FAKELOOP_LINK_PARTS_H
/* The two ends of a link, which see each other: the program's (fakelink.c) and the scene's
 * (fakepeer.c). */
#include "fakeloop/internal.h"

struct link {
	struct link *next;
	struct loop *loop;
	link_fn fn;
	void *arg;
	enum link_stage stage;
	enum link_failure failure;
	char text[256];
	char *host;
	unsigned port;
	bool secure;
	struct link_tls tls;
	struct fakehost *target;
	bool knocked;
	enum fakehost_mode mode; /* what the knock was answered, else the host's */
	struct happening *step;	 /* the next of resolving, connecting, securing */
	struct fakepeer *peer;	 /* once open */
	struct bytes input;
	bool unsent, paused;
	struct defer *announce;
	struct arrival *arrival; /* from a client: its place in the listener's counts */
};

struct act;

struct fakepeer {
	struct fakepeer *next;
	struct loop *loop;
	struct fakehost *host; /* NULL: a client of ours */
	struct link *link;     /* NULL once the program has closed */
	bool waiting;	       /* a client that is not accepted yet */
	bool secure;
	struct link_tls tls;
	fakepeer_fn fn;
	void *arg;
	struct act *acts, *last_act;
	struct happening *pump; /* for the first act */
	bool ended;		/* closed or reset by the scene: it receives no more */
	bool deaf;
	bool vanished; /* without a word; nobody knows yet */
	struct bytes coming, received;
	struct happening *carry; /* of what is coming */
	struct happening *end;	 /* the program has closed */
	bool flushing;		 /* ends when all that is coming has come */
};

void tls_copy(struct link_tls *to, const struct link_tls *from);
void tls_clear(struct link_tls *tls);

/* The last thing a function does with a link: the callee may have closed it. */
void fakelink_tell(struct link *link, enum link_event event);
void fakelink_fail(struct link *link, enum link_failure failure, const char *text);

/* The far end of a link that opens. */
struct fakepeer *fakepeer_open(struct link *link);
/* What the program has written. */
void fakepeer_bring(struct fakepeer *peer, const void *bytes, size_t length);
/* What it does, it does from now on; or waits until the program listens again. */
void fakepeer_pump(struct fakepeer *peer);
void fakepeer_hold(struct fakepeer *peer);
/* The program has closed, with or without what it wrote last. */
void fakepeer_leave(struct fakepeer *peer, bool flush);
void fakepeer_clear(struct loop *loop);

#endif
