#include "target/conn.h"

#include <assert.h>

#include "loop/link.h"
#include "query/ask.h"
#include "registry/partner.h"
#include "target/conn_kind.h"

#define PATIENCE_LEAST 50 /* ms; with less, a gateway would answer nothing */

struct conn *conn_open(struct loop *loop, struct arena_ledger *ledger,
    const struct partner *partner, struct sru_client *sru, uint32_t serial, conn_fn fn, void *arg)
{
	struct conn *conn = partner->target.protocol == PARTNER_SRU
				? conn_sru_open(loop, partner, sru)
				: conn_z3950_open(loop, partner);

	conn->loop = loop;
	conn->ledger = ledger;
	conn->partner = partner;
	conn->serial = serial;
	conn->fn = fn;
	conn->arg = arg;
	return conn;
}

/* Nine tenths, in two figures. */
unsigned conn_patience(msec_t left)
{
	msec_t patience = left / 10 * 9, step = 1;

	if (left == MSEC_NEVER || left < PATIENCE_LEAST)
		return 0;
	while (patience / step > 99)
		step *= 10;
	return (unsigned)(patience / step * step);
}

void conn_close(struct conn *conn)
{
	conn->kind->close(conn);
}

enum conn_state conn_state(const struct conn *conn)
{
	return conn->kind->state(conn);
}

const struct outcome *conn_outcome(const struct conn *conn)
{
	return &conn->outcome;
}

bool conn_was_used(const struct conn *conn)
{
	return conn->used;
}

uint64_t conn_search(struct conn *conn, struct conn_search *search)
{
	assert(conn->state == CONN_READY);
	return conn->kind->search(conn, search);
}

void conn_present(struct conn *conn, uint64_t set, const struct conn_present *present)
{
	assert(conn->state == CONN_READY && conn_holds(conn, set));
	conn->kind->present(conn, set, present);
}

void conn_scan(struct conn *conn, const struct conn_scan *scan)
{
	assert(conn->state == CONN_READY);
	conn->kind->scan(conn, scan);
}

void conn_probe(struct conn *conn)
{
	assert(conn->state == CONN_READY);
	conn->kind->probe(conn);
}

bool conn_scans(const struct conn *conn)
{
	return conn->kind->scans(conn);
}

bool conn_holds(const struct conn *conn, uint64_t set)
{
	return set && conn->kind->holds(conn, set);
}

struct ask_server conn_server(const struct conn *conn, struct arena *arena)
{
	static const struct ask_server nothing;

	return conn->kind->server ? conn->kind->server(conn, arena) : nothing;
}

const char *conn_lost(const struct conn *conn)
{
	return conn->kind->lost ? conn->kind->lost(conn) : "";
}

/* For the kinds. */

uint64_t conn_next_set(struct conn *conn)
{
	return (uint64_t)conn->serial << 32 | ++conn->searches;
}

static enum outcome_reason link_reason(enum link_failure failure)
{
	switch (failure) {
	case LINK_UNRESOLVED: return REASON_UNRESOLVED;
	case LINK_REFUSED: return REASON_REFUSED;
	case LINK_UNREACHABLE: return REASON_UNREACHABLE;
	case LINK_TLS: return REASON_TLS;
	case LINK_OK:
	case LINK_RESET: return REASON_RESET;
	case LINK_RESOURCES: return REASON_OVERLOAD;
	}
	return REASON_RESET;
}

struct outcome conn_link_outcome(enum link_failure failure, const char *text)
{
	struct outcome outcome = outcome_failed(link_reason(failure), "%s", text);

	if (failure == LINK_RESOURCES)
		outcome.status = OUTCOME_SKIPPED;
	return outcome;
}
