#ifndef SILANG_TARGET_CONN_KIND_H
#define SILANG_TARGET_CONN_KIND_H
/* What the kinds of connection have in common; for the files of conn alone. */
#include "loop/link.h"
#include "target/conn.h"

/* The largest answer taken from a partner. A window of records must fit. */
#define CONN_MESSAGE_MAX (16u << 20)

struct conn_kind {
	void (*close)(struct conn *conn); /* all of it, state DEAD and memory included */
	enum conn_state (*state)(const struct conn *conn);
	uint64_t (*search)(struct conn *conn, struct conn_search *search);
	void (*present)(struct conn *conn, uint64_t set, const struct conn_present *present);
	void (*scan)(struct conn *conn, const struct conn_scan *scan);
	void (*probe)(struct conn *conn);
	bool (*scans)(const struct conn *conn);
	bool (*holds)(const struct conn *conn, uint64_t set);
	/* NULL: has none */
	const char *(*lost)(const struct conn *conn);
	struct ask_server (*server)(const struct conn *conn, struct arena *arena);
};

/* Begins each kind's own struct. */
struct conn {
	const struct conn_kind *kind;
	struct loop *loop;
	struct arena_ledger *ledger; /* or NULL */
	const struct partner *partner;
	conn_fn fn;
	void *arg;
	enum conn_state state;
	struct outcome outcome;
	bool used;
	uint32_t serial;
	uint32_t searches;
};

struct conn *conn_z3950_open(struct loop *loop, const struct partner *partner);
struct conn *conn_sru_open(
    struct loop *loop, const struct partner *partner, struct sru_client *server);

/* The number of the next search's result set. */
uint64_t conn_next_set(struct conn *conn);
/* What became of the link below. */
struct outcome conn_link_outcome(enum link_failure failure, const char *text);

#endif
