#ifndef SILANG_TESTS_FAKELOOP_INTERNAL_H
#define SILANG_TESTS_FAKELOOP_INTERNAL_H
/* What the parts of the fake loop share. */
#include "fakeloop/fakeloop.h"
#include "loop/turn.h"

struct arrival;
struct happening;
struct signals;

/* The random numbers of a scene (splitmix64): the same for the same seed everywhere. */
struct dice {
	uint64_t state;
};
uint64_t dice_roll(struct dice *dice);

struct bytes {
	uint8_t *data;
	size_t start, end, room;
};
void bytes_add(struct bytes *bytes, const void *data, size_t length);
size_t bytes_length(const struct bytes *bytes);
const uint8_t *bytes_peek(const struct bytes *bytes);
void bytes_take(struct bytes *bytes, size_t length);
void bytes_clear(struct bytes *bytes);

struct fakename {
	struct fakename *next;
	char *name;
	msec_t delay;
	bool exists;
};

struct loop {
	struct turn turn;
	msec_t now;
	size_t turns;
	bool stopped;
	long long wall_clock;
	struct dice random, cuts;
	bool splitting;
	/* what the world means to do, a heap by time and number */
	struct happening **agenda;
	size_t agenda_count, agenda_room, agenda_live;
	uint64_t happenings;
	void (*trace)(void *arg, const char *line);
	void *trace_arg;
	struct fakename *names;
	struct fakehost *hosts;
	struct fakepeer *peers;
	struct link *links;
	struct http_in *listeners;
	struct listener *stream_listeners;
	unsigned last_port;
	struct signals *signals;
	uint64_t signal_count;
	char leaks[256];
};

struct fakehost {
	struct fakehost *next;
	struct loop *loop;
	char *name;
	unsigned port;
	fakehost_accept_fn fn;
	void *arg;
	enum fakehost_mode mode;
	char *text;
	msec_t connect_delay, tls_delay;
	fakehost_knock_fn knock;
	void *knock_arg;
	unsigned attempts, connections;
};

typedef void (*happening_fn)(void *arg);

/* Something the world will do; the pointer is dead once it has begun or was cancelled. */
struct happening *world_plan(struct loop *loop, msec_t when, happening_fn fn, void *arg);
void world_cancel(struct loop *loop, struct happening *happening); /* NULL is allowed */
/* How much of `length` bytes goes in one piece. */
size_t world_cut(struct loop *loop, size_t length);
void world_trace(struct loop *loop, const char *format, ...) __attribute__((format(printf, 2, 3)));
void *world_alloc(size_t size);
char *world_strdup(const char *text); /* NULL stays NULL */

struct fakehost *fakehost_find(struct loop *loop, const char *name, unsigned port);
/* Whether the name exists, and when the answer comes. */
bool fakehost_resolves(struct loop *loop, const char *name, msec_t *delay);

/* A client that has not been accepted yet; what it sends waits. */
struct fakepeer *fakepeer_create(struct loop *loop);
/* It is accepted: the program's end. */
struct link *fakepeer_meet(struct fakepeer *peer, struct arrival *arrival, const char *address);
/* It finds itself closed. */
void fakepeer_refuse(struct fakepeer *peer);
/* The program has closed the link of this arrival. */
void arrival_end(struct arrival *arrival);

/* Each part's share in loop_destroy and fakeloop_counts. */
void fakehost_clear(struct loop *loop);
void fakelink_clear(struct loop *loop);
size_t fakelink_count(const struct loop *loop);
size_t fakelisten_count(const struct loop *loop);
void fakehttp_count(const struct loop *loop, size_t *listeners, size_t *exchanges);

#endif
