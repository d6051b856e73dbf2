/* A Z39.50 connection: a link, and the association on it. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "loop/loop.h"
#include "protocol/zclient.h"
#include "query/rpn.h"
#include "registry/partner.h"
#include "target/conn_kind.h"

struct z_conn {
	struct conn conn; /* first: it is cast */
	struct link *link;
	struct zclient *client;
	bool scans;
	bool reading; /* inside z_read: closing is put off to its end */
	bool closed;
	unsigned slots; /* how many sets the target lets us hold */
	unsigned next_slot;
	size_t counted;		   /* bytes that the ledger has been told of */
	uint64_t sets[CONN_SLOTS]; /* the number of the set in each slot, 0 none */
};

static const struct conn_kind z_kind;
static void z_on_link(void *arg, struct link *link, enum link_event event);

static struct z_conn *z_of(struct conn *conn)
{
	return (struct z_conn *)conn;
}

struct conn *conn_z3950_open(struct loop *loop, const struct partner *partner)
{
	const struct partner_target *target = &partner->target;
	struct link_tls tls = {
	    .server_name = target->host,
	    .ca_file = target->tls_ca_file,
	    .certificate_file = target->tls_certificate,
	    .key_file = target->tls_key,
	};
	struct z_conn *z = calloc(1, sizeof *z);

	if (!z)
		abort();
	z->conn.kind = &z_kind;
	z->conn.state = CONN_CONNECTING;
	z->slots = 1;
	z->client = zclient_create(&(struct zclient_options){
	    .message_max = CONN_MESSAGE_MAX,
	    .user = target->user,
	    .password = target->password,
	    .group = target->group,
	    .open_auth = target->open_auth,
	    .implementation_name = "Silang",
	});
	z->link =
	    link_connect(loop, target->host, target->port, target->tls ? &tls : NULL, z_on_link, z);
	return &z->conn;
}

static void z_count(struct z_conn *z)
{
	arena_ledger_count(z->conn.ledger, &z->counted, zclient_held(z->client));
}

static void z_free(struct z_conn *z)
{
	arena_ledger_count(z->conn.ledger, &z->counted, 0);
	zclient_destroy(z->client);
	free(z);
}

static void z_flush(struct z_conn *z)
{
	size_t length;
	const void *bytes = zclient_output(z->client, &length);

	if (length && z->link) {
		link_write(z->link, bytes, length);
		zclient_sent(z->client, length);
	}
}

static void z_close(struct conn *conn)
{
	struct z_conn *z = z_of(conn);

	if (z->closed)
		return;
	z->closed = true;
	if (z->link) {
		bool polite = conn->state == CONN_READY;

		if (polite) {
			zclient_close(z->client);
			z_flush(z);
		}
		link_close(z->link, polite);
		z->link = NULL;
	}
	conn->state = CONN_DEAD;
	if (!z->reading)
		z_free(z);
}

static void z_fail(struct z_conn *z, struct outcome outcome)
{
	struct conn *conn = &z->conn;

	assert(conn->state != CONN_DEAD);
	conn->state = CONN_DEAD;
	conn->outcome = outcome;
	if (z->link) {
		link_close(z->link, false);
		z->link = NULL;
	}
	conn->fn(conn->arg, conn, CONN_FAILED, NULL);
}

/* Init diagnostics 1010 to 1023 speak of who may come in (Z39.50 ERR.1). */
static struct outcome rejection(const struct zclient_event *event)
{
	int code = event->reply.diagnostic.present ? event->reply.diagnostic.code : 0;
	bool access = (code >= 1010 && code <= 1023) || code == 236;
	struct outcome outcome = outcome_diagnostic(
	    access ? REASON_AUTHENTICATION : REASON_INIT_REJECTED, &event->reply.diagnostic);

	if (!*outcome.detail && *event->detail)
		snprintf(outcome.detail, sizeof outcome.detail, "%s", event->detail);
	return outcome;
}

static void z_on_event(struct z_conn *z, const struct zclient_event *event)
{
	struct conn *conn = &z->conn;

	switch (event->type) {
	case ZCLIENT_INIT_OK:
		conn->state = CONN_READY;
		z->scans = event->scans;
		if (event->named_sets && conn->partner->target.named_sets)
			z->slots = CONN_SLOTS;
		conn->fn(conn->arg, conn, CONN_IS_READY, NULL);
		return;
	case ZCLIENT_INIT_REJECTED: z_fail(z, rejection(event)); return;
	case ZCLIENT_SEARCH:
	case ZCLIENT_PRESENT:
	case ZCLIENT_DELETED:
	case ZCLIENT_SCAN:
		conn->state = CONN_READY;
		conn->used = true;
		conn->fn(conn->arg, conn, CONN_ANSWERED, &event->reply);
		return;
	case ZCLIENT_CLOSED: z_fail(z, outcome_failed(REASON_CLOSED, "%s", event->detail)); return;
	case ZCLIENT_PROTOCOL_ERROR:
		z_fail(z, outcome_failed(REASON_PROTOCOL, "%s", event->detail));
		return;
	case ZCLIENT_TOO_LARGE:
		z_fail(z, outcome_failed(REASON_TOO_LARGE, "%s", event->detail));
		return;
	}
}

static void z_read(struct z_conn *z)
{
	const struct zclient_event *event;
	size_t length;
	const uint8_t *bytes = link_peek(z->link, &length);

	z->reading = true;
	zclient_feed(z->client, bytes, length);
	link_consume(z->link, length);
	z_count(z);
	while (z->conn.state != CONN_DEAD && (event = zclient_next(z->client)))
		z_on_event(z, event);
	if (z->conn.state != CONN_DEAD)
		z_flush(z);
	z->reading = false;
	if (z->closed)
		z_free(z);
	else
		z_count(z);
}

static void z_on_link(void *arg, struct link *link, enum link_event event)
{
	struct z_conn *z = arg;

	switch (event) {
	case LINK_CONNECTED:
		z->conn.state = CONN_INITIALISING;
		zclient_init(z->client);
		z_flush(z);
		return;
	case LINK_DATA: z_read(z); return;
	case LINK_DRAINED: return;
	case LINK_ENDED: z_fail(z, outcome_failed(REASON_CLOSED, "connection closed")); return;
	case LINK_FAILED:
		z_fail(z, conn_link_outcome(link_failure(link), link_failure_text(link)));
		return;
	}
}

static enum conn_state z_state(const struct conn *conn)
{
	const struct z_conn *z = (const struct z_conn *)conn;

	if (conn->state == CONN_CONNECTING && z->link && link_stage(z->link) == LINK_SECURING)
		return CONN_SECURING;
	return conn->state;
}

/* Requests. */

static enum zclient_syntax z_syntax(const struct conn *conn)
{
	switch (conn->partner->target.syntax) {
	case PARTNER_USMARC: return ZSYNTAX_USMARC;
	case PARTNER_UNIMARC: return ZSYNTAX_UNIMARC;
	case PARTNER_XML: return ZSYNTAX_XML;
	case PARTNER_OPAC: return ZSYNTAX_OPAC;
	}
	return ZSYNTAX_USMARC;
}

static const char *slot_name(const struct z_conn *z, unsigned slot, char name[16])
{
	if (z->slots == 1)
		return "default";
	snprintf(name, 16, "s%u", slot);
	return name;
}

static uint64_t z_search(struct conn *conn, struct conn_search *search)
{
	struct z_conn *z = z_of(conn);
	char name[16];
	unsigned slot = z->next_slot;
	struct zclient_search request = {
	    .set = slot_name(z, slot, name),
	    .databases = &conn->partner->target.database,
	    .ndatabases = 1,
	    .query = search->question.rpn,
	    .encoded = search->question.encoded,
	    .syntax = z_syntax(conn),
	    .element_set = "F",
	    .piggyback = search->piggyback,
	    .hop_mark = search->hop_mark,
	};

	z->next_slot = (slot + 1) % z->slots;
	z->sets[slot] = conn_next_set(conn);
	conn->state = CONN_BUSY;
	zclient_search(z->client, &request);
	z_flush(z);
	return z->sets[slot];
}

/* A number search that finds nothing: the cheapest that every server knows (Bib-1 use 7, ISBN). */
static void z_probe(struct conn *conn)
{
	struct arena *arena = arena_create(0, NULL);
	struct conn_search search = {.question.rpn = rpn_simple(arena, "1=7", "0000000000")};

	z_search(conn, &search);
	arena_destroy(arena);
}

static bool z_scans(const struct conn *conn)
{
	return ((const struct z_conn *)conn)->scans;
}

static void z_scan(struct conn *conn, const struct conn_scan *scan)
{
	struct z_conn *z = z_of(conn);
	struct zclient_scan request = {
	    .databases = &conn->partner->target.database,
	    .ndatabases = 1,
	    .start = scan->start,
	    .count = scan->count,
	    .position = scan->position,
	    .hop_mark = scan->hop_mark,
	};

	conn->state = CONN_BUSY;
	zclient_scan(z->client, &request);
	z_flush(z);
}

static unsigned slot_of(const struct z_conn *z, uint64_t set)
{
	unsigned slot = 0;

	while (slot < z->slots && z->sets[slot] != set)
		slot++;
	return slot;
}

static bool z_holds(const struct conn *conn, uint64_t set)
{
	const struct z_conn *z = (const struct z_conn *)conn;

	return slot_of(z, set) < z->slots;
}

static void z_present(struct conn *conn, uint64_t set, const struct conn_present *present)
{
	struct z_conn *z = z_of(conn);
	char name[16];
	struct zclient_present request = {
	    .set = slot_name(z, slot_of(z, set), name),
	    .start = present->start,
	    .count = present->count,
	    .syntax = z_syntax(conn),
	    .element_set = "F",
	};

	conn->state = CONN_BUSY;
	zclient_present(z->client, &request);
	z_flush(z);
}

static const struct conn_kind z_kind = {
    .close = z_close,
    .state = z_state,
    .search = z_search,
    .present = z_present,
    .scan = z_scan,
    .probe = z_probe,
    .scans = z_scans,
    .holds = z_holds,
};
