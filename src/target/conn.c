#include "target/conn.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loop/link.h"
#include "loop/loop.h"
#include "registry/partner.h"

struct conn {
	struct loop *loop;
	const struct partner *partner;
	struct link *link;
	struct zclient *client;
	conn_fn fn;
	void *arg;
	enum conn_state state;
	struct outcome outcome;
	bool used;
	bool scans;
	bool reading; /* inside conn_read: closing is put off to its end */
	bool closed;
	unsigned slots; /* how many sets the target lets us hold */
	unsigned next_slot;
	uint64_t sets[CONN_SLOTS]; /* the number of the set in each slot, 0 none */
	uint32_t serial;
	uint32_t searches;
};

/* The largest message taken from a partner. A window of records must fit. */
#define MESSAGE_MAX (16u << 20)

static void conn_on_link(void *arg, struct link *link, enum link_event event);

struct conn *conn_open(
    struct loop *loop, const struct partner *partner, uint32_t serial, conn_fn fn, void *arg)
{
	const struct partner_target *target = &partner->target;
	struct link_tls tls = {
	    .server_name = target->host,
	    .ca_file = target->tls_ca_file,
	    .certificate_file = target->tls_certificate,
	    .key_file = target->tls_key,
	};
	struct conn *conn = calloc(1, sizeof *conn);

	if (!conn)
		abort();
	conn->loop = loop;
	conn->partner = partner;
	conn->fn = fn;
	conn->arg = arg;
	conn->state = CONN_CONNECTING;
	conn->serial = serial;
	conn->slots = 1;
	conn->client = zclient_create(&(struct zclient_options){
	    .message_max = MESSAGE_MAX,
	    .user = target->user,
	    .password = target->password,
	    .group = target->group,
	    .open_auth = target->open_auth,
	    .implementation_name = "Silang",
	});
	conn->link = link_connect(
	    loop, target->host, target->port, target->tls ? &tls : NULL, conn_on_link, conn);
	return conn;
}

static void conn_free(struct conn *conn)
{
	zclient_destroy(conn->client);
	free(conn);
}

static void conn_flush(struct conn *conn)
{
	size_t length;
	const void *bytes = zclient_output(conn->client, &length);

	if (length && conn->link) {
		link_write(conn->link, bytes, length);
		zclient_sent(conn->client, length);
	}
}

void conn_close(struct conn *conn)
{
	if (conn->closed)
		return;
	conn->closed = true;
	if (conn->link) {
		bool polite = conn->state == CONN_READY;

		if (polite) {
			zclient_close(conn->client);
			conn_flush(conn);
		}
		link_close(conn->link, polite);
		conn->link = NULL;
	}
	conn->state = CONN_DEAD;
	if (!conn->reading)
		conn_free(conn);
}

static void conn_fail(struct conn *conn, struct outcome outcome)
{
	assert(conn->state != CONN_DEAD);
	conn->state = CONN_DEAD;
	conn->outcome = outcome;
	if (conn->link) {
		link_close(conn->link, false);
		conn->link = NULL;
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

static void conn_on_event(struct conn *conn, const struct zclient_event *event)
{
	switch (event->type) {
	case ZCLIENT_INIT_OK:
		conn->state = CONN_READY;
		conn->scans = event->scans;
		if (event->named_sets && conn->partner->target.named_sets)
			conn->slots = CONN_SLOTS;
		conn->fn(conn->arg, conn, CONN_IS_READY, NULL);
		return;
	case ZCLIENT_INIT_REJECTED: conn_fail(conn, rejection(event)); return;
	case ZCLIENT_SEARCH:
	case ZCLIENT_PRESENT:
	case ZCLIENT_DELETED:
	case ZCLIENT_SCAN:
		conn->state = CONN_READY;
		conn->used = true;
		conn->fn(conn->arg, conn, CONN_ANSWERED, &event->reply);
		return;
	case ZCLIENT_CLOSED:
		conn_fail(conn, outcome_failed(REASON_CLOSED, "%s", event->detail));
		return;
	case ZCLIENT_PROTOCOL_ERROR:
		conn_fail(conn, outcome_failed(REASON_PROTOCOL, "%s", event->detail));
		return;
	case ZCLIENT_TOO_LARGE:
		conn_fail(conn, outcome_failed(REASON_TOO_LARGE, "%s", event->detail));
		return;
	}
}

static void conn_read(struct conn *conn)
{
	const struct zclient_event *event;
	size_t length;
	const uint8_t *bytes = link_peek(conn->link, &length);

	conn->reading = true;
	zclient_feed(conn->client, bytes, length);
	link_consume(conn->link, length);
	while (conn->state != CONN_DEAD && (event = zclient_next(conn->client)))
		conn_on_event(conn, event);
	if (conn->state != CONN_DEAD)
		conn_flush(conn);
	conn->reading = false;
	if (conn->closed)
		conn_free(conn);
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

static struct outcome link_outcome(const struct link *link)
{
	enum link_failure failure = link_failure(link);
	struct outcome outcome =
	    outcome_failed(link_reason(failure), "%s", link_failure_text(link));

	if (failure == LINK_RESOURCES)
		outcome.status = OUTCOME_SKIPPED;
	return outcome;
}

static void conn_on_link(void *arg, struct link *link, enum link_event event)
{
	struct conn *conn = arg;

	switch (event) {
	case LINK_CONNECTED:
		conn->state = CONN_INITIALISING;
		zclient_init(conn->client);
		conn_flush(conn);
		return;
	case LINK_DATA: conn_read(conn); return;
	case LINK_DRAINED: return;
	case LINK_ENDED:
		conn_fail(conn, outcome_failed(REASON_CLOSED, "connection closed"));
		return;
	case LINK_FAILED: conn_fail(conn, link_outcome(link)); return;
	}
}

enum conn_state conn_state(const struct conn *conn)
{
	if (conn->state == CONN_CONNECTING && conn->link && link_stage(conn->link) == LINK_SECURING)
		return CONN_SECURING;
	return conn->state;
}

const struct outcome *conn_outcome(const struct conn *conn)
{
	return &conn->outcome;
}

bool conn_was_used(const struct conn *conn)
{
	return conn->used;
}

static const char *slot_name(const struct conn *conn, unsigned slot, char name[16])
{
	if (conn->slots == 1)
		return "default";
	snprintf(name, 16, "s%u", slot);
	return name;
}

uint64_t conn_search(struct conn *conn, struct zclient_search *search)
{
	char name[16];
	unsigned slot = conn->next_slot;

	assert(conn->state == CONN_READY);
	conn->next_slot = (slot + 1) % conn->slots;
	conn->sets[slot] = (uint64_t)conn->serial << 32 | ++conn->searches;
	search->set = slot_name(conn, slot, name);
	conn->state = CONN_BUSY;
	zclient_search(conn->client, search);
	conn_flush(conn);
	return conn->sets[slot];
}

bool conn_scans(const struct conn *conn)
{
	return conn->scans;
}

void conn_scan(struct conn *conn, const struct zclient_scan *scan)
{
	assert(conn->state == CONN_READY);
	conn->state = CONN_BUSY;
	zclient_scan(conn->client, scan);
	conn_flush(conn);
}

static unsigned slot_of(const struct conn *conn, uint64_t set)
{
	unsigned slot = 0;

	while (slot < conn->slots && conn->sets[slot] != set)
		slot++;
	return slot;
}

bool conn_holds(const struct conn *conn, uint64_t set)
{
	return set && slot_of(conn, set) < conn->slots;
}

void conn_present(struct conn *conn, uint64_t set, struct zclient_present *present)
{
	char name[16];

	assert(conn->state == CONN_READY && conn_holds(conn, set));
	present->set = slot_name(conn, slot_of(conn, set), name);
	conn->state = CONN_BUSY;
	zclient_present(conn->client, present);
	conn_flush(conn);
}
